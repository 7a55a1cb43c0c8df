from __future__ import annotations

import json

from optimizer_core.wire.exports.document_text import document_text


def test_each_entry_has_a_line_of_its_own() -> None:
    document = {
        "ProblemId": "Mai Süd",
        "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
        "Reservations": [],
    }
    text = document_text(document)
    assert json.loads(text) == document
    assert text.splitlines() == [
        "{",
        '  "ProblemId": "Mai Süd",',
        '  "Rooms": [',
        '    {"RoomNumber": "1"},',
        '    {"RoomNumber": "2"}',
        "  ],",
        '  "Reservations": []',
        "}",
    ]
    assert text.endswith("}\n")
