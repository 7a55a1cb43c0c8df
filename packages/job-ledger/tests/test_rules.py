import math

import pytest

from job_ledger.rules import DURATION_BOUNDS_SECONDS, GAP_BOUNDS, LedgerRules


def test_the_defaults_are_those_of_the_promises() -> None:
    rules = LedgerRules()
    assert (rules.lease_ms, rules.redeliver_ms, rules.result_ttl_ms) == (15_000, 30_000, 3_600_000)
    assert (rules.max_attempts, rules.max_open_jobs_per_user) == (3, 3)


@pytest.mark.parametrize(
    "name",
    ["lease_seconds", "redeliver_seconds", "max_attempts", "result_ttl_seconds", "max_open_jobs_per_user"],
)
@pytest.mark.parametrize("value", [0, -1, math.inf, math.nan])
def test_a_number_out_of_range_is_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        LedgerRules(**{name: value})  # type: ignore[arg-type]


def test_a_share_is_at_most_one() -> None:
    with pytest.raises(ValueError, match="fill_limit"):
        LedgerRules(fill_limit=1.1)


def test_none_means_no_limit() -> None:
    assert LedgerRules(max_open_jobs_per_user=None).max_open_jobs_per_user is None


def test_bounds_of_histograms_rise() -> None:
    for bounds in (DURATION_BOUNDS_SECONDS, GAP_BOUNDS):
        assert list(bounds) == sorted(set(bounds))
