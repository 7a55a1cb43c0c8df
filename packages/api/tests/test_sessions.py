from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from itsdangerous import URLSafeTimedSerializer
from starlette.responses import Response

from bookingopt_api.sessions import Sessions, is_from_foreign_page, is_from_own_page, is_public_name

SIGNATURE = "a text of thirty-two characters or more"
KEY_ID = "abcdefghijkmnpqr"


@pytest.fixture
def sessions() -> Sessions:
    """Return the sessions of a service in production."""
    return Sessions(SIGNATURE, is_secure=True)


def cookies_of(response: Response) -> dict[str, str]:
    cookie = SimpleCookie(response.headers["set-cookie"])
    return {name: morsel.value for name, morsel in cookie.items()}


def test_a_session_names_the_key_it_was_begun_with(sessions: Sessions) -> None:
    response = Response()
    sessions.begin(response, KEY_ID)
    found = sessions.find(cookies_of(response))
    assert found is not None
    assert found.key_id == KEY_ID


def test_browsers_keep_the_cookie_to_this_host_to_https_and_from_scripts(sessions: Sessions) -> None:
    response = Response()
    sessions.begin(response, KEY_ID)
    name, *attributes = response.headers["set-cookie"].split("; ")
    assert name.startswith("__Host-bookingopt_session=")
    assert set(attributes) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict", "Secure"}


def test_on_ones_own_machine_the_cookie_goes_over_http() -> None:
    response, sessions = Response(), Sessions(SIGNATURE, is_secure=False)
    sessions.begin(response, KEY_ID)
    assert "Secure" not in response.headers["set-cookie"]
    found = sessions.find(cookies_of(response))
    assert found is not None
    assert found.key_id == KEY_ID


def test_a_cookie_of_somebody_elses_secret_is_none(sessions: Sessions) -> None:
    response = Response()
    Sessions(SIGNATURE[::-1], is_secure=True).begin(response, KEY_ID)
    assert sessions.find(cookies_of(response)) is None


@pytest.mark.parametrize("value", ["", KEY_ID, "ImFiYyI.aaaa.bbbb", "\x00", "é"])
def test_a_forged_cookie_is_none(sessions: Sessions, value: str) -> None:
    assert sessions.find({sessions.cookie_name: value}) is None
    assert sessions.find({}) is None


def test_a_text_that_is_signed_for_something_else_is_no_session(sessions: Sessions) -> None:
    """The same secret may sign other things; none of them opens a session."""
    other = str(URLSafeTimedSerializer(SIGNATURE, salt="something else").dumps(KEY_ID))
    assert sessions.find({sessions.cookie_name: other}) is None


def test_each_session_has_an_id_of_its_own(sessions: Sessions) -> None:
    found = set()
    for _ in range(2):
        response = Response()
        sessions.begin(response, KEY_ID)
        found.add(sessions.find(cookies_of(response)))
    assert len(found) == 2


def test_a_cookie_of_an_earlier_version_is_none(sessions: Sessions) -> None:
    """It has no id: it could not be ended."""
    for value in (KEY_ID, [KEY_ID], [KEY_ID, 1], {"key": KEY_ID}):
        cookie = str(sessions._signer.dumps(value))
        assert sessions.find({sessions.cookie_name: cookie}) is None


def test_a_session_ends_after_its_time() -> None:
    response, sessions = Response(), Sessions(SIGNATURE, is_secure=True, life_seconds=-1)
    sessions.begin(response, KEY_ID)
    assert sessions.find(cookies_of(response)) is None


def test_signing_out_takes_the_cookie_away(sessions: Sessions) -> None:
    response = Response()
    sessions.end(response)
    assert "Max-Age=0" in response.headers["set-cookie"]
    assert response.headers["set-cookie"].startswith(f'{sessions.cookie_name}=""')


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        Sessions("short", is_secure=True)


@pytest.mark.parametrize(
    ("method", "headers", "is_ours"),
    [
        ("GET", {}, True),
        ("HEAD", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-origin"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("DELETE", {"origin": "https://hotel.example", "host": "hotel.example"}, True),
        ("DELETE", {"origin": "http://localhost:8000", "host": "localhost:8000"}, True),
        ("DELETE", {"origin": "https://evil.example", "host": "hotel.example"}, False),
        ("DELETE", {"origin": "https://hotel.example:8443", "host": "hotel.example"}, False),
        ("POST", {"origin": "null", "host": "hotel.example"}, False),
        ("POST", {"host": "hotel.example"}, False),
        ("POST", {}, False),
        # What the browser says of the site counts, whatever the origin looks like.
        (
            "POST",
            {"sec-fetch-site": "cross-site", "origin": "https://hotel.example", "host": "hotel.example"},
            False,
        ),
    ],
)
def test_only_a_page_of_ours_may_change_anything_with_a_cookie(
    method: str, headers: dict[str, str], is_ours: bool
) -> None:
    assert is_from_own_page(method, headers) is is_ours


@pytest.mark.parametrize(
    ("method", "headers", "is_foreign"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {}, False),
        ("POST", {"host": "localhost:8000"}, False),
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, True),
        ("POST", {"origin": "http://localhost:8000", "host": "localhost:8000"}, False),
        ("POST", {"origin": "https://evil.example", "host": "localhost:8000"}, True),
        ("DELETE", {"origin": "null", "host": "localhost:8000"}, True),
    ],
)
def test_without_keys_only_a_foreign_page_is_refused(
    method: str, headers: dict[str, str], is_foreign: bool
) -> None:
    assert is_from_foreign_page(method, headers) is is_foreign


@pytest.mark.parametrize(
    ("host", "is_public"),
    [
        ("localhost", False),
        ("localhost:8000", False),
        ("127.0.0.1:8000", False),
        ("[::1]:8000", False),
        ("bookingopt.localhost", False),
        ("api:8000", False),
        ("", False),
        ("evil.example", True),
        ("evil.example:8000", True),
        ("127.0.0.1.evil.example", True),
        ("localhost.evil.example:8000", True),
    ],
)
def test_a_name_with_a_dot_may_belong_to_anybody(host: str, is_public: bool) -> None:
    assert is_public_name(host) is is_public
