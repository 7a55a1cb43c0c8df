import json

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire import load_enquiry


def test_both_spellings_are_read_and_the_rest_has_defaults() -> None:
    content = b'{"Requests": [{"Arrival": "2026-05-01", "length": 2, "RoomType": ""}]}'
    (stay,) = load_enquiry(content).requests
    assert (stay.length, stay.room_type, stay.most_room_changes, stay.least_piece_nights) == (2, None, 0, 1)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"Requests": [{"Arrival": "soon", "Length": 1}]}, "Requests[0].Arrival: text is not a date"),
        ({"Requests": [{"Length": 1}]}, "Requests[0].Arrival: is missing"),
        ({"Requests": [{"Arrival": "2026-05-01", "Lenght": 1}]}, "did you mean Length?"),
        ({"Requests": []}, "Requests: "),
        ([], "where an object is expected"),
    ],
)
def test_faults_name_the_place(value: object, told: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        load_enquiry(json.dumps(value).encode())
    assert told in str(caught.value)
