from __future__ import annotations

import pytest

from bookingopt_worker.patience import Patience

CLAIMED = 1000.0


def test_everything_is_due_in_order_and_a_job_ends_within_10_seconds_of_its_limit() -> None:
    table = Patience(job_seconds=120.0).timetable(CLAIMED, 0.0, None)
    assert (table.ready, table.solver, table.last_look) == (1060.0, 1110.0, 1111.0)
    assert (table.limit, table.last_resort) == (1120.0, 1122.0)
    assert (table.kill, table.end) == (1128.0, 1129.0)


@pytest.mark.parametrize(
    ("wanted", "used", "seconds"),
    [
        (None, 0.0, 120.0),
        (50.0, 0.0, 50.0),
        (1e6, 0.0, 120.0),
        (None, 100.0, 20.0),
        (50.0, 100.0, 20.0),
        (5.0, 100.0, 5.0),
        (50.0, 600.0, 0.0),
    ],
)
def test_the_time_of_the_job_counts_from_its_first_start_that_of_the_user_from_each(
    wanted: float | None, used: float, seconds: float
) -> None:
    assert Patience(job_seconds=120.0).timetable(CLAIMED, used, wanted).limit == CLAIMED + seconds


def test_a_short_job_leaves_the_solver_nine_tenths() -> None:
    table = Patience().timetable(CLAIMED, 0.0, 2.0)
    assert (table.solver, table.last_look, table.limit) == (1001.8, 1002.0, 1002.0)
