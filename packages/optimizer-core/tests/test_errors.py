"""Errors carry faults with places, whole across process borders."""

from collections.abc import Callable
from typing import Any

import pytest

from optimizer_core.errors import (
    BackendError,
    BackendUnavailable,
    BookingOptError,
    Fault,
    InvalidAnswer,
    InvalidDocument,
    InvalidInput,
    InvalidProblem,
    NoCapableBackend,
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (("stays", 3, "current_room"), "stays[3].current_room: wrong"),
        (("rooms",), "rooms: wrong"),
        ((0, "a"), "[0].a: wrong"),
        ((), "wrong"),
    ],
)
def test_a_fault_reads_as_a_path_and_a_sentence(place: tuple[str | int, ...], text: str) -> None:
    assert str(Fault(place, "wrong")) == text


@pytest.mark.parametrize("kind", [InvalidInput, InvalidProblem, InvalidDocument])
def test_all_faults_cross_a_process_border(
    kind: type[InvalidInput], across_a_process_border: Callable[[Any], Any]
) -> None:
    error = across_a_process_border(kind(Fault(("rooms", row), "wrong") for row in range(2)))
    assert type(error) is kind
    assert [fault.place for fault in error.faults] == [("rooms", 0), ("rooms", 1)]
    assert str(error) == "rooms[0]: wrong\nrooms[1]: wrong"


def test_one_except_clause_catches_everything_on_purpose() -> None:
    for kind in (InvalidInput, BackendError, BackendUnavailable, NoCapableBackend, InvalidAnswer):
        assert issubclass(kind, BookingOptError)
    assert issubclass(InvalidInput, ValueError)
