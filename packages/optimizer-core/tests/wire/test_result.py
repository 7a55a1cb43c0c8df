"""The result document keeps the established fields and kinds."""

from datetime import date

import pytest
from pydantic import ValidationError

from optimizer_core.wire import PlanEntry, ResultDocument

ESTABLISHED = [
    "ProblemId",
    "ProcessingDate",
    "Succeeded",
    "Message",
    "InitialOptimizationTime",
    "TotalTime",
    "ScheduleStart",
    "ScheduleEnd",
    "Rooms",
    "OptimizedPlan",
    "InitialPlan",
    "MinStays",
    "MaxStays",
    "ClosedArrivals",
    "ClosedDepartures",
    "InitialMinStays",
    "QualityComparison",
    "StaysAvoidedByCa",
    "StaysAvoidedByCd",
    "StaysAvoidedByMax",
    "NonAdjacentAssignments",
    "ReOptimizedPlans",
    "NewReservationInfeasible",
    "NewReservationsFitInInitialPlan",
    "InitialPlanWithNewReservations",
    "RoomChangeComparison",
    "CurrentScheduleInfeasible",
]
ESTABLISHED_OF_ENTRY = [
    "Name",
    "Id",
    "IsLocked",
    "AssignedRoom",
    "RoomType",
    "Arrival",
    "Length",
    "AdjacencyGroup",
    "TestStay",
    "SplitGroup",
]


def test_every_established_field_is_there() -> None:
    assert [name for name in ESTABLISHED if name not in _aliases(ResultDocument)] == []
    assert [name for name in ESTABLISHED_OF_ENTRY if name not in _aliases(PlanEntry)] == []


def test_restrictions_are_written_by_date() -> None:
    result = ResultDocument(
        problem_id="x",
        processing_date=date(2026, 5, 1),
        succeeded=True,
        min_stays={date(2026, 5, 2): 3},
        closed_arrivals={date(2026, 5, 3): 1},
    )
    written = result.model_dump(mode="json", by_alias=True)
    assert written["MinStays"] == {"2026-05-02": 3}
    assert written["ClosedArrivals"] == {"2026-05-03": 1}
    assert ResultDocument.model_validate(written) == result


def test_a_number_that_json_cannot_write_is_refused() -> None:
    with pytest.raises(ValidationError):
        ResultDocument(problem_id="x", processing_date=date(2026, 5, 1), succeeded=True, bound=float("-inf"))


def _aliases(model: type[ResultDocument | PlanEntry]) -> set[str | None]:
    return {field.alias for field in model.model_fields.values()}
