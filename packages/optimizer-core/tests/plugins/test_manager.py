import logging
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from optimizer_core.domain import Limit, Limits, Outcome, Problem, Reason, Room, Stay
from optimizer_core.errors import BackendUnavailable, InvalidInput, NoCapableBackend
from optimizer_core.plugins import (
    Availability,
    AvailabilityState,
    BackendSpec,
    Capability,
    PluginManager,
    hookimpl,
)

LOCKED = Problem(
    "locked",
    (Room("1", "A"),),
    (Stay("a", date(2027, 3, 1), date(2027, 3, 2), "A", current_room="1", is_locked=True),),
)
OUTCOME = Outcome(Reason.NO_PLAN_FOUND, Limit.TIME, "some")


class Brings:
    """A plugin that brings the given backends."""

    def __init__(self, *specs: BackendSpec) -> None:
        self.specs = specs

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        yield from self.specs


class Listens:
    """A plugin that remembers what it is told."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    @hookimpl
    def optimizer_solve_started(self, backend_name: str) -> None:
        self.heard.append(backend_name)

    @hookimpl
    def optimizer_solve_finished(self, outcome: Outcome) -> None:
        self.heard.append(outcome.reason)


class Raises:
    """A plugin that fails in every hook but the first."""

    @hookimpl
    def optimizer_select_backend(self) -> str:
        raise RuntimeError("no opinion")

    @hookimpl
    def optimizer_solve_started(self) -> None:
        raise RuntimeError("deaf")

    @hookimpl
    def optimizer_solve_finished(self) -> None:
        raise RuntimeError("deaf")


def chooser(choose: Callable[[tuple[BackendSpec, ...]], str | None]) -> object:
    """Return a plugin that chooses a backend."""

    class Chooses:
        @hookimpl
        def optimizer_select_backend(self, candidates: tuple[BackendSpec, ...]) -> str | None:
            return choose(candidates)

    return Chooses()


def spec(name: str, priority: int = 0, **rest: Any) -> BackendSpec:
    fields: dict[str, Any] = {"capabilities": frozenset({Capability.LOCKS}), "create": dict}
    return BackendSpec(name, f"The backend {name}", priority=priority, **(fields | rest))


def manager(*plugins: object) -> PluginManager:
    return PluginManager({str(index): plugin for index, plugin in enumerate(plugins)}, external=())


def missing() -> Availability:
    return Availability(AvailabilityState.MISSING_DEPENDENCY, "Install it.")


def fails() -> Availability:
    raise OSError("the license server is away")


def test_backends_are_listed_best_first() -> None:
    """Backends come in order of priority, then by name."""
    listed = manager(Brings(spec("b"), spec("c", 5)), Brings(spec("a"))).backends
    assert [item.name for item in listed] == ["c", "a", "b"]


def test_builtin_name_wins() -> None:
    """A plugin cannot replace a built-in backend by taking its name."""
    builtin, intruder = Brings(spec("same")), Brings(spec("same", 200))
    both = manager(builtin, intruder)
    assert both.backends == builtin.specs
    assert "taken" in both.faults[0].cause


def test_auto_takes_the_highest_priority_that_can() -> None:
    """What is unavailable, or lacks what the problem requires, is no candidate."""
    found = manager(
        Brings(
            spec("absent", 3, availability=missing),
            spec("unable", 2, capabilities=frozenset({Capability.PRICES})),
            spec("able", 1),
        )
    )
    assert found.select(LOCKED).name == "able"


def test_auto_without_candidate_tells_what_each_lacks() -> None:
    """The error lists every backend with what is missing."""
    found = manager(Brings(spec("absent", availability=missing), spec("weak")))
    with pytest.raises(NoCapableBackend, match=r"absent .*Install it") as caught:
        found.select(LOCKED, required=frozenset({Capability.PROGRESS}))
    assert "weak lacks progress" in str(caught.value)


@pytest.mark.parametrize("capability", list(Capability))
def test_named_backend_without_a_capability_is_refused(capability: Capability) -> None:
    """A named backend that lacks what is required is an error that says what, and who has it."""
    others = frozenset(Capability) - {capability}
    found = manager(
        Brings(spec("lacking", capabilities=others), spec("complete", capabilities=frozenset(Capability)))
    )
    with pytest.raises(NoCapableBackend, match=f"'lacking' lacks {capability}; use complete"):
        found.select(LOCKED, "lacking", required=frozenset({capability}))


def test_unknown_name_lists_the_known_ones() -> None:
    """A misspelt name is answered with the names there are and the nearest one."""
    with pytest.raises(BackendUnavailable, match=r"are highs, scip \(did you mean 'highs'\?\)"):
        manager(Brings(spec("highs"), spec("scip"))).select(LOCKED, "hihgs")


def test_unavailable_name_tells_why() -> None:
    """A named backend that cannot be used says why and what to do."""
    found = manager(Brings(spec("absent", availability=missing)))
    with pytest.raises(BackendUnavailable, match=r"missing_dependency.*Install it\."):
        found.select(LOCKED, "absent")


def test_failing_availability_is_unavailable() -> None:
    """A check that raises makes its backend unavailable and harms no other."""
    found = manager(Brings(spec("odd", 2, availability=fails), spec("fine")))
    assert found.select(LOCKED).name == "fine"
    with pytest.raises(BackendUnavailable, match="availability check failed"):
        found.select(LOCKED, "odd")


def test_plugin_chooses_among_the_candidates() -> None:
    """A plugin may choose for "auto", and sees the candidates best first."""
    seen: list[str] = []

    def choose(candidates: tuple[BackendSpec, ...]) -> str:
        seen.extend(item.name for item in candidates)
        return "second"

    found = manager(Brings(spec("first", 9), spec("second", 8)), chooser(choose))
    assert found.select(LOCKED).name == "second"
    assert seen == ["first", "second"]


@pytest.mark.parametrize(
    ("marks", "chosen"), [((False, False), "second"), ((True, False), "first"), ((True, True), "second")]
)
def test_order_of_calls_is_that_of_pluggy(marks: tuple[bool, bool], chosen: str) -> None:
    """The plugin loaded last is called first, unless another implementation asks for it."""

    class First:
        @hookimpl(tryfirst=marks[0], specname="optimizer_select_backend")
        def choose(self) -> str:
            return "first"

    class Second:
        @hookimpl(tryfirst=marks[1])
        def optimizer_select_backend(self) -> str:
            return "second"

    found = manager(Brings(spec("first", 9), spec("second", 8)), First(), Second())
    assert found.select(LOCKED).name == chosen


def test_plugin_is_not_asked_about_a_named_backend() -> None:
    """A backend that the caller names is not up for choice."""
    found = manager(Brings(spec("first", 9), spec("second", 8)), chooser(lambda _: "first"))
    assert found.select(LOCKED, "second").name == "second"


def test_choosers_that_fail_or_abstain_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    """One that raises, one that names no candidate and one that abstains do not stop the choice."""
    found = manager(
        Brings(spec("first", 9), spec("second", 8)),
        chooser(lambda _: "second"),
        chooser(lambda _: None),
        chooser(lambda _: "nobody"),
        Raises(),
    )
    with caplog.at_level(logging.ERROR):
        assert found.select(LOCKED).name == "second"
    assert "plugin '4' of optimizer-core" in caplog.text
    assert "chose 'nobody', which is not one of first, second" in caplog.text


def test_listeners_hear_although_one_fails(caplog: pytest.LogCaptureFixture) -> None:
    """A listener that raises is logged and does not keep the news from the others."""
    before, after = Listens(), Listens()
    found = manager(before, Raises(), after)
    with caplog.at_level(logging.ERROR):
        found.solve_started(LOCKED, "some", Limits())
        found.solve_finished(LOCKED, OUTCOME)
    assert before.heard == after.heard == ["some", Reason.NO_PLAN_FOUND]
    assert caplog.text.count("RuntimeError: deaf") == 2


def test_create_checks_the_options() -> None:
    """A wrong option is the caller's mistake, not the backend's."""
    with pytest.raises(InvalidInput, match="no such option"):
        manager().create(spec("some"), {"x": 1})


def test_create_that_fails_names_the_plugin() -> None:
    """A solver that cannot be imported makes its backend unavailable, with the cause."""

    def create(_options: object) -> Any:
        raise ImportError("libsolver.so is missing")

    found = manager(Brings(spec("broken", create=create)))
    with pytest.raises(BackendUnavailable, match=r"plugin '0' of .* libsolver\.so is missing"):
        found.create(found.backend("broken"))
