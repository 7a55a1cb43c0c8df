"""What the answers need: opened when the application starts, closed when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from anyio import CapacityLimiter
from fastapi import Request

from bookingopt_api.metrics import RequestMetrics
from bookingopt_api.settings import ApiSettings
from bookingopt_worker.jobs import JobStore, open_store
from bookingopt_worker.queue import JobQueue, open_queue

READINGS_AT_ONCE = 2
"""Documents that are validated at the same time in one process: each takes ten times its size."""


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
    draining
        Set when the process has been told to stop.
    readings
        Bounds how many documents are validated at once.
    """

    settings: ApiSettings
    store: JobStore
    queue: JobQueue
    metrics: RequestMetrics
    draining: Event = field(default_factory=Event)
    readings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(READINGS_AT_ONCE))

    def close(self) -> None:
        """Give back every connection."""
        self.queue.close()
        self.store.close()


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
        If the ledger is a file that cannot be opened.
    ValueError
        If an address cannot be right.
    """
    connections = settings.max_requests // 2
    store = open_store(
        settings.url, settings.rules, max_connections=connections, max_bytes=settings.data_max_bytes
    )
    queue = open_queue(settings.url, settings.queue_signature, max_connections=connections)
    return Resources(settings, store, queue, RequestMetrics(store), draining or Event())


def get_resources(request: Request) -> Resources:
    """Return the resources of the application that a request came to."""
    resources: Resources = request.app.state.resources
    return resources
