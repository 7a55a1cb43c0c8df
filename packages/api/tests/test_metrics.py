from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bookingopt_api.metrics import MULTIPROCESS_FOLDER, RequestMetrics
from job_ledger import JobStore

# Counts one request in a process of its own, and prints everything that is told there.
ONE_REQUEST = """
import sys
from bookingopt_api.metrics import RequestMetrics
from job_ledger import open_store
metrics = RequestMetrics(open_store(sys.argv[1]))
metrics.requests.labels("GET", "/health", "200").inc()
print(metrics.tell().decode())
"""


def test_what_was_counted_is_told_with_the_figures_of_the_ledger(store: JobStore) -> None:
    metrics = RequestMetrics(store)
    metrics.refusals.labels("busy").inc(2)
    told = metrics.tell().decode()
    assert 'bookingopt_http_refusals_total{reason="busy"} 2.0' in told
    assert "bookingopt_ledger_up 1.0" in told


def test_several_processes_add_up_what_they_count(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    address = f"sqlite:///{tmp_path / 'jobs.db'}"
    told = [
        subprocess.run(
            [sys.executable, "-c", ONE_REQUEST, address],
            env=os.environ | {MULTIPROCESS_FOLDER: str(folder)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    line = 'bookingopt_http_requests_total{method="GET",route="/health",status="200"} '
    assert line + "1.0" in told[0]
    assert line + "2.0" in told[1]
    assert "bookingopt_ledger_up 1.0" in told[1]
