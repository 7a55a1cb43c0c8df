"""What commands read and write: standard input, and never an input as target."""

import io
import sys
from pathlib import Path

import pytest

from optimizer_core.commands.files import check_targets, read_source
from optimizer_core.errors import InvalidInput


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    assert read_source("-") == b"{}"


def test_a_target_must_have_a_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"there is no folder .*make it first"):
        check_targets([str(tmp_path / "absent" / "r.json")], [])


def test_a_target_must_not_be_a_source_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "p.json").touch()
    (tmp_path / "link.json").symlink_to("p.json")
    with pytest.raises(InvalidInput, match="over another file"):
        check_targets([str(tmp_path / "link.json")], [str(tmp_path / "p.json")])
    check_targets([str(tmp_path / "r.json"), str(tmp_path / "r.svg")], [str(tmp_path / "p.json")])


def test_standard_input_is_no_file_to_protect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_targets(["-"], ["-"])
