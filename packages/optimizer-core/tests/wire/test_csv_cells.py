from datetime import date

import pytest

from optimizer_core.wire.csv_cells import guarded, weekday


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0+1",
        "\u3000@a",
        "\ufeff=1",
        "\u200b-1",
        "\uff1d1",
        " \uff0b1",
        "\uff0d1",
        "\uff20a",
        "\ufe62a",
        "\ta",
    ],
)
def test_what_begins_a_formula_is_made_a_text(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "101", "Müller", "a=b", "'=1", " 101", "a -b"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


def test_weekdays_are_english() -> None:
    assert (weekday(date(2026, 5, 1)), weekday(date(2026, 5, 3))) == ("Fri", "Sun")
