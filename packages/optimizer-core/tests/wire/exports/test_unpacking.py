from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire.exports.unpacking import LARGEST_UNPACKED_BYTES, check_unpacked


def archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(f"{name}.xml", part)
    return content.getvalue()


def test_a_list_is_read(workbook: Callable[..., bytes]) -> None:
    check_unpacked(workbook([["Room"], [101]]), "x")


def test_a_small_file_that_unpacks_to_a_large_one_is_refused() -> None:
    with pytest.raises(InvalidDocument, match="the workbook is too large"):
        check_unpacked(archive(sheet=b" " * (LARGEST_UNPACKED_BYTES + 1)), "x")


def test_the_directory_is_not_believed() -> None:
    size = LARGEST_UNPACKED_BYTES + 1
    honest = archive(sheet=b" " * size)
    lie = honest.replace(size.to_bytes(4, "little"), (7).to_bytes(4, "little"))
    assert lie != honest
    with pytest.raises(InvalidDocument, match="the workbook is too large"):
        check_unpacked(lie, "x")


def test_a_long_text_that_many_cells_share_is_refused() -> None:
    texts, cells = b"<si>" + b"a" * 1_000_000 + b"</si>", b'<c t="s"><v>0</v></c>' * 1_000
    check_unpacked(archive(sharedStrings=texts, sheet=cells[:2_000]), "x")
    with pytest.raises(InvalidDocument, match="the workbook is too large"):
        check_unpacked(archive(sharedStrings=texts, sheet=cells), "x")


def test_a_broken_archive_is_refused() -> None:
    with pytest.raises(InvalidDocument, match="the workbook cannot be read"):
        check_unpacked(archive(sheet=b"abc")[:-9], "x")
