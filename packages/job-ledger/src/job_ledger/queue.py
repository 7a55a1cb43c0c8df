"""The job queue: carries job ids from the API to the workers.

It may lose a message, or deliver one twice. Neither matters: the ledger holds the jobs, the sweep delivers
lost ones again, and a claim on a job that another worker has is refused. So the queue is a small interface,
and Huey behind it could be replaced.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from huey import Huey, PriorityRedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import SignedSerializer

from job_ledger.address import REDIS_SCHEMES, SQLITE_SCHEME, sqlite_path
from job_ledger.errors import StoreError
from job_ledger.redis_connection import answers_of_redis, connect_redis
from job_ledger.sqlite_connection import answers_of_sqlite

QUEUE_NAME = "bookingopt_jobs"
"""Only letters, digits and underscores: Huey strips the rest, and two names could become one."""
TASK_NAME = "run_job"
"""Fixed, because messages name their task: after a rename, those already in the queue would be lost."""
SHORTEST_SECRET = 16
"""Minimum length of the secret that signs messages."""

STOP_SECONDS = 20.0
"""How long a stopping consumer lets the jobs in hand continue."""
_HEALTH_SECONDS = 5.0
_POLL_SECONDS = 0.5
_AWAY_SECONDS = 2.0
_WAKE_SECONDS = 1
_TASK = f"{__name__}.{TASK_NAME}"


class JobQueue(Protocol):
    """Carries ids of jobs; each at most once, in the order of delivery."""

    def deliver(self, job_id: str) -> bool:
        """Put a job into the queue; return False if that failed: the sweep delivers it later."""
        ...

    def waiting(self) -> list[str]:
        """Return the jobs whose messages are in the queue, the next one first.

        Raises
        ------
        StoreUnavailable
            If the queue does not answer.
        """
        ...

    @property
    def is_stopping(self) -> bool:
        """Whether the consumer of this queue was asked to stop; False without a consumer."""
        ...

    def consumer(self, run: Callable[[str], None], workers: int) -> Consumer:
        """Return a consumer that runs a function for each job, in `workers` threads.

        It must run in the main thread, because it sets signal handlers. On SIGTERM and SIGHUP it lets the
        jobs in hand continue for up to `STOP_SECONDS`; on SIGINT it does not.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class JobMessages(SignedSerializer):  # type: ignore[misc] # Huey has no types
    """Messages in the queue: a job id and a signature, nothing that could be executed.

    Parameters
    ----------
    secret
        The signing secret; the same in every process.
    """

    def __init__(self, secret: str) -> None:
        super().__init__(secret=secret, salt=QUEUE_NAME)

    def _serialize(self, data: Message) -> bytes:
        signed: bytes = self._sign(json.dumps(data.args[0]).encode())
        return signed

    def _deserialize(self, data: bytes) -> Message:
        job_id = json.loads(self._unsign(data))
        return Message(id=job_id, name=_TASK, retries=0, retry_delay=0, args=(job_id,), kwargs={})


class HueyQueue:
    """The queue in Huey.

    Parameters
    ----------
    huey
        A Huey that stores no results.
    answers
        Turns the errors of its storage into those of the ledger.
    """

    def __init__(self, huey: Huey, answers: Callable[[], AbstractContextManager[None]]) -> None:
        self._huey = huey
        self._answers = answers
        self._run: Callable[[str], None] | None = None
        self._consumer: Consumer | None = None
        self._task = huey.task(name=TASK_NAME)(self._run_job)

    def deliver(self, job_id: str) -> bool:
        """Put a job into the queue; return False if that failed: the sweep delivers it later."""
        try:
            with self._answers():
                self._task(job_id)
        except StoreError:
            return False
        return True

    def waiting(self) -> list[str]:
        """Return the jobs whose messages are in the queue, the next one first."""
        with self._answers():
            messages = self._huey.storage.enqueued_items()
        return [job_id for message in messages if (job_id := self._job_of(message)) is not None]

    @property
    def is_stopping(self) -> bool:
        """Whether the consumer of this queue was asked to stop; False without a consumer."""
        return self._consumer is not None and self._consumer.stop_flag.is_set()

    def consumer(self, run: Callable[[str], None], workers: int) -> Consumer:
        """Return a consumer that runs a function for each job, in `workers` threads."""
        self._run = run
        consumer: Consumer = self._huey.create_consumer(
            workers=workers,
            worker_type="thread",
            periodic=False,
            scheduler_interval=60,
            initial_delay=0.1,
            max_delay=_AWAY_SECONDS if self._huey.storage.blocking else _POLL_SECONDS,
            health_check_interval=_HEALTH_SECONDS,
            graceful_signal="TERM",
            shutdown_timeout=STOP_SECONDS,
        )
        # Huey would restart in this process, and lose track of the jobs in hand.
        consumer._signal_actions[signal.SIGHUP] = (False, True)  # noqa: SLF001
        self._consumer = consumer
        return consumer

    def close(self) -> None:
        """Close every connection."""
        self._huey.storage.close()

    def _run_job(self, job_id: str) -> None:
        if self._run is None:
            raise RuntimeError("this queue has no consumer")
        self._run(job_id)

    def _job_of(self, message: bytes) -> str | None:
        """Return the job of a message; None if its signature is wrong."""
        try:
            return str(self._huey.serializer.deserialize(bytes(message)).args[0])
        except ValueError:
            return None


def open_queue(url: str, secret: str | None = None, *, max_connections: int = 16) -> JobQueue:
    """Return the queue that belongs to the ledger at an address.

    Parameters
    ----------
    url
        As for `open_store`. The queue of a file is a second file beside it, which need not be backed up.
    secret
        The secret that signs messages, the same in every process. None is allowed for a file: then a secret
        is made, and kept in a third file that only its owner can read.
    max_connections
        Most connections to a server at once; one for each worker thread and a few more.

    Raises
    ------
    ValueError
        If the address is of an unknown kind, or the secret is missing or shorter than 16 characters.
    StoreUnavailable
        If a file cannot be opened.
    """
    path = sqlite_path(url)
    if secret is None and path is not None:
        secret = _secret_beside(path)
    if secret is None or len(secret) < SHORTEST_SECRET:
        raise ValueError(f"the secret of the queue must have at least {SHORTEST_SECRET} characters")
    settings = {"results": False, "serializer": JobMessages(secret)}
    if path is not None:
        with answers_of_sqlite():
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.with_suffix(".queue" + path.suffix)
            file.touch(mode=0o600)  # SQLite copies this mode to its other files
            if file.stat().st_uid == os.geteuid():
                file.chmod(0o600)  # an earlier version let every user read it
            huey = SqliteHuey(QUEUE_NAME, filename=str(file), fsync=True, strict_fifo=True, **settings)
        return HueyQueue(huey, answers_of_sqlite)
    if url.startswith(REDIS_SCHEMES):
        pool = connect_redis(url, max_connections=max_connections).connection_pool
        huey = PriorityRedisHuey(QUEUE_NAME, connection_pool=pool, read_timeout=_WAKE_SECONDS, **settings)
        return HueyQueue(huey, answers_of_redis)
    raise ValueError(f"a queue begins with {SQLITE_SCHEME} or {', '.join(REDIS_SCHEMES)}")


def _secret_beside(path: Path) -> str:
    """Return the secret in the file beside a ledger; the first process makes it."""
    file = path.with_suffix(".secret")
    draft = path.with_suffix(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
    with answers_of_sqlite():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as written:
                written.write(secrets.token_urlsafe(32))
            try:
                os.link(draft, file)  # atomic, and fails if another process was first
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text(encoding="ascii").strip()
