"""Run Nox sessions in lanes: the sessions of a lane one after the other, the lanes at the same time.

``python -m tooling.lanes "lint types unit" "integration drill"`` has two lanes. The output of each session
goes to a file in ``dist/ci``; that of sessions that failed is printed at the end. A lane goes on after a
failure, so that one run reports everything. The exit code is 1 if any session failed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
LOGS = ROOT / "dist" / "ci"
GRACE_SECONDS = 60.0
"""Time for sessions to end their programs and containers after a signal."""


class Lanes:
    """Sessions that run at the same time.

    Parameters
    ----------
    command
        Returns the command of a session.
    logs
        Folder of the output; made if it does not exist.
    say
        Prints a line.
    """

    def __init__(
        self,
        command: Callable[[str], Sequence[str]],
        logs: Path = LOGS,
        say: Callable[[str], None] = lambda line: print(line, flush=True),
    ) -> None:
        self._command, self._logs, self._say = command, logs, say
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._passed: set[str] = set()
        self._is_stopped = False

    def run(self, lanes: Sequence[Sequence[str]]) -> int:
        """Run the sessions, print what failed, and return the exit code.

        Parameters
        ----------
        lanes
            Names of the sessions of each lane, in their order.

        Raises
        ------
        ValueError
            If a session is named twice: both would write the same file.
        """
        names = [name for lane in lanes for name in lane]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"named twice: {', '.join(twice)}")
        self._logs.mkdir(parents=True, exist_ok=True)
        threads = [threading.Thread(target=self._run_lane, args=(lane,)) for lane in lanes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # A session passed only if it ended well; one that never began has not.
        failed = [name for name in names if name not in self._passed]
        for name in failed:
            self._say(f"\n== {name} failed. It printed:\n")
            if self._log(name).exists():
                self._say(self._log(name).read_text(encoding="utf-8", errors="replace"))
        if failed:
            self._say(f"failed: {', '.join(failed)}")
        return 1 if failed else 0

    def stop(self) -> None:
        """Interrupt the sessions, kill those that do not end, and start no others."""
        with self._lock:
            self._is_stopped = True
            running = list(self._running)
        for process in running:
            _send(process, signal.SIGINT)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _send(process, signal.SIGKILL)

    def _run_lane(self, names: Sequence[str]) -> None:
        for name in names:
            started = time.monotonic()
            try:
                code = self._run_session(name)
            except OSError as error:
                self._say(f"{name}: cannot be started: {error}")
                continue
            if code is None:
                return
            if code == 0:
                self._passed.add(name)
            ended = "passed" if code == 0 else f"failed with exit code {code}"
            self._say(f"{name}: {ended} after {time.monotonic() - started:.0f} s")

    def _run_session(self, name: str) -> int | None:
        """Return the exit code of a session; None if it was not started because of a stop."""
        with self._log(name).open("wb") as log:
            with self._lock:
                if self._is_stopped:
                    return None
                # A group of its own: a signal must reach the programs that the session has started.
                process = subprocess.Popen(
                    self._command(name),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    cwd=ROOT, start_new_session=True,
                )  # fmt: skip
                self._running.add(process)
            self._say(f"{name}: started")
            code = process.wait()
        with self._lock:
            self._running.discard(process)
        return code

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"


def _send(process: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def main(arguments: Sequence[str]) -> int:
    """Run the lanes that the arguments name, one argument for each."""
    lanes = Lanes(lambda session: (sys.executable, "-m", "nox", "--session", session))

    def stop(number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=lanes.stop).start()
        signal.signal(number, signal.SIG_DFL)  # a second signal ends this at once

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return lanes.run([argument.split() for argument in arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
