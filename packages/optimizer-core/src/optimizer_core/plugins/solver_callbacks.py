"""Links a running solver to its caller: passes bounds out and a cancel in."""

from __future__ import annotations

from collections.abc import Callable

from optimizer_core.network.milp import MilpLimits


class SolverCallbacks:
    """Handles a solver's callbacks for the caller of a solve.

    An exception must not travel through the solver's own code: it is kept, the solver is stopped, and
    `raise_caught` raises it when the solver has returned.

    Parameters
    ----------
    limits
        Provides `is_cancelled`, and `on_bound`, which receives the bounds.
    """

    def __init__(self, limits: MilpLimits) -> None:
        self._limits = limits
        self._caught: BaseException | None = None

    def must_stop(self) -> bool:
        """Return whether the solver must stop now."""
        return self._caught is not None or bool(self._guarded(self._limits.is_cancelled))

    def report_bound(self, value: float | None, bound: float) -> None:
        """Report the cost of the best point, None before the first one, and the proved lower bound."""
        self._guarded(lambda: self._limits.on_bound(value, bound))

    def raise_caught(self) -> None:
        """Raise what the caller's own functions raised while the solver ran."""
        if self._caught is not None:
            raise self._caught

    def _guarded(self, ask: Callable[[], bool | None]) -> bool | None:
        try:
            return ask()
        except BaseException as error:  # noqa: BLE001 - raised again by raise_caught
            self._caught = error
            return True
