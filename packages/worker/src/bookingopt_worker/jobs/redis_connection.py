"""The way to Redis: bounded, impatient, and with one language for everything that goes wrong on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import (
    ConnectionError as RedisConnectionError,
)
from redis.exceptions import (
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)
from redis.exceptions import (
    TimeoutError as RedisTimeoutError,
)
from redis.retry import Retry

from bookingopt_worker.jobs.errors import StoreFull, StoreUnavailable
from bookingopt_worker.jobs.opening import REDIS_SCHEMES

CONNECT_SECONDS = 2.0
"""Patience for a connection to be made."""
ANSWER_SECONDS = 5.0
"""Patience for an answer; also bounds the blocking reads of the queue."""
_POOL_SECONDS = 1.0

# Redis answers with these while it cannot write or is not ready.
_NOT_NOW = ("MISCONF", "LOADING", "BUSY", "MASTERDOWN", "NOREPLICAS", "NOAUTH", "NOPERM")


def connect_redis(url: str, *, max_connections: int = 32) -> Redis:
    """Return a client that connects when it is first used.

    Nothing is repeated behind the caller's back: whoever repeats a step of the ledger must know it.

    Parameters
    ----------
    url
        ``redis://``, ``rediss://`` or ``unix://`` address, with the password if there is one.
    max_connections
        Most connections at once; whoever needs one more waits a second and is then refused.
    """
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=max_connections,
        timeout=_POOL_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=15,
    )
    return Redis(connection_pool=pool)


def fault_of_address(url: str) -> str | None:
    """Return what is wrong with the address of a Redis; None if nothing is.

    Nothing of the address is in it: where a password is not escaped, any part may be a piece of that.

    Parameters
    ----------
    url
        What is meant to be a ``redis://``, ``rediss://`` or ``unix://`` address.
    """
    if not url.startswith(REDIS_SCHEMES):
        return f"it begins with none of {', '.join(REDIS_SCHEMES)}"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "its host or its port cannot be read"
    path = parts.path.removeprefix("/")
    if parts.scheme == "unix":
        if not path:
            return "it names no socket"
    elif path and not (path.isascii() and path.isdigit()):
        # The client would take database 0 for any other word.
        return "its database is no number"
    try:
        connect_redis(url).connection_pool.make_connection()
    except (ValueError, TypeError, RedisConnectionError):
        return "what follows its ? is not known to the client"
    return None


@contextmanager
def answers_of_redis() -> Iterator[None]:
    """Raise what Redis refuses as an error of the ledger; no address and no data in its message.

    Raises
    ------
    StoreFull
        If its memory is used up.
    StoreUnavailable
        If it gives no answer, or cannot write.
    """
    try:
        yield
    except OutOfMemoryError as error:
        raise StoreFull("the job store has no room for another job") from error
    except (RedisConnectionError, RedisTimeoutError, ReadOnlyError) as error:
        raise StoreUnavailable(f"the job store gives no answer ({type(error).__name__})") from error
    except ResponseError as error:
        if not str(error).startswith(_NOT_NOW):
            raise
        raise StoreUnavailable(f"the job store cannot write ({str(error).split()[0]})") from error
