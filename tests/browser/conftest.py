"""A browser, the service it looks at, and plans to look at."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.service import ROOT, running_service, zone_of_another_day

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

HERE = Path(__file__).parent
ARTEFACTS = ROOT / "dist" / "browser"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PATIENCE_MS = 600_000
"""How long a plan may take on a busy machine: against one that never comes, and no measure of speed."""
PAGE_MS = 120_000
"""How long a page may take to open, or to show what is expected of it."""
TEST_SECONDS = 1500
"""Against a test that hangs; every wait in it has a limit of its own."""

HAS_PLAYWRIGHT = importlib.util.find_spec("playwright") is not None
if not HAS_PLAYWRIGHT:
    collect_ignore_glob = ["test_*.py"]  # they are for the session browser, which installs what they need


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the picture of the README be made anew."""
    parser.addoption("--picture", action="store_true", help="write the picture that the README shows")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test here the time that a busy machine needs, whatever it waits for first."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


def pytest_report_header() -> str:
    """Say where the browser is, or why nothing is tested."""
    return (
        f"browser: {CHROMIUM or 'none'}; playwright: {'here' if HAS_PLAYWRIGHT else './run nox -s browser'}"
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium."""
    if CHROMIUM is None:
        pytest.fail("no Chromium on this machine; as root: apt-get install chromium", pytrace=False)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PAGE_MS)
    with sync_playwright() as playwright:
        # It runs as root in containers, where its own sandbox cannot be made.
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the service, without authentication."""
    settings = {
        "MAX_QUEUED_JOBS_PER_USER": "6",
        "HOTEL_TIME_ZONE": zone_of_another_day(datetime.now(tz=UTC)),
        "MAX_JOB_DURATION": str(PATIENCE_MS // 1000),  # what is shown is proved, however busy the machine is
    }
    with running_service(tmp_path_factory.mktemp("open") / "ledger", **settings) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, service: str) -> Iterator[Callable[..., Page]]:
    """Return what opens pages of the service; whatever a page complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # That an answer was a refusal is no complaint: tests ask for refusals.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    def open_one(path: str = "/", *, width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(
            base_url=service,
            viewport={"width": width, "height": height},
            **({"locale": "en-GB"} | options),
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PAGE_MS)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def plan_of(browser: Browser, service: str) -> Callable[[str], str]:
    """Return what plans an example hotel, once, and gives the path of the page of its plan."""
    paths: dict[str, str] = {}

    def plan(name: str) -> str:
        if name not in paths:
            page = browser.new_page(base_url=service)
            page.set_default_timeout(PAGE_MS)
            page.goto("/")
            page.click(f"button[value='{name}']")
            page.wait_for_selector("#tape", timeout=PATIENCE_MS, state="attached")
            paths[name] = page.url.removeprefix(service)
            page.close()
        return paths[name]

    return plan


@pytest.fixture(scope="session")
def curve(browser: Browser, service: str, plan_of: Callable[[str], str]) -> str:
    """Return the path of the job that has drawn the curve of the ten rooms."""
    page = browser.new_page(base_url=service)
    page.set_default_timeout(PAGE_MS)
    page.goto(plan_of("ten-rooms") + "/curve")
    page.click("form.asks button")
    page.wait_for_selector(".curve svg", timeout=PATIENCE_MS)
    path = page.url.removeprefix(service).removesuffix("/curve")
    page.close()
    return path


@pytest.fixture
def picture_file(request: pytest.FixtureRequest) -> Path:
    """Return where the picture of the README goes: to the artefacts, or with --picture where it belongs."""
    if request.config.getoption("--picture"):
        return ROOT / "docs" / "_static" / "operators-page.png"
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    return ARTEFACTS / "operators-page.png"
