"""Pictures of every page at three widths, to be looked at; and what can be told of them without eyes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import ARTEFACTS
from tests.browser.service import ROOT

OpenPage = Callable[..., Page]
PARTS = {"start": None, "chart": "", "moves": "/moves", "restrictions": "/restrictions",
         "acceptance": "/acceptance", "curve": "/curve", "downloads": "/downloads",
         "fit": "/fit?arrival=2027-03-12&nights=3&room_type=&changes=0"}  # fmt: skip
MOST_BYTES = 300_000
PICTURE = "docs/_static/operators-page.png"

_CUT = """() => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const cut = [...document.querySelectorAll("h1, h2, h3, button, .button, .figure, .tabs a, label, dt, dd")]
    .filter((part) => part.checkVisibility() && !part.closest(".vh, .card, .scroller, .wide, .tabs"))
    .filter((part) => {
      const at = part.getBoundingClientRect();
      const isCut = getComputedStyle(part).overflowX !== "visible";
      const hidesText = isCut && part.scrollWidth > part.clientWidth + 2;
      return at.width > 2 && (at.left < -1 || at.right > innerWidth + 1 || hidesText);
    });
  const places = cut.map((part) => part.outerHTML.slice(0, 120));
  return wide > 0 ? [`the page is ${wide} px too wide`, ...places] : places;
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_is_cut_and_the_page_is_as_wide_as_the_screen(
    open_page: OpenPage, plan_of: Callable[[str], str], width: int, theme: str
) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    plan = plan_of("city-hotel")
    page = open_page("/", width=width, height=900, color_scheme=theme)
    found: dict[str, list[str]] = {}
    for name, part in PARTS.items():
        if part is not None:
            page.goto(plan + part)
        page.screenshot(path=ARTEFACTS / f"{name}-{width}-{theme}.png")
        if cut := page.evaluate(_CUT):
            found[name] = cut
    assert found == {}


def test_the_readme_shows_a_picture_of_the_page_made_here(
    open_page: OpenPage, plan_of: Callable[[str], str], picture_file: Path
) -> None:
    page = open_page(plan_of("city-hotel"), width=1280, height=800, color_scheme="light")
    page.locator("td.m").first.click()
    page.screenshot(path=picture_file)
    assert picture_file.stat().st_size < MOST_BYTES
    assert (ROOT / PICTURE).stat().st_size < MOST_BYTES
    assert f"]({PICTURE})" in (ROOT / "README.md").read_text(encoding="utf-8")
