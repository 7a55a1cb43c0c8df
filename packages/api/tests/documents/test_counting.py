from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookingopt_api.documents import DocumentLimits, counting, reading
from bookingopt_api.documents.counting import count
from bookingopt_api.documents.examination import Examination
from bookingopt_api.problems import ApiProblem
from optimizer_core.errors import InvalidInput
from optimizer_core.wire import to_document, to_problem

DEEP = [[{"a": [{"b": [1]}]}]]


@pytest.fixture(autouse=True)
def _count_in_small_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_LEAST_BYTES", 0)


@pytest.fixture
def hotel() -> dict[str, Any]:
    """Return a hotel that uses the limits up, and whose values are all simple."""
    stay = {"Arrival": "2027-05-01", "Length": 30, "AdjacencyGroup": "one", "RoomType": None}
    return {
        "ProblemId": 'x, "Arrival"',
        "Rooms": [{"RoomNumber": str(number)} for number in range(4)],
        "Reservations": [stay] * 4 + [stay | {"AdjacencyGroup": "two", "Name": '"Arrival":'}],
        "MinimumStay": 7,
    }


def _stay(**values: object) -> dict[str, object]:
    return {"Arrival": "2027-05-01", "Length": 2} | values


@pytest.mark.parametrize("indent", [None, 2])
def test_what_is_within_the_limits_is_left_to_the_parser(
    hotel: dict[str, Any], limits: DocumentLimits, indent: int | None
) -> None:
    assert count(json.dumps(hotel, indent=indent).encode(), limits) == []
    hotel["NewReservations"] = [_stay()] * 3
    assert count(json.dumps(hotel, indent=indent).encode(), limits) == []


@pytest.mark.parametrize(
    ("beyond", "told"),
    [
        ({"Rooms": [{"RoomNumber": "1"}] * 5}, "Rooms: 5 entries; at most 4"),
        ({"rooms": [{"room_number": "1"}] * 5}, "Rooms: 5 entries; at most 4"),
        ({"Reservations": [_stay()] * 6}, "Reservations: 6 entries; at most 5"),
        ({"Reservations": [_stay()] * 5, "NewReservations": [_stay()] * 4}, "9 reservations and new"),
        ({"Reservations": [_stay(AdjacencyGroup=str(n)) for n in range(3)]}, "3 adjacency groups; at most 2"),
        ({"Reservations": [_stay(), _stay(Arrival="2027-05-31")]}, "31 nights from the first arrival"),
        ({"Reservations": [_stay(), _stay(Length=31)]}, "Reservations[1].Length: 31 nights; at most 30"),
        (
            {"Reservations": [_stay(), {"arrival": "2027-05-01", "length": 31}]},
            "Reservations[1].Length: 31 nights",
        ),
        ({"MinimumStay": 8}, "MinimumStay: 8 nights; at most 7"),
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_beyond_a_limit_is_told_without_parsing(
    monkeypatch: pytest.MonkeyPatch,
    limits: DocumentLimits,
    beyond: dict[str, Any],
    told: str,
    indent: int | None,
) -> None:
    monkeypatch.setattr(reading, "parse", None)
    with pytest.raises(ApiProblem) as caught:
        reading.read_within(json.dumps(beyond, indent=indent).encode(), limits)
    assert caught.value.kind == "document-limit"
    [fault] = caught.value.faults
    assert told in str(fault)


def test_what_is_too_deep_is_told_with_its_place_in_the_text(limits: DocumentLimits) -> None:
    content = b'{"ProblemId": "\\"x",\n "\\u00e4": "\xc3\xa4", "Rooms": ' + json.dumps(DEEP).encode() + b"}"
    [fault] = count(content, limits)
    column = content.decode().splitlines()[1].index("[1]") + 1
    assert fault.place == (f"line 2, column {column}",)
    assert fault.message == "7 levels of lists and objects; at most 6 are accepted"


def test_the_place_of_what_is_too_deep_is_left_to_the_parser_where_texts_have_brackets(
    limits: DocumentLimits,
) -> None:
    content = b'{"ProblemId": "[", "Rooms": ' + json.dumps(DEEP).encode() + b"}"
    assert count(content, limits) == []
    with pytest.raises(ApiProblem) as caught:
        reading.read_within(content, limits)
    assert [fault.place for fault in caught.value.faults] == [("Rooms", 0)]


@pytest.mark.parametrize(
    "value",
    [
        "[[[[[[[[",
        '"[[[[[[[[',
        "\\",
        '\\"',
        "[[[[\\\\[[[[",
        "}}",
    ],
)
def test_brackets_in_a_text_are_no_levels(hotel: dict[str, Any], limits: DocumentLimits, value: str) -> None:
    hotel["Reservations"][0] |= {"Name": value, "Id": [[value, value]]}
    assert count(json.dumps(hotel).encode(), limits) == []


@pytest.mark.parametrize("name", ["Id", "id", "SplitGroup", "split_group", r"I\u0064"])
def test_names_inside_a_value_that_may_be_anything_count_for_nothing(
    hotel: dict[str, Any], limits: DocumentLimits, name: str
) -> None:
    content = json.dumps(hotel | {"Reservations": [_stay()] * 3})
    inside = json.dumps([_stay(Length=99)] * 3)
    content = content.replace('"Length": 2', f'"Length": 2, "{name}": {inside}')
    assert content.count('"Arrival":') > limits.reservations
    assert count(content.encode(), limits) == []
    read = reading.read_within(content.encode(), limits)
    assert to_document(read).reservations[0].id == json.loads(inside) or "plit" in name


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9])
def test_what_is_cut_off_is_counted_too(hotel: dict[str, Any], limits: DocumentLimits, cut: float) -> None:
    content = json.dumps(hotel | {"Reservations": [_stay()] * 50}).encode()
    assert bool(count(content[: int(cut * len(content))], limits)) == (cut > 0.2)


_anything = st.recursive(
    st.none() | st.integers(0, 40) | st.sampled_from(["Arrival", '"Arrival":', "\\", '[{"', "2027-07-01"]),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(st.sampled_from(["Arrival", "Length", "RoomNumber", "Id", '"', "\\"]), inside)
    ),
    max_leaves=8,
)
_plain: dict[str, st.SearchStrategy[Any]] = {
    "Name": st.sampled_from(["", '"Length": 99', '"Id": {', "\\"]),
    "AdjacencyGroup": st.sampled_from(["one", "two", "thr\\ee", "four"]),
}
_held: dict[str, st.SearchStrategy[Any]] = {"Id": _anything, "SplitGroup": _anything}


def _stays(optional: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    arrivals = st.sampled_from(["2027-05-01", "2027-05-20", "2027-06-15"])
    needed = {"Arrival": arrivals, "Length": st.sampled_from([1, 2, 30, 31])}
    return st.lists(st.fixed_dictionaries(needed, optional=optional), max_size=8)


@pytest.mark.property
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stays=_stays(_plain) | _stays(_plain | _held),
    rooms=st.lists(st.fixed_dictionaries({"RoomNumber": st.just("1")}), max_size=5),
    rest=st.fixed_dictionaries(
        {},
        optional={
            "MinimumStay": st.integers(1, 9),
            "NewReservations": _stays(_plain),
            "MinimumStayByDay": st.just({"Mon": 9}),
        },
    ),
    indent=st.sampled_from([None, 1]),
)
def test_what_counting_refuses_is_refused_after_parsing_too(
    limits: DocumentLimits,
    stays: list[dict[str, object]],
    rooms: list[dict[str, object]],
    rest: dict[str, object],
    indent: int | None,
) -> None:
    document = {"ProblemId": "x", "Rooms": rooms, "Reservations": stays, **rest}
    if not count(json.dumps(document, indent=indent).encode(), limits):
        return
    if not Examination(limits).faults_of(document):
        with pytest.raises(InvalidInput):
            to_problem(to_document(document))
