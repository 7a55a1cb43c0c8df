"""Moves against quality: the operator picks a point and gets that plan."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS


def test_a_point_of_the_curve_is_picked_by_keyboard_and_is_a_plan(
    open_page: Callable[..., Page], plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms") + "/curve")
    page.locator("input[name='max_moves']").focus()
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Work out this plan")).to_be_focused()
    page.keyboard.press("Enter")
    picked = page.locator("tr", has_text="Take plan").filter(
        has=page.locator("td", has_text=re.compile("^2$"))
    )
    expect(picked).to_be_visible(timeout=PATIENCE_MS)
    point = page.locator(".curve svg a[aria-label*=': 2 moves']")
    page.locator(".tabs a").last.focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if point.evaluate("point => point === document.activeElement"):
            break
    expect(point).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".figure", has_text="Stays that change rooms").locator("strong")).to_have_text("2")
    expect(page.locator("#tape")).to_be_visible()
