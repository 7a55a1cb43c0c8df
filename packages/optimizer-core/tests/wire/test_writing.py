"""Results are written as UTF-8, on one line unless asked otherwise."""

import json
from datetime import date

from optimizer_core.wire import ResultDocument, write_json

RESULT = ResultDocument(problem_id="Zürich", processing_date=date(2026, 5, 1), succeeded=False)


def test_one_line_that_ends_in_a_line_break() -> None:
    written = write_json(RESULT)
    assert written.count(b"\n") == 1
    assert written.endswith(b"}\n")
    assert "Zürich".encode() in written


def test_indented_it_is_the_same_document() -> None:
    assert json.loads(write_json(RESULT, indent=2)) == json.loads(write_json(RESULT))
    assert write_json(RESULT, indent=2).startswith(b'{\n  "ProblemId"')
