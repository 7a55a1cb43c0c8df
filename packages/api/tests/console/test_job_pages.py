import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.console.job_pages import today
from bookingopt_api.settings import ApiSettings
from job_ledger import Ending, JobError, JobProgress, JobRecord, JobState, JobStore
from optimizer_core.run import run_json
from optimizer_core.wire import ResultDocument, write_json

TABS = ["", "/moves", "/restrictions", "/acceptance", "/fit", "/downloads"]
VOID = {"meta", "link", "img", "input", "col", "br"}
MEAN_NAME = '<script>alert("x")</script>'


class Balance(HTMLParser):
    """Notes elements that are closed without being open, and ids that occur twice."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id" and value is not None:
                if value in self.ids:
                    self.faults.append(f"two of id {value}")
                self.ids.add(value)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")


@pytest.mark.parametrize("tab", TABS)
def test_every_page_of_a_result_is_sound_and_marks_its_tab(client: TestClient, done: str, tab: str) -> None:
    answer = client.get(f"/jobs/{done}{tab}")
    assert answer.status_code == 200
    assert "unsafe" not in answer.headers["content-security-policy"]
    balance = Balance()
    balance.feed(answer.text)
    assert (balance.faults, balance.open) == ([], [])
    assert f'<a href="/jobs/{done}{tab}" aria-current="page">' in answer.text


def test_the_chart_page_has_the_figures_and_every_stay(
    client: TestClient, done: str, ten_rooms: ResultDocument
) -> None:
    page = client.get(f"/jobs/{done}").text
    assert f"<dt>Orphan nights</dt><dd><strong>{ten_rooms.orphan_nights_after}</strong>" in page
    after, before = page.split('<div class="side before">')
    positions = [str(position) for position in range(len(ten_rooms.optimized_plan))]
    assert sorted(re.findall(r"data-p=(\d+)", after), key=int) == positions
    assert sorted(re.findall(r"data-p=(\d+)", before), key=int) == positions


def test_cards_are_fetched_apart(client: TestClient, done: str, ten_rooms: ResultDocument) -> None:
    cards = client.get(f"/jobs/{done}/cards.json").json()
    moved = {str(move.reservation) for move in ten_rooms.moves}
    assert {position for position, card in cards.items() if "why" in card} == moved


def test_a_guest_who_is_called_like_a_script_is_shown_as_text(
    client: TestClient,
    submitted: Callable[..., str],
    finish: Callable[..., JobRecord],
    ten_rooms: ResultDocument,
) -> None:
    plan = [entry.model_copy(update={"name": MEAN_NAME}) for entry in ten_rooms.optimized_plan]
    moves = [move.model_copy(update={"name": MEAN_NAME}) for move in ten_rooms.moves]
    job_id = submitted(user="local")
    finish(job_id, write_json(ten_rooms.model_copy(update={"optimized_plan": plan, "moves": moves})))
    for tab in ("", "/moves"):
        page = client.get(f"/jobs/{job_id}{tab}").text
        assert "&lt;script&gt;alert" in page
        assert "<script>alert" not in page
    assert json.loads(client.get(f"/jobs/{job_id}/cards.json").content)["0"]["name"] == MEAN_NAME


def test_a_proof_that_there_is_no_plan_is_told_with_what_is_short(
    client: TestClient, finish: Callable[..., JobRecord]
) -> None:
    room = {"RoomNumber": "1", "RoomType": "Lake"}
    stays = [{"Name": name, "Arrival": "2027-05-03", "Length": 1, "RoomType": "Lake"} for name in ("A", "B")]
    document = json.dumps({"ProblemId": "full", "Rooms": [room], "Reservations": stays}).encode()
    job_id = client.post("/api/v1/optimize", content=document).json()["job_id"]
    finish(job_id, run_json(document, backend="highs"), succeeded=False)
    page = client.get(f"/jobs/{job_id}").text
    assert "No plan" in page
    assert "Short of 1 room of type Lake" in page
    assert "stays that compete: A, B" in page
    assert "Without a room" in page
    assert "Does it fit?" not in page
    for tab in TABS:
        assert client.get(f"/jobs/{job_id}{tab}").status_code in {200, 409}


def test_a_hotel_without_stays_has_a_plan_with_nothing_in_it(
    client: TestClient, finish: Callable[..., JobRecord]
) -> None:
    hotel = {"ProblemId": "empty", "Rooms": [{"RoomNumber": "1"}], "Reservations": []}
    document = json.dumps(hotel).encode()
    job_id = client.post("/api/v1/optimize", content=document).json()["job_id"]
    finish(job_id, run_json(document, backend="highs"))
    for tab in TABS:
        page = client.get(f"/jobs/{job_id}{tab}")
        assert page.status_code == 200, tab
        assert "No plan" not in page.text


def test_an_open_job_shows_its_progress_and_can_be_cancelled(
    client: TestClient, submitted: Callable[..., str]
) -> None:
    job_id = submitted(user="local")
    page = client.get(f"/jobs/{job_id}").text
    assert "Waiting for a worker" in page
    assert f'action="/jobs/{job_id}/cancel"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert client.get(f"/jobs/{job_id}/moves").status_code == 409


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (8.0, "proved bound 8.0, at most 25 % above the best"),
        (0.0, "proved bound 0.0</p>"),
        (None, "Best plan so far 10.0 points</p>"),
    ],
)
def test_an_open_job_shows_how_far_its_plan_may_be_from_the_best(
    client: TestClient, submitted: Callable[..., str], store: JobStore, bound: float | None, words: str
) -> None:
    job_id = submitted(user="local")
    claim = store.claim(job_id)
    assert claim is not None
    store.beat(claim, JobProgress("prove", 40, 10.0, bound))
    assert words in client.get(f"/jobs/{job_id}").text


def test_a_failed_job_tells_why(
    client: TestClient, submitted: Callable[..., str], finish: Callable[..., JobRecord]
) -> None:
    job_id = submitted(user="local")
    error = JobError("worker-died", "It was lost three times.")
    finish(job_id, ending=Ending(JobState.FAILED, error=error))
    page = client.get(f"/jobs/{job_id}").text
    assert "The plan failed" in page
    assert "It was lost three times." in page


def test_another_users_job_is_not_there(client: TestClient, submitted: Callable[..., str]) -> None:
    job_id = submitted(user="eve")
    for tab in [*TABS, "/cards.json"]:
        assert client.get(f"/jobs/{job_id}{tab}").status_code == 404


def test_a_cell_of_the_acceptance_table_asks_whether_that_stay_fits(client: TestClient, done: str) -> None:
    page = client.get(f"/jobs/{done}/acceptance", params={"room_type": "Lake"}).text
    assert '<a href="fit?arrival=2027-06-01&amp;nights=1&amp;room_type=Lake">' in page


def test_the_calendar_can_be_of_a_type_and_a_kind_of_channel(client: TestClient, done: str) -> None:
    page = client.get(f"/jobs/{done}/restrictions", params={"room_type": "Lake", "profile": "fplos"}).text
    assert 'aria-current="true">Lake</a>' in page
    assert 'aria-current="true">Full pattern</a>' in page


@pytest.mark.parametrize(
    ("tab", "marks"),
    [
        ("", ['class="to" aria-current="date"><span class="now">today</span>', '<col span="2" class="we">']),
        ("/moves", ['scope="rowgroup" aria-current="date">Arriving']),
        (
            "/restrictions",
            ['aria-current="date"><span class="d">4 <span class="now">', 'class="we" data-weekday=5>Sa</th>'],
        ),
        ("/acceptance", ['<th scope="row" aria-current="date">', ">Sa 2027-06-05</time></th>"]),
    ],
)
def test_today_and_weekends_are_marked_by_words_too(
    client: TestClient, done: str, monkeypatch: pytest.MonkeyPatch, tab: str, marks: list[str]
) -> None:
    unmarked = client.get(f"/jobs/{done}{tab}").text
    assert 'aria-current="date"' not in unmarked
    monkeypatch.setattr("bookingopt_api.console.job_pages.today", lambda _: date(2027, 6, 4))
    page = client.get(f"/jobs/{done}{tab}").text
    assert '<span class="now">today</span>' in page
    for mark in marks:
        assert mark in page


def test_arrivals_of_a_weekend_are_called_so_in_the_list_of_moves(
    client: TestClient,
    submitted: Callable[..., str],
    finish: Callable[..., JobRecord],
    small: Callable[..., ResultDocument],
) -> None:
    saturday = [move.model_copy(update={"arrival": date(2027, 5, 8)}) for move in small().moves]
    for moves, is_said in ((small().moves, False), (saturday, True)):
        job_id = submitted(user="local")
        finish(job_id, write_json(small(moves=moves)))
        page = client.get(f"/jobs/{job_id}/moves").text
        assert ('<span class="tag">weekend</span>' in page) is is_said


@pytest.mark.parametrize(
    ("zone", "there"), [("Pacific/Kiritimati", 2), ("America/New_York", 1), ("Europe/Paris", 1)]
)
def test_today_is_the_date_at_the_hotel(settings: ApiSettings, zone: str, there: int) -> None:
    app = create_app(settings.model_copy(update={"hotel_time_zone": zone}))
    noon = datetime(2027, 5, 1, 12, tzinfo=UTC)
    assert today(app.state.resources, noon) == date(2027, 5, there)
    app.state.resources.close()


def test_without_a_zone_of_the_hotel_today_is_the_date_of_the_machine(app: FastAPI) -> None:
    moment = datetime(2027, 5, 1, 23, 30, tzinfo=UTC)
    assert today(app.state.resources, moment) == moment.astimezone().date()
