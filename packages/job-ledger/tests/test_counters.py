from collections import Counter

from job_ledger import counters
from job_ledger.results import Histogram
from job_ledger.state import JobState


def test_a_duration_is_counted_in_the_bucket_whose_bound_it_does_not_exceed() -> None:
    counted: Counter[str] = Counter()
    for seconds in (0.1, 0.1001, 300.0, 301.0):
        counted.update(dict(counters.count_ending(JobState.COMPLETED, "optimal", "highs", seconds)))
    found = counters.durations(counted)
    assert found == {
        (JobState.COMPLETED, "optimal", "highs"): Histogram((1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1), 601.2)
    }


def test_endings_are_told_apart_by_state_reason_and_backend() -> None:
    counted: Counter[str] = Counter()
    endings = [
        (JobState.COMPLETED, "optimal", "highs"),
        (JobState.COMPLETED, "optimal", "cvxpy"),
        (JobState.CANCELLED, "optimal", "highs"),
        (JobState.FAILED, "worker-died", ""),
    ]
    for state, reason, backend in endings:
        counted.update(dict(counters.count_ending(state, reason, backend, 1.0)))
    assert set(counters.durations(counted)) == set(endings)


def test_gaps_are_counted_by_backend_to_a_millionth() -> None:
    counted: Counter[str] = Counter()
    for gap in (0.0, 0.000001, 0.3):
        counted.update(dict(counters.count_gap("highs", gap)))
    assert counters.gaps(counted) == {"highs": Histogram((1, 1, 0, 0, 0, 0, 1, 0, 0), 0.300001)}


def test_other_counters_are_no_histograms() -> None:
    assert counters.durations({counters.ACCEPTED: 3}) == {}
    assert counters.gaps({counters.ACCEPTED: 3}) == {}
