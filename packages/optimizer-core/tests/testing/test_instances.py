from optimizer_core.plugins import Capability, required_capabilities
from optimizer_core.testing import CATALOG


def test_names_are_unique_and_teach_something() -> None:
    """Each instance has a name of its own and one line on what it teaches."""
    assert len({instance.name for instance in CATALOG}) == len(CATALOG) >= 20
    assert all(instance.teaches and "\n" not in instance.teaches for instance in CATALOG)


def test_every_requirement_has_an_instance() -> None:
    """Whatever a problem may require of a backend is required by an instance."""
    required = frozenset().union(*(required_capabilities(instance.problem) for instance in CATALOG))
    assert required == {
        Capability.LOCKS,
        Capability.FURTHER_TYPES,
        Capability.RUN_OF_HOUSE,
        Capability.ADJACENCY_GROUPS,
        Capability.MOVE_BUDGET,
        Capability.PRICES,
    }


def test_some_instances_have_no_plan() -> None:
    """A proof that there is no plan is tested as well as the best plan."""
    assert sum(instance.best is None for instance in CATALOG) >= 4
