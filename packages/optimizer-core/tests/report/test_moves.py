"""Every move has the reason that outweighs the others."""

from collections.abc import Callable
from fractions import Fraction

from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay, current_plan, find_gaps
from optimizer_core.report import Move, MoveChain, MoveReason, explain_moves

MakeStay = Callable[..., Stay]


def explained(
    problem: Problem, before: Plan, after: Plan, *, is_comparable: bool
) -> tuple[tuple[Move, ...], tuple[MoveChain, ...]]:
    gaps = find_gaps(problem, before), find_gaps(problem, after)
    return explain_moves(problem, (before, after), gaps, is_comparable=is_comparable)


def moves_of(problem: Problem, **rooms: str) -> dict[str, Move]:
    """Return the moves from the current rooms to those given, by stay."""
    before = current_plan(problem)
    after = Plan({**before.room_by_stay, **rooms})
    moves, chains = explained(problem, before, after, is_comparable=False)
    assert all(move.stay.stay_id in chains[move.chain].stay_ids for move in moves)
    return {move.stay.stay_id: move for move in moves}


def hotel(*stays: Stay, **adjacent: str) -> Problem:
    rooms = tuple(Room(n, "B" if n == "9" else "A", frozenset(adjacent.get(f"n{n}", ""))) for n in "1239")
    return Problem("moves", rooms, stays, MinimumStay(3))


def test_without_moves_there_is_nothing_to_explain(crossed: Problem) -> None:
    given = current_plan(crossed)
    assert explained(crossed, given, given, is_comparable=True) == ((), ())


def test_a_stay_that_comes_into_a_gap_fills_it(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1"), stay("b", 3, 2, "1"), stay("short", 2, 1, "2"))
    move = moves_of(problem, short="1")["short"]
    assert (move.reason, move.from_room, move.to_room) == (MoveReason.FILLS_GAP, "2", "1")
    assert move.closes is not None
    assert (move.closes.room_number, move.closes.nights, move.closes.is_orphan) == ("1", 1, True)


def test_a_stay_that_goes_away_from_a_gap_ends_it(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1"), stay("b", 3, 2, "1"))
    move = moves_of(problem, b="2")["b"]
    assert move.reason is MoveReason.LEAVES_GAP
    assert move.closes is not None
    assert move.closes.room_number == "1"


def test_of_several_gaps_the_costliest_is_told(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1"), stay("m", 4, 1, "1"), stay("z", 6, 2, "1"))
    move = moves_of(problem, m="2")["m"]
    assert move.closes is not None
    assert move.closes.nights == 1


def test_a_stay_in_the_way_makes_place(stay: MakeStay) -> None:
    """It touches no gap itself."""
    problem = hotel(
        *(stay("a", 0, 2, "1"), stay("b", 7, 2, "1")),
        *(stay("filler", 2, 5, "2"), stay("blocked", 20, 3, "3"), stay("taker", 20, 3, "1")),
    )
    moves = moves_of(problem, filler="1", blocked="2", taker="3")
    assert moves["filler"].reason is MoveReason.FILLS_GAP
    assert moves["blocked"].reason is MoveReason.MAKES_PLACE
    assert moves["blocked"].makes_place_for == problem.stays[problem.stay_index["taker"]]


def test_a_stay_makes_place_for_one_that_had_no_room(stay: MakeStay) -> None:
    move = moves_of(hotel(stay("a", 0, 3, "1"), stay("new", 0, 3)), a="2", new="1")["a"]
    assert move.reason is MoveReason.MAKES_PLACE
    assert move.makes_place_for is not None
    assert move.makes_place_for.stay_id == "new"


def test_two_stays_in_one_room_outweigh_a_gap(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 4, "1"), stay("b", 3, 4, "1"), stay("c", 8, 2, "1"))
    assert moves_of(problem, b="2")["b"].reason is MoveReason.ENDS_OVERLAP


def test_the_own_type_outweighs_a_gap(stay: MakeStay) -> None:
    problem = hotel(
        stay("a", 0, 2, "9", room_type="A", further_types=("B",)), stay("b", 3, 2, "9", room_type="B")
    )
    assert moves_of(problem, a="1")["a"].reason is MoveReason.TAKES_OWN_TYPE


def test_a_member_that_comes_next_to_its_group_says_so(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1", group="g"), stay("b", 0, 2, "3", group="g"), n1="2")
    assert moves_of(problem, b="2")["b"].reason is MoveReason.JOINS_GROUP


def test_a_move_without_a_gain_of_its_own_takes_part(stay: MakeStay) -> None:
    problem = hotel(stay("a", 0, 2, "1"))
    move = moves_of(problem, a="2")["a"]
    assert (move.reason, move.closes, move.makes_place_for) == (MoveReason.TAKES_PART, None, None)


def test_chains_are_valued_only_where_moves_can_be_left_out(crossed: Problem, uncrossed: Plan) -> None:
    given = current_plan(crossed)
    _, chains = explained(crossed, given, uncrossed, is_comparable=True)
    assert chains == (MoveChain(("c", "d"), Fraction(11), 3),)
    _, chains = explained(crossed, given, uncrossed, is_comparable=False)
    assert chains == (MoveChain(("c", "d")),)
