"""Keys are made for the service on this machine, in the stack, or on the host of a stage."""

from pathlib import Path

import pytest
from invoke.context import Context

from tooling import keys


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a stage `lab`, whose host is this machine; Docker prints what it is asked."""
    stage = 'host = "lab"\ndomain = "lab.example"\nimages = "stream"\ntls = "given"\n'
    stage += f'folder = "{tmp_path}/srv/x"\n'
    (tmp_path / "lab.toml").write_text(stage)
    (tmp_path / "srv/x/upstream").mkdir(parents=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ssh").write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    (programs / "docker").write_text('#!/bin/sh\ncase $1 in ps) echo 7 ;; *) echo "docker $*" ;; esac\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("BOOKINGOPT_STAGES", str(tmp_path))
    return tmp_path / "srv/x"


def test_a_key_for_a_stage_is_made_by_the_api_that_serves(
    host: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="nothing was deployed to lab"):
        keys.create(Context(), "seaview", "pms", stage="lab")
    (host / "upstream" / "api.conf").write_text("set $api api-green:8000;\n")
    keys.create(Context(), "seaview", "pms", scope=["read"], stage="lab")
    keys.revoke(Context(), "k1", stage="lab")
    printed = capfd.readouterr().out
    made = "docker exec 7 bookingopt-api keys create --user seaview --name pms --scope read --days 365"
    assert made in printed.splitlines()
    assert "docker exec 7 bookingopt-api keys revoke k1" in printed.splitlines()


def test_a_key_is_made_in_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="one of --stack and --stage"):
        keys.create(Context(), "seaview", "pms", stack=True, stage="lab")
    keys.create(Context(), "seaview", "pms", stack=True, dry_run=True)
    assert "docker compose --file infra/compose.yaml exec" in capsys.readouterr().out
