"""The settings of the API, from the environment and from files."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, model_validator

from bookingopt_api.rates import MEMORY
from job_ledger.secret_strength import SHORTEST_STRONG
from job_ledger.settings import (
    STRONG_REMEDY,
    LedgerSettings,
    Seconds,
    check_redis_address,
    read_settings,
    wrong,
)

_RATE = re.compile(r"[1-9][0-9]{0,6}/(second|minute|hour|day)")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Where the API may listen with authentication off."""


def _check_rate(text: str) -> str:
    if not _RATE.fullmatch(text):
        raise wrong("no rate; write it like 30/minute or 20/second, per second, minute, hour or day")
    return text


def _check_counters(url: str) -> str:
    return url if url == MEMORY else check_redis_address(url)


Rate = Annotated[str, AfterValidator(_check_rate)]
Count = Annotated[int, Field(ge=1)]


class ApiSettings(LedgerSettings):
    """Settings of the API; each name in capitals is an environment variable."""

    api_host: str = Field("127.0.0.1", description="Address the API listens on.")
    api_port: int = Field(8000, ge=0, le=65_535, description="Its port; 0 for any that is free.")
    published_address: str | None = Field(
        None, description="Address at which a proxy in front offers the API; none without such a proxy."
    )
    api_workers: int = Field(1, ge=1, le=64, description="Processes that answer requests.")
    authentication: Literal["on", "off"] | None = Field(
        None,
        description="Whether callers need an API key; none for `off` in `local` and `on` in `production`.",
    )
    session_secret: SecretStr | None = Field(
        None,
        min_length=SHORTEST_STRONG,
        description="Signs the sessions of the operator's page; required in `production`.",
    )
    trusted_proxies: str | None = Field(
        None,
        description="Addresses or networks, with commas, whose `X-Forwarded-For` is trusted.",
    )
    rate_limit_url: Annotated[str, AfterValidator(_check_counters)] = Field(
        MEMORY,
        repr=False,  # it may contain a password
        description="Where requests are counted: `memory://`, or the address of a Redis.",
    )
    rate_submit: Rate = Field("30/minute", description="Jobs and enquiries that one user may submit.")
    rate_read: Rate = Field("20/second", description="Other requests of one user.")
    rate_address: Rate = Field("40/second", description="Requests from one client address.")
    max_requests: int = Field(
        64, ge=4, le=1000, description="Requests in hand at once in one process; more are refused as `busy`."
    )
    body_timeout: Seconds = Field(20.0, description="Seconds in which the body of a request must arrive.")
    api_grace: float = Field(
        0.0, ge=0, le=600,
        description="Seconds after a signal to stop in which the API still takes requests and is not ready.",
    )  # fmt: skip
    api_drain: Seconds = Field(20.0, description="Seconds that requests in hand may take after that.")
    max_document_bytes: Count = Field(32_000_000, description="Bytes of a problem document.")
    max_document_depth: Count = Field(8, description="Lists and objects inside each other in a document.")
    max_rooms: Count = Field(1500, description="Rooms of a document.")
    max_reservations: Count = Field(150_000, description="Reservations of a document.")
    max_new_reservations: Count = Field(1000, description="New reservations of a document.")
    max_room_blocks: Count = Field(20_000, description="Blocks of rooms of a document.")
    max_horizon_nights: Count = Field(800, description="Nights of the schedule of a document.")
    max_minimum_stay_nights: Count = Field(
        365, description="Longest minimum stay of a document; never more than 365."
    )
    max_groups: Count = Field(5000, description="Groups that want adjacent rooms.")
    max_adjacencies: Count = Field(20_000, description="Entries in the lists of adjacent rooms.")
    fit_seconds: Seconds = Field(3.0, description="Seconds for an enquiry that is answered at once.")
    fit_max_requests: Count = Field(20, description="Requests of an enquiry that is answered at once.")
    fit_warm: Literal["on", "off"] = Field(
        "on", description="`off` starts what answers enquiries with the first one, which then waits for it."
    )
    hotel_time_zone: str | None = Field(
        None,
        description="Zone, such as `Europe/Paris`, of the page's today; none for that of the machine.",
    )
    audit_log: Path | None = Field(None, description="File of the audit log; none for the standard output.")

    @model_validator(mode="after")
    def _check_entry(self) -> Self:
        """Refuse settings that would admit strangers."""
        if self.environment == "production" and self.authentication == "off":
            raise wrong("AUTHENTICATION: off is for one's own machine, not with ENVIRONMENT=production")
        if self.environment == "production" and self.session_secret is None:
            raise wrong(f"SESSION_SECRET: needed with ENVIRONMENT=production; {STRONG_REMEDY}")
        if not self.is_authentication_on and (self.published_address or self.api_host) not in LOOPBACK:
            name = "API_HOST" if self.published_address is None else "PUBLISHED_ADDRESS"
            remedy = "must be 127.0.0.1 or ::1; or set AUTHENTICATION=on"
            raise wrong(f"{name}: with authentication off it {remedy}")
        return self

    @model_validator(mode="after")
    def _check_counters_are_shared(self) -> Self:
        if self.api_workers > 1 and self.rate_limit_url == MEMORY:
            remedy = (
                "set RATE_LIMIT_URL to the address of a Redis, not of the one of the jobs; or API_WORKERS=1"
            )
            raise wrong(f"RATE_LIMIT_URL: with API_WORKERS above 1 each process would count alone; {remedy}")
        return self

    @model_validator(mode="after")
    def _check_proxies(self) -> Self:
        for proxy in self.proxies:
            try:
                ip_network(proxy)
            except ValueError:
                raise wrong("TRUSTED_PROXIES: holds something that is no address and no network") from None
        return self

    @model_validator(mode="after")
    def _check_zone(self) -> Self:
        try:
            _ = self.hotel_zone
        except (KeyError, OSError, ValueError):  # missing, a folder, outside the database
            raise wrong("HOTEL_TIME_ZONE: is no zone of the IANA time zone database") from None
        return self

    @property
    def hotel_zone(self) -> ZoneInfo | None:
        """The time zone in which the page marks today; None for that of the machine."""
        return None if self.hotel_time_zone is None else ZoneInfo(self.hotel_time_zone)

    @property
    def is_authentication_on(self) -> bool:
        """Whether callers need an API key."""
        chosen = self.authentication or ("on" if self.environment == "production" else "off")
        return chosen == "on"

    @property
    def proxies(self) -> tuple[str, ...]:
        """Addresses and networks whose `X-Forwarded-For` counts."""
        return tuple(part.strip() for part in (self.trusted_proxies or "").split(",") if part.strip())


def load_settings() -> ApiSettings:
    """Return the settings of this process.

    Raises
    ------
    SystemExit
        If a value is wrong or a file cannot be read; names the setting and never the value.
    """
    return read_settings(ApiSettings, "bookingopt-api")
