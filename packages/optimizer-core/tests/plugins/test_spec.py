from collections.abc import Mapping
from typing import Any

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.plugins import (
    Availability,
    AvailabilityState,
    Backend,
    BackendSpec,
    Capability,
    Option,
    always_available,
    available_if_installed,
    installed_version,
)

OPTIONS = (
    Option("presolve", default=True, meaning="Simplify first."),
    Option("effort", default=0.5, meaning="Share of time for heuristics."),
    Option("threads", default=1, meaning="Number of threads."),
)


def create_nothing(options: Mapping[str, bool | float | str]) -> Backend:
    raise NotImplementedError(options)


def make_spec(**changes: Any) -> BackendSpec:
    fields: dict[str, Any] = {
        "name": "some-solver",
        "summary": "Some solver",
        "capabilities": frozenset({Capability.LOCKS}),
        "create": create_nothing,
        "options": OPTIONS,
    }
    return BackendSpec(**(fields | changes))


@pytest.mark.parametrize("name", ["", "Highs", "my backend", "a--b", "-a", "a_b", "auto", "1st"])
def test_name_must_be_typed_easily(name: str) -> None:
    """A backend name is what people type after --backend, and never the word for "choose one"."""
    with pytest.raises(ValueError, match="backend name"):
        make_spec(name=name)


@pytest.mark.parametrize("summary", ["", "  ", "two\nlines"])
def test_summary_is_one_line(summary: str) -> None:
    """The summary is a cell of a table."""
    with pytest.raises(ValueError, match="one line"):
        make_spec(summary=summary)


@pytest.mark.parametrize("capabilities", [{Capability.LOCKS}, frozenset({"locks"}), ("locks",), None])
def test_capabilities_are_a_frozenset_of_members(capabilities: object) -> None:
    """Plain text that looks like a capability is refused."""
    with pytest.raises(TypeError, match="frozenset of Capability"):
        make_spec(capabilities=capabilities)


def test_create_must_be_callable() -> None:
    """A backend object in place of its factory is refused."""
    with pytest.raises(TypeError, match="callable"):
        make_spec(create=object())


def test_missing_keeps_the_order_of_definition() -> None:
    """What is missing is listed in the order in which capabilities are documented."""
    required = frozenset({Capability.PROGRESS, Capability.LOCKS, Capability.PRICES})
    assert make_spec().missing(required) == (Capability.PRICES, Capability.PROGRESS)


def test_options_left_out_have_their_default() -> None:
    """An option that is not given has its default; a whole number will do for a float."""
    completed = make_spec().complete_options({"effort": 1})
    assert completed == {"presolve": True, "effort": 1, "threads": 1}


def test_every_wrong_option_is_named() -> None:
    """All wrong options are reported at once, each with its place."""
    with pytest.raises(InvalidInput) as caught:
        make_spec().complete_options({"presolve": 1, "threads": True, "seed": 3})
    assert [fault.place for fault in caught.value.faults] == [
        ("options", "presolve"),
        ("options", "threads"),
        ("options", "seed"),
    ]
    assert "presolve, effort, threads" in str(caught.value)


def test_availability_is_true_only_if_usable() -> None:
    """An availability can be asked like a boolean."""
    assert always_available()
    assert not any(
        Availability(state) for state in AvailabilityState if state is not AvailabilityState.AVAILABLE
    )


def test_missing_module_comes_with_advice() -> None:
    """A module that is not installed makes the backend unavailable and says what to install."""
    found = available_if_installed("no_such_module", "Install it.")()
    assert (found.state, found.advice) == (AvailabilityState.MISSING_DEPENDENCY, "Install it.")
    assert available_if_installed("json", "Install it.")()


def test_version_of_what_is_not_installed_is_empty() -> None:
    """A missing distribution is no error when backends are listed."""
    assert installed_version("no-such-distribution") == ""
    assert installed_version("pluggy")
