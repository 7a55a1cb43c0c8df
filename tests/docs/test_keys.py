"""The program of the keys prints what the page shows, and takes what the page tells to type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bookingopt_api import keys_command
from tests.docs.blocks import SHELL, blocks
from tests.docs.typed import Line, calls_of, lines_of

PAGE = "docs/how-to/keys.md"
LINES = [line for block in blocks(PAGE) if block.language in SHELL for line in lines_of(block)]
_KEY = re.compile(r"bo_live_[a-z0-9]+_\S+")
_ID = re.compile(r"\b[a-z0-9]{16}\b")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def test_a_key_is_made_listed_exchanged_and_taken_back_as_the_page_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`invoke keys.VERB --stack` is `bookingopt-api keys VERB` in the container, where it is not run here."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "service"))
    monkeypatch.setenv("AUDIT_LOG", str(tmp_path / "audit.jsonl"))
    made = ""
    for line in LINES:
        call = calls_of(line.text)[0]
        if call.arguments[:1] != ("invoke",):
            continue
        verb = call.arguments[1].removeprefix("keys.")
        words = [_ID.sub(made, word) for word in call.arguments[2:] if word != "--stack"]
        assert keys_command.main([verb, *words]) == 0, line
        printed = capsys.readouterr()
        if line.printed:
            _compare(printed.err + printed.out, line)
            found = _ID.search(printed.err)
            assert found is not None
            made = found[0]
        if verb == "list":
            assert made in printed.out
    assert made


def _compare(printed: str, line: Line) -> None:
    """Compare but for what is different each time."""

    def always_the_same(text: str) -> str:
        return _DATE.sub("DATE", _ID.sub("ID", _KEY.sub("KEY", text))).strip()

    assert always_the_same(printed) == always_the_same("\n".join(line.printed)), line
