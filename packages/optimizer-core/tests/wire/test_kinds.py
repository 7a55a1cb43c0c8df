"""Values of the documents: what is accepted, and how the rest is described."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from optimizer_core.wire.kinds import Date, Identity, Nights, TextOrNone, described

DATE: TypeAdapter[date] = TypeAdapter(Date)
NIGHTS: TypeAdapter[int] = TypeAdapter(Nights)
TEXT: TypeAdapter[str | None] = TypeAdapter(TextOrNone)
IDENTITY: TypeAdapter[Any] = TypeAdapter(Identity)


def refusal(adapter: TypeAdapter[Any], value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(("value", "nights"), [(9, 9), (9.0, 9), (0, 0), (-1, -1), (1e6, 1_000_000)])
def test_whole_numbers_are_nights(value: float, nights: int) -> None:
    result = NIGHTS.validate_python(value)
    assert result == nights
    assert type(result) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (9.5, "9.5 is not a whole number of nights"),
        (float("nan"), "NaN is not a number of nights"),
        (float("inf"), "Infinity is not a number of nights"),
        (float("-inf"), "-Infinity is not a number of nights"),
        (10**7, "10000000 is not a number of nights"),
        (10**4000, "1" + "0" * 38 + "… is not a number of nights"),
        ("9", "'9' where a whole number of nights is expected"),
        ("nine", "text where a whole number of nights is expected"),
        (True, "true where a whole number of nights is expected"),
        (None, "null where a whole number of nights is expected"),
        ([9], "a list where a whole number of nights is expected"),
        ({}, "an object where a whole number of nights is expected"),
    ],
)
def test_other_values_are_no_nights(value: object, message: str) -> None:
    assert refusal(NIGHTS, value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2026-02-30", "'2026-02-30' is a date that does not exist"),
        ("0000-01-01", "'0000-01-01' is a date that does not exist"),
        ("20260301", "'20260301' is not a date; write YYYY-MM-DD"),
        ("2026-03-01T10:00:00", "text is not a date; write YYYY-MM-DD"),
        ("2026-3-1", "'2026-3-1' is not a date; write YYYY-MM-DD"),
        ("٢٠٢٦-٠٣-٠١", "'٢٠٢٦-٠٣-٠١' is not a date; write YYYY-MM-DD"),
        ("", "'' is not a date; write YYYY-MM-DD"),
        (20260301, "20260301 is not a date; write YYYY-MM-DD"),
        (None, "null is not a date; write YYYY-MM-DD"),
    ],
)
def test_other_values_are_no_dates(value: object, message: str) -> None:
    assert refusal(DATE, value) == message


def test_dates_are_read() -> None:
    assert DATE.validate_python("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize("value", ["", "None", None])
def test_all_ways_to_say_none_mean_none(value: str | None) -> None:
    assert TEXT.validate_python(value) is None


@pytest.mark.parametrize("value", [None, 7, "7", 7.5, [1], {"a": 1}])
def test_an_identity_is_handed_back_as_it_came(value: object) -> None:
    assert IDENTITY.validate_python(value) == value


def test_an_identity_must_be_json() -> None:
    assert refusal(IDENTITY, float("nan")) == "NaN is not a JSON value"


def test_text_with_letters_is_never_shown() -> None:
    """It may be a guest's name in a wrong column."""
    assert described("Ann Miller") == "text"
    assert described("12.5.2026") == "'12.5.2026'"


def test_long_values_are_cut() -> None:
    assert len(described("1" * 1000)) == 40
