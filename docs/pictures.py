"""Owns the pictures of the pages for README and docs, taken from a running demo.

make demo, then: python -m docs.pictures http://localhost:8000 274913 demo-mail
It keeps those that a page of README or docs shows; with other steps they are named as missing.
"""

import email
import email.policy
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FOLDER: Final = Path(__file__).parent / "pictures"
DESK: Final[ViewportSize] = {"width": 1440, "height": 900}
HAND: Final[ViewportSize] = {"width": 360, "height": 640}
SETTLED_MS: Final = 2_500
ANSWERED_MS: Final = 800
BYTES_MAX: Final = 300_000
STEPS_MAX: Final = 60
VIEWS: Final = ("floor", "shipping", "vans", "nodes", "departures")
WORK: Final = (
    ("PICKER-101", "CART-014"),
    ("PACKER-101", "BENCH-04"),
    ("DRIVER-101", "VAN-2"),
    ("CLERK-101", "MANCHESTER"),
)
LINK: Final = re.compile(r"https?://\S+/track/\S+")
SHOWN: Final = re.compile(r"pictures/([\w-]+\.png)")
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


def main(url: str, pin: str, mails: str) -> None:
    """Views of the console, an order's story, everybody's work, what a customer sees."""
    FOLDER.mkdir(exist_ok=True)
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        console(browser, url, pin)
        for badge, start in WORK:
            handheld(browser, url, pin, badge, start)
        tracking(browser, Path(mails))
        browser.close()
    for name in sorted(shown() - {file.name for file in FOLDER.iterdir()}):
        sys.stdout.write(f"{name}: missing\n")


def shown() -> set[str]:
    """The pictures that README and docs show."""
    pages = (FOLDER.parent.parent / "README.md", *FOLDER.parent.glob("*.md"))
    return {name for page in pages for name in SHOWN.findall(page.read_text())}


def console(browser: Browser, url: str, pin: str) -> None:
    page = browser.new_context(viewport=DESK, color_scheme="light").new_page()
    page.goto(f"{url}/console")
    page.get_by_label("Badge").fill("LEAD-101")
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Map of the floor").wait_for()
    page.mouse.move(0, 0)
    for view in VIEWS:
        page.goto(f"{url}/console#/{view}")
        take(page, f"console-{view}")
    page.goto(f"{url}/console#/orders?which=shipped")
    page.locator("tbody a").first.click()
    take(page, "console-order")
    draw_tour(page, url)


def draw_tour(page: Page, url: str) -> None:
    """The largest tour of a plan that somebody could still change, else of the latest plan."""
    page.goto(f"{url}/console#/plans")
    open_ones = page.locator("tr", has_text="not begun").locator("a")
    open_ones.or_(page.locator("tbody a")).first.click()
    page.get_by_test_id("says").wait_for()
    rows = page.get_by_role("region", name="Tours").locator("tbody tr")
    halts = [int(row.locator("td").nth(5).inner_text().split()[-1]) for row in rows.all()]
    rows.nth(halts.index(max(halts))).locator("a").first.click()
    page.locator("[data-halt]").first.wait_for()
    take(page, "console-tour")


def handheld(browser: Browser, url: str, pin: str, badge: str, start: str) -> None:
    """Follows the screens from cart or bench to the end, and keeps each kind once."""
    page = browser.new_context(viewport=HAND, device_scale_factor=2).new_page()
    page.goto(f"{url}/handheld")
    page.locator("#badge").wait_for()
    scan(page, badge)
    scan(page, pin)
    page.locator("article").wait_for()
    scan(page, start)
    kept: set[str] = set()
    for _ in range(STEPS_MAX):
        screen = screen_of(page)
        name = f"handheld-{screen['workflow']}-{screen['step']}"
        if name not in kept:
            kept.add(name)
            take(page, name)
        if screen["workflow"] == "home":
            break
        if waits(screen):
            page.wait_for_timeout(SETTLED_MS)
        else:
            scan(page, str(screen["target"] or screen["at"]))
    page.context.close()


def tracking(browser: Browser, mails: Path) -> None:
    """The page of a parcel, by the link of the latest letter to its customer."""
    latest = max(mails.glob("*.eml")).read_bytes()
    letter = email.message_from_bytes(latest, policy=email.policy.default)
    page = browser.new_context(viewport=HAND, device_scale_factor=2).new_page()
    page.goto(LINK.findall(letter.get_content())[-1])
    take(page, "tracking")


def waits(screen: dict[str, Any]) -> bool:
    """Whether the screen goes on by itself: the scale settles, the label comes out."""
    return screen["step"] == "weigh" or not screen["fields"].get("printed", True)


def scan(page: Page, raw: str) -> None:
    page.keyboard.type(raw)
    page.keyboard.press("Enter")
    page.wait_for_timeout(ANSWERED_MS)


def screen_of(page: Page) -> dict[str, Any]:
    answer = page.evaluate("fetch('/api/handheld/screen').then(answer => answer.json())")
    screen: dict[str, Any] = answer["screen"]
    return screen


def take(page: Page, name: str) -> None:
    if f"{name}.png" not in shown():
        sys.stdout.write(f"{name}: on no page\n")
        return
    page.wait_for_timeout(SETTLED_MS)
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file)
    size = file.stat().st_size
    sys.stdout.write(f"{file.name}: {size // 1000} kB{' (large)' * (size > BYTES_MAX)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
