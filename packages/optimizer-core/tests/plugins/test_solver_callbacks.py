import pytest

from optimizer_core.network import MilpLimits
from optimizer_core.plugins.solver_callbacks import SolverCallbacks


def test_cancel_is_passed_on() -> None:
    """The solver must stop exactly when the caller says so."""
    answers = iter([False, True])
    callbacks = SolverCallbacks(MilpLimits(is_cancelled=lambda: next(answers)))
    assert [callbacks.must_stop(), callbacks.must_stop()] == [False, True]
    callbacks.raise_caught()


def test_bounds_are_passed_on() -> None:
    """The caller hears value and bound as the solver tells them."""
    heard: list[tuple[float | None, float]] = []
    callbacks = SolverCallbacks(MilpLimits(on_bound=lambda value, bound: heard.append((value, bound))))
    callbacks.report_bound(None, 1.0)
    callbacks.report_bound(3.0, 2.0)
    assert heard == [(None, 1.0), (3.0, 2.0)]


@pytest.mark.parametrize("error", [LookupError("lost"), KeyboardInterrupt()])
def test_exception_waits_until_the_solver_has_returned(error: BaseException) -> None:
    """What a listener raises stops the solver and is raised afterwards, be it a Ctrl-C."""

    def fail(_value: float | None, _bound: float) -> None:
        raise error

    callbacks = SolverCallbacks(MilpLimits(on_bound=fail))
    callbacks.report_bound(None, 0.0)
    assert callbacks.must_stop()
    with pytest.raises(type(error)) as caught:
        callbacks.raise_caught()
    assert caught.value is error
