import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bookingopt_api import callers
from bookingopt_api.callers import Caller
from bookingopt_api.resources import Resources
from job_ledger import JobRecord, JobStore
from optimizer_core.run import run_json
from optimizer_core.wire import load_problem

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
ASKED = {"arrival": "2027-06-10", "nights": "2", "room_type": "Lake"}


def test_the_form_knows_the_types_of_the_hotel(client: TestClient, done: str) -> None:
    page = client.get(f"/jobs/{done}/fit").text
    assert "<option>Garden</option><option>Lake</option>" in page
    assert 'class="tape"' not in page


def test_an_answer_is_told_and_marked_on_the_chart(client: TestClient, done: str) -> None:
    page = client.get(f"/jobs/{done}/fit", params=ASKED).text
    assert "It fits into room" in page
    assert 'class="s n"' in page
    assert "New stay" in page
    assert 'value="2027-06-10"' in page
    assert "<option selected>Lake</option>" in page


def test_what_cannot_be_asked_is_told_in_words(client: TestClient, done: str) -> None:
    page = client.get(f"/jobs/{done}/fit", params=ASKED | {"room_type": "Cellar"}).text
    assert "This cannot be asked" in page


@pytest.mark.parametrize("wrong", [{"nights": "0"}, {"arrival": "soon"}, {"changes": "99"}])
def test_a_value_that_cannot_be_is_refused(client: TestClient, done: str, wrong: dict[str, str]) -> None:
    assert client.get(f"/jobs/{done}/fit", params=ASKED | wrong).status_code == 422


def test_what_takes_longer_can_become_a_job(
    client: TestClient, done: str, store: JobStore, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def takes_longer(*_: object) -> None:
        return None

    monkeypatch.setattr(resources.enquiries, "answer", takes_longer)
    assert "Ask as a job" in client.get(f"/jobs/{done}/fit", params=ASKED).text
    assert len(store.jobs_of("local").jobs) == 1  # looking alone begins nothing
    answer = client.post(f"/jobs/{done}/fit", params=ASKED, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.status_code == 303
    document = store.document(answer.headers["location"].removeprefix("/jobs/"))
    assert document is not None
    (asked,) = list(load_problem(document).document.new_reservations or [])
    assert (str(asked.arrival), asked.length, asked.room_type) == ("2027-06-10", 2, "Lake")


def test_a_question_without_a_stay_begins_nothing(client: TestClient, done: str) -> None:
    assert client.post(f"/jobs/{done}/fit", headers=SAME_ORIGIN).status_code == 422


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_job_without_a_plan_is_not_asked(
    client: TestClient, store: JobStore, finish: Callable[..., JobRecord], method: str
) -> None:
    """As on the API: neither one that is open, nor one whose stays cannot be housed."""
    document = (Path(__file__).parents[4] / "examples" / "infeasible.json").read_bytes()
    job_id = client.post("/api/v1/optimize", content=document).json()["job_id"]
    place = f"/jobs/{job_id}/fit"
    headers = {**SAME_ORIGIN, "Accept": "text/html"}
    assert client.request(method, place, params=ASKED, headers=headers).status_code == 409
    finish(job_id, run_json(document, backend="highs"), succeeded=False)
    assert client.request(method, place, params=ASKED, headers=headers).status_code == 409
    assert len(store.jobs_of("local").jobs) == 1


def test_who_may_only_read_asks_nothing(
    client: TestClient, done: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form is there to be seen; a question is work, on the page as on the API."""
    monkeypatch.setattr(callers, "_named_by_itself", lambda _: Caller("local", scopes=frozenset({"read"})))
    assert client.get(f"/jobs/{done}/fit").status_code == 200
    refused = client.get(f"/jobs/{done}/fit", params=ASKED)
    assert (refused.status_code, "scope write" in refused.text) == (403, True)


def test_a_page_of_another_site_asks_nothing(client: TestClient, done: str) -> None:
    """It could do so with a picture, where no key is asked for."""
    foreign = client.get(f"/jobs/{done}/fit", params=ASKED, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert (
        client.get(f"/jobs/{done}/fit", params=ASKED, headers={"Sec-Fetch-Site": "none"}).status_code == 200
    )


def test_a_question_counts_as_work(client: TestClient, done: str, resources: Resources) -> None:
    """By the rate of submissions, as on the API; the form alone is only read."""
    assert '"submit"' not in client.get(f"/jobs/{done}/fit").headers["RateLimit"]
    told = client.get(f"/jobs/{done}/fit", params=ASKED | {"room_type": "Cellar"}).headers["RateLimit"]
    (left,) = re.findall(r'"submit";r=(\d+)', told)
    assert int(left) < int(resources.settings.rate_submit.partition("/")[0])
