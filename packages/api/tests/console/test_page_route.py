from fastapi.testclient import TestClient

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def test_a_problem_is_a_page_with_its_remedy(client: TestClient) -> None:
    answer = client.get("/jobs/unknown")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "There is no such job" in answer.text
    assert answer.headers["x-request-id"] in answer.text


def test_a_form_of_another_site_is_refused(client: TestClient) -> None:
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = client.post("/example", data={"name": "ten-rooms"}, headers=headers)
        assert answer.status_code == 403, headers
    assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_faults_are_listed_with_their_places(client: TestClient) -> None:
    files = {"document": ("hotel.json", b'{"ProblemId": "x", "Rooms": [{"RoomNumer": "1"}]}')}
    answer = client.post("/new", files=files, headers=SAME_ORIGIN)
    assert answer.status_code == 422
    assert "Rooms[0].RoomNumer" in answer.text
    assert "Reservations" in answer.text
