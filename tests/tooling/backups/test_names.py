from datetime import UTC, datetime
from pathlib import Path

import pytest

from tooling.backups.damage import DamagedBackup
from tooling.backups.names import PATTERN, check_checksum, file_name, is_of_sqlite, publish


def test_a_name_tells_kind_and_time() -> None:
    name = file_name("tar", datetime(2026, 5, 1, 2, 3, 4, tzinfo=UTC))
    assert name == "bookingopt-20260501T020304Z.tar.gz"
    assert PATTERN.fullmatch(file_name("rdb"))


@pytest.mark.parametrize(
    ("name", "is_it"),
    [
        ("bookingopt-20260501T020304Z.tar.gz", True),
        ("bookingopt-20260501T020304Z.rdb.gz", False),
        ("bookingopt-20260501T020304Z.rdb.gz.age", False),
    ],
)
def test_the_name_tells_what_a_backup_is_of(name: str, is_it: bool) -> None:
    assert is_of_sqlite(Path(name)) is is_it


def test_another_file_is_no_backup() -> None:
    with pytest.raises(DamagedBackup, match="the name of a backup"):
        is_of_sqlite(Path("dump.rdb"))


def test_what_was_published_matches_its_checksum_and_what_was_changed_does_not(tmp_path: Path) -> None:
    draft, file = tmp_path / "draft", tmp_path / "bookingopt-20260501T020304Z.tar.gz"
    draft.write_bytes(b"content")
    publish(draft, file)
    assert not draft.exists()
    check_checksum(file)
    file.write_bytes(b"cOntent")
    with pytest.raises(DamagedBackup, match="take an older backup"):
        check_checksum(file)


def test_a_backup_without_checksum_is_not_trusted(tmp_path: Path) -> None:
    file = tmp_path / "bookingopt-20260501T020304Z.tar.gz"
    file.write_bytes(b"content")
    with pytest.raises(DamagedBackup, match="sha256: no such file"):
        check_checksum(file)
