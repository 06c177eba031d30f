"""Owns the browser of the tests: Debian's Chromium, without a window, one per test process."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from api.pages import WEB
from tests.browser.building import Building, building
from tests.browser.lead import Desk
from tests.browser.operations import Operations, operations

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
WAIT_MS: Final = 20_000

NewContext = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def pages() -> Path:
    """The folder of the pages as they were built."""
    if not (WEB / "handheld.html").is_file():
        pytest.skip("the pages are not built: make web")
    return WEB


@pytest.fixture(scope="session")
def browser(pages: Path) -> Iterator[Browser]:  # noqa: ARG001
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium here: apt install chromium")
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS])
        yield opened
        opened.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    """Opens browsers that know nothing of each other; each test ends with all of them closed."""
    opened: list[BrowserContext] = []

    def new(**settings: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 360, "height": 640}} | settings)
        context.set_default_timeout(WAIT_MS)
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Building]:
    """The small warehouse on a durable file, served."""
    with building(f"sqlite:///{tmp_path}/house.db") as opened:
        yield opened


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[Operations]:
    """The house of a lead: one order shipped, one on the bench."""
    with operations(f"sqlite:///{tmp_path}/operations.db") as opened:
        yield opened


@pytest.fixture
def desk(floor: Operations, new_context: NewContext) -> Desk:
    """A lead who has signed in at the console."""
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    return Desk(page, floor.url).sign_in()
