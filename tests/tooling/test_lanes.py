"""Sessions in lanes: order, output, failures and signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tooling.lanes import ROOT, Lanes

SCRIPT = """
import pathlib, sys, time
name, folder = sys.argv[1:]
begun = time.monotonic()
print("output of", name, flush=True)
pathlib.Path(folder, name).write_text(str(begun))
if name.startswith("waits"):
    while not pathlib.Path(folder, name.removeprefix("waits-for-")).exists():
        time.sleep(0.01)
if name == "sleeps":
    time.sleep(300)
sys.exit(name.startswith("bad") * 3)
"""


def _lanes(tmp_path: Path, lines: list[str]) -> Lanes:
    (tmp_path / "ran").mkdir(exist_ok=True)
    return Lanes(
        lambda name: (sys.executable, "-c", SCRIPT, name, str(tmp_path / "ran")),
        tmp_path / "logs",
        lines.append,
    )


def test_lanes_run_at_the_same_time_and_the_sessions_of_one_in_their_order(tmp_path: Path) -> None:
    lines: list[str] = []
    # Neither lane could end if it did not run beside the other one.
    code = _lanes(tmp_path, lines).run([["first", "waits-for-third"], ["waits-for-first", "third"]])
    assert code == 0
    begun = {file.name: float(file.read_text()) for file in (tmp_path / "ran").iterdir()}
    assert begun["first"] < begun["waits-for-third"]
    assert begun["waits-for-first"] < begun["third"]
    assert sum(line.endswith(": started") for line in lines) == 4
    assert sum(": passed after " in line for line in lines) == 4
    assert "output of third" in (tmp_path / "logs" / "third.log").read_text()
    assert not any("output of" in line for line in lines), "what passed is not printed"


def test_a_failure_is_printed_at_the_end_and_stops_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    assert _lanes(tmp_path, lines).run([["bad-one", "good"], ["other"]]) == 1
    assert (tmp_path / "ran" / "good").exists()
    assert any(line.startswith("bad-one: failed with exit code 3 after ") for line in lines)
    assert lines[-3:-1] == ["\n== bad-one failed. It printed:\n", "output of bad-one\n"]
    assert lines[-1] == "failed: bad-one"


def test_a_session_that_cannot_start_fails_and_stops_nothing(tmp_path: Path) -> None:
    lines: list[str] = []
    (tmp_path / "ran").mkdir()

    def command(name: str) -> tuple[str, ...]:
        if name == "absent":
            return (str(tmp_path / "no such program"),)
        return (sys.executable, "-c", SCRIPT, name, str(tmp_path / "ran"))

    assert Lanes(command, tmp_path / "logs", lines.append).run([["absent", "after"], ["other"]]) == 1
    assert (tmp_path / "ran" / "after").exists()
    assert any(line.startswith("absent: cannot be started: ") for line in lines)
    assert lines[-1] == "failed: absent"


def test_a_session_named_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="named twice: unit"):
        _lanes(tmp_path, []).run([["unit"], ["lint", "unit"]])
    assert not (tmp_path / "logs").exists()


def test_a_stop_ends_the_running_session_and_starts_no_other(tmp_path: Path) -> None:
    lines: list[str] = []
    lanes = _lanes(tmp_path, lines)
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(lanes.run([["sleeps", "never"]])))
    thread.start()
    while not (tmp_path / "ran" / "sleeps").exists():
        time.sleep(0.01)
    lanes.stop()
    thread.join()
    assert codes == [1]
    assert not (tmp_path / "ran" / "never").exists()


def test_a_signal_to_the_command_reaches_the_sessions(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    ran.mkdir()
    code = (
        "import signal, sys, pathlib; from tooling import lanes; "
        f"lanes.LOGS = pathlib.Path({str(tmp_path / 'logs')!r}); init = lanes.Lanes.__init__; "
        "lanes.Lanes.__init__ = lambda self, command: init(self, "
        f"lambda name: (sys.executable, '-c', {SCRIPT!r}, name, {str(ran)!r}), lanes.LOGS); "
        "sys.exit(lanes.main(['sleeps never']))"
    )
    # A process started in the background may ignore SIGINT, and its children inherit that.
    started = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        env=os.environ, restore_signals=True, start_new_session=True,
    )  # fmt: skip
    while not (ran / "sleeps").exists():
        time.sleep(0.01)
    started.send_signal(signal.SIGTERM)
    printed = started.communicate()[0]
    assert started.returncode == 1
    assert "failed: sleeps, never" in printed
    assert not (ran / "never").exists()
