from __future__ import annotations

from optimizer_core.wire.exports.statuses import meaning_of
from optimizer_core.wire.exports.summary import ListSummary, counted, lines_of


def test_rows_entries_and_reasons_are_counted() -> None:
    summary = ListSummary("may.csv", "stay", rows=3, entries=2, with_room=1)
    summary.locked["in house"] += 1
    summary.left_out["cancelled"] += 1
    summary.words["CXL", meaning_of("CXL")] += 1
    summary.words["Prospect", meaning_of("Prospect")] += 1
    assert summary.lines() == [
        "may.csv: 3 rows read, 2 stays, 1 with a room",
        "may.csv: locked: 1 in house",
        "may.csv: left out: 1 cancelled",
        "may.csv: status: 'CXL' 1 (left out, cancelled), 'Prospect' 1 (unknown word, read as a stay)",
    ]


def test_a_remark_names_the_first_lines() -> None:
    summary = ListSummary("may.csv", "stay")
    for line in range(2, 14):
        summary.remark(line, "day use")
    assert summary.notes() == ["may.csv: day use (lines 2, 3, 4, 5, 6, 7, 8, 9 and 4 more)"]
    assert lines_of([4]) == "line 4"
    assert lines_of([4, 7, 9]) == "lines 4, 7 and 9"


def test_nouns_have_a_plural() -> None:
    assert counted(1, "row") == "1 row"
    assert counted(2000, "row") == "2,000 rows"


def test_a_word_that_is_long_is_cut() -> None:
    summary = ListSummary("may.csv", "stay")
    summary.words["x" * 99, meaning_of("x" * 99)] += 1
    assert len(summary.lines()[-1]) < 110
