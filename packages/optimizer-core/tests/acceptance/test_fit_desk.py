"""The desk against brute force on tiny hotels, and what it says where brute force has no opinion."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer_core.acceptance import acceptance_matrices
from optimizer_core.acceptance.fit_answer import Offer
from optimizer_core.acceptance.fit_desk import FitDesk
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, MinimumStay, Plan, Problem, Room, Stay, current_plan
from optimizer_core.domain.request import Request
from optimizer_core.errors import InvalidAnswer, InvalidInput
from optimizer_core.objective import score
from optimizer_core.testing.oracle import best_plan
from optimizer_core.testing.strategies import Features, tiny_hotels
from optimizer_core.verification import verify

FIRST = date(2026, 5, 1)
SMALL = Features(
    most_rooms=3, most_nights=9, most_stays_in_room=2, groups=False, movable_window=False, extra_stays=0
)
PROPERTY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@st.composite
def hotels_with_requests(draw: st.DrawFn) -> tuple[Problem, Plan, list[Request]]:
    """Draw a hotel that lives by some plan, and two requests within its schedule."""
    problem = draw(
        tiny_hotels(SMALL).filter(lambda hotel: bool(hotel.stays) and best_plan(hotel) is not None)
    )
    best = best_plan(problem)
    assert best is not None
    plans = list(itertools.islice(valid_plans(problem), 40))
    plan = draw(st.sampled_from([best.plan, *plans]))
    return problem, plan, [draw_request(draw, problem, f"new{number}") for number in range(2)]


def draw_request(draw: st.DrawFn, problem: Problem, stay_id: str) -> Request:
    """Draw a request that lies within the schedule."""
    first = draw(st.integers(0, problem.num_nights - 1))
    nights = draw(st.integers(1, min(5, problem.num_nights - first)))
    arrival = problem.start + timedelta(first)
    types = draw(st.permutations(problem.room_types))
    own = draw(st.sampled_from([types[0], types[0], None]))
    further = () if own is None else tuple(types[1 : 1 + draw(st.integers(0, 2))])
    stay = Stay(stay_id, arrival, arrival + timedelta(nights), own, further)
    return Request(stay, (), draw(st.integers(0, 2)), draw(st.integers(1, 2)))


def valid_plans(problem: Problem) -> Iterator[Plan]:
    """Yield every plan that the verifier accepts, stay after stay in each room that is free."""

    def place(index: int, free_from: dict[str, date], rooms: dict[str, str]) -> Iterator[Plan]:
        if index == len(problem.stays):
            plan = Plan(rooms)
            if not verify(problem, plan):
                yield plan
            return
        stay = problem.stays[index]
        for room in problem.rooms:
            if free_from.get(room.number, stay.arrival) > stay.arrival:
                continue
            if stay.is_locked and room.number != stay.current_room:
                continue
            yield from place(
                index + 1,
                free_from | {room.number: stay.departure},
                rooms | {stay.stay_id: room.number},
            )

    return place(0, {}, {})


def fewest_moves(problem: Problem, plan: Plan, stays: list[Stay]) -> int | None:
    """Return by brute force with how few moves stays can be let in; None if they cannot."""
    wider = problem.replace(stays=(*problem.stays, *stays))
    old = plan.room_by_stay
    return min(
        (sum(new.room_by_stay[s] != room for s, room in old.items()) for new in valid_plans(wider)),
        default=None,
    )


def fewest_releases(problem: Problem, stay: Stay) -> int | None:
    """Return by brute force the size of the smallest set of locks whose release lets a stay in."""
    locks = [index for index, other in enumerate(problem.stays) if other.is_locked]
    for size in range(len(locks) + 1):
        for chosen in itertools.combinations(locks, size):
            stays = [
                replace(s, is_locked=s.is_locked and i not in chosen) for i, s in enumerate(problem.stays)
            ]
            if best_plan(problem.replace(stays=(*stays, stay))) is not None:
                return size
    return None


def best_value(problem: Problem, stays: list[Stay]) -> tuple[int, Fraction] | None:
    """Return upgrades and value of the best plan with further stays, whatever the moves."""
    best = best_plan(problem.replace(stays=(*problem.stays, *stays)))
    return None if best is None else best.rank[:2]


def check_offer(desk: FitDesk, problem: Problem, plan: Plan, offer: Offer, requests: list[Request]) -> None:
    """Check an offer with the verifier and the score."""
    wider, new = desk.accepted(offer, requests)
    assert verify(wider, new) == []
    before, after = score(problem, plan).gap_cost, score(wider, new).gap_cost
    assert offer.gap_change == after - before
    moved = {s for s, room in plan.room_by_stay.items() if new.room_by_stay[s] != room}
    assert {move.stay_id for move in offer.moves} == moved


@given(hotels_with_requests())
@PROPERTY
def test_each_request_alone_is_answered_as_brute_force_answers_it(
    drawn: tuple[Problem, Plan, list[Request]],
) -> None:
    """Fit, fewest moves, marginal cost and smallest set of locks equal the oracle's, type by type."""
    problem, plan, requests = drawn
    desk = FitDesk(problem, plan, run_highs)
    request = requests[0]
    answer = desk.answer(request)
    for fit, option in zip(answer.fits, request.options(problem), strict=False):
        moves = fewest_moves(problem, plan, [option])
        assert (fit.offer is None) == (moves is None)
        if fit.offer is None:
            assert fit.refusal is not None
            assert fit.refusal.is_proved
            release = fit.refusal.release
            found = None if release is None else len(release.lock_ids)
            assert found == fewest_releases(problem, option)
            assert release is None or release.is_smallest
            continue
        assert len(fit.offer.moves) == moves == fit.offer.moves_bound
        check_offer(desk, problem, plan, fit.offer, [replace(request, stay=option)])
        with_it, without = best_value(problem, [option]), best_value(problem, [])
        assert fit.cost is not None
        assert with_it is not None
        assert without is not None
        assert fit.cost.is_exact
        assert (fit.cost.upgrades, fit.cost.upper) == (with_it[0] - without[0], with_it[1] - without[1])


@given(hotels_with_requests())
@PROPERTY
def test_several_requests_together_are_answered_as_brute_force_answers_them(
    drawn: tuple[Problem, Plan, list[Request]],
) -> None:
    """Two requests at once: fit and fewest moves equal the oracle's."""
    problem, plan, requests = drawn
    desk = FitDesk(problem, plan, run_highs)
    fit = desk.together(requests)
    moves = fewest_moves(problem, plan, [request.stay for request in requests])
    assert (fit.offer is None) == (moves is None)
    if fit.offer is None:
        assert fit.refusal is not None
        assert fit.refusal.is_proved
    else:
        assert len(fit.offer.moves) == moves == fit.offer.moves_bound
        check_offer(desk, problem, plan, fit.offer, requests)


def fewest_changes(problem: Problem, plan: Plan, request: Request) -> int | None:
    """Return by brute force the fewest changes of room if nobody moves; None beyond what is allowed."""
    arrival, nights = request.stay.arrival, request.stay.los_nights
    taken = {
        (plan.room_by_stay[stay.stay_id], stay.arrival + timedelta(night))
        for stay in problem.stays
        for night in range(stay.los_nights)
    }
    rooms = [room.number for room in problem.rooms if request.stay.may_use(room.room_type)]
    best = None
    for path in itertools.product(rooms, repeat=nights):
        if any((number, arrival + timedelta(night)) in taken for night, number in enumerate(path)):
            continue
        runs = [len(list(group)) for _, group in itertools.groupby(path)]
        if len(runs) == 1 or min(runs) >= request.least_piece_nights:
            best = len(runs) - 1 if best is None else min(best, len(runs) - 1)
    return None if best is None or best > request.most_changes else best


@given(hotels_with_requests())
@PROPERTY
def test_a_split_has_the_fewest_changes_of_room(drawn: tuple[Problem, Plan, list[Request]]) -> None:
    """A request that fits into no room is split as brute force splits it, and the plan is accepted."""
    problem, plan, requests = drawn
    desk = FitDesk(problem, plan, run_highs)
    for request in requests:
        answer = desk.answer(replace(request, most_changes=2))
        if answer.split is None:
            assert answer.best is not None
            continue
        in_place = fewest_changes(problem, plan, answer.request)
        offer = answer.split.offer
        if in_place is not None:
            assert offer is not None
            assert (offer.changes, offer.moves) == (in_place, ())
        if offer is not None:
            assert all(piece.los_nights >= request.least_piece_nights for piece in offer.pieces)
            check_offer(desk, problem, plan, offer, [request])


def full_hotel(seed: int) -> tuple[Problem, Request]:
    """Return three rooms of a type that are nearly full of short stays, and a request for a long one."""
    rng = random.Random(seed)
    rooms = tuple(Room(str(101 + room), "A") for room in range(3))
    stays: list[Stay] = []
    for room in rooms:
        night = rng.randint(0, 1)
        while night < 8 and len(stays) < 9:
            length = min(rng.randint(1, 3), 8 - night)
            arrival = FIRST + timedelta(night)
            stays.append(
                Stay(
                    f"s{len(stays)}",
                    arrival,
                    arrival + timedelta(length),
                    "A",
                    current_room=room.number,
                    is_locked=rng.random() < 0.25,
                )
            )
            night += length + rng.choice((0, 1, 1, 2))
    problem = Problem("full", rooms, tuple(stays), MinimumStay(2))
    first = rng.randint(0, problem.num_nights - 3)
    nights = rng.randint(2, min(4, problem.num_nights - first))
    arrival = problem.start + timedelta(first)
    return problem, Request(Stay("new", arrival, arrival + timedelta(nights), "A"), (), 2, 1)


@pytest.mark.parametrize("block", range(4))
def test_full_hotels_are_answered_as_brute_force_answers_them(block: int) -> None:
    """Where making place takes several moves or a lock, the numbers are still the fewest."""
    for seed in range(8 * block, 8 * block + 8):
        problem, request = full_hotel(seed)
        plan = current_plan(problem)
        desk = FitDesk(problem, plan, run_highs)
        answer = desk.answer(request)
        moves = fewest_moves(problem, plan, [request.stay])
        if answer.best is not None and answer.best.offer is not None:
            assert len(answer.best.offer.moves) == answer.best.offer.moves_bound == moves
        else:
            assert moves is None
            refusal = answer.fits[0].refusal
            assert refusal is not None
            found = None if refusal.release is None else len(refusal.release.lock_ids)
            assert found == fewest_releases(problem, request.stay)
            assert refusal.release is None or refusal.release.is_smallest
            assert answer.split is not None
            assert (answer.split.offer is not None) == can_be_split(problem, request)
        if answer.offer is not None:
            check_offer(desk, problem, plan, answer.offer, [request])


def can_be_split(problem: Problem, request: Request) -> bool:
    """Return by brute force whether some cut of a request has a plan, others moving as they may."""
    stay = request.stay
    nights = range(1, stay.los_nights)
    for changes in range(1, request.most_changes + 1):
        for cut in itertools.combinations(nights, changes):
            ends = [0, *cut, stay.los_nights]
            pieces = [
                replace(
                    stay,
                    stay_id=f"piece{begin}",
                    arrival=stay.arrival + timedelta(begin),
                    departure=stay.arrival + timedelta(end),
                )
                for begin, end in itertools.pairwise(ends)
            ]
            if best_plan(problem.replace(stays=(*problem.stays, *pieces))) is not None:
                return True
    return False


def test_a_plan_that_is_none_is_refused() -> None:
    problem, _ = full_hotel(1)
    with pytest.raises(InvalidAnswer, match="need a valid plan to begin with"):
        FitDesk(problem, Plan({}), run_highs)


def test_wrong_requests_are_all_told() -> None:
    problem, request = full_hotel(1)
    desk = FitDesk(problem, current_plan(problem), run_highs)
    wrong = replace(request, stay=replace(request.stay, room_type="Z"))
    with pytest.raises(InvalidInput, match="no room has the type 'Z'"):
        desk.answer(wrong)
    with pytest.raises(InvalidInput, match=r"requests\[1\].room_type"):
        desk.together([request, wrong])


def test_stays_outside_the_movable_nights_do_not_move_but_requests_may_lie_there() -> None:
    stays = tuple(
        Stay(f"s{n}", FIRST + timedelta(a), FIRST + timedelta(b), "A", current_room=room)
        for n, (a, b, room) in enumerate([(0, 2, "1"), (3, 6, "2"), (5, 7, "1")])
    )
    rooms = (Room("1", "A"), Room("2", "A"))
    problem = Problem("late", rooms, stays, MinimumStay(2), movable_first=FIRST + timedelta(4))
    desk = FitDesk(problem, current_plan(problem), run_highs)
    answer = desk.answer(Request(Stay("new", FIRST + timedelta(1), FIRST + timedelta(5), "A")))
    assert answer.offer is None
    refusal = answer.fits[0].refusal
    assert refusal is not None
    assert refusal.release is None  # nobody locked the stays that stand in the way
    early = desk.answer(Request(Stay("new", FIRST + timedelta(2), FIRST + timedelta(5), "A"))).offer
    assert early is not None
    assert early.pieces[0].room_number == "1"


def test_costs_come_from_the_matrix_where_it_is_exact() -> None:
    problem, request = full_hotel(3)
    plan = current_plan(problem)
    matrices = acceptance_matrices(problem, plan, run_highs, Limits(), verify_up_to=None)
    with_matrix = FitDesk(problem, plan, run_highs, matrices).answer(request, prove_costs=False)
    solved = FitDesk(problem, plan, run_highs).answer(request)
    assert [fit.cost for fit in with_matrix.fits] == [fit.cost for fit in solved.fits]


def test_costs_come_from_a_matrix_that_begins_today() -> None:
    stays = tuple(
        Stay(name, FIRST + timedelta(first), FIRST + timedelta(last), "A", (), "1")
        for name, first, last in (("a", 0, 2), ("b", 5, 6), ("c", 10, 12))
    )
    today = FIRST + timedelta(3)
    problem = Problem("today", (Room("1", "A"),), stays, MinimumStay(3), today=today)
    plan = current_plan(problem)
    matrices = acceptance_matrices(problem, plan, run_highs, Limits(), verify_up_to=None)
    assert all(matrix.start == today for matrix in matrices.values())
    with_matrix, without = FitDesk(problem, plan, run_highs, matrices), FitDesk(problem, plan, run_highs)
    for first, last in ((3, 5), (6, 7), (6, 10), (7, 9), (9, 10)):
        request = Request(Stay("new", FIRST + timedelta(first), FIRST + timedelta(last), "A"))
        found = with_matrix.answer(request, prove_costs=False)
        assert [fit.cost for fit in found.fits] == [fit.cost for fit in without.answer(request).fits]


def test_without_proof_the_gaps_of_the_best_plan_bound_the_cost() -> None:
    for seed in range(20):
        problem, request = full_hotel(seed)
        desk = FitDesk(problem, current_plan(problem), run_highs)
        quick = desk.answer(request, prove_costs=False).fits[0].cost
        exact = desk.answer(request).fits[0].cost
        if quick is not None and quick.upper is not None and exact is not None:
            assert exact.upper is not None
            assert exact.upper <= quick.upper
