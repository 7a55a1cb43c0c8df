import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LEASH = Path(__file__).resolve().parents[3] / "tooling" / "serving" / "leash.py"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent")


def test_a_program_ends_with_the_process_that_started_it_also_if_that_is_killed() -> None:
    program = (
        "import os, subprocess, sys, time\n"
        f"run = [sys.executable, {str(LEASH)!r}, str(os.getpid()), '15', 'sleep', '60']\n"
        "child = subprocess.Popen(run, start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        _wait_until(child, b"sleep")
        assert os.getpgid(child) != os.getpgid(parent.pid)
        parent.kill()
    _wait_until(child, None)


def test_a_program_whose_parent_is_gone_already_does_not_start() -> None:
    done = subprocess.run([sys.executable, LEASH, "1", str(int(signal.SIGTERM)), "echo", "started"],
                          capture_output=True, check=True)  # fmt: skip
    assert done.stdout == b""


def _wait_until(process: int, program: bytes | None) -> None:
    """Wait until a process has become a program, or is gone."""
    deadline = time.monotonic() + 20
    while True:
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0] or None
        except FileNotFoundError:
            command = None
        if command == program:
            return
        assert time.monotonic() < deadline, command
        time.sleep(0.02)
