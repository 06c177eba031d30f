"""Owns a lead at the console: what is opened, seen and must never be."""

from typing import Final

from playwright.sync_api import Page

from tests.api.serving import BADGES, PIN

WATCH: Final = (
    "window.broken = [];"
    "addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective));"
)


class Desk:
    """Somebody at the console; `wrong` gathers what must never be."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.wrong: list[str] = []
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.add_init_script(WATCH)

    def _heard(self, kind: str, text: str) -> None:
        """A browser reports each answer from 400 on; 401 before the sign-in is none of ours."""
        if kind == "error" and "401" not in text:
            self.wrong.append(text)

    def sign_in(self, role: str = "lead") -> "Desk":
        self.page.goto(f"{self.url}/console")
        self.page.get_by_label("Badge").fill(BADGES[role])
        self.page.get_by_label("PIN").fill(PIN)
        self.page.get_by_role("button", name="Sign in").click()
        return self

    def open(self, view: str) -> None:
        self.page.goto(f"{self.url}/console#/{view}")

    def is_clean(self) -> bool:
        assert self.page.evaluate("broken") == []
        assert self.page.evaluate("window.stolen") is None
        assert self.wrong == []
        return True
