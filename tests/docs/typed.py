"""What is typed into a shell, taken apart: lines with what they print, and the programs in a line."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from tests.docs.blocks import Block

SUBSTITUTED = "SUBSTITUTED"
"""Stands where a shell would put what another command has printed."""
OPERATORS = frozenset({"|", "||", "&&", ";", "&"})

_SUBSTITUTION = re.compile(r"\$\(([^()]*)\)")
_FUNCTION = re.compile(r"^\w+\(\) \{ (?P<body>.*?);? \}$")
_REDIRECTION = re.compile(r"\s\d?>>?\s?(?:&\d|[\w./-]+)")
_ASSIGNMENT = re.compile(r"^(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.DOTALL)
_WORDS_OF_THE_SHELL = frozenset({"do", "then", "else"})
_CLAUSES = frozenset({"for", "done", "fi"})


@dataclass(frozen=True)
class Line:
    """A line that is typed.

    Parameters
    ----------
    page, number
        Where it is.
    text
        What is typed, continued lines joined.
    printed
        What the page says that it prints; empty if the page does not say.
    """

    page: str
    number: int
    text: str
    printed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return where it is and what it says."""
        return f"{self.page}:{self.number}: {self.text}"


@dataclass(frozen=True)
class Call:
    """One program with its arguments.

    Parameters
    ----------
    program
        Its name, as typed.
    arguments
        What follows.
    settings
        Variables set for it alone.
    reads_from
        The call whose output it is given, if any.
    """

    program: str
    arguments: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)
    reads_from: Call | None = None


def lines_of(block: Block) -> list[Line]:
    """Return the lines that a shell block asks to type."""
    found: list[Line] = []
    joined, begun = "", 0
    for number, raw in enumerate(block.text.splitlines(), start=block.line):
        typed = raw
        if not joined and block.language == "console":
            if not raw.startswith("$ "):
                if not found:
                    raise ValueError(f"{block}: a console begins with what is typed, after '$ '")
                last = found[-1]
                found[-1] = Line(last.page, last.number, last.text, (*last.printed, raw))
                continue
            typed = raw.removeprefix("$ ")
        begun = begun if joined else number
        joined += typed
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        if joined.strip() and not joined.lstrip().startswith("#"):
            found.append(Line(block.page, begun, joined))
        joined = ""
    return found


def calls_of(text: str) -> list[Call]:
    """Return every program that a line starts, those inside ``$(...)`` first.

    Raises
    ------
    ValueError
        If the line is none that a shell would read.
    """
    function = _FUNCTION.match(text)
    if function is not None:
        text = function["body"]
    calls: list[Call] = []
    while (inner := _SUBSTITUTION.search(text)) is not None:
        calls += calls_of(inner[1])
        text = f"{text[: inner.start()]}{SUBSTITUTED}{text[inner.end() :]}"
    reader = shlex.shlex(_REDIRECTION.sub(" ", text), posix=True, punctuation_chars="|&;")
    reader.whitespace_split = True
    reader.commenters = ""
    words: list[str] = []
    before: Call | None = None
    for word in [*_without_comment(list(reader)), ";"]:
        if word not in OPERATORS:
            words.append(word)
            continue
        call = _call(words, before)
        if call is not None:
            calls.append(call)
        before = call if word == "|" else None
        words = []
    return calls


def _without_comment(words: list[str]) -> list[str]:
    return words[: words.index("#")] if "#" in words else words


def _call(words: list[str], before: Call | None) -> Call | None:
    words = [*words]
    while words and words[0] in _WORDS_OF_THE_SHELL:
        del words[0]
    settings = {}
    while words and (assignment := _ASSIGNMENT.match(words[0])):
        settings[assignment["name"]] = assignment["value"]
        del words[0]
    if not words or words[0] in _CLAUSES:
        return None
    return Call(words[0], tuple(words[1:]), settings, before)
