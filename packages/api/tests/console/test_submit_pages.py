from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from job_ledger import JobRecord, JobState, JobStore

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
LISTS = {
    "rooms": ("rooms.csv", b"Room\n101\n"),
    "reservations": ("may.csv", b"Arrival,Nights,Room\n2027-05-01,2,101\n"),
}


def submit_example(client: TestClient, name: str = "ten-rooms") -> str:
    answer = client.post("/example", data={"name": name}, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/jobs/")


def test_the_start_offers_a_file_and_the_examples(client: TestClient) -> None:
    page = client.get("/").text
    for name in ("document", "rooms", "reservations"):
        assert f'<input type="file" name="{name}"' in page
    assert "Open City hotel" in page


@pytest.mark.parametrize("name", ["city-hotel", "ten-rooms"])
def test_one_click_makes_a_job_of_an_example(client: TestClient, store: JobStore, name: str) -> None:
    job = store.get(submit_example(client, name))
    assert job is not None
    assert job.state is JobState.QUEUED
    assert client.get(f"/jobs/{job.job_id}").status_code == 200


def test_an_example_that_does_not_exist_is_none(client: TestClient) -> None:
    answer = client.post("/example", data={"name": "castle"}, headers=SAME_ORIGIN)
    assert answer.status_code == 404


def test_a_file_becomes_a_job(client: TestClient, store: JobStore, document: bytes) -> None:
    files = {"document": ("hotel.json", document)}
    answer = client.post("/new", files=files, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.status_code == 303
    assert store.document(answer.headers["location"].removeprefix("/jobs/")) == document


def test_two_lists_of_a_hotel_system_become_a_job(client: TestClient, store: JobStore) -> None:
    answer = client.post("/new", files=LISTS, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    job = store.get(answer.headers["location"].removeprefix("/jobs/"))
    assert job is not None
    assert job.problem_id == "may"


def test_an_empty_list_of_blocks_is_sent_along(client: TestClient, store: JobStore) -> None:
    """A browser sends a file field without a choice as an empty file without a name."""
    parts = [
        ("rooms", "rooms.csv", LISTS["rooms"][1]),
        ("reservations", "may.csv", LISTS["reservations"][1]),
        ("blocks", "", b""),
    ]
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, file, content in parts
    )
    headers = SAME_ORIGIN | {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/new", content=body + b"--x--\r\n", headers=headers, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    assert store.get(answer.headers["location"].removeprefix("/jobs/")) is not None


def test_a_check_tells_what_was_understood_and_keeps_nothing(client: TestClient) -> None:
    answer = client.post("/new/check", files=LISTS, headers=SAME_ORIGIN)
    assert answer.status_code == 200
    assert answer.headers["x-part"] == "findings"
    assert "1 room of 1 type, 1 stay" in answer.text
    assert "None so far" in client.get("/jobs").text


def test_a_check_lists_every_fault_with_its_line(client: TestClient) -> None:
    wrong = {**LISTS, "reservations": ("may.csv", b"Arrival,Nights,Room\nsoon,2,\n2027-05-01,-1,\n")}
    answer = client.post("/new/check", files=wrong, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert "2 places to correct" in answer.text
    assert "may.csv, line 2" in answer.text
    assert "may.csv, line 3" in answer.text


def test_a_guest_called_script_is_text(client: TestClient) -> None:
    rooms = ("<script>.csv", b"Number\n1\n")
    answer = client.post("/new/check", files={**LISTS, "rooms": rooms}, headers=SAME_ORIGIN)
    assert "<script>" not in answer.text


def test_without_a_file_nothing_is_submitted(client: TestClient) -> None:
    files = {"other": ("hotel.json", b"{}")}
    answer = client.post("/new", files=files, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert "choose" in answer.text


def test_jobs_are_listed_for_their_owner_alone(client: TestClient, submitted: Callable[..., str]) -> None:
    mine, others = submitted(user="local"), submitted(user="eve")
    page = client.get("/jobs").text
    assert mine in page
    assert others not in page


def test_a_queued_job_can_be_cancelled_and_then_erased(client: TestClient, store: JobStore) -> None:
    job_id = submit_example(client)
    page = client.post(f"/jobs/{job_id}/cancel", headers=SAME_ORIGIN).text
    assert "The plan was cancelled" in page
    client.post(f"/jobs/{job_id}/erase", headers=SAME_ORIGIN)
    assert store.get(job_id) is None


@pytest.mark.parametrize("act", ["cancel", "erase"])
def test_a_foreign_job_can_be_neither_cancelled_nor_erased(
    client: TestClient,
    submitted: Callable[..., str],
    finish: Callable[..., JobRecord],
    store: JobStore,
    act: str,
) -> None:
    job_id = submitted(user="eve")
    if act == "erase":
        finish(job_id, b"{}")
    assert client.post(f"/jobs/{job_id}/{act}", headers=SAME_ORIGIN).status_code == 404
    assert store.get(job_id) is not None
