"""The settings that every process around one ledger shares, from the environment and from files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bookingopt_worker.jobs.redis_connection import fault_of_address
from bookingopt_worker.jobs.rules import LedgerRules
from bookingopt_worker.jobs.secret_strength import SHORTEST_STRONG, is_guessable
from bookingopt_worker.queue import SHORTEST_SECRET

Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
"""A duration above 0, at most a day."""

_BEATS_OF_A_LEASE = 3
_SUFFIX = "_FILE"
_SECRET = "_secret"  # noqa: S105 - how the names of secrets end
STRONG_REMEDY = f"take {SHORTEST_STRONG} characters or more from chance, as of: openssl rand -hex 32"
"""What to do about a secret that is missing or weak."""
_Settings = TypeVar("_Settings", bound="LedgerSettings")


def wrong(message: str) -> PydanticCustomError:
    """Return the error for settings that do not go together; the message begins with the name of one."""
    return PydanticCustomError("settings", "{message}", {"message": message})


def check_redis_address(url: str) -> str:
    """Return an address of a Redis as it is.

    Raises
    ------
    PydanticCustomError
        If it is none; says what is wrong and shows nothing of it.
    """
    if (fault := fault_of_address(url)) is None:
        return url
    remedy = "write redis://USER:PASSWORD@HOST:PORT/NUMBER, with %XX for special characters of the password"
    raise wrong(f"no address of a Redis: {fault}; {remedy}")


def _check_secret_address(url: SecretStr) -> SecretStr:
    check_redis_address(url.get_secret_value())
    return url


RedisAddress = Annotated[SecretStr, AfterValidator(_check_secret_address)]
"""An address of a Redis, which may have its password in it."""


class UnreadableFile(Exception):
    """A file that the environment names cannot be read; the message names the variable."""


class LedgerSettings(BaseSettings):
    """What a process around the ledger can be told; each name in capitals is a variable of the environment.

    A secret may be in a file instead: ``QUEUE_SECRET_FILE`` holds its path, and so for every other name.
    The word ``none`` stands for no value. Variables of no meaning here are left to others.
    """

    model_config = SettingsConfigDict(
        case_sensitive=False, extra="ignore", hide_input_in_errors=True, env_parse_none_str="none"
    )

    environment: Literal["local", "production"] = Field(
        "local",
        description="`production` refuses to start with authentication off, or a secret missing or weak.",
    )
    redis_url: RedisAddress | None = Field(
        None, description="Address of Redis or Valkey, with its password; without it a file is used."
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
        3, ge=1, le=100, description="A job that was lost with its worker so many times has failed."
    )
    job_lease: Seconds = Field(15.0, description="A worker silent for so many seconds has lost its job.")
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
        """Look at arguments, then the environment, then the files that the environment names."""
        return init_settings, env_settings, NamedFiles(settings_cls)

    @model_validator(mode="after")
    def _check_folder(self) -> Self:
        if self.redis_url is None and (fault := _fault_of_folder(self.data_dir)) is not None:
            raise wrong(f"DATA_DIR: {fault}; name a folder that this user may write, or set REDIS_URL")
        return self

    @model_validator(mode="after")
    def _check_beat(self) -> Self:
        """Refuse a pause in which a worker would lose a job that it does: a beat may be late, or be lost."""
        longest_ms = self.rules.lease_ms // _BEATS_OF_A_LEASE
        if round(self.worker_beat * 1000) > longest_ms:
            what = f"more than a third of JOB_LEASE, which is {self.job_lease}"
            remedy = f"set it to {longest_ms / 1000} or less, or JOB_LEASE to more"
            raise wrong(f"WORKER_BEAT: {what}: workers would lose jobs that they do; {remedy}")
        return self

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        """Refuse a server without a secret, and in production every secret that somebody could guess."""
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
        """Address of the ledger and its queue."""
        if self.redis_url is not None:
            return self.redis_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'jobs.db'}"

    @property
    def queue_signature(self) -> str | None:
        """What the messages of the queue are signed with; None beside a file, which has one of its own."""
        return None if self.queue_secret is None else self.queue_secret.get_secret_value()

    @property
    def rules(self) -> LedgerRules:
        """The numbers that the ledger goes by."""
        return LedgerRules(
            lease_seconds=self.job_lease,
            redeliver_seconds=self.job_redelivery,
            max_attempts=self.job_max_attempts,
            result_ttl_seconds=self.job_result_ttl,
            max_open_jobs_per_user=self.max_queued_jobs_per_user,
        )


class NamedFiles(PydanticBaseSettingsSource):
    """Values in files whose paths are in the environment, under the name of the setting and ``_FILE``."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the signature is inherited
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Return the content of the file of one setting; None if the environment names none.

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
            raise UnreadableFile(f"{variable}: {path} holds something that is no text in UTF-8") from None

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
        The settings of the program.
    program
        Its name, for the message.

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
    if fault["type"] == "too_short":  # pydantic counts the letters of a secret as items
        message = f"needs {fault['ctx']['min_length']} characters or more; {STRONG_REMEDY}"
    return f"{'.'.join(map(str, fault['loc'])).upper()}: {message}" if fault["loc"] else message


def _fault_of_folder(folder: Path) -> str | None:
    """Return why no file can be kept in a folder, which is there or would be made; None if one can."""
    there = next(place for place in (folder, *folder.parents) if os.path.lexists(place))
    if not there.is_dir():
        return "it is, or is inside of, something that is no folder"
    return None if os.access(there, os.W_OK | os.X_OK) else "it cannot be written"
