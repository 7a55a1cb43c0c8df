from __future__ import annotations

from bookingopt_worker.incumbents import LARGEST_BYTES, Draft, Teller

SMALL, LARGE = 200_000, 8_000_000


class Clock:
    """Goes when it is told to."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time

    def draft(self, document: bytes | None, seconds: float = 0.0) -> Draft:
        """Return a draft that takes so long."""

        def write() -> bytes | None:
            self.time += seconds
            return document

        return write


def test_the_first_plan_of_a_small_hotel_is_told_at_once_the_next_a_second_later() -> None:
    """A solver that gets stuck then has told it: it may never ask whether it must stop."""
    clock, told = Clock(), list[bytes]()
    teller = Teller(told.append, SMALL, clock)
    for document in (b"1", b"2", b"3"):
        teller.offer(clock.draft(document))
    assert told == [b"1"]
    clock.time = 1.0
    teller.tell_if_due()
    assert told == [b"1", b"3"], "the latest"
    clock.time = 9.0
    teller.tell_if_due()
    assert told == [b"1", b"3"], "each once"


def test_the_first_plan_of_a_large_hotel_waits_until_it_costs_a_sixth_of_the_time() -> None:
    clock, told = Clock(), list[bytes]()
    teller = Teller(told.append, LARGE, clock)
    teller.offer(clock.draft(b"1"))
    clock.time = 39.9
    teller.tell_if_due()
    assert told == []
    clock.time = 40.0
    teller.tell_if_due()
    assert told == [b"1"]


def test_what_a_document_has_cost_decides_when_the_next_is_told() -> None:
    clock, told = Clock(), list[bytes]()
    teller = Teller(told.append, 0, clock)
    teller.offer(clock.draft(b"1", seconds=3.0))
    clock.time = 17.9
    teller.offer(clock.draft(b"2"))
    assert told == [b"1"]
    clock.time = 18.0
    teller.tell_if_due()
    assert told == [b"1", b"2"]


def test_what_is_no_better_or_too_large_is_not_told() -> None:
    told = list[bytes]()
    teller = Teller(told.append, 0)
    teller.offer(lambda: None)
    Teller(told.append, 0).offer(lambda: b" " * (LARGEST_BYTES + 1))
    assert told == []


def test_after_the_answer_nothing_is_told() -> None:
    told = list[bytes]()
    teller = Teller(told.append, 0)
    teller.close()
    teller.offer(lambda: b"late")
    assert told == []
