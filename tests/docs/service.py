"""The service that the pages ask, started as they tell to start it: `./run invoke serve`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.blocks import ROOT

_READY = re.compile(r"is ready: (http://\S+)")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Start the service on any free port, and hand out its address.

    Parameters
    ----------
    folder
        Where it keeps its data.
    """
    command = [sys.executable, "-m", "invoke", "serve", "--port", "0", "--data", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REDIS_", "API_"))}
    environment = kept | {
        "FIT_WARM": "off",
        "WORKER_CONCURRENCY": "1",
    }  # the pages ask for one thing at a time
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if (ready := _READY.search(line)) is not None:
                break
        else:
            raise AssertionError("the service did not start: " + "".join(said))
        yield ready[1]
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        finally:
            process.kill()
