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

import httpx2
import pytest

from conftest import free_port

from .conftest import API, HOTEL, SETTINGS, WORKER, Service, wait_for_end

pytestmark = pytest.mark.integration
GUEST = "Lovelace"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
# The name is in the words of the error, in those of its cause, and in a note on it.
FAILING = """
import os
import threading


def fail(document):
    try:
        raise KeyError(document.decode())
    except KeyError as error:
        raised = ZeroDivisionError(document.decode())
        raised.add_note(document.decode())
        raise raised from error


def solve(document, **options):
    if os.environ["FAULT"] == "dies":
        os.abort()
    if os.environ["FAULT"] == "raises in a thread":
        thread = threading.Thread(target=fail, args=[document], name=document.decode())
        thread.start()
        thread.join()
    fail(document)
"""


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
    for act in ("read", "submit", "failed-authentication"):
        assert f'"act":"{act}"' in lines[0]
    secret = key.rpartition("_")[2]
    for text in (*logs, *lines, *figures, *errors):
        assert GUEST not in text
        assert secret not in text


def whole_run(service: Service, key: str) -> list[str]:
    """Do everything that can be done with names of guests; return the errors that came of it."""
    hotel = with_names(json.loads(HOTEL))
    errors = []
    with service.client(GUEST) as client:
        client.headers["X-API-Key"] = key
        job_id = client.post("/api/v1/optimize", content=json.dumps(hotel)).json()["job_id"]
        job = wait_for_end(client, job_id)
        assert job["status"] == "completed"
        assert GUEST in json.dumps(job["result"])  # or else nothing would be proved
        for part in ("problem", "result", "chart.svg", "restrictions.json", "moves.csv"):
            assert client.get(f"/api/v1/jobs/{job_id}/{part}").status_code == 200
        errors += ask_whether_it_fits(client, f"/api/v1/jobs/{job_id}/fit")
        look_at_pages(client, f"/jobs/{job_id}")
        upload_lists(client)
        sign_in(client, key)
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


def ask_whether_it_fits(client: httpx2.Client, path: str) -> list[str]:
    """Ask for stays as they should be asked for, and with names in them; return the errors."""
    stay: dict[str, object] = {"Arrival": "2027-06-01", "Length": 2}
    assert client.post(path, json={"Requests": [stay]}).status_code in {200, 202}
    wrong: list[dict[str, object]] = [
        {"Name": GUEST},
        {"Arrival": GUEST},
        {"RoomType": GUEST},
        {"AllowableRoomTypes": [{GUEST: 1}]},
    ]
    answers = [client.post(path, json={"Requests": [stay | change]}) for change in wrong]
    assert {answer.status_code for answer in answers} == {422}
    # A type is no name of a guest, and whoever asked for it is told what there is none of.
    return [answer.text for answer, change in zip(answers, wrong, strict=True) if "RoomType" not in change]


def look_at_pages(client: httpx2.Client, job: str) -> None:
    """Open every page about a job, with a name where something can be typed into its address."""
    question = {"arrival": "2027-06-01", "nights": "2", "room_type": GUEST}
    for part in ("", "/moves", "/restrictions", "/acceptance", "/downloads", "/fit", "/curve", "/cards.json"):
        answer = client.get(f"{job}{part}", params={"request": GUEST})
        assert answer.status_code in {200, 422}, part
        assert client.get(f"{job}{part}").status_code == 200, part
    client.get(f"{job}/fit", params=question)
    client.get(f"{job}/fit", params=question | {"arrival": GUEST})
    client.post(f"{job}/fit", params=question, headers=SAME_ORIGIN)
    client.get("/jobs", params={"after": GUEST, "status": GUEST})


def upload_lists(client: httpx2.Client) -> None:
    """Send lists of a hotel system with names in their rows and in their own names, right and wrong."""
    right = f"Guest,Id,Arrival,Nights,Room\n{GUEST},{GUEST}-1,2027-05-01,2,101\n"
    wrong = f"Guest,Arrival,Nights,Room\n{GUEST},{GUEST},{GUEST},{GUEST}\n{GUEST},2027-05-01,1,101,{GUEST}\n"
    for content, status in ((right, {200, 303}), (wrong, {422}), (GUEST, {422})):
        files = {
            "rooms": (f"{GUEST} rooms.csv", b"Room\n101\n"),
            "reservations": (f"{GUEST}.csv", content.encode()),
        }
        for path in ("/new/check", "/new"):
            answer = client.post(path, files=files, headers=SAME_ORIGIN)
            assert answer.status_code in status, answer.text
    hotel = {"document": (f"{GUEST}.json", f'{{"{GUEST}": "{GUEST}"}}'.encode())}
    assert client.post("/new", files=hotel, headers=SAME_ORIGIN).status_code == 422


def sign_in(client: httpx2.Client, key: str) -> None:
    """Begin a session with the key, and fail to with what is almost the key."""
    wrong = [f"{key[:-3]}xyz", key.rpartition("_")[2], f"{key} {GUEST}", GUEST, key * 5]
    statuses = []
    for text in [*wrong, key]:
        answer = client.post("/sign-in", data={"key": text, "next": f"/{GUEST}"}, headers=SAME_ORIGIN)
        statuses.append(answer.status_code)
    assert statuses == [401, 401, 401, 401, 422, 303]
    client.get("/api/v1/jobs", headers={"X-API-Key": key.rpartition("_")[2]})
    client.get(
        "/api/v1/jobs", headers={"Authorization": f"Basic {key}", "Cookie": f"bookingopt_session={key}"}
    )
    client.get("/sign-in", params={"next": f"/{key}"})


@pytest.mark.parametrize("fault", ["raises", "raises in a thread", "dies"])
def test_a_solver_that_fails_leaves_no_name_behind(
    start: Callable[..., Service], with_solver: Callable[[str], dict[str, str]], fault: str
) -> None:
    """Its error has the whole document in it; the worker tells where it was raised, and no more."""
    settings = {"LOG_LEVEL": "DEBUG", "JOB_MAX_ATTEMPTS": "1", "FAULT": fault, "AUDIT_LOG": "none"}
    service = start(API, WORKER, **settings, **with_solver(FAILING))
    hotel = with_names(json.loads(HOTEL))
    with service.client() as client:
        job_id = client.post("/api/v1/optimize", json=hotel).json()["job_id"]
        job = wait_for_end(client, job_id)
        page = client.get(f"/jobs/{job_id}").text
    assert job["status"] == "failed"
    service.stop()
    logs = [service.log_of(module).read_text() for module in (API, WORKER)]
    assert job_id in logs[1]
    if fault != "dies":
        assert "ZeroDivisionError" in logs[1]
    for text in (*logs, json.dumps(job), page):
        assert GUEST not in text


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
