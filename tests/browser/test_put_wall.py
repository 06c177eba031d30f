"""Sorting at a put wall on a four-inch page: from the tote of two orders to their slots."""

from playwright.sync_api import expect

from controller.messages import Container, ImportContainers, ImportPlaces, Place
from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.site import code_of
from tests.browser.test_look import check

WALL = "WALL-01"


def give_wall(house: Building) -> None:
    slots = tuple(
        Container(lpn=f"{WALL}-{n:02}", kind="slot", place=WALL, volume_ml=40_000)
        for n in range(1, 5)
    )
    house.handle(ImportPlaces(id="wall", places=(Place(name=WALL, kind="wall"),)))
    house.handle(ImportContainers(id="slots", containers=slots))


def test_a_tote_is_sorted_into_slots(house: Building, new_context: NewContext) -> None:
    give_wall(house)
    for number in ("1", "2"):
        house.order(number, {"MUG-RED": 2, "SOAP-22": 1})
    house.plan()
    house.fetch("CART-1")
    small = {"viewport": {"width": 320, "height": 480}}
    hand = Hand(new_context(**small), house.url).sign_in()
    hand.scan(WALL, "scan_tote")
    hand.at("consolidating.tote")
    seen = set[str]()
    while (screen := house.screen("PICKER-001")).target:
        hand.at(f"consolidating.{screen.step}")
        expect(hand.page.locator(".target")).to_have_text(screen.target)
        if screen.step not in seen:
            check(hand, screen.step)
            seen.add(screen.step)
        before = hand.seen()
        hand.wedge(code_of(screen.target))
        expect(hand.page.locator("p[data-count]")).not_to_have_attribute("data-count", before)
    assert seen == {"tote", "item", "slot"}
    hand.at("consolidating.tote")
    check(hand, "done")
    assert house.value("SELECT COUNT(*) FROM load WHERE kind = 'slot' AND state = 'picked'") == 2
    assert house.books_balance()
    assert hand.errors == []
