from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from job_ledger import StoreUnavailable
from job_ledger.queue import QUEUE_NAME, HueyQueue, JobMessages, JobQueue, open_queue

if TYPE_CHECKING:
    from conftest import RedisServer

SECRET = "a secret of twenty-six letters"  # noqa: S105 - of the tests  # pragma: allowlist secret


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.integration)])
def any_queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JobQueue]:
    """Return an empty queue of each kind."""
    if request.param == "sqlite":
        opened = open_queue(f"sqlite:///{tmp_path / 'jobs.db'}", SECRET)
    else:
        opened = open_queue(request.getfixturevalue("redis_server").url, SECRET)
    yield opened
    opened.close()


def test_jobs_wait_in_the_order_of_their_delivery(any_queue: JobQueue) -> None:
    assert any_queue.waiting() == []
    for job_id in ("b", "a", "c"):
        assert any_queue.deliver(job_id)
    assert any_queue.waiting() == ["b", "a", "c"]


def test_a_consumer_calls_a_function_with_each_job_and_stops_when_told(any_queue: JobQueue) -> None:
    """SIGTERM lets what is in hand end; the consumer runs in the main thread, as the program does."""
    done: list[str] = []

    def run(job_id: str) -> None:
        done.append(job_id)
        if len(done) == 3:
            os.kill(os.getpid(), signal.SIGTERM)

    for job_id in ("a", "b", "c"):
        any_queue.deliver(job_id)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    try:
        any_queue.consumer(run, 1).run()
    finally:
        for number, handler in zip((signal.SIGTERM, signal.SIGINT, signal.SIGHUP), before, strict=True):
            signal.signal(number, handler)
    assert done == ["a", "b", "c"]
    assert any_queue.waiting() == []


def test_a_hangup_does_not_begin_anew(any_queue: JobQueue) -> None:
    """The jobs in hand would be forgotten until their leases run out."""
    consumer = any_queue.consumer(print, 1)
    restarts = {number for number, (restart, _) in consumer._signal_actions.items() if restart}
    assert restarts == set()


def test_a_failing_function_does_not_stop_the_consumer(any_queue: JobQueue) -> None:
    done: list[str] = []

    def run(job_id: str) -> None:
        done.append(job_id)
        if job_id == "a":
            raise RuntimeError("Ann Guest")

    any_queue.consumer(run, 1)
    assert isinstance(any_queue, HueyQueue)
    for job_id in ("a", "b"):
        any_queue.deliver(job_id)
        any_queue._huey.execute(any_queue._huey.dequeue())
    assert done == ["a", "b"]


def test_a_message_holds_the_id_and_a_signature_and_no_pickle(any_queue: JobQueue) -> None:
    assert isinstance(any_queue, HueyQueue)
    any_queue.deliver("an id")
    (message,) = any_queue._huey.storage.enqueued_items()
    assert bytes(message).startswith(b'"an id":')
    assert len(bytes(message)) == len(b'"an id":') + hashlib.sha1().digest_size * 2  # noqa: S324


def test_what_somebody_else_has_signed_is_no_message(any_queue: JobQueue) -> None:
    assert isinstance(any_queue, HueyQueue)
    any_queue.deliver("ours")
    foreign = JobMessages("another secret of that length")
    any_queue._huey.storage.enqueue(foreign._sign(b'"theirs"'), None)
    any_queue._huey.storage.enqueue(b"garbage", None)
    assert any_queue.waiting() == ["ours"]


def test_a_pickle_with_a_wrong_signature_is_not_loaded() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return pytest.fail, ("it was loaded",)

    body = pickle.dumps(Trap())
    forged = body + b":" + hmac.new(b"guess", body, "sha1").hexdigest().encode()
    with pytest.raises(ValueError, match="mismatch"):
        JobMessages(SECRET).deserialize(forged)


def test_even_with_the_secret_a_pickle_is_not_loaded() -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return pytest.fail, ("it was loaded",)

    messages = JobMessages(SECRET)
    with pytest.raises(ValueError, match=r"codec|Expecting"):
        messages.deserialize(messages._sign(pickle.dumps(Trap())))


def test_a_queue_without_a_consumer_does_no_job(queue: JobQueue) -> None:
    assert isinstance(queue, HueyQueue)
    with pytest.raises(RuntimeError, match="no consumer"):
        queue._run_job("a")


def test_a_queue_that_is_away_delivers_later() -> None:
    away = open_queue("unix:///nowhere/redis.sock", SECRET)
    assert not away.deliver("a")
    with pytest.raises(StoreUnavailable):
        away.waiting()
    away.close()


def test_the_name_of_the_queue_is_clean() -> None:
    """Huey strips every other character, and two names could become one."""
    assert QUEUE_NAME.replace("_", "").isalnum()


@pytest.mark.parametrize("secret", [None, "", "too short"])
def test_a_server_needs_a_secret(secret: str | None) -> None:
    with pytest.raises(ValueError, match="at least 16 characters"):
        open_queue("redis://localhost:1/0", secret)


def test_another_address_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:///"):
        open_queue("amqp://localhost", SECRET)


def test_beside_a_file_the_secret_is_made_by_whoever_comes_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'jobs.db'}"
    queues: list[JobQueue] = []
    lock = threading.Lock()

    def open_one() -> None:
        opened = open_queue(url)
        with lock:
            queues.append(opened)

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = tmp_path / "new" / "jobs.secret"
    assert len(file.read_text()) >= 32
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir() if "secret-" in path.name] == []
    queues[0].deliver("a")
    assert all(opened.waiting() == ["a"] for opened in queues)
    for opened in queues:
        opened.close()


def test_a_file_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable):
        open_queue(f"sqlite:///{tmp_path / 'file' / 'jobs.db'}")


@pytest.mark.integration
def test_a_killed_server_delivers_later_and_forgets_no_message(redis_server: RedisServer) -> None:
    queue = open_queue(redis_server.url, SECRET)
    assert queue.deliver("a")
    redis_server.kill()
    assert not queue.deliver("b")
    redis_server.start()
    assert queue.waiting() == ["a"]
    queue.close()


def test_the_files_of_a_queue_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Also those that an earlier version has made."""
    (tmp_path / "jobs.queue.db").touch(mode=0o644)
    queue = open_queue(f"sqlite:///{tmp_path / 'jobs.db'}", SECRET)
    queue.deliver("a job")
    files = list(tmp_path.glob("jobs.queue.db*"))
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    queue.close()


def test_a_queue_knows_whether_its_consumer_was_told_to_stop(any_queue: JobQueue) -> None:
    assert not any_queue.is_stopping
    consumer = any_queue.consumer(print, 1)
    assert not any_queue.is_stopping
    consumer.stop_flag.set()
    assert any_queue.is_stopping
