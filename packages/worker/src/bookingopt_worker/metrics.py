"""Metrics, liveness and readiness of a consumer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from job_ledger import JobStore, StoreError
from job_ledger.collector import LedgerCollector


class ConsumerCollector(Collector):
    """Metrics of this consumer alone.

    Parameters
    ----------
    redelivered
        Returns how many jobs it has delivered again.
    at_work
        Returns how many jobs it has in hand.
    """

    def __init__(self, redelivered: Callable[[], int], at_work: Callable[[], int]) -> None:
        self._redelivered = redelivered
        self._at_work = at_work

    def collect(self) -> list[Metric]:
        """Return the metrics."""
        again = CounterMetricFamily("bookingopt_worker_redeliveries", "Jobs this consumer delivered again.")
        again.add_metric([], self._redelivered())
        at_work = "Jobs this consumer has in hand."
        return [again, GaugeMetricFamily("bookingopt_worker_jobs_at_work", at_work, self._at_work())]


class Watch:
    """A small HTTP server with ``/metrics``, ``/livez`` and ``/readyz``; not meant for public networks.

    ``/livez`` answers as long as the process runs. ``/readyz`` is 503 if the ledger does not answer, or once
    the consumer is stopping.

    Parameters
    ----------
    host, port
        Where it listens; port 0 for any that is free.
    store
        The ledger.
    own
        Metrics of this consumer alone.
    """

    def __init__(self, host: str, port: int, store: JobStore, own: Collector) -> None:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(LedgerCollector(store))
        registry.register(own)
        ProcessCollector(registry=registry)
        self._store = store
        self._registry = registry
        self._is_stopping = False
        watch = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = watch.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
                """Log nothing: there is a request every few seconds."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="watch", daemon=True)

    @property
    def port(self) -> int:
        """Port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Start to answer requests."""
        self._thread.start()

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Return status, content type and body of the answer to a GET."""
        if path == "/metrics":
            return 200, CONTENT_TYPE_PLAIN_0_0_4, generate_latest(self._registry)
        if path == "/livez":
            return 200, "text/plain", b"alive\n"
        if path == "/readyz":
            reason = self._why_not_ready()
            return (503, "text/plain", f"{reason}\n".encode()) if reason else (200, "text/plain", b"ready\n")
        return 404, "text/plain", b"/metrics, /livez or /readyz\n"

    def say_stopping(self) -> None:
        """Report from now on that this consumer is not ready."""
        self._is_stopping = True

    def close(self) -> None:
        """Stop answering."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def _why_not_ready(self) -> str:
        if self._is_stopping:
            return "stopping"
        try:
            self._store.ping()
        except StoreError as error:
            return str(error)
        return ""
