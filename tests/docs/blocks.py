"""What the documentation asks its readers to type or to read as a machine does: every fenced block."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SHELL = frozenset({"console", "sh", "bash"})
"""Languages of blocks that are typed: with a prompt and what is printed, or without either."""
DOCUMENTS = frozenset({"json", "toml", "ini"})
"""Languages of blocks that a program reads."""
PYTHON = "python"
PICTURES = frozenset({"text"})
"""Languages of blocks that only people read: trees, drawings, what is printed elsewhere."""
DIRECTIVES = frozenset({"{toctree}", "{eval-rst}", "{glossary}", "{figure}"})
"""Blocks that the build of the documentation itself takes apart, with every warning an error."""

# Checked elsewhere, command by command: tests/tooling/test_reference.py, and `preflight` in the drill.
GENERATED = frozenset({"docs/checklist.md"})

_FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>.*)$")
_NAMED = re.compile(r"(?:Save|Write) (?:this|these) (?:as|into) `(?P<name>[^`]+)`")
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Parameters
    ----------
    page
        Path of its page from the root.
    line
        Line of its first line in the page, from 1.
    language
        What stands behind the fence; empty if nothing does.
    text
        What stands inside, without the indentation of the fence.
    name
        File that the sentence before it asks the reader to save it as; empty for none.
    """

    page: str
    line: int
    language: str
    text: str
    name: str = ""

    def __str__(self) -> str:
        """Return where it is."""
        return f"{self.page}:{self.line}"


@cache
def pages() -> tuple[str, ...]:
    """Return the pages: every Markdown file that git tracks, but for fragments of the changelog."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    names = sorted(name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file())
    return tuple(name for name in names if not name.startswith("changelog.d/") and name not in GENERATED)


@cache
def blocks(page: str) -> tuple[Block, ...]:
    """Return the blocks of a page, in their order."""
    return tuple(blocks_of(page, (ROOT / page).read_text(encoding="utf-8")))


def blocks_of(page: str, text: str) -> list[Block]:
    """Return the blocks of a text.

    Raises
    ------
    ValueError
        If a block has no end.
    """
    lines = text.splitlines()
    found = []
    number = 0
    while number < len(lines):
        fence = _FENCE.match(lines[number])
        number += 1
        if fence is None:
            continue
        first, end = number, f"{fence['indent']}{fence['ticks']}"
        while number < len(lines) and lines[number].rstrip() != end:
            number += 1
        if number == len(lines):
            raise ValueError(f"{page}:{first}: the block has no end")
        inside = [line.removeprefix(fence["indent"]) for line in lines[first:number]]
        language = fence["language"].strip().split(" ")[0]
        found.append(Block(page, first + 1, language, "\n".join(inside), _name(lines, first - 2)))
        number += 1
    return found


def inline(page: str) -> list[Block]:
    """Return what stands between single backticks outside of blocks, one block for each."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    for block in blocks(page):
        first = block.line - 1
        lines[first - 1 : first + block.text.count("\n") + 2] = [""] * (block.text.count("\n") + 3)
    return [
        Block(page, number, "inline", found.replace(r"\|", "|"))
        for number, line in enumerate(lines, start=1)
        for found in _INLINE.findall(line)
    ]


def commands_to_type(page: str, marker: str) -> list[str]:
    """Return the commands of the block that follows a marker, as they are typed.

    Parameters
    ----------
    page
        Path of the page from the root.
    marker
        Comment on a line of its own before the block, such as ``"drilled"`` for ``<!-- drilled -->``.
    """
    text = (ROOT / page).read_text(encoding="utf-8")
    line = text[: text.index(f"<!-- {marker} -->")].count("\n") + 1
    block = next(block for block in blocks(page) if block.line > line)
    return _commands(block)


def newcomer_commands() -> list[str]:
    """Return what a newcomer types to come from nothing to a staging host, in its order."""
    page = "docs/how-to/deploy.md"
    text = (ROOT / page).read_text(encoding="utf-8")
    first, last = (
        text[: text.index(heading)].count("\n") for heading in ("## From nothing", "## Production")
    )
    found = [block for block in blocks(page) if first < block.line < last and block.language == "console"]
    return [command for block in found for command in _commands(block)]


def _commands(block: Block) -> list[str]:
    return [typed.removeprefix("$ ") for typed in block.text.splitlines() if typed.startswith("$ ")]


def _name(lines: list[str], last: int) -> str:
    """Return the name that the nearest line of prose before a block gives to it."""
    while last >= 0 and not lines[last].strip():
        last -= 1
    named = _NAMED.search(lines[last]) if last >= 0 else None
    return named["name"] if named else ""
