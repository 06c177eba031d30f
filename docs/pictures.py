"""Owns the pictures of the pages for README and docs, taken from a running house.

python -m docs.pictures http://127.0.0.1:8080 LEAD-001 482915
"""

import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

FOLDER: Final = Path(__file__).parent / "pictures"
SIZE: Final = {"width": 1440, "height": 900}
SETTLED_MS: Final = 2_500
BYTES_MAX: Final = 300_000
VIEWS: Final = {
    "console-floor": "floor",
    "console-orders": "orders",
    "console-figures": "figures",
    "console-devices": "devices",
}
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def main(url: str, badge: str, pin: str) -> None:
    """Signs in, opens each view in both colours, and keeps what is seen."""
    FOLDER.mkdir(exist_ok=True)
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for colours in ("light", "dark"):
            page = browser.new_context(viewport=SIZE, color_scheme=colours).new_page()
            sign_in(page, url, badge, pin)
            for name, view in VIEWS.items():
                take(page, f"{url}/console#/{view}", f"{name}-{colours}")
            page.goto(f"{url}/console#/orders?which=shipped")
            page.locator("tbody a").first.click()
            take(page, "", f"console-story-{colours}")
        browser.close()


def sign_in(page: Page, url: str, badge: str, pin: str) -> None:
    page.goto(f"{url}/console")
    page.get_by_label("Badge").fill(badge)
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Map of the floor").wait_for()
    page.mouse.move(0, 0)


def take(page: Page, address: str, name: str) -> None:
    if address:
        page.goto(address)
    page.wait_for_timeout(SETTLED_MS)
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    size = file.stat().st_size
    sys.stdout.write(f"{file.name}: {size // 1000} kB{' (large)' * (size > BYTES_MAX)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
