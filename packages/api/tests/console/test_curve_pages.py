from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from job_ledger import Ending, JobOptions, JobRecord, JobState, JobStore
from optimizer_core.wire import judge, load_result, read_problem

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
Finish = Callable[..., JobRecord]


def asked(client: TestClient, job_id: str, **fields: str) -> str:
    """Ask for the curve of a job by the form; return the id of the job that draws it."""
    answer = client.post(f"/jobs/{job_id}/curve", data=fields, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/jobs/([0-9a-f-]+)/curve", answer.headers["location"])
    assert found is not None
    return found[1]


def options_in(store: JobStore) -> list[int | None]:
    return [job.options.curve_points for job in store.jobs_of("local").jobs]


def test_the_page_of_a_plan_has_one_button_that_draws_the_curve(client: TestClient, done: str) -> None:
    text = client.get(f"/jobs/{done}/curve").text
    assert text.count("Draw the curve") == 1
    assert 'name="curve_points" min="2" max="100" value="15"' in text
    assert "<svg" not in text


def test_the_curve_is_one_job_of_the_same_hotel(client: TestClient, done: str, store: JobStore) -> None:
    job_id = asked(client, done)
    assert options_in(store) == [15, None]
    job = store.get(job_id)
    assert job is not None
    assert job.options == JobOptions(curve_points=15)
    assert store.document(job_id) == store.document(done)


def test_backend_and_time_limit_of_the_plan_hold_for_its_curve_but_not_its_budget(
    client: TestClient, store: JobStore, document: bytes, finish: Finish
) -> None:
    wanted = "/api/v1/optimize?backend=highs&time_limit_seconds=7&max_moves=1"
    job_id = client.post(wanted, content=document).json()["job_id"]
    finish(job_id)
    job = store.get(asked(client, job_id, curve_points="9"))
    assert job is not None
    assert job.options == JobOptions("highs", 7.0, curve_points=9)


@pytest.mark.parametrize("points", ["0", "1", "101", "1000", "many", "2.5", "-3", "9" * 400])
def test_an_absurd_number_of_points_is_one_fault_with_its_remedy(
    client: TestClient, done: str, store: JobStore, points: str
) -> None:
    answer = client.post(f"/jobs/{done}/curve", data={"curve_points": points}, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert answer.text.count("<li>") == 1
    assert "curve_points: must be a whole number from 2 to 100; 15 points show a curve well" in answer.text
    assert options_in(store) == [None]


def test_while_the_curve_is_drawn_its_page_and_that_of_the_plan_show_how_far_it_is(
    client: TestClient, done: str
) -> None:
    job_id = asked(client, done)
    answer = client.get(f"/jobs/{done}/curve")
    assert answer.url.path == f"/jobs/{job_id}/curve"
    assert f'id="progress" data-job="{job_id}"' in answer.text


def test_the_page_of_the_plan_leads_to_the_curve_that_was_drawn(
    client: TestClient, done: str, with_curve: str, store: JobStore
) -> None:
    del store
    answer = client.get(f"/jobs/{done}/curve")
    assert answer.url.path == f"/jobs/{with_curve}/curve"
    assert "Draw it again" in answer.text


def test_the_curve_its_bound_and_a_table_of_its_points(client: TestClient, with_curve: str) -> None:
    text = client.get(f"/jobs/{with_curve}/curve").text
    assert text.count("<circle ") == 4
    assert text.count("<polyline ") == 2
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">.*?</tr>", text)
    assert len(rows) == 4
    assert all(f'href="/jobs/{with_curve}?point={number}"' in row for number, row in enumerate(rows))
    assert 'aria-current="true"' in rows[3]
    assert "The time limit ended" not in text


def test_a_point_is_shown_without_another_job(client: TestClient, with_curve: str, store: JobStore) -> None:
    before = options_in(store)
    for number, moves in enumerate((0, 1, 3, 5)):
        text = client.get(f"/jobs/{with_curve}?point={number}").text
        assert f"This is plan {'ABCD'[number]} of the" in text
        assert f"<dt>Stays that change rooms</dt><dd><strong>{moves}</strong>" in text
        listed = client.get(f"/jobs/{with_curve}/moves?point={number}").text
        assert listed.count('<td class="why">') == moves
        cards = client.get(f"/jobs/{with_curve}/cards.json?point={number}").json()
        assert sum("why" in card for card in cards.values()) == moves
    assert options_in(store) == before


def test_every_link_about_a_point_stays_with_it(client: TestClient, with_curve: str) -> None:
    for part in ("", "/moves", "/downloads", "/curve"):
        text = client.get(f"/jobs/{with_curve}{part}?point=1").text
        (tabs,) = re.findall(r"<nav class=\"tabs\".*?</nav>", text, flags=re.DOTALL)
        links = re.findall(r'href="([^"]+)"', tabs)
        assert [link.removeprefix(f"/jobs/{with_curve}") for link in links] == [
            "?point=1",
            "/moves?point=1",
            "/curve?point=1",
            "/downloads?point=1",
        ]
    text = client.get(f"/jobs/{with_curve}/downloads?point=1").text
    links = re.findall(r'class="button quiet" href="([^"]+)"', text)
    assert len(links) == 5
    assert all(link.endswith(("?point=1", "/problem")) for link in links)
    assert all(client.get(link).status_code == 200 for link in links)
    assert "Erase this plan" not in text


def test_the_downloads_of_a_point_are_those_of_its_plan(client: TestClient, with_curve: str) -> None:
    api = f"/api/v1/jobs/{with_curve}"
    problem = read_problem(client.get(f"{api}/problem").content)
    result = load_result(client.get(f"{api}/result", params={"point": 2}).content)
    assert judge(problem, result).reasons == ()
    assert (result.moved_stays, result.policy.max_moves) == (3, 3)
    rows = client.get(f"{api}/moves.csv", params={"point": 2}).text.strip().splitlines()
    assert len(rows) == 1 + 3
    whole, point = (client.get(f"{api}/chart.svg", params=query) for query in ({}, {"point": 2}))
    assert whole.text != point.text
    assert whole.headers["ETag"] != point.headers["ETag"]
    again = client.get(f"{api}/chart.svg?point=2", headers={"If-None-Match": point.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("part", ["", "/moves", "/downloads", "/curve", "/cards.json"])
@pytest.mark.parametrize("point", ["4", "-1", "one", "1e3"])
def test_a_point_that_is_not_there_is_refused(
    client: TestClient, with_curve: str, part: str, point: str
) -> None:
    answer = client.get(f"/jobs/{with_curve}{part}", params={"point": point})
    assert answer.status_code == 422
    if point == "4":
        assert "The result has no point 4; its points are 0 to 3." in answer.text


@pytest.mark.parametrize("view", ["result", "moves.csv", "chart.svg", "chart.png"])
def test_a_result_without_a_curve_says_how_to_get_one(client: TestClient, done: str, view: str) -> None:
    answer = client.get(f"/api/v1/jobs/{done}/{view}", params={"point": 0})
    assert (answer.status_code, answer.json()["error"]) == (422, "not-available")
    assert answer.json()["detail"] == "The result has no curve; submit with curve_points to get one."


def test_points_that_were_not_reached_are_reported(
    client: TestClient, done: str, curve_result: bytes, finish: Finish
) -> None:
    result = json.loads(curve_result)
    result["TradeOff"]["PointsNotReached"] = 11
    job_id = asked(client, done)
    finish(job_id, json.dumps(result).encode())
    assert "up to 11 more plans lie between these" in client.get(f"/jobs/{job_id}/curve").text


def test_where_no_time_was_left_for_the_curve_that_is_said(
    client: TestClient, done: str, store: JobStore, finish: Finish
) -> None:
    job_id = asked(client, done)
    finish(job_id, store.result(done) or b"")
    text = client.get(f"/jobs/{job_id}/curve").text
    assert "The time limit of the job ended before the curve was started" in text
    assert "Draw the curve" in text


def test_after_a_cancel_or_an_erasure_the_curve_can_be_drawn_anew(
    client: TestClient, done: str, finish: Finish, curve_result: bytes
) -> None:
    finish(asked(client, done), ending=Ending(JobState.CANCELLED))
    assert "Draw the curve" in client.get(f"/jobs/{done}/curve").text
    job_id = asked(client, done)
    finish(job_id, curve_result)
    assert client.get(f"/jobs/{job_id}?point=1").status_code == 200
    client.post(f"/jobs/{job_id}/erase", headers=SAME_ORIGIN)
    assert client.get(f"/jobs/{job_id}?point=1").status_code == 404
    assert "Draw the curve" in client.get(f"/jobs/{done}/curve").text


def test_no_more_jobs_are_made_than_one_may_have(client: TestClient, done: str, store: JobStore) -> None:
    for points in ("3", "4", "5"):
        asked(client, done, curve_points=points)
    answer = client.post(f"/jobs/{done}/curve", data={"curve_points": "6"}, headers=SAME_ORIGIN)
    assert answer.status_code == 429
    assert options_in(store) == [5, 4, 3, None]


def test_a_job_without_a_plan_has_no_curve(
    client: TestClient, submitted: Callable[..., str], finish: Finish
) -> None:
    job_id = submitted(user="local")
    finish(job_id, b'{"ProblemId":"p","ProcessingDate":"2027-05-01","Succeeded":false}', succeeded=False)
    answer = client.post(f"/jobs/{job_id}/curve", headers=SAME_ORIGIN)
    assert answer.status_code == 409


def test_curves_of_others_and_of_other_hotels_are_not_shown(
    client: TestClient, done: str, with_curve: str, store: JobStore
) -> None:
    assert client.get(f"/jobs/{with_curve}/curve", headers={"X-User-ID": "eve"}).status_code == 404
    assert client.get(f"/jobs/{with_curve}?point=1", headers={"X-User-ID": "eve"}).status_code == 404
    other = client.post("/api/v1/optimize", content=(store.document(done) or b"") + b" ").json()["job_id"]
    assert client.get(f"/jobs/{other}/curve").url.path == f"/jobs/{other}/curve"


def test_a_page_of_another_site_draws_no_curve(client: TestClient, done: str, store: JobStore) -> None:
    answer = client.post(f"/jobs/{done}/curve", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert options_in(store) == [None]


def test_the_list_of_plans_says_which_has_a_curve(client: TestClient, done: str) -> None:
    assert "with the curve" not in client.get("/jobs").text
    asked(client, done)
    assert client.get("/jobs").text.count("with the curve") == 1
