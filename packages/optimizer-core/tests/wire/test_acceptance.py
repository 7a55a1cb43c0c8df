"""The document of an acceptance matrix, and what it needs to be read."""

import subprocess
import sys
from datetime import date

import pytest
from pydantic import ValidationError

from optimizer_core.wire.acceptance import AcceptanceEntry


def test_names_are_those_of_the_documents() -> None:
    """Outside the library the fields are written in the style of all documents."""
    entry = AcceptanceEntry(start=date(2026, 5, 1), longest_length=2, states=["G-"], costs=[[0.5, None]])
    assert entry.model_dump(mode="json") == {
        "RoomType": None,
        "Start": "2026-05-01",
        "LongestLength": 2,
        "Threshold": 0.0,
        "States": ["G-"],
        "Costs": [[0.5, None]],
    }


def test_infinite_costs_are_refused() -> None:
    """JSON has no infinity: what cannot be sold has no number instead."""
    with pytest.raises(ValidationError, match="finite"):
        AcceptanceEntry(start=date(2026, 5, 1), longest_length=1, states=["C"], costs=[[float("inf")]])


def test_reading_it_needs_no_numpy() -> None:
    """Whoever reads results does not pay for the mathematics."""
    program = "import sys; import optimizer_core.wire.acceptance; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
