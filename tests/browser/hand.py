"""Owns a worker's hand on a handheld: what is scanned, typed, pressed and seen."""

from typing import Any, Final

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import PIN

KEY_MS: Final = 4  # a scanner's keys, where a test sends them one by one
PERSON_MS: Final = 130  # a person's keys
SCANNER: Final = """keys => {
    for (const key of keys) {
        const on = document.activeElement ?? document.body;
        on.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
    }
}"""


class Hand:
    """One page of one worker; it never sleeps, it waits for what it sees."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.url = url
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._console)
        self.page.goto(f"{url}/handheld", wait_until="load")
        expect(self.page.locator("h1")).to_be_visible()

    def _console(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def sign_in(self, badge: str = "PICKER-001", pin: str = PIN) -> "Hand":
        """The PIN is typed as quickly as a scanner types, and is a PIN all the same."""
        self.wedge(badge)
        expect(self.page.get_by_role("heading", name="PIN")).to_be_visible()
        self.wedge(pin)
        expect(self.page.locator("article")).to_be_visible()
        return self

    def wedge(self, raw: str, suffix: str = "Enter") -> None:
        """A scanner types: its keys wait in the machine's queue, however busy the page is."""
        self.page.evaluate(SCANNER, [*raw, *([suffix] if suffix else [])])

    def keys(self, raw: str) -> None:
        """The same, each key through the browser's own input."""
        self.page.keyboard.type(raw, delay=KEY_MS)
        self.page.keyboard.press("Enter")

    def scan(self, raw: str, message: str, suffix: str = "Enter") -> None:
        """Scans, and waits for what the page says to it."""
        seen = self.seen()
        self.wedge(raw, suffix)
        self.answered(seen, message)

    def seen(self) -> str:
        return self.page.locator("section p[data-count]").get_attribute("data-count") or ""

    def answered(self, seen: str, message: str) -> None:
        answer = self.page.locator(f'p[data-message]:not([data-count="{seen}"])')
        expect(answer).to_have_attribute("data-message", message)

    def press(self, code: str) -> None:
        self.page.locator(f'button[data-code="{code}"]').click()

    def at(self, step: str) -> None:
        """Waits for the screen of this step."""
        expect(self.page.locator(f'article[data-step="{step}"]')).to_be_visible()

    def lost(self) -> None:
        """Waits until the page knows that it has no connection."""
        expect(self.page.locator("header .offline")).to_be_visible()

    def settled(self) -> None:
        """Waits until the page has a connection and nothing waits."""
        expect(self.page.locator("header .online")).to_be_visible()

    def step(self) -> str:
        return self.page.locator("article").get_attribute("data-step") or ""

    def tone(self) -> str:
        return self.page.locator("p[data-tone]").get_attribute("data-tone") or ""
