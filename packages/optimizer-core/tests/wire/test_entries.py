"""How moves, gaps and terms are told."""

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.domain import Gap, Plan, Stay
from optimizer_core.objective import Match, Term, score
from optimizer_core.report import Move, MoveChain, MoveReason
from optimizer_core.wire import LoadedProblem, load_problem
from optimizer_core.wire.entries import chain_entry, move_entry, name_by_row, rows_of, term_entry

MakeStay = Callable[..., Stay]


@pytest.fixture
def loaded(document: dict[str, Any]) -> LoadedProblem:
    document["Reservations"][1] |= {"Id": None, "Name": "Bob Miller"}
    document["Reservations"][2] |= {"Id": ["c", 3]}
    return load_problem(json.dumps(document).encode())


def test_stays_are_called_by_row_and_id_never_by_name(loaded: LoadedProblem) -> None:
    name_of = name_by_row(loaded)
    assert [name_of(stay_id) for stay_id in loaded.stay_ids] == [
        "Reservations[0] (Id 1)",
        "Reservations[1]",
        "Reservations[2]",
        "Reservations[3] (Id 4)",
    ]
    assert name_of("unheard-of") == "an unknown stay"


def test_rows_of_unknown_stays_are_left_out(loaded: LoadedProblem) -> None:
    assert rows_of(loaded, ["4", "unheard-of", "1"]) == [3, 0]


@pytest.mark.parametrize(
    ("reason", "nights", "chain", "text"),
    [
        (
            MoveReason.FILLS_GAP,
            1,
            MoveChain(("1",), Fraction(8), 1),
            "it fills the orphan gap of 1 night in room 102 from 2026-05-04; saves 8 points",
        ),
        (
            MoveReason.LEAVES_GAP,
            4,
            MoveChain(("1", "2"), Fraction(1, 2), 0),
            (
                "its departure closes the gap of 4 nights in room 102 from 2026-05-04; "
                "one of 2 moves that make way for each other and save 0.5 points"
            ),
        ),
        (
            MoveReason.MAKES_PLACE,
            1,
            MoveChain(("1",)),
            "it makes way in room 101 for Reservations[3] (Id 4)",
        ),
        (
            MoveReason.JOINS_GROUP,
            1,
            MoveChain(("1",), Fraction(-2), -1),
            "it comes next to its group; costs 2 points",
        ),
        (
            MoveReason.TAKES_OWN_TYPE,
            1,
            MoveChain(("1", "2"), Fraction(-2), -1),
            (
                "it was in a room of another type than its own; "
                "one of 2 moves that make way for each other and cost 2 points"
            ),
        ),
        (
            MoveReason.ENDS_OVERLAP,
            1,
            MoveChain(("1", "2"), Fraction(0), 0),
            "two stays had the same room; one of 2 moves that make way for each other",
        ),
    ],
)
def test_reasons_in_words(
    loaded: LoadedProblem, stay: MakeStay, reason: MoveReason, nights: int, chain: MoveChain, text: str
) -> None:
    stays = loaded.problem.stays
    mover, taker = stays[loaded.problem.stay_index["1"]], stays[loaded.problem.stay_index["4"]]
    gap = Gap("102", stay("x", 0, 3), stay("y", 3 + nights, 1), 3)
    entry = move_entry(loaded, Move(mover, "101", "102", reason, gap, taker, 0), chain)
    assert entry.reason == text
    assert (entry.reservation, entry.name, entry.id) == (0, "Ann", 1)
    assert entry.closes is not None
    assert (entry.closes.room, entry.closes.nights, entry.closes.minimum_stay) == ("102", nights, 3)


def test_a_chain_without_a_value_says_so() -> None:
    assert chain_entry(MoveChain(("1", "2"))).model_dump(by_alias=False) == {
        "moves": 2,
        "gap_cost_saved": None,
        "orphan_nights_closed": None,
    }


def test_terms_in_points_are_scaled_and_counts_are_not(loaded: LoadedProblem) -> None:
    found = score(loaded.problem, Plan({"1": "101", "4": "102"}))
    assert found.scale == 8
    match = Match(4, ("1", "4"), ("101",), None, 2, "because")
    entry = term_entry(loaded, Term("gaps", (match,)))
    assert (entry.total, entry.matches[0].cost, entry.matches[0].reservations) == (0.5, 0.5, [0, 3])
    entry = term_entry(loaded, Term("upgrades", (match,)))
    assert (entry.total, entry.matches[0].cost) == (4.0, 4.0)
    assert term_entry(loaded, Term("moves", (match,))).matches == []
