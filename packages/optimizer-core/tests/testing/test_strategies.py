from collections import Counter

from hypothesis import given, settings

from optimizer_core.domain import Problem
from optimizer_core.plugins import required_capabilities
from optimizer_core.testing import ALL_FEATURES, Features, best_plan, tiny_hotels


def _draw(features: Features, num_hotels: int) -> list[Problem]:
    hotels: list[Problem] = []

    @settings(max_examples=num_hotels, deadline=None, derandomize=True, database=None)
    @given(tiny_hotels(features))
    def collect(problem: Problem) -> None:
        hotels.append(problem)

    collect()
    return hotels


def test_hotels_have_everything_and_mostly_a_plan() -> None:
    """Of the hotels drawn most can be housed and some cannot, and every feature occurs often."""
    seen: Counter[str] = Counter()
    for hotel in _draw(ALL_FEATURES, 200):
        best = best_plan(hotel)
        seen["no plan" if best is None else "plan"] += 1
        seen.update(required_capabilities(hotel))
        if best is not None:
            seen["upgrades"] += best.rank[0] > 0
            seen["value"] += best.rank[1] > 0
            seen["moves"] += best.rank[2] > 0
    assert seen["plan"] > 3 * seen["no plan"]
    wanted = ("no plan", "upgrades", "value", "moves", "locks", "further_types", "run_of_house")
    assert [name for name in (*wanted, "adjacency_groups") if seen[name] < 10] == []


def test_features_that_are_off_do_not_occur() -> None:
    """A backend without a capability is drawn hotels that do not require it."""
    nothing = Features(
        locks=False,
        further_types=False,
        run_of_house=False,
        groups=False,
        movable_window=False,
    )
    assert all(not required_capabilities(hotel) for hotel in _draw(nothing, 50))
