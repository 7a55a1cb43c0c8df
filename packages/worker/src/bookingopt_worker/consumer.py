"""The program ``bookingopt-worker``: takes jobs from the queue until it is told to stop."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack

from bookingopt_worker.child import find_function
from bookingopt_worker.jobs import JobStore, StoreError, open_store
from bookingopt_worker.log_lines import configure_logs
from bookingopt_worker.logs import log_event
from bookingopt_worker.metrics import ConsumerCollector, Watch
from bookingopt_worker.queue import JobQueue, open_queue
from bookingopt_worker.settings import WorkerSettings, load_settings
from bookingopt_worker.solving_process import WarmProcesses
from bookingopt_worker.supervisor import Supervisor
from bookingopt_worker.sweep import Sweep
from bookingopt_worker.tasks import make_task

_GIVE_BACK_SECONDS = 5.0
_SPARE_CONNECTIONS = 6


def main() -> None:
    """Read the settings, take jobs, and give back what is in hand when told to stop."""
    settings = load_settings()
    configure_logs(settings.log_level)
    try:
        serve(settings)
    except (StoreError, ValueError, OSError) as error:
        raise SystemExit(f"bookingopt-worker: {error}") from None


def serve(settings: WorkerSettings, *, is_sweeping: bool = True) -> None:
    """Take jobs until a signal says otherwise; must run in the main thread.

    Parameters
    ----------
    settings
        What to do, and with what.
    is_sweeping
        Whether to look for what was lost; only a test that shows what the sweep is good for says no.

    Raises
    ------
    ValueError
        If a setting cannot be right: a file that cannot be opened, a port that is taken, no such function.
        Names the setting.
    OSError
        If a solving process cannot be started.
    """
    _check_function(settings.worker_solve)
    with ExitStack() as stack:
        store, queue = _open(settings, stack)
        processes = WarmProcesses(settings.worker_solve, settings.worker_concurrency)
        stack.callback(processes.close)
        supervisor = Supervisor(store, queue, processes, settings.patience)
        sweep = Sweep(store, queue, f"{socket.gethostname()}-{os.getpid()}", settings.worker_sweep)
        stop_watch = _start_watch(settings, store, supervisor, sweep, stack)
        if is_sweeping:
            sweep.start()
            stack.callback(sweep.stop)
        consumer = queue.consumer(make_task(store, supervisor), settings.worker_concurrency)
        log_event("started", concurrency=settings.worker_concurrency)
        consumer.run()
        stop_watch()
        is_done = supervisor.stop(_GIVE_BACK_SECONDS)
        log_event("stopped", given_back="all" if is_done else "not all: their leases will run out")


def _check_function(path: str) -> None:
    try:
        is_function = callable(find_function(path))
    except Exception as error:  # the module may be anybody's, and so may what its import raises
        raise ValueError(f"WORKER_SOLVE: cannot be imported: {type(error).__name__}: {error}") from error
    if not is_function:
        raise ValueError(f"WORKER_SOLVE: {path} is no function; write it as module:name")


def _open(settings: WorkerSettings, stack: ExitStack) -> tuple[JobStore, JobQueue]:
    connections = settings.worker_concurrency + _SPARE_CONNECTIONS
    try:
        store = open_store(
            settings.url,
            settings.rules,
            max_connections=2 * connections,
            max_bytes=settings.data_max_bytes,
        )
    except StoreError as error:  # a file: a server is first asked later
        raise ValueError(f"DATA_DIR: {error}") from error
    stack.callback(store.close)
    queue = open_queue(settings.url, settings.queue_signature, max_connections=connections)
    stack.callback(queue.close)
    return store, queue


def _start_watch(
    settings: WorkerSettings, store: JobStore, supervisor: Supervisor, sweep: Sweep, stack: ExitStack
) -> Callable[[], None]:
    """Start the server of the metrics, if one is wanted; return what makes it say that we are stopping."""
    if settings.worker_metrics_port is None:
        return lambda: None
    own = ConsumerCollector(lambda: sweep.redelivered, lambda: supervisor.at_work)
    host, port = settings.worker_metrics_host, settings.worker_metrics_port
    try:
        watch = Watch(host, port, store, own)
    except OSError as error:
        name = "HOST" if isinstance(error, socket.gaierror) else "PORT"
        raise ValueError(f"WORKER_METRICS_{name}: {host}:{port}: {error.strerror}") from error
    watch.start()
    stack.callback(watch.close)
    return watch.say_stopping


if __name__ == "__main__":
    main()
