"""What the answers need: opened when the application starts, closed when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Event
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from bookingopt_api.audit import AuditLog
from bookingopt_api.enquiries import EnquiryDesk
from bookingopt_api.gate import BodyRoom
from bookingopt_api.keys import Keyring, open_keyring
from bookingopt_api.metrics import RequestMetrics
from bookingopt_api.rates import Budget, Rates
from bookingopt_api.results import ResultShelf
from bookingopt_api.sessions import Sessions
from bookingopt_api.settings import ApiSettings
from bookingopt_api.watch import JobWatch
from bookingopt_worker.jobs import JobStore, open_store
from bookingopt_worker.jobs.opening import sqlite_path
from bookingopt_worker.queue import JobQueue, open_queue

Answer = TypeVar("Answer")

BODIES_AT_ONCE = 4
"""Bodies of the largest size that one process holds at the same time."""
VIEWS_AT_ONCE = 2
"""Pictures and tables that one process makes at the same time; one may take 200 MB for a moment."""


@dataclass(slots=True)
class Resources:
    """Everything an endpoint may need, built from the settings.

    Parameters
    ----------
    settings
        What the API was told.
    store, queue
        The ledger, and the messenger to those who do the jobs.
    metrics
        What the API counts.
    keys, sessions, rates
        Who comes in, and how often.
    audit
        Remembers who did what.
    draining
        Set when the process has been told to stop.
    bodies
        Memory for the bodies of requests.
    large_readings
        Bounds how many large documents are validated at once: each takes twenty times its size.
    drawings
        Bounds how many views of results are made at once.
    results
        Results that were read not long ago.
    watch
        Looks at jobs for those who follow their events.
    enquiries
        Answers whether one more stay fits.
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
    large_readings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    drawings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(VIEWS_AT_ONCE))
    results: ResultShelf = field(default_factory=ResultShelf)
    watch: JobWatch = field(init=False)
    enquiries: EnquiryDesk = field(init=False)

    def __post_init__(self) -> None:
        """Open what follows from the rest."""
        self.watch = JobWatch(self.store, self.draining)
        self.enquiries = EnquiryDesk(self.settings.fit_seconds)

    @property
    def asks_in_threads(self) -> bool:
        """Whether `ask` calls in a thread, which may block."""
        return sqlite_path(self.settings.url) is None or self.rates.may_block

    async def ask(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Return what a function says that reads the ledger, the keys and the counters.

        It is called at once where all of them are on this machine: a file is read in a tenth of the time
        that the way into a thread and back takes. A server may be slow, and must not hold up others.

        Parameters
        ----------
        function
            What is called; it must not write.
        *arguments
            With what.
        """
        if self.asks_in_threads:
            return await to_thread.run_sync(function, *arguments)
        return function(*arguments)

    def close(self) -> None:
        """Give back every connection."""
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
        What the API was told.
    draining
        Set by whoever stops the process; None if nobody does.

    Raises
    ------
    StoreError
        If the ledger, or the keys, are in a file that cannot be opened.
    OSError
        If the audit log cannot be written.
    ValueError
        If an address cannot be right.
    """
    connections = settings.max_requests  # so that whoever is let in need not wait for one
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
    """Return the sessions; without a secret they end with the process, which may be on one's own machine."""
    secret = settings.session_secret
    text = token_hex() if secret is None else secret.get_secret_value()
    return Sessions(text, is_secure=settings.environment == "production")


def resources_of(request: Request) -> Resources:
    """Return the resources of the application that a request came to."""
    resources: Resources = request.app.state.resources
    return resources


async def get_resources(request: Request) -> Resources:
    """Return the same as a dependency: a coroutine, because a plain function would cost a thread."""
    return resources_of(request)
