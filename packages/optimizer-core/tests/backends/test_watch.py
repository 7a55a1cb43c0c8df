import pytest

from optimizer_core.backends.watch import Watch
from optimizer_core.network import MilpLimits


def test_cancel_is_passed_on() -> None:
    """The solver must stop exactly when the caller says so."""
    answers = iter([False, True])
    watch = Watch(MilpLimits(is_cancelled=lambda: next(answers)))
    assert [watch.must_stop(), watch.must_stop()] == [False, True]
    watch.raise_caught()


def test_bounds_are_passed_on() -> None:
    """The caller hears value and bound as the solver tells them."""
    heard: list[tuple[float | None, float]] = []
    watch = Watch(MilpLimits(on_bound=lambda value, bound: heard.append((value, bound))))
    watch.tell_bound(None, 1.0)
    watch.tell_bound(3.0, 2.0)
    assert heard == [(None, 1.0), (3.0, 2.0)]


@pytest.mark.parametrize("error", [LookupError("lost"), KeyboardInterrupt()])
def test_exception_waits_until_the_solver_has_returned(error: BaseException) -> None:
    """What a listener raises stops the solver and is raised afterwards, be it a Ctrl-C."""

    def fail(_value: float | None, _bound: float) -> None:
        raise error

    watch = Watch(MilpLimits(on_bound=fail))
    watch.tell_bound(None, 0.0)
    assert watch.must_stop()
    with pytest.raises(type(error)) as caught:
        watch.raise_caught()
    assert caught.value is error
