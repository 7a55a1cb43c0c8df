from __future__ import annotations

import pytest

from optimizer_core.wire.exports.values import read_count, read_yes_or_no


@pytest.mark.parametrize(("text", "count"), [("3", 3), ("9.0", 9), ("0", 0), ("2.5", None), ("-1", None)])
def test_counts_are_whole(text: str, count: int | None) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *[(text, True) for text in ("Yes", "x", "Ja", "Sì", "1")],
        *[(text, False) for text in ("0", "", "-", "Não")],
        *[(text, None) for text in ("perhaps", "?")],
    ],
)
def test_yes_no_and_neither_are_different(text: str, answer: bool | None) -> None:
    assert read_yes_or_no(text) is answer
