"""The pictures show what the library computes, and are SVG."""

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from tooling.pictures import PICTURES, Drawing, first_plan, gap_cost_curve, network
from tooling.shell import ROOT


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_a_picture_is_svg_with_a_title(draw: Callable[[], str]) -> None:
    picture = ET.fromstring(draw())  # noqa: S314 - our own
    assert picture.tag == "{http://www.w3.org/2000/svg}svg"
    assert picture.find("{*}title") is not None


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_shown_on_a_page(name: str) -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    assert any(name in page for page in pages)


def test_the_curve_has_the_costs_of_the_formula() -> None:
    costs = [">8<", ">4<", ">1<", ">0.5<", ">0.25<", ">0.125<", ">0<"]
    assert all(cost in gap_cost_curve(3) for cost in costs)


def test_the_network_and_the_chart_are_of_the_same_hotel() -> None:
    assert all(f"{name}</text>" in network() and name in first_plan() for name in ("Ada", "Cem", "Dee"))
    assert "gap cost 4" in first_plan(), "the blue arc of the network costs 4"


def test_words_of_a_drawing_cannot_break_it() -> None:
    drawing = Drawing(10, 10, "a < b")
    drawing.text(1, 1, "<&>")
    assert "&lt;&amp;&gt;" in drawing.svg()
