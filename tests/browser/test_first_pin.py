"""A one-time PIN is changed at the first sign-in, on the page where somebody signs in."""

from pathlib import Path

from playwright.sync_api import expect

from controller.messages import SetPin
from tests.api.serving import BADGES, PIN, PIN_HASH
from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import PERSON_MS, Hand
from tests.browser.operations import operations

NEW = "628405"


def test_a_lead_chooses_another_pin_at_the_console(
    tmp_path: Path, new_context: NewContext
) -> None:
    with operations(f"sqlite:///{tmp_path}/operations.db") as floor:
        lead = BADGES["lead"]
        floor.handle(SetPin(id="once", badge=lead, pin_hash=PIN_HASH, once=True))
        page = new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{floor.url}/console")
        enter = page.get_by_role("button", name="Sign in")
        page.get_by_label("Badge").fill(lead)
        page.get_by_label("PIN").fill(PIN)
        enter.click()
        for first, second, words in (
            (NEW, "111222", "two different PINs"),
            (PIN, PIN, "Too easy to guess"),
        ):
            page.get_by_label("New PIN", exact=True).fill(first)
            page.get_by_label("New PIN again").fill(second)
            enter.click()
            expect(page.get_by_role("alert")).to_contain_text(words)
        page.get_by_label("New PIN", exact=True).fill(NEW)
        page.get_by_label("New PIN again").fill(NEW)
        enter.click()
        expect(page.get_by_label("Map of the floor")).to_be_visible()


def test_a_picker_chooses_another_pin_at_the_handheld(
    house: Building, new_context: NewContext
) -> None:
    house.handle(SetPin(id="once", badge="PICKER-001", pin_hash=PIN_HASH, once=True))
    hand = Hand(new_context(), house.url)
    hand.wedge("PICKER-001")
    for pin, then in (
        (PIN, "Choose a new PIN"),
        ("111111", "Key it in again"),
        ("111111", "Choose a new PIN"),
        (NEW, "Key it in again"),
        ("739164", "Choose a new PIN"),
        (NEW, "Key it in again"),
    ):
        hand.page.keyboard.type(pin, delay=PERSON_MS)
        hand.page.keyboard.press("Enter")
        expect(hand.page.locator("h1")).to_contain_text(then)
    hand.page.keyboard.type(NEW, delay=PERSON_MS)
    hand.page.keyboard.press("Enter")
    hand.at("home.home")
    assert hand.errors == []
