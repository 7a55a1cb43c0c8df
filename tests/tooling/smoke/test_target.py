"""The service under test is asked under its name, wherever it is."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from tooling.smoke import Target


class _Echo(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        self.send_response(202)
        self.send_header("X-Twice", "one")
        self.send_header("X-Twice", "two")
        self.end_headers()
        told = f"{self.headers['Host']} {self.path} {self.headers.get('X-API-Key')} "
        self.wfile.write(told.encode() + self.rfile.read(length))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    """Return the place of a server that says what it was asked."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.integration
def test_the_name_is_asked_for_at_another_place_with_the_key(echo: str) -> None:
    target = Target("http://bookingopt.example", connect={"http": echo}, key="bo_key")
    answer = target.ask("POST", "/api?x=1", b"body")
    assert answer.status == 202
    assert answer.body == b"bookingopt.example /api?x=1 bo_key body"
    assert answer.headers["x-twice"] == "one, two"
    assert b" None body" in target.ask("POST", "/api", b"body", with_key=False).body


@pytest.mark.integration
def test_nobody_there_is_an_error_that_can_be_told(echo: str) -> None:
    with pytest.raises(OSError, match="refused"):
        Target("http://127.0.0.1:9").ask("GET", "/health")
    with pytest.raises(OSError):  # noqa: PT011 - TLS with a server that speaks none: the words are OpenSSL's
        Target("https://bookingopt.example", connect={"https": echo}).ask("GET", "/health")


@pytest.mark.parametrize("url", ["bookingopt.example", "ftp://bookingopt.example", "https://", "https://a/b"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SystemExit, match="is no address of a service"):
        Target(url)


def test_a_key_is_not_shown_by_accident() -> None:
    assert "bo_key" not in repr(Target("http://bookingopt.example", key="bo_key"))
