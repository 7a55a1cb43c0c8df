"""The program ``bookingopt-worker``: takes jobs from the queue until a signal stops it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack

from bookingopt_worker.child import find_function
from bookingopt_worker.logs import log_event
from bookingopt_worker.metrics import ConsumerCollector, Watch
from bookingopt_worker.settings import WorkerSettings, load_settings
from bookingopt_worker.solving_process import WarmProcesses
from bookingopt_worker.supervisor import Supervisor
from bookingopt_worker.sweep import Sweep
from bookingopt_worker.tasks import make_task
from bookingopt_worker.turns import Turns
from job_ledger import JobStore, StoreError, open_store
from job_ledger.logging import configure_logs
from job_ledger.queue import JobQueue, open_queue
from job_ledger.redis_tls import fault_of_server

_GIVE_BACK_SECONDS = 5.0
_SPARE_CONNECTIONS = 6


def main() -> None:
    """Read the settings and take jobs; when stopped, give back the jobs in hand."""
    settings = load_settings()
    configure_logs(settings.log_level)
    try:
        serve(settings)
    except (StoreError, ValueError, OSError) as error:
        raise SystemExit(f"bookingopt-worker: {error}") from None


def serve(settings: WorkerSettings, *, is_sweeping: bool = True) -> None:
    """Take jobs until a signal stops it; must run in the main thread.

    Parameters
    ----------
    settings
        The settings of the worker.
    is_sweeping
        Whether to look for lost jobs; False only in a test that shows why the sweep is needed.

    Raises
    ------
    ValueError
        If a setting cannot be right: a file that cannot be opened, a port that is taken, a function that does
        not exist, a Redis that is not trusted or refuses this process. The message names the setting.
    OSError
        If a solving process cannot be started.
    """
    _check_function(settings.worker_solve)
    if settings.redis_url is not None and (fault := fault_of_server(settings.url)) is not None:
        raise ValueError(fault)
    with ExitStack() as stack:
        store, queue = _open(settings, stack)
        processes = WarmProcesses(settings.worker_solve, settings.worker_concurrency, settings.solving_bytes)
        stack.callback(processes.close)
        supervisor = Supervisor(store, queue, processes, settings.patience)
        sweep = Sweep(store, queue, f"{socket.gethostname()}-{os.getpid()}", settings.worker_sweep)
        stop_watch = _start_watch(settings, store, supervisor, sweep, stack)
        if is_sweeping:
            sweep.start()
            stack.callback(sweep.stop)
        turns = Turns(store, queue, settings.slots_per_user, lambda: queue.is_stopping)
        consumer = queue.consumer(make_task(turns, supervisor), settings.worker_concurrency)
        log_event("started", concurrency=settings.worker_concurrency)
        consumer.run()
        stop_watch()
        is_done = supervisor.stop(_GIVE_BACK_SECONDS)
        log_event("stopped", given_back="all" if is_done else "not all: their leases will run out")


def _check_function(path: str) -> None:
    try:
        is_function = callable(find_function(path))
    except Exception as error:  # third-party code: importing it may raise anything
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
    except StoreError as error:  # only for a file: a server is not contacted yet
        raise ValueError(f"DATA_DIR: {error}") from error
    stack.callback(store.close)
    queue = open_queue(settings.url, settings.queue_signature, max_connections=connections)
    stack.callback(queue.close)
    return store, queue


def _start_watch(
    settings: WorkerSettings, store: JobStore, supervisor: Supervisor, sweep: Sweep, stack: ExitStack
) -> Callable[[], None]:
    """Start the metrics server, if one is configured; return a function that makes it report "stopping"."""
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
