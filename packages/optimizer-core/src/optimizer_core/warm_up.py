"""A hotel that a process plans before the first real one, so that all imports are done by then."""

import json

WARM_UP = json.dumps(
    {
        "ProblemId": "warm-up",
        "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
        "Reservations": [
            {"Id": 1, "Arrival": "2026-05-01", "Length": 2, "AssignedRoom": "1"},
            {"Id": 2, "Arrival": "2026-05-04", "Length": 2, "AssignedRoom": "2"},
        ],
    }
).encode()
"""A problem document: two rooms and two stays."""
