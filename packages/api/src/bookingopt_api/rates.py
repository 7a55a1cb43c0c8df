"""Rate limits of callers and addresses, and the headers that report them.

Windows slide: the count of the previous window fades out while the next one fills. The headers are those of
the IETF draft "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers-10).
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from bookingopt_api.rates_memory import CountersInProcess
from job_ledger import StoreUnavailable
from job_ledger.address import REDIS_SCHEMES
from job_ledger.redis_connection import connect_redis

MEMORY = "memory://"
"""Address of counters inside the process: each process counts separately."""
FAILURE_COST = 10
"""A failed authentication counts as this many requests of its address."""
_CONNECTIONS = 16
_RETRY = "Retry-After"
_V6_NETWORK_BITS = 64


class Budget(StrEnum):
    """What requests are counted against."""

    SUBMIT = "submit"
    """New work of a caller: jobs and enquiries."""
    READ = "read"
    """All other requests of a caller."""
    ADDRESS = "address"
    """Every request from one client address, from any caller."""


@dataclass(frozen=True, slots=True)
class RateAnswer:
    """Whether a request may go on.

    Parameters
    ----------
    is_allowed
        Whether every budget had room for it.
    retry_seconds
        Whole seconds after which there is room again, at least 1; 0 if it is allowed.
    headers
        ``RateLimit``, ``RateLimit-Policy`` and, if it is not allowed, ``Retry-After``; empty if the request
        was not counted.
    """

    is_allowed: bool
    retry_seconds: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    def after(self, earlier: RateAnswer) -> RateAnswer:
        """Return this answer combined with an earlier one for the same request."""
        names = dict.fromkeys([*earlier.headers, *self.headers])
        headers = {
            name: ", ".join(part.headers[name] for part in (earlier, self) if name in part.headers)
            for name in names
            if name != _RETRY
        }
        wait = max(earlier.retry_seconds, self.retry_seconds)
        if wait:
            headers[_RETRY] = str(wait)
        return RateAnswer(earlier.is_allowed and self.is_allowed, wait, headers)


UNCOUNTED = RateAnswer(is_allowed=True)
"""The answer if the counters are not available and the request may go on nevertheless."""


def read_rate(text: str) -> RateLimitItem:
    """Return the rate in a text such as ``30/minute`` or ``20/second``.

    Raises
    ------
    ValueError
        If the text is not a rate.
    """
    try:
        item = parse(text)
    except ValueError:
        raise ValueError(f"{text!r} is no rate; write it like 30/minute or 20/second") from None
    if item.amount < 1:
        raise ValueError(f"{text!r} allows nothing; a rate is at least 1")
    return item


class Rates:
    """The counters of requests. Every method may be called from any thread.

    Parameters
    ----------
    rates
        Each budget's rate, such as ``30/minute``.
    url
        ``memory://``, or a ``redis://``, ``rediss://`` or ``unix://`` address. Not the ledger's own server:
        counters may be evicted, jobs must not be.

    Raises
    ------
    ValueError
        If a rate or the address is not valid.
    """

    def __init__(self, rates: Mapping[Budget, str], url: str = MEMORY) -> None:
        self._items = {budget: read_rate(rates[budget]) for budget in Budget}
        self._may_block = url != MEMORY
        self._limiter = SlidingWindowCounterRateLimiter(_open_counters(url))

    @property
    def may_block(self) -> bool:
        """Whether counting contacts a server, and so must not run in the event loop."""
        return self._may_block

    def spend(self, budget: Budget, whose: str, *, is_write: bool) -> RateAnswer:
        """Count a request against a budget and return whether it may go on.

        Parameters
        ----------
        budget
            The budget.
        whose
            A user, or what `address_key` returns.
        is_write
            Whether the request changes anything: then it is refused if it cannot be counted.

        Raises
        ------
        StoreUnavailable
            If the counters do not answer and the request is a write.
        """
        item = self._items[budget]
        try:
            is_allowed = self._limiter.hit(item, budget, whose)
            reset, remaining = self._limiter.get_window_stats(item, budget, whose)
        except StorageError as error:
            if is_write:
                raise StoreUnavailable("the counters of requests give no answer") from error
            return UNCOUNTED
        seconds = max(math.ceil(reset - time.time()), 1)
        headers = {
            "RateLimit-Policy": f'"{budget}";q={item.amount};w={item.get_expiry()}',
            "RateLimit": f'"{budget}";r={remaining if is_allowed else 0};t={seconds}',
        }
        if is_allowed:
            return RateAnswer(is_allowed=True, headers=headers)
        return RateAnswer(is_allowed=False, retry_seconds=seconds, headers={**headers, _RETRY: str(seconds)})

    def charge_failure(self, whose: str) -> None:
        """Count a failed authentication against an address; do nothing if the counters do not answer."""
        item = self._items[Budget.ADDRESS]
        try:
            for _ in range(min(FAILURE_COST, item.amount)):
                if not self._limiter.hit(item, Budget.ADDRESS, whose):
                    return
        except StorageError:
            return


def address_key(address: str | None) -> str:
    """Return the name under which an address is counted: itself, or the IPv6 network it belongs to.

    One client may own a whole IPv6 network.

    Parameters
    ----------
    address
        Address of the client, after the trusted proxies; None if the connection has none.
    """
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _V6_NETWORK_BITS), strict=False))


def _open_counters(url: str) -> Storage:
    if url == MEMORY:
        return CountersInProcess(wrap_exceptions=True)
    if url.startswith(REDIS_SCHEMES):
        from limits.storage import RedisStorage

        pool = connect_redis(url, max_connections=_CONNECTIONS).connection_pool
        return RedisStorage(url, connection_pool=pool, key_prefix="bookingopt:rate", wrap_exceptions=True)
    raise ValueError(f"counters of requests are kept at {MEMORY} or {', '.join(REDIS_SCHEMES)}")
