from __future__ import annotations

import pytest

from optimizer_core.wire.exports.folding import folded, loose_number


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Nächte", "nachte"),
        ("Check-in (UTC)", "checkinutc"),
        ("N° de réservation", "ndereservation"),
        ("Straße", "strasse"),
        ("部屋", "部屋"),
        ("_", ""),
    ],
)
def test_words_lose_case_accents_and_signs(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("written", "meant"), [("101", "0101"), ("102.0", "102"), ("suite a", "Suite A"), ("0", "00")]
)
def test_numbers_of_one_room_are_equal(written: str, meant: str) -> None:
    assert loose_number(written) == loose_number(meant)


def test_numbers_of_two_rooms_are_different() -> None:
    assert len({loose_number(number) for number in ("101", "1010", "A101", "10-1")}) == 4
