"""Settings that all processes around one ledger share, from the environment and from files."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from job_ledger.queue import SHORTEST_SECRET
from job_ledger.redis_connection import fault_of_address
from job_ledger.redis_tls import TLS_SCHEME, RedisTls, complete_address, has_password
from job_ledger.rules import LedgerRules
from job_ledger.secret_strength import SHORTEST_STRONG, is_guessable

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
"""A duration above 0, at most a day."""

_BEATS_OF_A_LEASE = 3
_SUFFIX = "_FILE"
_SECRET = "_secret"  # noqa: S105 - how the names of secrets end
STRONG_REMEDY = f"take {SHORTEST_STRONG} characters or more from chance, as of: openssl rand -hex 32"
"""What to do about a secret that is missing or weak."""
_Settings = TypeVar("_Settings", bound="LedgerSettings")


def wrong(message: str) -> PydanticCustomError:
    """Return the error for settings that contradict each other; the message begins with the name of one."""
    return PydanticCustomError("settings", "{message}", {"message": message})


def check_redis_address(url: str) -> str:
    """Return a Redis address unchanged.

    Raises
    ------
    PydanticCustomError
        If it is not valid; the message says why and quotes no part of it.
    """
    if (fault := fault_of_address(url)) is None:
        return url
    remedy = "write redis://USER:PASSWORD@HOST:PORT/NUMBER, with %XX for special characters of the password"
    raise wrong(f"no address of a Redis: {fault}; {remedy}")


def _check_secret_address(url: SecretStr) -> SecretStr:
    check_redis_address(url.get_secret_value())
    return url


RedisAddress = Annotated[SecretStr, AfterValidator(_check_secret_address)]
"""A Redis address, which may contain its password."""


class UnreadableFile(Exception):
    """A file that the environment names cannot be read; the message names the variable."""


class LedgerSettings(BaseSettings):
    """Settings of a process around the ledger; each name in capitals is an environment variable.

    A secret may be in a file instead: ``QUEUE_SECRET_FILE`` holds its path, and likewise for every other
    name. The word ``none`` stands for no value. Unknown variables are ignored.
    """

    model_config = SettingsConfigDict(
        case_sensitive=False, extra="ignore", hide_input_in_errors=True, env_parse_none_str="none"
    )

    environment: Literal["local", "production"] = Field(
        "local",
        description="`production` refuses to start with authentication off, or a secret missing or weak.",
    )
    redis_url: RedisAddress | None = Field(
        None,
        description="Address of Redis or Valkey, `rediss://` for TLS; without it a file is used.",
    )
    redis_password: SecretStr | None = Field(
        None, min_length=1, description="Password of the user in `REDIS_URL`, where it is not in there."
    )
    redis_tls_ca: Path | None = Field(
        None,
        description="File with the certificate of the authority that vouches for the Redis at `rediss://`; "
        "none for those that the machine trusts.",
    )
    redis_tls_certificate: Path | None = Field(
        None, description="File with the certificate that this process shows to that Redis; none for nothing."
    )
    redis_tls_key: Path | None = Field(
        None, description="File with the private key of that certificate, without a passphrase."
    )
    data_dir: Path = Field(
        Path("bookingopt-data"), description="Folder of the file that is used without `REDIS_URL`."
    )
    data_max_bytes: int | None = Field(
        None, ge=1_000_000, description="Most bytes of that file; none for no limit."
    )
    queue_secret: SecretStr | None = Field(
        None,
        min_length=SHORTEST_SECRET,
        description="Signs the messages of the queue; required with `REDIS_URL`, the same everywhere.",
    )
    max_queued_jobs_per_user: int = Field(3, ge=1, description="Queued and running jobs of one user.")
    job_result_ttl: Seconds = Field(3600.0, description="Seconds a finished job is kept.")
    job_max_attempts: int = Field(
        3, ge=1, le=100, description="Times that a job is lost with its worker before it has failed."
    )
    job_lease: Seconds = Field(15.0, description="Seconds of silence after which a worker has lost its job.")
    worker_beat: Seconds = Field(
        1.0, description="Seconds between two signs of life of a job; at most a third of `JOB_LEASE`."
    )
    job_redelivery: Seconds = Field(
        30.0, description="Seconds after which a job that is in no queue is delivered again."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Lowest level that is logged."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is inherited
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments, then the environment, then the files that the environment names."""
        return init_settings, env_settings, NamedFiles(settings_cls)

    @model_validator(mode="after")
    def _check_folder(self) -> Self:
        if self.redis_url is None and (fault := _fault_of_folder(self.data_dir)) is not None:
            raise wrong(f"DATA_DIR: {fault}; name a folder that this user may write, or set REDIS_URL")
        return self

    @model_validator(mode="after")
    def _check_way_to_redis(self) -> Self:
        """Refuse TLS files that are unused or unusable, and a second password."""
        url = "" if self.redis_url is None else self.redis_url.get_secret_value()
        if self.redis_password is not None and (not url or has_password(url)):
            what = "REDIS_URL has one already" if url else "there is no REDIS_URL that it belongs to"
            raise wrong(f"REDIS_PASSWORD: {what}; set the address without a password, or take this one away")
        unused = [f"redis_tls_{name}".upper() for name, path in asdict(self.tls).items() if path is not None]
        if unused and not url.startswith(TLS_SCHEME):
            remedy = f"write {TLS_SCHEME} in REDIS_URL, or take it away"
            raise wrong(f"{unused[0]}: used only where REDIS_URL begins with {TLS_SCHEME}; {remedy}")
        if (fault := self.tls.fault()) is not None:
            raise wrong(fault)
        return self

    @model_validator(mode="after")
    def _check_beat(self) -> Self:
        """Refuse a heartbeat interval so long that one late or lost beat would cost a worker its job."""
        longest_ms = self.rules.lease_ms // _BEATS_OF_A_LEASE
        if round(self.worker_beat * 1000) > longest_ms:
            what = f"more than a third of JOB_LEASE, which is {self.job_lease}"
            remedy = f"set it to {longest_ms / 1000} or less, or JOB_LEASE to more"
            raise wrong(f"WORKER_BEAT: {what}: workers would lose jobs that they do; {remedy}")
        return self

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        """Refuse a server without a secret, and in production every secret that is easy to guess."""
        if self.redis_url is not None and self.queue_secret is None:
            raise wrong("QUEUE_SECRET: needed with REDIS_URL, the same in every process")
        if self.environment == "production":
            secrets = {
                name: getattr(self, name) for name in type(self).model_fields if name.endswith(_SECRET)
            }
            weak = [
                name.upper()
                for name, secret in secrets.items()
                if secret is not None and is_guessable(secret.get_secret_value())
            ]
            if weak:
                what = f"too easy to guess for ENVIRONMENT=production; {STRONG_REMEDY}"
                raise wrong("\n".join(f"{name}: {what}" for name in weak))
        return self

    @property
    def url(self) -> str:
        """Address of the ledger and its queue, with the password and the files for TLS."""
        if self.redis_url is not None:
            password = None if self.redis_password is None else self.redis_password.get_secret_value()
            return complete_address(self.redis_url.get_secret_value(), password, self.tls)
        return f"sqlite:///{self.data_dir / 'jobs.db'}"

    @property
    def tls(self) -> RedisTls:
        """Files by which this process and the Redis at `redis_url` trust each other."""
        return RedisTls(self.redis_tls_ca, self.redis_tls_certificate, self.redis_tls_key)

    @property
    def queue_signature(self) -> str | None:
        """Secret that signs the messages of the queue; None for a file, whose queue makes its own."""
        return None if self.queue_secret is None else self.queue_secret.get_secret_value()

    @property
    def rules(self) -> LedgerRules:
        """Rules of the ledger."""
        return LedgerRules(
            lease_seconds=self.job_lease,
            redeliver_seconds=self.job_redelivery,
            max_attempts=self.job_max_attempts,
            result_ttl_seconds=self.job_result_ttl,
            max_open_jobs_per_user=self.max_queued_jobs_per_user,
        )


class NamedFiles(PydanticBaseSettingsSource):
    """Reads values from files: the variable named after the setting plus ``_FILE`` holds the path."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the signature is inherited
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Return the content of the file of one setting; None if the environment names no file.

        Raises
        ------
        UnreadableFile
            If the file cannot be read; names the variable.
        """
        variable = f"{field_name.upper()}{_SUFFIX}"
        if (path := os.environ.get(variable)) is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except OSError as error:
            raise UnreadableFile(f"{variable}: {path} cannot be read: {error.strerror}") from None
        except ValueError:
            raise UnreadableFile(f"{variable}: {path} holds something that is not text in UTF-8") from None

    def __call__(self) -> dict[str, Any]:
        """Return every setting that is in a file."""
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(field, name)[0] for name, field in fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def read_settings(kind: type[_Settings], program: str) -> _Settings:
    """Return the settings of this process.

    Parameters
    ----------
    kind
        Class of the settings.
    program
        Name of the program, for the message.

    Raises
    ------
    SystemExit
        If a value is wrong or a file cannot be read; names the setting and never the value.
    """
    try:
        return kind()
    except ValidationError as error:
        faults = [_line(fault) for fault in error.errors()]
        raise SystemExit("\n".join([f"{program}: these settings are wrong", *faults])) from None
    except UnreadableFile as error:
        raise SystemExit(f"{program}: {error}") from None


def _line(fault: ErrorDetails) -> str:
    message = fault["msg"]
    if fault["type"] == "too_short":  # pydantic counts the characters of a secret as items
        message = f"needs {fault['ctx']['min_length']} characters or more; {STRONG_REMEDY}"
    return f"{'.'.join(map(str, fault['loc'])).upper()}: {message}" if fault["loc"] else message


def _fault_of_folder(folder: Path) -> str | None:
    """Return why no file can be created in a folder that exists or would be made; None if one can."""
    there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
    if not there.is_dir():
        return "it is, or is inside of, something that is no folder"
    return None if os.access(there, os.W_OK | os.X_OK) else "it cannot be written"
