"""What the answers need: opened when the application starts, closed when it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from anyio import CapacityLimiter
from fastapi import Request

from bookingopt_api.gate import BodyRoom
from bookingopt_api.metrics import RequestMetrics
from bookingopt_api.settings import ApiSettings
from bookingopt_worker.jobs import JobStore, open_store
from bookingopt_worker.queue import JobQueue, open_queue

BODIES_AT_ONCE = 4
"""Bodies of the largest size that one process holds at the same time."""


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
    bodies
        Memory for the bodies of requests.
    large_readings
        Bounds how many large documents are validated at once: each takes twenty times its size.
    """

    settings: ApiSettings
    store: JobStore
    queue: JobQueue
    metrics: RequestMetrics
    bodies: BodyRoom
    draining: Event = field(default_factory=Event)
    large_readings: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))

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
    bodies = BodyRoom(BODIES_AT_ONCE * settings.max_document_bytes)
    return Resources(settings, store, queue, RequestMetrics(store), bodies, draining or Event())


def get_resources(request: Request) -> Resources:
    """Return the resources of the application that a request came to."""
    resources: Resources = request.app.state.resources
    return resources
