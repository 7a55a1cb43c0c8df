"""Prometheus metrics of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from job_ledger.errors import StoreError
from job_ledger.results import Histogram, LedgerStatistics
from job_ledger.rules import DURATION_BOUNDS_SECONDS, GAP_BOUNDS
from job_ledger.store import JobStore


class LedgerCollector(Collector):
    """Reads the ledger at each scrape.

    Every process around one ledger reports the same figures: in a query take the maximum over instances,
    never the sum.

    Parameters
    ----------
    store
        The ledger.
    """

    def __init__(self, store: JobStore) -> None:
        self._store = store

    def describe(self) -> Iterator[Metric]:
        """Return no metrics in advance: registering must not read the ledger."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics; if the ledger does not answer, only that it is down."""
        try:
            found = self._store.statistics()
        except StoreError:
            yield _gauge("ledger_up", "Whether the job ledger gives answers.", 0)
            return
        yield _gauge("ledger_up", "Whether the job ledger gives answers.", 1)
        yield from _of_now(found)
        yield from _so_far(found)


def _of_now(found: LedgerStatistics) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("bookingopt_jobs_open", "Open jobs.", labels=["state"])
    jobs.add_metric(["queued"], found.queued)
    jobs.add_metric(["running"], found.running)
    yield jobs
    oldest = "Age of the job that has been queued longest; 0 if none is queued."
    yield _gauge("jobs_oldest_queued_seconds", oldest, found.oldest_queued_seconds or 0.0)
    yield _gauge("workers", "Consumers that were heard of lately.", found.workers)


def _so_far(found: LedgerStatistics) -> Iterator[Metric]:
    accepted = CounterMetricFamily("bookingopt_jobs_accepted", "Jobs accepted.")
    accepted.add_metric([], found.accepted)
    yield accepted
    lost = CounterMetricFamily(
        "bookingopt_jobs_lost_attempts", "Attempts at a job that died with their worker."
    )
    lost.add_metric([], found.lost_attempts)
    yield lost
    durations = HistogramMetricFamily(
        "bookingopt_job_duration_seconds",
        "Seconds from the first start of a job to its end.",
        labels=["state", "reason", "backend"],
    )
    for (state, reason, backend), histogram in found.durations.items():
        buckets = _buckets(histogram, DURATION_BOUNDS_SECONDS)
        durations.add_metric([state.value, reason, backend], buckets, histogram.total)
    yield durations
    gaps = HistogramMetricFamily(
        "bookingopt_job_gap_ratio",
        "Distance of value and proved bound, relative to the bound.",
        labels=["backend"],
    )
    for backend, histogram in found.gaps.items():
        gaps.add_metric([backend], _buckets(histogram, GAP_BOUNDS), histogram.total)
    yield gaps


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"bookingopt_{name}", meaning, value)


def _buckets(histogram: Histogram, bounds: Sequence[float]) -> list[tuple[str, float]]:
    names = [*map(str, bounds), "+Inf"]
    return list(zip(names, map(float, accumulate(histogram.counts)), strict=True))
