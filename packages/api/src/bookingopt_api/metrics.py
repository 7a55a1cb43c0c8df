"""Prometheus metrics of the API."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from job_ledger import JobStore
from job_ledger.collector import LedgerCollector

MULTIPROCESS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable of the folder in which the processes of one API combine their counts."""
DURATION_BOUNDS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram of durations."""


class RequestMetrics:
    """Counts requests by route, never by path: ids do not belong in metrics.

    Parameters
    ----------
    store
        The ledger, whose metrics are included.
    """

    def __init__(self, store: JobStore) -> None:
        registry = CollectorRegistry(auto_describe=False)
        self.requests = Counter(
            "bookingopt_http_requests",
            "Requests answered.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.durations = Histogram(
            "bookingopt_http_request_duration_seconds",
            "Seconds from the request to the begin of its answer.",
            ["method", "route"],
            buckets=DURATION_BOUNDS_SECONDS,
            registry=registry,
        )
        self.refusals = Counter(
            "bookingopt_http_refusals",
            "Requests refused, by the type of the problem.",
            ["reason"],
            registry=registry,
        )
        self._own = registry
        self._ledger = LedgerCollector(store)

    def tell(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        shown = self._own
        if MULTIPROCESS_FOLDER in os.environ:
            shown = CollectorRegistry(auto_describe=False)
            MultiProcessCollector(shown)  # type: ignore[no-untyped-call]  # prometheus_client types half
        rest = CollectorRegistry(auto_describe=False)
        rest.register(self._ledger)
        ProcessCollector(registry=rest)
        return generate_latest(shown) + generate_latest(rest)
