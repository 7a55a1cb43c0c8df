"""Every block of every page is found, and says what it is."""

from __future__ import annotations

import re

import pytest

from tests.docs.blocks import (
    DIRECTIVES,
    DOCUMENTS,
    PICTURES,
    PYTHON,
    ROOT,
    SHELL,
    blocks,
    blocks_of,
    commands_to_type,
    inline,
    newcomer_commands,
    pages,
)

NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
KNOWN = SHELL | DOCUMENTS | PICTURES | DIRECTIVES | {PYTHON}


@pytest.mark.parametrize("page", pages())
def test_every_block_says_what_it_is(page: str) -> None:
    """Where it does not: a language that tests/docs/README.md knows goes behind the fence."""
    assert [f"{block}: {block.language!r}" for block in blocks(page) if block.language not in KNOWN] == []


def test_the_pages_of_every_part_are_found() -> None:
    parts = ("README.md", "docs/tutorials/", "docs/how-to/", "docs/runbooks/", "packages/", "examples/")
    assert all(any(page.startswith(part) for page in pages()) for part in parts)


def test_a_block_in_a_list_is_found_without_its_indentation() -> None:
    (block,) = blocks_of("page.md", "1. Save this as `a.json`:\n\n   ```json\n   {\n     }\n   ```\n")
    assert (block.line, block.language, block.text, block.name) == (4, "json", "{\n  }", "a.json")


def test_a_block_within_a_longer_fence_is_text_of_it() -> None:
    (block,) = blocks_of("page.md", "````text\n```json\n```\n````\n")
    assert block.text == "```json\n```"


def test_a_block_without_an_end_is_told_with_its_line() -> None:
    with pytest.raises(ValueError, match=r"page\.md:2"):
        blocks_of("page.md", "\n```json\n{}\n")


def test_commands_in_running_text_are_found_with_their_line() -> None:
    found = {block.text: block.line for block in inline("docs/how-to/roll-back.md")}
    assert found["rollback.staging"] == 7
    assert "./run invoke rollback.prod" not in found, "that one stands in a block"


def test_a_newcomer_needs_as_many_commands_as_the_page_says() -> None:
    page = "docs/how-to/deploy.md"
    text = (ROOT / page).read_text(encoding="utf-8")
    told = re.search(r"^## From nothing to a staging host: (\w+) commands$", text, re.MULTILINE)
    assert told is not None
    assert told[1] == NUMBERS[len(newcomer_commands())]


def test_the_commands_of_a_marked_block_are_handed_out_in_their_order() -> None:
    commands = commands_to_type("docs/how-to/deploy.md", "drilled")
    assert [command.split()[2] for command in commands] == ["build", "host.bootstrap", "deploy.staging"]
