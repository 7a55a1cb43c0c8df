"""The whole service on this machine, started as a newcomer starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
_READY = re.compile(r"is ready: (http://\S+)")
_PATIENT = {
    # A test asks faster than people do.
    "RATE_SUBMIT": "1000/minute",
    "RATE_READ": "1000/second",
    "RATE_ADDRESS": "1000/second",
}


def zone_of_another_day(now: datetime) -> str:
    """Return a zone where it is not the day that it is in UTC, nor will be within the hour."""
    return "Pacific/Kiritimati" if now.astimezone(UTC).hour >= 11 else "Etc/GMT+12"


@contextmanager
def running_service(folder: Path, **settings: str) -> Iterator[str]:
    """Run ``./run invoke serve`` and lend its address.

    Parameters
    ----------
    folder
        Where its data go.
    settings
        Of its environment, besides rates that no test uses up.
    """
    command = [str(ROOT / "run"), "invoke", "serve", "--port", "0", "--data", str(folder)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | _PATIENT | settings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    log = folder.with_suffix(".log")
    try:
        yield _address(process, log)
    finally:
        os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does
        told, _ = process.communicate(timeout=60)
        with log.open("a", encoding="utf-8") as file:
            file.write(told)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    said = ""
    if process.stdout is not None:
        for line in process.stdout:
            said += line
            if (found := _READY.search(line)) is not None:
                log.write_text(said, encoding="utf-8")
                return found.group(1)
    raise RuntimeError(f"the service did not start:\n{said}")
