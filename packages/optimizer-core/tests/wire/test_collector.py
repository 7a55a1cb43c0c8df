"""The collector is off while a document is read, and on again afterwards."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire import collector, load_problem, load_result, parse, read_problem, to_problem
from optimizer_core.wire.collector import collector_off


@pytest.fixture(autouse=True)
def _collector_on() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_it_is_off_inside_only() -> None:
    with collector_off():
        assert not gc.isenabled()
        with collector_off():
            assert not gc.isenabled()
        assert not gc.isenabled(), "the outer reader still reads"
    assert gc.isenabled()


def test_it_is_on_again_after_an_error() -> None:
    with pytest.raises(LookupError), collector_off():
        raise LookupError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with collector_off():
        pass
    assert not gc.isenabled()


def test_it_stays_off_until_the_last_of_several_threads_has_ended() -> None:
    both, done = Barrier(2, timeout=10), Barrier(2, timeout=10)

    def read() -> None:
        with collector_off():
            both.wait()
            done.wait()

    other = Thread(target=read)
    other.start()
    with collector_off():
        both.wait()
    assert not gc.isenabled(), "the other thread still reads"
    done.wait()
    other.join()
    assert gc.isenabled()


def test_readers_that_follow_each_other_do_not_keep_it_off_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a flood of documents would keep the collector off, and memory would grow."""
    monkeypatch.setattr(collector, "LONGEST_SECONDS", -1.0)
    first, late = collector_off(), collector_off()
    with first:
        late.__enter__()
    assert gc.isenabled(), "the late one does not count"
    late.__exit__(None, None, None)
    assert gc.isenabled()


@pytest.mark.parametrize("read", [load_problem, read_problem, parse, load_result])
def test_documents_are_read_without_it(
    read: Callable[[bytes], object], document: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one collection begins, though there are more objects than the collector waits for."""
    document["Reservations"] = [
        {"Id": row, "Arrival": "2026-05-01", "Length": 1, "RoomType": "A"} for row in range(3000)
    ]
    content = json.dumps(document).encode()
    begun: list[str] = []
    gc.collect()
    monkeypatch.setattr(gc, "callbacks", [lambda phase, _info: begun.append(phase)])
    before = list(begun)
    with collector_off():  # the callbacks are called outside too
        try:
            read(content)
        except InvalidDocument:
            assert read is load_result
    assert begun == before


def test_to_problem_needs_no_collector(document: dict[str, Any]) -> None:
    seen: list[bool] = []

    class Watched(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            seen.append(gc.isenabled())
            return super().__iter__()

    read = read_problem(json.dumps(document).encode())
    to_problem(read.model_copy(update={"reservations": Watched(read.reservations)}))
    assert seen
    assert not any(seen)
    assert gc.isenabled()


def test_what_was_read_is_not_gone_through_by_the_next_quick_collection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collector, "MANY_OBJECTS", 1000)
    monkeypatch.setattr(gc, "get_freeze_count", lambda: 0)  # the tests freeze what they load
    gc.collect()
    with collector_off():
        kept = [[number] for number in range(5000)]
    assert len(gc.get_objects(generation=0)) < 5000 <= len(kept)
    assert any(found is kept[0] for found in gc.get_objects(generation=2))


def test_what_is_frozen_stays_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "MANY_OBJECTS", 1000)
    gc.freeze()
    try:
        with collector_off():
            kept = [[number] for number in range(5000)]
        assert gc.get_freeze_count() > 1000
        assert kept
    finally:
        gc.unfreeze()
