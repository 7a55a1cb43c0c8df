import os
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from tooling.serving.place import HOST, Place, PortTaken, find_place

pytestmark = pytest.mark.integration  # it listens


def _environment(folder: Path, redis_url: str = "", given: Mapping[str, str] | None = None) -> dict[str, str]:
    return Place(folder, 8000, 9101, redis_url).environment(given or {})


def test_a_port_that_is_free_is_taken_and_two_ports_differ(tmp_path: Path) -> None:
    place = find_place(tmp_path, 0)
    assert place.port != place.metrics_port
    assert place.address == f"http://{HOST}:{place.port}"
    assert find_place(tmp_path, place.port).port == place.port


def test_a_port_in_use_is_said_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} of .* is in use: .*--port"):
            find_place(tmp_path, port)


def test_on_a_file_no_redis_of_the_environment_is_used(tmp_path: Path) -> None:
    told = _environment(tmp_path, given={"REDIS_URL": "redis://elsewhere", "LOG_LEVEL": "DEBUG"})
    assert "REDIS_URL" not in told
    assert (told["DATA_DIR"], told["API_PORT"], told["WORKER_METRICS_PORT"]) == (
        str(tmp_path),
        "8000",
        "9101",
    )
    assert (told["API_HOST"], told["LOG_LEVEL"]) == (HOST, "DEBUG")


def test_with_redis_a_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = Path(_environment(tmp_path, "redis://here")["QUEUE_SECRET_FILE"])
    assert len(first.read_text()) >= 32
    assert first.stat().st_mode & 0o077 == 0
    before = first.read_text()
    assert Path(_environment(tmp_path, "redis://here")["QUEUE_SECRET_FILE"]).read_text() == before
    given = _environment(tmp_path, "redis://here", {"QUEUE_SECRET": "of somebody else"})
    assert "QUEUE_SECRET_FILE" not in given


def test_the_environment_of_this_process_stays_as_it_is(tmp_path: Path) -> None:
    before = dict(os.environ)
    _environment(tmp_path, given=os.environ)
    assert dict(os.environ) == before
