"""The desk against brute force on tiny hotels, and what it says where brute force has no opinion."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer_core.acceptance.fit_answer import Offer
from optimizer_core.acceptance.fit_desk import FitDesk
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Plan, Problem, Stay
from optimizer_core.domain.request import Request
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
    """Yield every plan that the verifier accepts."""
    numbers = [room.number for room in problem.rooms]
    for rooms in itertools.product(numbers, repeat=len(problem.stays)):
        plan = Plan({stay.stay_id: number for stay, number in zip(problem.stays, rooms, strict=True)})
        if not verify(problem, plan):
            yield plan


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
