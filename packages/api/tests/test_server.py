from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bookingopt_api import server
from bookingopt_api.stopping import StopsInSteps

SECRET = "a secret of thirty-two letters, and more"  # noqa: S105 - of the tests  # pragma: allowlist secret


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the log of the tests alone, and serve nothing."""
    monkeypatch.setattr(server, "configure_logs", lambda _level: None)
    monkeypatch.setattr(sys, "argv", ["bookingopt-api"])


def test_an_argument_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["bookingopt-api", "serv"])
    with pytest.raises(SystemExit, match="usage: bookingopt-api"):
        server.main()


def test_a_wrong_setting_stops_the_start_before_anything_is_opened(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "ledger"))
    with pytest.raises(SystemExit, match="SESSION_SECRET"):
        server.main()
    assert not (tmp_path / "ledger").exists()


def test_the_application_is_made_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "ledger"))
    made = server.make_app()
    assert isinstance(made, StopsInSteps)
    with TestClient(made._app) as client:  # without its way to stop, which is for the main thread
        assert client.get("/livez").status_code == 200
    assert (tmp_path / "ledger" / "jobs.db").is_file()


def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    gc.unfreeze()
    try:
        made = server.make_app()
        assert isinstance(made, StopsInSteps)
        assert gc.get_freeze_count() > len(gc.get_objects())
        with TestClient(made._app):  # opens and closes the ledger
            pass
    finally:
        gc.unfreeze()


def test_a_ledger_that_cannot_be_opened_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.db").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit) as caught:
        server.make_app()
    assert caught.value.code == 3
    assert capsys.readouterr().err.startswith("bookingopt-api: DATA_DIR: ")
