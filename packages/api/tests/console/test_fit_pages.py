import pytest
from fastapi.testclient import TestClient

from bookingopt_api.resources import Resources
from bookingopt_worker.jobs import JobStore
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
