"""Pictures of every page at three widths, to be looked at; and what can be told of them without eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS
from tests.browser.service import ROOT

OpenPage = Callable[..., Page]
PARTS = {"start": None, "jobs": "/jobs", "problem": "/jobs/none", "chart": "{plan}", "moves": "{plan}/moves",
         "restrictions": "{plan}/restrictions", "acceptance": "{plan}/acceptance", "curve": "{plan}/curve",
         "curve-drawn": "{curve}/curve", "point": "{curve}?point=1",
         "downloads": "{plan}/downloads",
         "fit": "{plan}/fit?arrival=2027-03-12&nights=3&room_type=&changes=0"}  # fmt: skip
MOST_BYTES = 300_000
PICTURE = "docs/_static/operators-page.png"

MOST_CHANGED = 0.02
"""Share of a small picture that may look different, as the time of day does."""

_CUT = """() => {
  const FRAMES = ".vh, .skip, .card, .scroller, .wide, .tabs, .findings ol";
  const told = (part, what) => `${what}: ${part.outerHTML.slice(0, 120)}`;
  const shown = (part) => part.checkVisibility({ opacityProperty: true }) && !part.closest(FRAMES);
  const hasText = (part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const wide = document.documentElement.scrollWidth - innerWidth;
  const found = wide > 0 ? [`the page is ${wide} px too wide`] : [];
  for (const part of document.querySelectorAll("body *")) {
    if (!shown(part) || !(hasText(part) || part.matches("button, input, select, .figure"))) continue;
    const at = part.getBoundingClientRect();
    if (at.left < -1 || at.right > innerWidth + 1) found.push(told(part, "beyond the edge"));
    const style = getComputedStyle(part);
    if (part.closest("svg") || part.scrollWidth <= part.clientWidth + 2) continue;
    if (style.overflowX !== "visible") found.push(told(part, "cut"));
    else if (style.display === "block") found.push(told(part, "spills"));
  }
  const touched = [...document.querySelectorAll("a, button, input, select, summary")].filter(shown);
  const boxes = touched.map((part) => [...part.getClientRects()]);
  for (let one = 0; one < touched.length; one += 1) {
    for (let two = one + 1; two < touched.length; two += 1) {
      if (touched[one].contains(touched[two])) continue;
      const overlap = boxes[one].some((a) => boxes[two].some((b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1));
      if (overlap) found.push(`${told(touched[one], "overlap")} and ${touched[two].outerHTML.slice(0, 80)}`);
    }
  }
  return found;
}"""
_SPOILT = """() => {
  const main = document.querySelector("main");
  const [cut, over, under] = ["p", "button", "button"].map((tag) => document.createElement(tag));
  for (const part of [cut, over, under]) part.textContent = "A text that is to be read to its end";
  cut.style.width = "60px"; cut.style.overflow = "hidden"; cut.style.whiteSpace = "nowrap";
  under.style.marginLeft = "-40px";
  main.append(cut, over, under);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_is_cut_and_the_page_is_as_wide_as_the_screen(
    open_page: OpenPage, plan_of: Callable[[str], str], curve: str, width: int, theme: str
) -> None:
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    plan = plan_of("city-hotel")
    page = open_page("/", width=width, height=900, color_scheme=theme)
    found: dict[str, list[str]] = {}
    for name, part in PARTS.items():
        if part is not None:
            page.goto(part.format(plan=plan, curve=curve))
        page.screenshot(path=ARTEFACTS / f"{name}-{width}-{theme}.png", full_page=True)
        if cut := page.evaluate(_CUT):
            found[name] = cut
    assert found == {}


def test_what_is_cut_or_overlaps_is_seen(open_page: OpenPage) -> None:
    page = open_page("/jobs")
    assert page.evaluate(_CUT) == []
    page.evaluate(_SPOILT)
    assert {line.partition(":")[0] for line in page.evaluate(_CUT)} >= {"cut", "overlap"}


def opened(path: Path) -> Image.Image:
    """Return a picture, read to its end."""
    with Image.open(path) as picture:
        picture.load()
        return picture


def share_changed(one: Path, other: Path) -> float:
    """Return the share of two pictures, made small, in which they look different."""
    small = (320, 200)
    pictures = [opened(path).convert("RGB").resize(small, Image.Resampling.BOX) for path in (one, other)]
    levels = ImageChops.difference(*pictures).convert("L").histogram()
    return sum(levels[24:]) / sum(levels)


def words_on(page: Page) -> str:
    """Return what the picture says above the chart and on the card, without the moment of the plan."""
    parts = page.locator(".title, .figures, .tabs, .tools, #card").all_inner_texts()
    return re.sub(r"planned .*", "", "\n".join(parts))


def take_picture(page: Page, path: Path) -> None:
    """Take a picture, and note in it what it says: that is compared whatever the fonts are."""
    page.screenshot(path=path)
    noted = PngInfo()
    noted.add_itxt("Description", words_on(page))
    opened(path).save(path, pnginfo=noted, optimize=True)


def test_the_readme_shows_the_page_as_it_is(
    open_page: OpenPage, plan_of: Callable[[str], str], picture_file: Path
) -> None:
    """Made anew by `./run nox -s browser -- --picture`."""
    page = open_page(plan_of("city-hotel"), width=1280, height=800, color_scheme="light")
    page.locator("td.m").first.click()
    expect(page.locator("#card")).to_contain_text("It moves because")
    take_picture(page, picture_file)
    committed = ROOT / PICTURE
    assert committed.stat().st_size < MOST_BYTES
    assert f"]({PICTURE})" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert opened(committed).info.get("Description") == words_on(page)
    assert share_changed(picture_file, committed) < MOST_CHANGED
    page.goto(plan_of("city-hotel") + "/moves")
    another = ARTEFACTS / "another-page.png"
    page.screenshot(path=another)
    assert share_changed(another, committed) > MOST_CHANGED
