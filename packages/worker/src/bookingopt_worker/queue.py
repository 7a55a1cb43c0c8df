"""The messenger: carries the ids of jobs from those who accept them to those who do them.

It may lose a message, or deliver one twice. Neither matters: what is to be done stands in the ledger, the
sweep delivers again what was lost, and a claim on a job that somebody works on is refused. So the queue is
an interface of three calls, and Huey behind it could be replaced.
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

from bookingopt_worker.jobs.errors import StoreError
from bookingopt_worker.jobs.opening import REDIS_SCHEMES, SQLITE_SCHEME, sqlite_path
from bookingopt_worker.jobs.redis_connection import answers_of_redis, connect_redis
from bookingopt_worker.jobs.sqlite_connection import answers_of_sqlite

QUEUE_NAME = "bookingopt_jobs"
"""Only letters, digits and underscores: Huey strips the rest, and two names could become one."""
TASK_NAME = "run_job"
"""Fixed, because a message names its task: a renamed function would lose what is under way."""
SHORTEST_SECRET = 16
"""Characters of the secret that messages are signed with."""

STOP_SECONDS = 20.0
"""How long a consumer that is told to stop lets the jobs in hand go on."""
_HEALTH_SECONDS = 5.0
_POLL_SECONDS = 0.5
_AWAY_SECONDS = 2.0
_WAKE_SECONDS = 1
_TASK = f"{__name__}.{TASK_NAME}"


class JobQueue(Protocol):
    """Carries ids of jobs; at most once, in the order of delivery."""

    def deliver(self, job_id: str) -> bool:
        """Put a job into the queue; false if that was not possible: the sweep will do it later."""
        ...

    def waiting(self) -> list[str]:
        """Return the jobs whose messages are in the queue, the next one first.

        Raises
        ------
        StoreUnavailable
            If the queue gives no answer.
        """
        ...

    def consumer(self, run: Callable[[str], None], workers: int) -> Consumer:
        """Return a consumer whose `run` calls a function with each job, in so many threads.

        It must run in the main thread, because it sets signal handlers: on SIGTERM it lets the jobs in
        hand go on for up to `STOP_SECONDS`, and so on SIGHUP; on SIGINT it does not.
        """
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...


class JobMessages(SignedSerializer):  # type: ignore[misc] # Huey has no types
    """Messages as they are in the queue: the id of a job and a signature, nothing that could be code.

    Parameters
    ----------
    secret
        What the signature is made with; the same in every process.
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
        self._task = huey.task(name=TASK_NAME)(self._run_job)

    def deliver(self, job_id: str) -> bool:
        """Put a job into the queue; false if that was not possible: the sweep will do it later."""
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

    def consumer(self, run: Callable[[str], None], workers: int) -> Consumer:
        """Return a consumer whose `run` calls a function with each job, in so many threads."""
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
        # Huey would begin anew in this process, and forget about the jobs in hand.
        consumer._signal_actions[signal.SIGHUP] = (False, True)  # noqa: SLF001
        return consumer

    def close(self) -> None:
        """Give back every connection."""
        self._huey.storage.close()

    def _run_job(self, job_id: str) -> None:
        if self._run is None:
            raise RuntimeError("this queue has no consumer")
        self._run(job_id)

    def _job_of(self, message: bytes) -> str | None:
        """Return the job of a message; None where somebody else has signed it."""
        try:
            return str(self._huey.serializer.deserialize(bytes(message)).args[0])
        except ValueError:
            return None


def open_queue(url: str, secret: str | None = None, *, max_connections: int = 16) -> JobQueue:
    """Return the queue that belongs to the ledger at an address.

    Parameters
    ----------
    url
        As for `open_store`. The queue of a file is a second file beside it, which holds nothing that
        would have to be kept.
    secret
        What messages are signed with, the same in every process. None beside a file: then one is made,
        and kept in a third file that only its owner can read.
    max_connections
        Most connections to a server at once; one for each worker thread and a few more.

    Raises
    ------
    ValueError
        If the address is of no known kind, or the secret is missing or shorter than 16 characters.
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
            file = str(path.with_suffix(".queue" + path.suffix))
            huey = SqliteHuey(QUEUE_NAME, filename=file, fsync=True, strict_fifo=True, **settings)
        return HueyQueue(huey, answers_of_sqlite)
    if url.startswith(REDIS_SCHEMES):
        pool = connect_redis(url, max_connections=max_connections).connection_pool
        huey = PriorityRedisHuey(QUEUE_NAME, connection_pool=pool, read_timeout=_WAKE_SECONDS, **settings)
        return HueyQueue(huey, answers_of_redis)
    raise ValueError(f"a queue begins with {SQLITE_SCHEME} or {', '.join(REDIS_SCHEMES)}")


def _secret_beside(path: Path) -> str:
    """Return the secret in the file beside a ledger, made by whoever comes first."""
    file = path.with_suffix(".secret")
    draft = path.with_suffix(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
    with answers_of_sqlite():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as written:
                written.write(secrets.token_urlsafe(32))
            try:
                os.link(draft, file)  # all or nothing, and fails where another process was first
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return file.read_text(encoding="ascii").strip()
