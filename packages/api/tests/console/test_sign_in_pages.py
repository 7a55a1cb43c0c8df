from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.console.sign_in_pages import local_path
from bookingopt_api.keys import Keyring
from bookingopt_api.settings import ApiSettings

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    """Return a client of an application that asks for keys."""
    app = create_app(ApiSettings(data_dir=tmp_path / "guarded", authentication="on"))
    with TestClient(app, follow_redirects=False) as client:
        yield client


def keys_of(client: TestClient) -> Keyring:
    keys = client.app.state.resources.keys  # type: ignore[attr-defined]  # httpx2 knows no state
    assert isinstance(keys, Keyring)
    return keys


def sign_in(client: TestClient, key: str, following: str = "/jobs") -> tuple[int, str]:
    form = {"key": key, "next": following}
    answer = client.post("/sign-in", data=form, headers=SAME_ORIGIN)
    return answer.status_code, answer.headers.get("location", "")


def test_without_a_key_every_page_leads_to_the_way_in(guarded: TestClient) -> None:
    answer = guarded.get("/jobs")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fjobs")
    assert 'name="next" value="/jobs"' in guarded.get("/sign-in?next=/jobs").text


def test_a_key_lets_in_until_one_signs_out(guarded: TestClient) -> None:
    made = keys_of(guarded).create("seaview", "front desk")
    assert sign_in(guarded, f" {made.text} ") == (303, "/jobs")
    assert "Sign out" in guarded.get("/jobs").text
    out = guarded.post("/sign-out", headers=SAME_ORIGIN)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert guarded.get("/jobs").status_code == 303


def test_signing_out_ends_the_session_and_no_other(guarded: TestClient) -> None:
    """Whoever has copied the cookie has nothing of it."""
    made = keys_of(guarded).create("seaview", "front desk")
    cookies = []
    for _ in range(2):
        sign_in(guarded, made.text)
        cookies.append(dict(guarded.cookies))
    guarded.post("/sign-out", headers=SAME_ORIGIN)
    keys_of(guarded)._ended.clear()  # what another process would have to ask the store for
    seen = []
    for cookie in cookies:
        guarded.cookies.clear()
        guarded.cookies.update(cookie)
        seen.append(guarded.get("/jobs").status_code)
    assert seen == [200, 303]


def test_the_cookie_is_for_this_service_alone_and_not_for_scripts(guarded: TestClient) -> None:
    made = keys_of(guarded).create("seaview", "front desk")
    answer = guarded.post("/sign-in", data={"key": made.text}, headers=SAME_ORIGIN)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert made.text.lower() not in cookie


@pytest.mark.parametrize("key", ["", "nonsense", "bo_live_0000_0000"])
def test_a_wrong_key_lets_nobody_in_and_is_not_shown_again(guarded: TestClient, key: str) -> None:
    answer = guarded.post("/sign-in", data={"key": key}, headers=SAME_ORIGIN)
    assert answer.status_code == 401
    assert "is not valid" in answer.text
    assert not key or key not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize("site", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_forms_of_other_sites_neither_begin_nor_end_a_session(
    guarded: TestClient, path: str, site: dict[str, str]
) -> None:
    made = keys_of(guarded).create("seaview", "front desk")
    answer = guarded.post(path, data={"key": made.text}, headers=site)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "", "/\tx", "/sign-in?a"]
)
def test_nobody_is_led_elsewhere(path: str) -> None:
    assert local_path(path) == "/"


def test_the_way_goes_on_within_the_service() -> None:
    assert local_path("/jobs/1/fit?nights=2") == "/jobs/1/fit?nights=2"


def test_where_nobody_is_asked_for_a_key_there_is_nothing_to_sign_in_to(client: TestClient) -> None:
    assert client.get("/sign-in", follow_redirects=False).headers["location"] == "/"
    answer = client.post("/sign-in", data={"key": "x"}, headers=SAME_ORIGIN, follow_redirects=False)
    assert answer.headers["location"] == "/"
