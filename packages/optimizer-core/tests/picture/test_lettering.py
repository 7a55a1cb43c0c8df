from itertools import product

import pytest
from PIL import ImageFont

from optimizer_core.picture.lettering import ELLIPSIS, fit, measure, one_line

NAMES = [
    "Anna Schmidt",
    "Maria dos Santos Pereira",
    "O'Brien",
    "WWW",
    "12 34",
    "José Müller",
    "Иванова",
    "李伟",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_what_fits_is_never_wider_than_its_room(name: str) -> None:
    for size, width, bold in product((8, 12, 22), (0, 5, 20, 37, 60, 200), (False, True)):
        assert measure(fit(name, width, size, bold=bold), size, bold=bold) <= width


@pytest.mark.parametrize("text", [name for name in NAMES if name.isascii()])
def test_the_built_in_font_is_no_wider_than_measured(text: str) -> None:
    assert ImageFont.load_default(20).getlength(text) <= measure(text, 20)


def test_a_text_that_is_cut_ends_in_an_ellipsis_and_keeps_three_characters() -> None:
    assert fit("Maria dos Santos", 60, 12).endswith(ELLIPSIS)
    assert fit("Maria dos Santos", 60, 12).startswith("Maria")
    assert fit("Maria dos Santos", measure("Ma" + ELLIPSIS, 12), 12) == ""
    assert fit("Maria dos Santos", measure("Ma" + ELLIPSIS, 12), 12, at_least=1) == "Ma" + ELLIPSIS


def test_a_blank_before_the_ellipsis_is_dropped() -> None:
    assert fit("Ann Smith", measure("Ann " + ELLIPSIS, 12), 12) == "Ann" + ELLIPSIS


def test_a_text_that_fits_stays_whole() -> None:
    assert fit("Kim", measure("Kim", 9), 9) == "Kim"


def test_line_breaks_and_runs_of_blanks_become_one_blank() -> None:
    assert one_line("  Anna\n\t Schmidt ") == "Anna Schmidt"


def test_accents_are_composed_and_as_wide_as_their_letter() -> None:
    assert one_line("e\u0301") == "é"
    assert measure("é", 100) == measure("e", 100)
    assert measure("e\u0301", 100) == measure("e", 100)


def test_bold_is_wider() -> None:
    assert measure("Orphan", 20, bold=True) > measure("Orphan", 20)
