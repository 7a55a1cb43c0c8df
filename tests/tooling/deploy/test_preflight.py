"""The checklist: each row a command that can be filled in, and every row is looked at."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tooling.deploy.preflight import ROWS, Row, filled, look
from tooling.deploy.site import Site
from tooling.deploy.stage import Stage
from tooling.shell import ROOT

STAGE = Stage(name="lab", host="deploy@lab.example", domain="lab.example", images="stream", tls="given")


@pytest.fixture
def site() -> Site:
    """Return a stage whose host is never reached."""
    return Site(
        Stage(name="lab", host="deploy@lab.example", domain="lab.example", images="stream", tls="given")
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_command_is_shell_and_names_the_stage(row: Row, site: Site) -> None:
    """No braces are left over, and sh or bash can read it."""
    command = filled(site, row)
    script = command[-1]
    assert "{domain}" not in script
    assert "{folder}" not in script
    assert subprocess.run(["bash", "-n", "-c", script], check=False, capture_output=True).returncode == 0
    assert command[0] == ("bash" if row.place == "here" else "ssh")
    assert row.remedy


def test_a_row_that_fails_tells_the_remedy_and_the_next_one_is_looked_at(site: Site) -> None:
    rows = (
        Row("wrong", "here", "echo it is not; exit 3", "Put it right."),
        Row("right", "here", "echo first; echo {domain}", "None."),
    )
    wrong, right = look(site, rows)
    assert (wrong.is_right, wrong.detail) == (False, "it is not -> Put it right.")
    assert (right.is_right, right.detail) == (True, "lab.example")


def test_a_dry_run_prints_every_command_and_runs_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    touched = tmp_path / "touched"
    rows = (Row("one", "here", f"touch {touched}", "None."), *ROWS)
    assert look(Site(STAGE, dry_run=True), rows) == []
    assert capsys.readouterr().out.count("would look: ") == len(rows)
    assert not touched.exists()


@pytest.mark.parametrize("row", [row for row in ROWS if row.place == "host"], ids=lambda row: row.name)
def test_a_host_that_has_nothing_passes_no_row_for_want_of_an_answer(
    row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a pipe must not say yes when its beginning failed."""
    for name in ("docker", "systemctl", "timedatectl", "df", "python3", "stat", "id"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if "/etc/os-release" in row.command or "/proc/meminfo" in row.command:
        return  # true of the machine that runs the tests
    script = filled(Site(replace(STAGE, folder="/srv/no-such-folder")), row)[-1]
    assert subprocess.run(["bash", "-c", script], check=False, capture_output=True).returncode != 0


Judge = Callable[[list[str]], tuple[int, str]]


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> Judge:
    """Return what the row about containers ends with and prints, when Docker tells of these."""
    (row,) = [row for row in ROWS if row.name.startswith("containers do not run as root")]
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\ncase $1 in ps) echo 1 ;; *) cat {tmp_path}/told ;; esac\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    def call(told: list[str]) -> tuple[int, str]:
        (tmp_path / "told").write_text("".join(f"{line}\n" for line in told))
        done = subprocess.run(
            ["bash", "-c", filled(site, row)[-1]], check=False, capture_output=True, text=True
        )
        return done.returncode, done.stdout.strip()

    return call


def containers() -> dict[str, str]:
    """Return what Docker tells of every service of the stack and of what watches it, by service.

    A service whose file names no user has that of its image, which none of them has as root.
    """
    services: dict[str, dict[str, object]] = {}
    for name in ("compose.yaml", "compose.monitoring.yaml"):
        services |= yaml.safe_load((ROOT / "infra" / name).read_text())["services"]
    told = {}
    for name, service in services.items():
        project = "bookingopt-green" if name in {"api", "worker"} else "bookingopt"
        read_only, drop = str(service["read_only"]).lower(), service["cap_drop"]
        assert drop == ["ALL"], name
        told[name] = f"{project} {name} {read_only} [ALL] {service.get('user', 'nobody')}"
    return told


def test_the_stack_with_everything_that_watches_it_passes(judge: Judge) -> None:
    assert judge(list(containers().values())) == (0, "")


@pytest.mark.parametrize(
    ("service", "old", "new"),
    [
        ("api", "true", "false"),
        ("grafana", "true", "false"),
        ("worker", "nobody", "0:0"),
        ("worker", "nobody", "root"),
        ("worker", "nobody", ""),
        ("prometheus", "nobody", "0"),
        ("alloy", "true", "false"),
        ("alloy", "[ALL]", "[]"),
    ],
)
def test_one_that_is_root_or_may_write_is_named_though_others_may(
    judge: Judge, service: str, old: str, new: str
) -> None:
    told = containers()
    told[service] = told[service].replace(old, new)
    assert judge(list(told.values())) == (1, service)


def test_what_is_not_ours_is_not_judged_and_nothing_at_all_is_not_well(judge: Judge) -> None:
    foreign = "shop web false [] root"
    assert judge([*containers().values(), foreign, "bookingopt-test web false [] root"]) == (0, "")
    assert judge([foreign])[0] == 1
    assert judge([])[0] == 1
