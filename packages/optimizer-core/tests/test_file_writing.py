"""Files are written whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.file_writing import write_files


def test_all_files_are_written(tmp_path: Path) -> None:
    write_files([(str(tmp_path / "a"), b"1"), (str(tmp_path / "b"), b"2")])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


def test_if_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_files([(str(tmp_path / "a"), b"new"), (str(tmp_path / "absent" / "b"), b"2")])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_files([(str(tmp_path / "ours"), b"")])
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "plain").stat().st_mode
    )


def test_an_older_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "ours"
    path.touch(mode=0o640)
    write_files([(str(path), b"new")])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert path.read_bytes() == b"new"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_files([(str(tmp_path / "link"), b"new")])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"


def test_what_is_no_file_is_written_to_as_it_is() -> None:
    write_files([(os.devnull, b"gone")])
    assert not Path(os.devnull).is_file()
