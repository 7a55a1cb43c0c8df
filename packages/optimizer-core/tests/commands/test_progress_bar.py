"""The bar shows value, bound and gap on a terminal, and nothing anywhere else."""

import io
import threading
from fractions import Fraction

import pytest

from optimizer_core.commands import progress_bar
from optimizer_core.commands.progress_bar import ProgressBar, bar
from optimizer_core.domain import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and tells when something was drawn on it."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if "%" in text:
            self.drawn.set()
        return super().write(text)


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress("first plan", 1), "[....................]   1 %  first plan  3 s"),
        (
            Progress("windows", 50, Fraction(200), Fraction(399, 2)),
            "[##########..........]  50 %  windows  value 200  bound 199.5  gap 0.26 %  3 s",
        ),
        (
            Progress("done", 100, Fraction(0), Fraction(0)),
            "[####################] 100 %  done  value 0  bound 0  3 s",
        ),
        (
            Progress("bound", 20, Fraction(7), Fraction(0)),
            "[####................]  20 %  bound  value 7  bound 0  3 s",
        ),
    ],
)
def test_the_bar_as_text(progress: Progress, text: str) -> None:
    assert bar(progress, 3.2) == text


def test_on_a_terminal_the_bar_is_drawn_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_bar, "_SECONDS_OF_SILENCE", 0.001)
    monkeypatch.setattr(progress_bar, "_SECONDS_BETWEEN", 0.001)
    terminal = Terminal()
    with ProgressBar(terminal) as shown:
        shown.report(Progress("windows", 50))
        assert terminal.drawn.wait(timeout=30)
    assert "%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_within_the_first_second_nothing_is_drawn() -> None:
    terminal = Terminal()
    with ProgressBar(terminal) as shown:
        shown.report(Progress("windows", 50))
    assert terminal.getvalue() == ""


def test_in_a_pipe_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_bar, "_SECONDS_OF_SILENCE", 0.0)
    stream, threads = io.StringIO(), threading.active_count()
    with ProgressBar(stream) as shown:
        shown.report(Progress("windows", 50))
        assert threading.active_count() == threads
    assert stream.getvalue() == ""
