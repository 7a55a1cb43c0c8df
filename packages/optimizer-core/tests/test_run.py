"""The seam: a document in, a result out."""

import json
import logging
import random
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.domain import Limit, Limits, Plan, Policy, Problem, Progress, Reason
from optimizer_core.errors import BackendUnavailable, InvalidAnswer, InvalidDocument
from optimizer_core.plugins import BackendAnswer, BackendSpec, Capability, PluginManager, hookimpl
from optimizer_core.run import run, run_json
from optimizer_core.wire import ProblemDocument, judge, load_result, write_json

TODAY = date(2026, 4, 1)


def as_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()


def without_times(content: bytes) -> dict[str, Any]:
    """Return the answer without the fields that tell how long it took."""
    answer: dict[str, Any] = json.loads(content)
    for name in ("InitialOptimizationTime", "TotalTime", "Statistics"):
        del answer[name]
    return answer


def test_a_document_and_its_json_give_the_same_answer(document: dict[str, Any]) -> None:
    first = run(as_bytes(document), backend="highs", today=TODAY)
    second = run(ProblemDocument.model_validate(document), backend="highs", today=TODAY)
    assert without_times(write_json(first.result)) == without_times(write_json(second.result))
    assert first.outcome.reason is Reason.OPTIMAL
    assert first.result.processing_date == TODAY


def test_bytes_in_bytes_out(document: dict[str, Any]) -> None:
    result = load_result(run_json(as_bytes(document), backend="highs"))
    assert result.succeeded
    assert judge(ProblemDocument.model_validate(document), result).reasons == ()


def test_the_times_are_those_of_solving_and_of_everything(document: dict[str, Any]) -> None:
    result = run(as_bytes(document), backend="highs").result
    assert 0 < result.initial_optimization_time <= result.total_time


def test_wrong_documents_and_backends_are_told(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument):
        run(b"{")
    with pytest.raises(InvalidDocument, match="at most"):
        run(as_bytes(document), largest_bytes=10)
    with pytest.raises(BackendUnavailable):
        run(as_bytes(document), backend="unheard-of")


def test_the_policy_reaches_the_plan_and_the_result(document: dict[str, Any]) -> None:
    document["Reservations"].pop()
    answer = run(as_bytes(document), backend="highs", policy=Policy(max_moves=0))
    assert (answer.result.moved_stays, answer.result.policy.max_moves) == (0, 0)
    answer = run(as_bytes(document), backend="highs", policy=Policy(move_price=Fraction(1)))
    assert (answer.result.moved_stays, answer.result.objective_value) == (2, 2.0)


def test_progress_is_reported_and_ends_at_100(document: dict[str, Any]) -> None:
    seen: list[Progress] = []
    run(as_bytes(document), backend="highs", limits=Limits(report=seen.append))
    assert [progress.percent for progress in seen] == sorted(progress.percent for progress in seen)
    assert seen[-1].percent == 100


def test_permuted_rows_give_the_same_plan(document: dict[str, Any]) -> None:
    """The same reservation gets the same room, whatever the order of the rows."""
    order = random.Random(3)
    for number in range(10, 34):
        entry = {
            "Id": number,
            "Arrival": f"2026-05-{number - 3:02d}",
            "Length": 1 + number % 2,
            "RoomType": "A",
        }
        document["Reservations"].append(entry)
    plans = set()
    for _ in range(4):
        order.shuffle(document["Rooms"])
        order.shuffle(document["Reservations"])
        result = run(as_bytes(document), backend="highs").result
        assert result.solver_status == Reason.OPTIMAL
        plans.add(tuple(sorted((entry.id, entry.assigned_room) for entry in result.optimized_plan)))
    assert len(plans) == 1


class Liar:
    """A backend that claims a plan with two stays in one room."""

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        del limits, start, seed
        rooms = {stay.stay_id: problem.rooms[0].number for stay in problem.stays}
        return BackendAnswer(Reason.FEASIBLE, Limit.NONE, Plan(rooms))


def test_what_is_known_on_the_way_is_a_right_result_that_is_not_proved(document: dict[str, Any]) -> None:
    """And it says what is missing in it."""
    drafts: list[Callable[[], bytes | None]] = []
    document["NewReservations"] = [{"Id": 9, "Arrival": "2026-05-01", "Length": 1}]
    last = load_result(run_json(as_bytes(document), backend="highs", incumbent=drafts.append))
    told = [load_result(content) for draft in drafts if (content := draft()) is not None]
    assert len(told) >= 2
    problem = ProblemDocument.model_validate(document)
    for result in told:
        assert result.succeeded
        assert judge(problem, result).reasons == ()
        assert result.warnings == [
            "no time was left to answer the requests",
            "no time was left to derive restrictions",
        ]
    assert (told[0].solver_status, told[0].limit, told[0].solver_name) == ("feasible", "time", "highs")
    assert told[-1].optimized_plan == last.optimized_plan
    assert not last.warnings


def test_where_only_answers_are_wanted_a_plan_on_the_way_is_no_result(document: dict[str, Any]) -> None:
    drafts: list[Callable[[], bytes | None]] = []
    document["NewReservations"] = [{"Id": 9, "Arrival": "2026-05-01", "Length": 1}]
    document["TestNewBooking"] = True
    run_json(as_bytes(document), backend="highs", incumbent=drafts.append)
    assert drafts == []


class PluginWithLiar:
    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        yield BackendSpec("liar", "claims what is not so", frozenset(Capability), lambda _options: Liar())


def test_a_claim_that_does_not_hold_is_no_result(document: dict[str, Any]) -> None:
    manager = PluginManager({"test": PluginWithLiar()}, external=())
    with pytest.raises(InvalidAnswer):
        run(as_bytes(document), backend="liar", manager=manager)


def test_guests_are_in_no_log_and_no_error(
    document: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Names are told apart inside, but only by digests."""
    caplog.set_level(logging.DEBUG)
    for entry in document["Reservations"]:
        del entry["Id"]
    run(as_bytes(document), backend="highs")
    manager = PluginManager({"test": PluginWithLiar()}, external=())
    with pytest.raises(InvalidAnswer) as caught:
        run(as_bytes(document), backend="liar", manager=manager)
    for name in ("Ann", "Bob", "'Cy'", "'Di'"):
        assert name not in caplog.text
        assert name not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [("SampleInput_1", 33.5), ("SampleInput_2", 8.5625), ("SampleInput_4", 110.0)]
)
def test_the_real_samples_are_proved(shared_data: Path, name: str, value: float) -> None:
    content = (shared_data / "bookingopt" / f"{name}.json").read_bytes()
    answer = run(content)
    assert (answer.result.solver_status, answer.result.objective_value) == (Reason.OPTIMAL, value)
    assert answer.result.gap == 0
    assert answer.result.non_adjacent_assignments == {}
    assert judge(answer.loaded.document, answer.result).reasons == ()


def test_the_real_infeasible_sample_names_its_night(shared_data: Path) -> None:
    answer = run((shared_data / "bookingopt" / "SampleInput_Infeas.json").read_bytes())
    assert answer.result.current_schedule_infeasible
    assert "2021-03-19" in answer.result.message
    assert judge(answer.loaded.document, answer.result).reasons == ()
