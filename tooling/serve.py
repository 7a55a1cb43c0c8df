"""The task that runs the whole service on one machine."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.serving.child import Child, GivenUp
from tooling.serving.log_lines import readable
from tooling.serving.place import PortTaken, find_place
from tooling.serving.supervision import Supervision
from tooling.shell import DRY_RUN_HELP


@task(
    help={
        "port": "where it listens on this machine; 0 for any that is free (default: $API_PORT, 8000)",
        "redis": "keep the jobs in this Redis, in place of a file (default: $REDIS_URL)",
        "data": "folder of the data (default: $DATA_DIR, bookingopt-data)",
        "json": "print the log as the programs write it, every line",
        "dry_run": DRY_RUN_HELP,
    }
)
def serve(
    context: Context,
    port: str = "",
    redis: str = "",
    data: str = "",
    json: bool = False,
    dry_run: bool = False,
) -> None:
    """Run API and worker together on this machine, until Ctrl-C."""
    del context
    folder = Path(data or os.environ.get("DATA_DIR", "bookingopt-data")).absolute()
    try:
        chosen = int(port or os.environ.get("API_PORT", "8000"))
        place = find_place(folder, chosen, redis or _redis_of_environment())
    except (PortTaken, OSError, OverflowError, ValueError) as error:
        raise SystemExit(f"serve: {error}") from None
    print(f"jobs in {'Redis' if place.redis_url else folder}, API on {place.address}", flush=True)
    if dry_run:
        return
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            print(line, flush=True)

    def report(name: str, line: str) -> None:
        shown = line if json else readable(name, line)
        if shown is not None:
            say(shown)

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = place.environment(os.environ)
    api = Child(
        "api", "bookingopt_api.server", environment, f"{place.address}/readyz", signal.SIGTERM, report
    )
    metrics = f"http://127.0.0.1:{place.metrics_port}/readyz"
    # On SIGINT it gives its jobs back at once; on SIGTERM it would finish them first.
    worker = Child("worker", "bookingopt_worker.consumer", environment, metrics, signal.SIGINT, report)
    welcome = f"BookingOpt is ready: {place.address}   (Ctrl-C stops it)"
    try:
        Supervision((api, worker), say).run(welcome)
    except GivenUp as error:
        raise SystemExit(f"serve: {error}") from None


def _redis_of_environment() -> str:
    if (file := os.environ.get("REDIS_URL_FILE")) is not None:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get("REDIS_URL", "")
