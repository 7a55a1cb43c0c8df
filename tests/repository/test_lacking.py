"""What a machine lacks is named, never passed over: skipped at the desk, a failure in CI."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import lacking
from tests.integration import engine, lint, prepare

Ask = Callable[[], None]

skipped, failed = pytest.skip.Exception, pytest.fail.Exception


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Be on a Linux without a program, and without what lies beside this checkout."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(engine, "SCRIPTS", tmp_path)


@pytest.mark.parametrize(("ci", "outcome"), [("", skipped), ("true", failed)])
@pytest.mark.usefixtures("bare_machine")
def test_without_an_engine_nothing_is_green_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match=r"no Docker engine answers.*: install Docker Engine"):
        engine.need_engine()
    monkeypatch.setattr(engine, "docker", lambda *_: "")
    monkeypatch.setattr(engine, "_pulled", lambda _: False)
    with pytest.raises(outcome, match=r"no registry answers for redis:8\.0.*: pull them"):
        engine.need_images(["redis:8.0"])


def test_what_the_tools_beside_the_checkout_start_is_no_failure_in_ci(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A machine may begin without an engine."""
    (tmp_path / "engine-up").write_text(f"#!/bin/sh\ntouch {tmp_path}/up\n")
    (tmp_path / "engine-up").chmod(0o755)
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(engine, "SCRIPTS", tmp_path)
    monkeypatch.setattr(engine, "_answers", (tmp_path / "up").exists)
    engine.need_engine()
    assert (tmp_path / "up").exists()


@pytest.mark.usefixtures("bare_machine")
def test_the_session_of_integration_tells_it_before_the_tests(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "find_or_install_redis", lambda: None)
    monkeypatch.setattr(prepare, "find_or_install_restic", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    prepare.main()
    assert "SKIPPED what needs this: no Docker engine answers" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(failed):
        prepare.main()


@pytest.mark.parametrize("variable", ["CI", "GITHUB_ACTIONS"])
def test_elsewhere_than_on_linux_ci_has_no_engine_either(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "true")
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(skipped):
        lacking("no engine here", "none", given_in=variable)


@pytest.mark.usefixtures("bare_machine")
def test_lint_names_each_check_that_it_leaves_out_and_fails_where_it_must_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.delenv(variable, raising=False)
    assert lint.main() == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[2].split(":")[0] for line in told] == [
        f" SKIPPED {name}" for name in lint.CHECKS
    ]
    for variable in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.setenv(variable, "true")
        assert lint.main() == 1
    assert "SKIPPED" not in capsys.readouterr().out.splitlines()[-4:]


def test_lint_fails_where_a_program_finds_something(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find() -> None:
        lint._need(subprocess.CompletedProcess(["judge"], 1, "wrong in line 3", ""))

    monkeypatch.setattr(lint, "CHECKS", {"the judge": find, "nothing": lambda: None})
    assert lint.main() == 1
    assert capsys.readouterr().out == "lint: the judge: judge: wrong in line 3\n"
