from io import BytesIO
from pathlib import Path

import pytest
from PIL import ImageFont

from optimizer_core.errors import InvalidInput
from optimizer_core.picture.png_font import PngFont


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("José Müller", "Jose Muller"),
        ("Jose\u0301", "Jose"),
        ("Søren Ødegård", "Soren Odegard"),
        ("Łukasz Straße", "Lukasz Strasse"),
        ("a – b", "a - b"),
        ("Иванова", "???????"),
        ("\ud800\x07", "??"),
        ("O'Brien & <Sons>…", "O'Brien & <Sons>…"),
    ],
)
def test_letters_that_the_built_in_font_lacks_are_spelled_with_those_it_has(text: str, written: str) -> None:
    assert PngFont().known(text) == written


def test_a_text_with_a_limit_is_made_small_enough() -> None:
    font = PngFont()
    text = "Maria dos Santos"
    natural = font.sized(text, 20, None).getlength(text)
    assert font.sized(text, 20, int(natural) - 10).getlength(text) <= natural - 10
    assert font.sized(text, 20, int(natural) + 1).getlength(text) == natural


def test_a_font_can_come_from_a_file(tmp_path: Path) -> None:
    built_in = ImageFont.load_default(20)
    assert isinstance(built_in, ImageFont.FreeTypeFont)
    assert isinstance(built_in.path, BytesIO)
    file = tmp_path / "letters.ttf"
    file.write_bytes(built_in.path.getvalue())
    assert PngFont(file).sized("Kim", 20, None).getname() == built_in.getname()
    assert PngFont(file).known("José") == "Jose"


def test_a_file_that_is_no_font_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "letters.ttf"
    wrong.write_text("no font")
    with pytest.raises(InvalidInput, match=r"letters\.ttf cannot be read as a font"):
        PngFont(wrong)
    with pytest.raises(InvalidInput, match=r"missing\.ttf"):
        PngFont(tmp_path / "missing.ttf")
