"""A host is named once, until another one is meant."""

import pytest

from tooling.deploy.dry_run import DryRun


def test_a_host_is_named_when_it_is_another_one(capsys: pytest.CaptureFixture[str]) -> None:
    run = DryRun()
    for host, act in (("one", "look"), ("one", "stop"), ("two", "look")):
        run.would(host, act)
    assert capsys.readouterr().out == "on one:\n  would look\n  would stop\non two:\n  would look\n"
