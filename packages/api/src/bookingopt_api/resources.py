"""Resources of the application: opened when it starts, closed when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from bookingopt_api.audit import AuditLog
from bookingopt_api.enquiries import BackendAnswer, EnquiryDesk
from bookingopt_api.gate import BodyRoom
from bookingopt_api.keys import Keyring, open_keyring
from bookingopt_api.metrics import RequestMetrics
from bookingopt_api.rates import Budget, Rates
from bookingopt_api.results import ResultShelf
from bookingopt_api.sessions import Sessions
from bookingopt_api.settings import ApiSettings
from bookingopt_api.watch import JobWatch
from job_ledger import JobStore, open_store
from job_ledger.address import sqlite_path
from job_ledger.queue import JobQueue, open_queue

Answer = TypeVar("Answer")

BODIES_AT_ONCE = 4
"""Bodies of the largest size for which one process has memory at the same time."""
SMALL_BODIES_BYTES = 32_000_000
"""Memory in one process for the bodies of requests without a document."""
VIEWS_AT_ONCE = 2
"""Pictures and tables that one process makes at the same time; one may briefly take 200 MB."""


@dataclass(slots=True)
class Resources:
    """Everything an endpoint may need, built from the settings.

    Parameters
    ----------
    settings
        The settings of the API.
    store, queue
        The ledger, and the queue to the workers.
    metrics
        Metrics of the API.
    keys, sessions, rates
        Authentication and rate limits.
    audit
        The audit log.
    draining
        Set when the process is to stop.
    bodies, small_bodies
        Memory for the bodies of requests, with a document and without.
    large_readings
        Limits how many large documents are validated at once: each takes twenty times its size.
    drawings
        Limits how many views of results are made at once.
    results
        Cache of results that were read recently.
    watch
        Watches jobs for the listeners to their events.
    enquiries
        Answers whether one more stay fits.
    backends
        The installed backends.
    """

    settings: ApiSettings
    store: JobStore
    queue: JobQueue
    metrics: RequestMetrics
    keys: Keyring
    sessions: Sessions
    rates: Rates
    audit: AuditLog
    bodies: BodyRoom
    draining: Event = field(default_factory=Event)
    small_bodies: BodyRoom = field(default_factory=lambda: BodyRoom(SMALL_BODIES_BYTES))
    large_readings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    drawings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(VIEWS_AT_ONCE))
    results: ResultShelf = field(default_factory=ResultShelf)
    watch: JobWatch = field(init=False)
    enquiries: EnquiryDesk = field(init=False)
    backends: BackendAnswer = field(default_factory=BackendAnswer)

    def __post_init__(self) -> None:
        """Create the resources that depend on the others."""
        self.watch = JobWatch(self.store, self.draining)
        self.enquiries = EnquiryDesk(self.settings.fit_seconds)

    @property
    def asks_in_threads(self) -> bool:
        """Whether `ask` calls in a thread, because the call may block."""
        return sqlite_path(self.settings.url) is None or self.rates.may_block

    async def ask(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Return the result of a function that reads the ledger, the keys and the counters.

        It is called directly if all of them are on this machine: reading a file takes a tenth of the time of
        a switch to a thread and back. A server may be slow, and must not delay other requests.

        Parameters
        ----------
        function
            The function; it must not write.
        *arguments
            Its arguments.
        """
        if self.asks_in_threads:
            return await to_thread.run_sync(function, *arguments)
        return function(*arguments)

    def close(self) -> None:
        """Close every connection."""
        self.enquiries.close()
        self.queue.close()
        self.store.close()
        self.keys.close()
        self.audit.close()


def open_resources(settings: ApiSettings, draining: Event | None = None) -> Resources:
    """Return the resources of one process.

    Parameters
    ----------
    settings
        The settings of the API.
    draining
        Set by the caller when the process is to stop; None if it is never set.

    Raises
    ------
    StoreError
        If the ledger, or the keys, are in a file that cannot be opened.
    OSError
        If the audit log cannot be written.
    ValueError
        If an address is not valid.
    """
    connections = settings.max_requests  # one for each admitted request
    store = open_store(
        settings.url, settings.rules, max_connections=connections, max_bytes=settings.data_max_bytes
    )
    queue = open_queue(settings.url, settings.queue_signature, max_connections=connections)
    bodies = BodyRoom(BODIES_AT_ONCE * settings.max_document_bytes)
    rates = {
        Budget.SUBMIT: settings.rate_submit,
        Budget.READ: settings.rate_read,
        Budget.ADDRESS: settings.rate_address,
    }
    return Resources(
        settings,
        store,
        queue,
        RequestMetrics(store),
        keys=open_keyring(settings.url),
        sessions=_open_sessions(settings),
        rates=Rates(rates, settings.rate_limit_url),
        audit=AuditLog(settings.audit_log),
        bodies=bodies,
        draining=draining or Event(),
    )


def _open_sessions(settings: ApiSettings) -> Sessions:
    """Return the sessions; without a secret (only in a local environment) they end with the process."""
    secret = settings.session_secret
    text = token_hex() if secret is None else secret.get_secret_value()
    return Sessions(text, is_secure=settings.environment == "production")


def resources_of(request: Request) -> Resources:
    """Return the resources of the application that received a request."""
    resources: Resources = request.app.state.resources
    return resources


async def get_resources(request: Request) -> Resources:
    """Return the same as a dependency; a coroutine, because a plain function would cost a thread."""
    return resources_of(request)
