"""What may still be sold in a hotel: against re-solving every stay, and on real inputs."""

import random
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer_core.acceptance import UNSELLABLE, AcceptanceMatrix
from optimizer_core.domain import Limits, MinimumStay, Plan, Problem, Stay
from optimizer_core.restrictions import Profile
from optimizer_core.run import RunResult, run
from optimizer_core.selling import longer_stays, open_selling, selling_fields
from optimizer_core.solving import solve
from optimizer_core.testing.generator import random_hotel
from optimizer_core.testing.oracle import best_plan
from optimizer_core.wire import ProblemDocument, to_problem
from optimizer_core.wire.calendars import calendar_of


def one_more(problem: Problem, arrival: int, los: int) -> Problem:
    first = problem.date(arrival)
    return problem.replace(stays=(*problem.stays, Stay("more", first, first + timedelta(los))))


def small_hotel(seed: int) -> Problem:
    chance = random.Random(seed)
    hotel = random_hotel(3, 8, num_types=chance.choice([1, 1, 2]), locked=0.3, gaps=0.9, seed=seed)
    return hotel.replace(minimum_stay=MinimumStay(chance.choice([1, 2, 3]), {chance.randrange(7): 2}))


def true_costs(problem: Problem, longest: int) -> dict[tuple[int, int], Fraction]:
    """Return what each stay that can be housed costs, by brute force."""
    base = best_plan(problem)
    assert base is not None
    found = {}
    for arrival in range(problem.num_nights):
        for los in range(1, min(longest, problem.num_nights - arrival) + 1):
            with_it = best_plan(one_more(problem, arrival, los))
            if with_it is not None:
                found[arrival, los] = with_it.rank[1] - base.rank[1]
    return found


@pytest.mark.parametrize("seed", range(100))
def test_no_stay_that_costs_gets_through_any_channel(seed: int) -> None:
    problem = small_hotel(seed)
    plan = solve(problem, backend="highs").plan
    assert plan is not None
    selling = open_selling(problem, plan, backend="highs")
    longest = selling.matrices[None].longest_los
    costs = true_costs(problem, longest)
    for profile in Profile:
        derived = selling.restrictions(None, profile)
        admitted = [stay for stay in costs if derived.calendar.admits(problem.date(stay[0]), stay[1])]
        assert all(costs[stay] <= 0 for stay in admitted), profile
        good = sum(cost <= 0 for cost in costs.values())
        if profile is Profile.FPLOS:
            assert len(admitted) == derived.tally.good
        assert good - len(admitted) >= derived.tally.refused_good


@pytest.mark.parametrize("name", ["1", "2"])
def test_real_hotels_sell_exactly_what_planning_anew_with_each_stay_shows(
    shared_data: Path, name: str
) -> None:
    solved = run((shared_data / "bookingopt" / f"SampleInput_{name}.json").read_bytes(), backend="highs")
    problem, value = solved.loaded.problem, solved.outcome.value
    assert value is not None
    full = calendar_of(solved.result.restriction_calendars[0])
    longest = solved.result.longest_stay_considered or 0
    for arrival in range(problem.num_nights):
        for los in range(1, min(longest, problem.num_nights - arrival) + 1):
            with_it = solve(one_more(problem, arrival, los), backend="highs").value
            if with_it is not None:
                assert full.admits(problem.date(arrival), los) == (with_it <= value)


@pytest.mark.parametrize(("name", "good", "most_refused"), [("1", 15, 0), ("2", 15, 0), ("4", 29, 4)])
def test_real_hotels_refuse_few_good_stays_and_admit_no_bad_one(
    shared_data: Path, name: str, good: int, most_refused: int
) -> None:
    """Planning anew with each stay of up to 21 nights found so many good ones; all of them are known."""
    content = (shared_data / "bookingopt" / f"SampleInput_{name}.json").read_bytes()
    result = run(content, backend="highs").result
    profiles = {entry.profile: entry for entry in result.restriction_calendars}
    assert set(profiles) == {"full", "through", "fplos"}
    for entry in profiles.values():
        assert entry.admitted_bad_stays == 0
        assert entry.good_stays == good
        assert entry.refused_good_stays <= most_refused


def planned(document: dict[str, Any], **options: Any) -> RunResult:
    return run(ProblemDocument.model_validate(document), backend="highs", **options)


def test_a_result_has_the_fields_of_the_house_by_default(document: dict[str, Any]) -> None:
    document["Reservations"].pop()
    result = planned(document).result
    assert result.threshold == 0
    assert result.longest_stay_considered == 5
    assert [entry.profile for entry in result.restriction_calendars] == ["full", "through", "fplos"]
    assert result.min_stays
    counts = result.quality_comparison.values()
    assert sum(count.optimized for count in counts) == 5
    through = calendar_of(result.restriction_calendars[1])
    for date, nights in result.min_stays.items():
        assert nights >= (through.on(date).min_los_through_nights or 1)


def test_restrictions_can_be_left_out(document: dict[str, Any]) -> None:
    result = planned(document, restrictions=False).result
    assert result.threshold is None
    assert not result.restriction_calendars
    assert not result.min_stays


def test_a_hotel_with_several_types_has_a_calendar_of_each_after_the_house(document: dict[str, Any]) -> None:
    document["Rooms"].append({"RoomNumber": "201", "RoomType": "B"})
    result = planned(document).result
    assert [entry.room_type for entry in result.restriction_calendars] == [None] * 3 + ["A"] * 3 + ["B"] * 3


def test_rooms_as_given_are_not_re_arranged(document: dict[str, Any]) -> None:
    document["Reservations"].pop()
    document["RestrictionsForInitialPlan"] = True
    result = planned(document).result
    assert result.min_stays == result.initial_min_stays
    assert result.re_optimized_plans == []
    assert all(count.initial == count.optimized for count in result.quality_comparison.values())


def test_without_time_left_the_plan_stands_and_a_warning_says_so(document: dict[str, Any]) -> None:
    solved = planned(document, restrictions=False)
    assert solved.outcome.plan is not None
    over = Limits(is_cancelled=lambda: True)
    fields = selling_fields(solved.loaded, solved.result, solved.outcome.plan, limits=over)
    assert fields == {"warnings": [*solved.result.warnings, "no time was left to derive restrictions"]}


def longer_hotel() -> ProblemDocument:
    """Return two rooms, each with one half free: a stay of all nights fits only after a move."""
    stays = [("a", "2026-05-01", 2, "1"), ("b", "2026-05-05", 2, "2"), ("c", "2026-05-03", 2, "2")]
    return ProblemDocument.model_validate(
        {
            "ProblemId": "halves",
            "MinimumStay": 1,
            "Rooms": [{"RoomNumber": number} for number in ("1", "2", "3")],
            "Reservations": [
                {"Name": name, "Arrival": arrival, "Length": nights, "AssignedRoom": room}
                for name, arrival, nights, room in stays
            ]
            + [{"Name": "d", "Arrival": "2026-05-01", "Length": 6, "AssignedRoom": "3", "IsLocked": True}],
        }
    )


def test_longer_stays_are_good_ones_that_the_rooms_of_the_plan_cannot_take() -> None:
    problem = to_problem(longer_hotel()).problem
    plan = solve(problem, backend="highs").plan
    assert plan is not None
    nights = problem.num_nights
    costs = np.full((nights, nights), UNSELLABLE, dtype=np.int64)
    costs[0, nights - 1] = 0
    house = AcceptanceMatrix(None, problem.start, problem.cost_scale, costs, costs.copy())
    stays = list(longer_stays(problem, plan, house, Fraction(0), 5))
    assert all(stay.los_nights == nights for stay in stays)
    assert list(longer_stays(problem, plan, house, Fraction(0), 0)) == []


def test_no_longer_stay_is_tried_where_stays_may_not_move() -> None:
    """It would need a room of its own choice there, and the hotel would be refused as wrong."""
    hotel = to_problem(longer_hotel()).problem
    rooms = Plan({stay.stay_id: stay.current_room or "" for stay in hotel.stays})
    costs = np.zeros((hotel.num_nights, hotel.num_nights), dtype=np.int64)
    house = AcceptanceMatrix(None, hotel.start, hotel.cost_scale, costs, costs.copy())
    within = hotel.replace(movable_last=hotel.date(3))
    everywhere = list(longer_stays(hotel, rooms, house, Fraction(0), 9))
    assert any(within.is_fixed(stay) for stay in everywhere)
    assert [stay for stay in everywhere if not within.is_fixed(stay)] == list(
        longer_stays(within, rooms, house, Fraction(0), 9)
    )


def test_a_plan_that_shows_a_longer_stay_houses_everybody() -> None:
    found = 0
    for seed in range(12):
        hotel = random_hotel(3, 10, gaps=0.9, locked=0, seed=seed)
        rows = [
            {"Id": stay.stay_id, "Arrival": stay.arrival.isoformat(), "Length": stay.los_nights}
            | {"AssignedRoom": stay.current_room}
            for stay in hotel.stays
        ]
        rooms = [{"RoomNumber": room.number} for room in hotel.rooms]
        answer = planned({"ProblemId": "p", "MinimumStay": 1, "Rooms": rooms, "Reservations": rows})
        for shown in answer.result.re_optimized_plans:
            found += 1
            tested = shown.optimized_plan[-1]
            assert tested.test_stay
            assert (tested.arrival, tested.length) == (shown.day, shown.test_length)
            taken = [
                (entry.assigned_room, entry.arrival + timedelta(night))
                for entry in shown.optimized_plan
                for night in range(entry.length)
            ]
            assert len(taken) == len(set(taken))
            assert len(shown.optimized_plan) == len(hotel.stays) + 1
    assert found > 0
