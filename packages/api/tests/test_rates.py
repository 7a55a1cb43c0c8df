from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bookingopt_api.rates import MEMORY, UNCOUNTED, Budget, RateAnswer, Rates, address_key, read_rate
from job_ledger import StoreUnavailable

if TYPE_CHECKING:
    from conftest import RedisServer

FEW = {Budget.SUBMIT: "3/hour", Budget.READ: "5/hour", Budget.ADDRESS: "40/hour"}


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.integration)])
def rates(request: pytest.FixtureRequest) -> Rates:
    """Return counters of each kind, with rates that a test can use up."""
    if request.param == "memory":
        return Rates(FEW)
    return Rates(FEW, request.getfixturevalue("redis_server").url)


def spend(rates: Rates, budget: Budget, whose: str, times: int) -> list[bool]:
    return [rates.spend(budget, whose, is_write=True).is_allowed for _ in range(times)]


def test_a_budget_allows_what_it_says_and_no_more(rates: Rates) -> None:
    assert spend(rates, Budget.SUBMIT, "ann", 5) == [True] * 3 + [False] * 2


def test_budgets_and_callers_are_apart(rates: Rates) -> None:
    assert spend(rates, Budget.SUBMIT, "ann", 4)[-1] is False
    assert spend(rates, Budget.READ, "ann", 1) == [True]
    assert spend(rates, Budget.SUBMIT, "bob", 1) == [True]


def test_each_answer_tells_the_policy_and_what_is_left(rates: Rates) -> None:
    headers = rates.spend(Budget.SUBMIT, "ann", is_write=True).headers
    assert headers["RateLimit-Policy"] == '"submit";q=3;w=3600'
    left = re.fullmatch(r'"submit";r=2;t=(\d+)', headers["RateLimit"])
    assert left is not None
    assert 1 <= int(left[1]) <= 3600
    assert "Retry-After" not in headers


def test_a_refusal_tells_when_to_come_again(rates: Rates) -> None:
    spend(rates, Budget.SUBMIT, "ann", 3)
    refused = rates.spend(Budget.SUBMIT, "ann", is_write=True)
    assert refused.headers["RateLimit"].startswith('"submit";r=0;t=')
    assert int(refused.headers["Retry-After"]) == refused.retry_seconds >= 1


def test_a_failed_authentication_counts_ten_times(rates: Rates) -> None:
    for _ in range(4):
        rates.charge_failure("203.0.113.7")
    assert not rates.spend(Budget.ADDRESS, "203.0.113.7", is_write=False).is_allowed
    assert rates.spend(Budget.ADDRESS, "203.0.113.8", is_write=False).is_allowed


def test_where_the_counters_are_away_a_write_is_refused_and_a_read_goes_on(tmp_path: Path) -> None:
    rates = Rates(FEW, f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(StoreUnavailable, match="counters") as caught:
        rates.spend(Budget.SUBMIT, "ann", is_write=True)
    assert str(tmp_path) not in str(caught.value)
    assert rates.spend(Budget.READ, "ann", is_write=False) is UNCOUNTED
    rates.charge_failure("203.0.113.7")


@pytest.mark.integration
def test_counters_that_die_are_noticed_and_forgiven(redis_server: RedisServer) -> None:
    rates = Rates(FEW, redis_server.url)
    assert spend(rates, Budget.SUBMIT, "ann", 1) == [True]
    redis_server.kill()
    with pytest.raises(StoreUnavailable):
        rates.spend(Budget.SUBMIT, "ann", is_write=True)
    assert rates.spend(Budget.READ, "ann", is_write=False) is UNCOUNTED
    redis_server.start()
    assert spend(rates, Budget.SUBMIT, "ann", 1) == [True]


@pytest.mark.integration
def test_processes_with_one_server_count_together(redis_server: RedisServer) -> None:
    one, two = Rates(FEW, redis_server.url), Rates(FEW, redis_server.url)
    assert spend(one, Budget.SUBMIT, "ann", 2) == [True, True]
    assert spend(two, Budget.SUBMIT, "ann", 2) == [True, False]


def test_two_answers_become_one() -> None:
    address = RateAnswer(is_allowed=True, headers={"RateLimit": '"address";r=9;t=1'})
    caller = RateAnswer(
        is_allowed=False, retry_seconds=7, headers={"RateLimit": '"read";r=0;t=7', "Retry-After": "7"}
    )
    both = caller.after(address)
    assert both.headers == {"RateLimit": '"address";r=9;t=1, "read";r=0;t=7', "Retry-After": "7"}
    assert (both.is_allowed, both.retry_seconds) == (False, 7)
    assert UNCOUNTED.after(UNCOUNTED) == UNCOUNTED


@pytest.mark.parametrize("text", ["", "many", "30", "30/fortnight", "0/minute", "-1/minute"])
def test_a_rate_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="rate"):
        read_rate(text)


def test_counters_elsewhere_are_refused() -> None:
    with pytest.raises(ValueError, match=MEMORY):
        Rates(FEW, "memcached://localhost")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_counts_for_all_that_one_client_has(address: str | None, key: str) -> None:
    """Who has one address of IPv6 has billions: they count as one."""
    assert address_key(address) == key
