"""Small limits, and a hotel that is within them."""

from __future__ import annotations

from typing import Any

import pytest

from bookingopt_api.documents import DocumentLimits


@pytest.fixture
def limits() -> DocumentLimits:
    """Return limits that a test can go beyond."""
    return DocumentLimits(
        document_bytes=100_000,
        depth=6,
        rooms=4,
        reservations=5,
        new_reservations=3,
        room_blocks=2,
        horizon_nights=30,
        minimum_stay_nights=7,
        groups=2,
        adjacencies=4,
    )


@pytest.fixture
def hotel() -> dict[str, Any]:
    """Return a hotel that uses every limit up and goes beyond none."""
    stay = {"Arrival": "2027-05-01", "Length": 30, "AdjacencyGroup": "one", "Id": {"deep": [[1]]}}
    return {
        "ProblemId": "x" * 1000,
        "Rooms": [
            {"RoomNumber": str(number), "AdjacentRooms": ["1"] if number else ["2"]} for number in range(4)
        ],
        "Reservations": [{**stay, "Id": row} for row in range(4)] + [{**stay, "AdjacencyGroup": "two"}],
        "NewReservations": [stay] * 3,
        "RoomBlocks": [
            {"RoomNumber": str(row + 1), "Start": "2027-05-01", "End": "2027-05-31"} for row in range(2)
        ],
        "MinimumStay": 7,
        "MinimumStayByDay": {"Mon": 7},
        "MinimumStayByDate": [{"Start": "2027-05-01", "End": "2027-05-30", "MinimumStay": 7}],
    }


@pytest.fixture
def examples(pytestconfig: pytest.Config) -> list[bytes]:
    """Return the documents in the folder of examples."""
    return [path.read_bytes() for path in sorted(pytestconfig.rootpath.glob("examples/*.json"))]
