"""With authentication on: a key, a session, and nobody else's plans."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.service import ROOT, running_service


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the guarded service has its data."""
    return tmp_path_factory.mktemp("guarded") / "ledger"


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[str]:
    """Return the address of a service that asks for keys."""
    with running_service(folder, AUTHENTICATION="on") as address:
        yield address


@pytest.fixture(scope="module")
def key(guarded: str, folder: Path) -> str:
    """Return a key of the service, made as its operator makes one."""
    assert guarded
    command = [
        str(ROOT / "run"),
        "bookingopt-api",
        "keys",
        "create",
        "--user",
        "seaview",
        "--name",
        "front desk",
    ]
    environment = os.environ | {"DATA_DIR": str(folder), "AUTHENTICATION": "on"}
    made = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(made.stdout.strip())


def test_a_stranger_is_refused_and_a_key_lets_in_until_one_signs_out(
    browser: Browser, guarded: str, key: str
) -> None:
    context = browser.new_context(base_url=guarded)
    page = context.new_page()
    page.goto("/jobs")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fjobs$"))

    page.get_by_label("API key").fill("bo_live_wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("is not valid")

    expect(page.get_by_label("API key")).to_be_focused()
    page.keyboard.type(key)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sign in")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/jobs$"))
    (cookie,) = context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert key not in cookie["value"]
    assert page.evaluate("document.cookie") == ""

    page.goto("/")
    page.get_by_role("button", name="Open Ten rooms").press("Enter")
    expect(page).to_have_url(re.compile("/jobs/[0-9a-f-]{36}$"))
    plan = page.url

    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.goto(plan)
    expect(page).to_have_url(re.compile("/sign-in"))
    context.close()
