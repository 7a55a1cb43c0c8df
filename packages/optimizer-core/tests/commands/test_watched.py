import signal

import pytest

from optimizer_core.commands import progress_bar
from optimizer_core.commands.watched import watched
from optimizer_core.domain import Progress


def test_the_first_interrupt_cancels_the_solve() -> None:
    before = signal.getsignal(signal.SIGINT)
    with watched(5.0) as (limits, interrupted):
        assert limits.time_limit_seconds == 5.0
        assert not limits.is_cancelled()
        signal.raise_signal(signal.SIGINT)
        assert interrupted.is_set()
        assert limits.is_cancelled()
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Progress] = []
    monkeypatch.setattr(progress_bar.ProgressBar, "report", lambda _bar, progress: shown.append(progress))
    with watched(5.0) as (limits, _):
        limits.report(Progress("plan", 50))
    assert [progress.percent for progress in shown] == [50]
