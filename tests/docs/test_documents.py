"""Documents in the documentation are read by what reads such documents."""

from __future__ import annotations

import pytest

from tests.docs.blocks import DOCUMENTS, Block, blocks, pages
from tests.docs.documents import CHECKS, check_document

FOUND = [block for page in pages() for block in blocks(page) if block.language in DOCUMENTS]


@pytest.mark.parametrize("block", FOUND, ids=str)
def test_the_document_is_read(block: Block) -> None:
    check_document(block)


def test_every_language_of_a_document_has_a_reader() -> None:
    assert set(CHECKS) == DOCUMENTS
    assert {block.language for block in FOUND} == DOCUMENTS


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("json", '{"Rooms": [{"RoomNumber": "1"}], "Reservation": []}'),
        ("json", '{"Requests": [{"Arrival": "2027-06-06", "Nights": 2}]}'),
        ("json", '{"job_id": "1", "status": "queued"}'),
        ("json", '{"something": "else"}'),
        ("json", "{"),
        ("toml", '[project.entry-points.optimizer]\nmine = "mine.plugin"'),
        ("ini", "NOBODY_READS_THIS=1"),
        ("ini", "STATUS_ARGUMENTS=--moon"),
    ],
)
def test_a_document_that_is_wrong_is_noticed(language: str, text: str) -> None:
    with pytest.raises((AssertionError, ValueError)):
        check_document(Block("page.md", 1, language, text))
