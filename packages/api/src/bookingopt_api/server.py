"""The program ``bookingopt-api``: answers requests until a signal stops it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from threading import Event

import uvicorn
from starlette.types import ASGIApp

from bookingopt_api import keys_command
from bookingopt_api.app import create_app
from bookingopt_api.audit import AuditLog
from bookingopt_api.connections import LimitedConnection
from bookingopt_api.keys import open_keyring
from bookingopt_api.logs import log_trouble
from bookingopt_api.metrics import MULTIPROCESS_FOLDER
from bookingopt_api.settings import ApiSettings, load_settings
from bookingopt_api.stopping import StopsInSteps
from job_ledger import StoreError, open_store
from job_ledger.logging import configure_logs
from job_ledger.redis_tls import fault_of_server

KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps an idle connection, so that the API never closes it during a next request."""
MOST_CONNECTIONS = 1000
START_SECONDS = 60
"""A process that is silent for this time is replaced; on a busy machine it takes a while to start."""
SWITCH_SECONDS = 0.0003
"""How long a thread may run before it must yield: a request waits that long at each switch of threads."""
_CANNOT_START = 3


def main() -> None:
    """Read the settings and answer requests, or run a command on the keys."""
    if sys.argv[1:2] == ["keys"]:
        sys.exit(keys_command.main(sys.argv[2:]))
    if sys.argv[1:] not in ([], ["serve"]):
        raise SystemExit("usage: bookingopt-api [serve | keys ...]; settings come from the environment")
    settings = load_settings()
    configure_logs(settings.log_level)
    _check_address(settings.api_host, settings.api_port)
    _check_files(settings)
    if settings.redis_url is not None and (fault := fault_of_server(settings.url)) is not None:
        raise SystemExit(f"bookingopt-api: {fault}")
    if not settings.is_authentication_on:
        log_trouble(
            "AUTHENTICATION IS OFF: everyone who reaches this address has access", host=settings.api_host
        )
    # After stopping on a signal, Uvicorn sends itself the same signal again.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    if settings.api_workers == 1:
        serve(settings)
        return
    with tempfile.TemporaryDirectory(prefix="bookingopt-metrics-") as folder:
        os.environ[MULTIPROCESS_FOLDER] = folder
        serve(settings)


def serve(settings: ApiSettings) -> None:
    """Answer requests until a signal stops it; must run in the main thread."""
    uvicorn.run(
        "bookingopt_api.server:make_app",
        factory=True,
        host=settings.api_host,
        port=settings.api_port,
        workers=settings.api_workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        http=LimitedConnection,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_worker_healthcheck=START_SECONDS,
        timeout_graceful_shutdown=round(settings.api_drain),
    )


def _check_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before worker processes are started that would try it."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            probe.bind(address)
    except socket.gaierror as error:
        raise SystemExit(f"bookingopt-api: API_HOST: no address of this machine: {error.strerror}") from None
    except OSError as error:
        remedy = "stop what listens there, or name another port or address"
        message = f"API_HOST, API_PORT: port {port} cannot be listened on: {error.strerror}; {remedy}"
        raise SystemExit(f"bookingopt-api: {message}") from None


def _check_files(settings: ApiSettings) -> None:
    """Refuse files that cannot be opened, before worker processes are started that would retry forever."""
    try:
        with ExitStack() as opened:
            opened.callback(open_store(settings.url, settings.rules, max_bytes=settings.data_max_bytes).close)
            opened.callback(open_keyring(settings.url).close)
            opened.callback(AuditLog(settings.audit_log).close)
    except (StoreError, OSError) as error:
        raise SystemExit(_told(error)) from None


def _told(error: StoreError | OSError) -> str:
    """Return the message for a file of the ledger, of the keys or of the audit log that cannot be opened."""
    if isinstance(error, StoreError):
        return f"bookingopt-api: DATA_DIR: {error}; name a folder that this user may write, or set REDIS_URL"
    return f"bookingopt-api: AUDIT_LOG: {error}; name a file in a folder that this user may write, or none"


def make_app() -> ASGIApp:
    """Return the application of one process of this program, from the environment.

    Raises
    ------
    SystemExit
        If it cannot be made; the message is on the standard error.
    """
    settings = load_settings()
    configure_logs(settings.log_level)
    draining = Event()
    try:
        app = create_app(settings, draining)
    except (StoreError, OSError) as error:
        sys.stderr.write(f"{_told(error)}\n")
        raise SystemExit(_CANNOT_START) from None
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is loaded by now stays. Collecting it would delay every request by 40 to 80 ms.
    gc.collect()
    gc.freeze()
    return StopsInSteps(app, draining, settings.api_grace)


if __name__ == "__main__":
    main()
