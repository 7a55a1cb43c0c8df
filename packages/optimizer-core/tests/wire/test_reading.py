"""Bytes that are no JSON document of ours are refused with the place and the remedy."""

import io
from pathlib import Path

import pytest

from optimizer_core.errors import MORE_FAULTS, MOST_FAULTS, InvalidDocument
from optimizer_core.wire.reading import parse, read_bytes


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidDocument) as caught:
        parse(content)
    return str(caught.value)


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_broken_json_is_refused_with_line_and_column() -> None:
    assert refusal(b'{\n "a": 1\n "b": 2}') == "line 3, column 2: not valid JSON: expecting ',' delimiter"


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_document_is_refused(content: bytes) -> None:
    assert refusal(content) == "the document is empty; expected a JSON object"


def test_latin_1_is_refused_with_the_line() -> None:
    assert refusal(b'{\n"Name": "M\xfcller"}') == "line 2: byte 12 is not UTF-8; save the document as UTF-8"


def test_utf_16_is_named() -> None:
    assert refusal('{"a": 1}'.encode("utf-16")) == "the document is UTF-16; save it as UTF-8"


def test_half_a_character_is_refused_with_its_place() -> None:
    """A lone surrogate cannot be written as UTF-8 again."""
    assert refusal(rb'{"Rooms": [{"RoomNumber": "\ud83d"}]}') == (
        r"Rooms[0].RoomNumber: the text contains half a character (\ud800 to \udfff); remove it"
    )


def test_a_whole_character_written_as_two_halves_is_accepted() -> None:
    assert parse(rb'["\ud83d\ude00"]') == ["\N{GRINNING FACE}"]


def test_a_name_given_twice_is_refused_with_its_place() -> None:
    message = "the name is given twice in this object; keep one"
    content = b'{"Rooms": [{}, {"RoomNumber": "1", "RoomNumber": "2"}], "Rooms": [{"a": 1, "a": 1}]}'
    assert refusal(content) == f"Rooms: {message}\nRooms[0].a: {message}"


def test_a_nesting_bomb_is_refused() -> None:
    assert refusal(b"[" * 1_000_000) == "the JSON is nested too deeply"


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    assert refusal(b"[" + b"9" * 5_000 + b"]") == "the JSON contains a number of more than 4,300 digits"


def test_content_above_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(InvalidDocument, match="the document has 2 MB; at most 1 MB are accepted"):
        parse(b"[" * 2_000_000, largest_bytes=1_000_000)


def test_a_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(InvalidDocument, match="the document has 200 MB; at most 64 MB are accepted"):
        read_bytes(path)


def test_a_stream_is_not_read_beyond_the_limit() -> None:
    stream = io.BytesIO(b" " * 1_000)
    with pytest.raises(InvalidDocument, match="more than"):
        read_bytes(stream, largest_bytes=100)
    assert stream.tell() == 101


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match=r"cannot read .*absent\.json: No such file"):
        read_bytes(tmp_path / "absent.json")
    with pytest.raises(InvalidDocument, match="is a folder; name a file"):
        read_bytes(tmp_path)


def test_a_hundred_thousand_repeated_names_are_not_compared_with_each_other() -> None:
    """The first are listed; a comparison of each with each would outlast the time of a test."""
    names = ",".join(f'"n{number}":0' for number in [*range(100_000), *range(100_000)])
    with pytest.raises(InvalidDocument) as caught:
        parse(f"{{{names}}}".encode())
    assert len(caught.value.faults) == MOST_FAULTS + 1
    assert str(caught.value.faults[0]) == "n0: the name is given twice in this object; keep one"
    assert caught.value.faults[-1] == MORE_FAULTS


def test_half_characters_are_listed_a_thousand_times_at_most() -> None:
    with pytest.raises(InvalidDocument) as caught:
        parse(b"[" + b",".join([rb'"\ud800"'] * 3000) + b"]")
    assert len(caught.value.faults) == MOST_FAULTS + 1
