"""Moves against quality: the operator picks a point and gets that plan."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE_MS


def test_a_point_of_the_curve_is_picked_and_is_a_plan(
    open_page: Callable[..., Page], plan_of: Callable[[str], str]
) -> None:
    page = open_page(plan_of("ten-rooms") + "/curve")
    page.fill("input[name='max_moves']", "2")
    page.get_by_role("button", name="Work out this plan").click()
    picked = page.locator("tr", has_text="Take plan").filter(
        has=page.locator("td", has_text=re.compile("^2$"))
    )
    expect(picked).to_be_visible(timeout=PATIENCE_MS)
    page.locator(".curve svg a[aria-label*=': 2 moves']").click()
    expect(page.locator(".figure", has_text="Stays that change rooms").locator("strong")).to_have_text("2")
    expect(page.locator("#tape")).to_be_visible()
