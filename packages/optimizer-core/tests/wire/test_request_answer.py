from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from optimizer_core.wire.request_answer import FitEntry, OfferEntry, PieceEntry, RequestEntry


def test_an_answer_is_written_in_pascal_case_and_read_back() -> None:
    piece = PieceEntry(room="1", room_type="A", arrival=date(2026, 5, 1), length=2)
    fit = FitEntry(room_types=["A"], in_place=OfferEntry(pieces=[piece], gap_change=-1.5))
    entry = RequestEntry(
        arrival=date(2026, 5, 1), length=2, fits=True, proved=True, message="fits", types=[fit]
    )
    written = entry.model_dump_json()
    assert '"GapChange":-1.5' in written
    assert '"MovesBound":0' in written
    assert RequestEntry.model_validate_json(written) == entry


def test_no_field_is_made_up() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        OfferEntry.model_validate({"Pieces": [], "Rooms": []})
