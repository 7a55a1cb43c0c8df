"""Connections to Redis: limited in number, with short timeouts, and errors translated to the ledger's."""

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

from job_ledger.address import REDIS_SCHEMES
from job_ledger.errors import StoreFull, StoreUnavailable

CONNECT_SECONDS = 2.0
"""Timeout for making a connection."""
ANSWER_SECONDS = 5.0
"""Timeout for an answer; also the upper bound of a blocking read of the queue."""
_POOL_SECONDS = 1.0

# Prefixes of the errors that Redis returns while it cannot write or is not ready.
_LAYOUT = "LAYOUT "
_NOT_NOW = ("MISCONF", "LOADING", "BUSY", "MASTERDOWN", "NOREPLICAS", "NOAUTH", "NOPERM")


def connect_redis(url: str, *, max_connections: int = 32) -> Redis:
    """Return a client that connects when it is first used.

    It does not retry: only the caller knows whether an operation of the ledger may be repeated.

    Parameters
    ----------
    url
        ``redis://``, ``rediss://`` or ``unix://`` address, with the password if there is one.
    max_connections
        Most connections at once. A caller that needs one more waits a second and then gets an error.
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
    """Return what is wrong with a Redis address; None if it is valid.

    The message quotes no part of the address: if a password is not escaped, any part may belong to it.

    Parameters
    ----------
    url
        A string that should be a ``redis://``, ``rediss://`` or ``unix://`` address.
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
        # The client would read any other word as database 0.
        return "its database is not a number"
    try:
        connect_redis(url).connection_pool.make_connection()
    except (ValueError, TypeError, RedisConnectionError):
        return "what follows its ? is not known to the client"
    return None


@contextmanager
def answers_of_redis() -> Iterator[None]:
    """Turn errors of Redis into errors of the ledger, with neither address nor data in the message.

    Raises
    ------
    StoreFull
        If its memory is used up.
    StoreUnavailable
        If it does not answer, or cannot write.
    """
    try:
        yield
    except OutOfMemoryError as error:
        raise StoreFull("the job store has no room for another job") from error
    except (RedisConnectionError, RedisTimeoutError, ReadOnlyError) as error:
        raise StoreUnavailable(f"the job store gives no answer ({type(error).__name__})") from error
    except ResponseError as error:
        if str(error).startswith(_LAYOUT):
            raise StoreUnavailable(
                f"the job store has layout {str(error).split()[1]}, which this program does not know:"
                " update the program, or give it another database"
            ) from error
        if not str(error).startswith(_NOT_NOW):
            raise
        raise StoreUnavailable(f"the job store cannot write ({str(error).split()[0]})") from error
