"""Names of guests stay in documents: after a whole run none is in a log, a figure, an error or the audit log.

The same holds for API keys, whole or their secret part.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import free_port

from .conftest import API, SETTINGS, WORKER, Service, wait_for_end

pytestmark = pytest.mark.integration
EXAMPLE = Path(__file__).parents[4] / "examples" / "ten-rooms.json"
GUEST = "Lovelace"


def test_a_whole_run_leaves_no_name_and_no_key_behind(start: Callable[..., Service], tmp_path: Path) -> None:
    port = str(free_port())
    audit = tmp_path / "audit"
    service = start(
        *(API, WORKER),
        AUTHENTICATION="on",
        AUDIT_LOG=str(audit / "audit.jsonl"),
        WORKER_METRICS_PORT=port,
        LOG_LEVEL="DEBUG",
    )
    key = create_key(service)
    errors = whole_run(service, key)
    figures = [
        urllib.request.urlopen(url, timeout=10).read().decode()  # noqa: S310 - of this machine
        for url in (f"{service.url}/metrics", f"http://127.0.0.1:{port}/metrics")
    ]
    service.stop()
    logs = [service.log_of(module).read_text() for module in (API, WORKER)]
    lines = [path.read_text() for path in audit.iterdir()]
    assert all(text.strip() for text in (*logs, *lines, *figures))
    assert '"act":"read"' in lines[0]
    secret = key.rpartition("_")[2]
    for text in (*logs, *lines, *figures, *errors):
        assert GUEST not in text
        assert secret not in text


def whole_run(service: Service, key: str) -> list[str]:
    """Do everything that can be done with names of guests; return the errors that came of it."""
    hotel = with_names(json.loads(EXAMPLE.read_text()))
    errors = []
    with service.client(GUEST) as client:
        client.headers["X-API-Key"] = key
        job_id = client.post("/api/v1/optimize", content=json.dumps(hotel)).json()["job_id"]
        job = wait_for_end(client, job_id)
        assert job["status"] == "completed"
        assert GUEST in json.dumps(job["result"])  # or else nothing would be proved
        for part in ("problem", "result", "chart.svg", "restrictions.json", "moves.csv"):
            assert client.get(f"/api/v1/jobs/{job_id}/{part}").status_code == 200
        for document in wrong_documents(hotel):
            answer = client.post("/api/v1/optimize", content=json.dumps(document))
            assert answer.status_code == 422
            errors.append(answer.text)
        errors.append(client.post("/api/v1/optimize", content=f'{{"{GUEST}'.encode()).text)
        # What somebody types into an address or a header comes back to that caller at most.
        client.get(f"/api/v1/jobs/{GUEST}")
        client.get(f"/{GUEST}?name={GUEST}")
        client.get("/api/v1/jobs", headers={"X-API-Key": f"{key[:-3]}xyz", "User-Agent": GUEST})
        client.get("/api/v1/jobs", headers={"X-Request-ID": f"{GUEST}, Ada"})
        client.delete(f"/api/v1/jobs/{job_id}")
    return errors


def with_names(hotel: dict[str, Any]) -> dict[str, Any]:
    """Return a hotel whose labels of stays are all names of guests."""
    for row, stay in enumerate(hotel["Reservations"]):
        stay |= {"Name": f"{GUEST} {row}", "Id": f"{GUEST}-{row}"}
    return hotel


def wrong_documents(hotel: dict[str, Any]) -> list[dict[str, Any]]:
    """Return hotels with a name of a guest where it does not belong."""
    first, *rest = hotel["Reservations"]
    return [
        hotel | {"Reservations": [first | {field: GUEST}, *rest]}
        for field in ("Arrival", "Length", "IsLocked", "TypeOrder")
    ]


def create_key(service: Service) -> str:
    """Make a key as an operator does."""
    command = [sys.executable, "-m", API, "keys", "create", "--user", "seaview", "--name", "a test"]
    environment = os.environ | SETTINGS | service.settings
    done = subprocess.run(command, env=environment, cwd=service.folder, capture_output=True, check=True)
    return done.stdout.decode().strip()
