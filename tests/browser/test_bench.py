"""Packing at a bench and loading at a lane, with the answers of scale, printer and sorter."""

import re

from playwright.sync_api import expect

from controller.messages import SetUpShops, Shop
from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.site import code_of

SIZES = ((320, 480), (480, 800), (1024, 768), (1280, 800))


def picked(house: Building) -> None:
    """One order's goods stand in their tote at the buffer."""
    house.order("1", {"MUG-RED": 2, "SOAP-22": 5})
    house.plan()
    house.fetch("CART-1")


def test_a_parcel_is_packed_weighed_labelled_and_loaded(
    house: Building, new_context: NewContext
) -> None:
    shop = Shop(code="shop", name="Mug House", slip=True)
    house.handle(SetUpShops(id="shops", shops=(shop,)))
    picked(house)
    hand = Hand(new_context(), house.url).sign_in("PACKER-001")
    hand.scan("BENCH-01", "scan_tote")
    hand.scan("TOTE-01", "tote_opened")
    screen = house.screen("PACKER-001")
    hand.scan(screen.target, "pack_items")
    while (screen := house.screen("PACKER-001")).step in ("item", "count"):
        hand.at(f"packing.{screen.step}")
        seen = hand.seen()
        if screen.step == "item":
            hand.wedge(code_of(screen.target))
        else:
            hand.page.keyboard.type(screen.target, delay=130)
            hand.page.keyboard.press("Enter")
        expect(hand.page.locator("p[data-count]")).not_to_have_attribute("data-count", seen)
    hand.at("packing.weigh")
    planned_g = int(screen.fields["planned_g"])
    seen = hand.seen()
    house.weigh(planned_g + 900)
    hand.answered(seen, "weight_out_of_window")
    seen = hand.seen()
    house.weigh(planned_g)
    hand.answered(seen, "parcel_packed")
    hand.at("packing.label")
    expect(hand.page.get_by_text("Label is printing")).to_be_visible()
    house.print_label()
    expect(hand.page.get_by_text("Label is out", exact=True)).to_be_visible()
    with hand.page.context.expect_page() as opened:
        hand.page.get_by_role("button", name="Packing slip").click()
    expect(hand.page.get_by_role("button", name="Packing slip1 ×")).to_be_visible()
    opened.value.close()
    box = hand.page.locator(".target").inner_text()
    hand.scan(box, "tote_done")
    lane = house.sort(box)
    loader = Hand(new_context(), house.url).sign_in("LOADER-001")
    loader.scan(lane, "scan_parcel")
    expect(loader.page.locator(".target")).to_have_text(box)
    loader.scan(f"]C100{box}", "parcel_loaded")
    assert house.value("SELECT state FROM customer_order ORDER BY id LIMIT 1") == "shipped"
    assert house.books_balance()
    assert hand.errors == []


def test_a_scan_that_nothing_is_known_to_follow_waits_alone(
    house: Building, new_context: NewContext
) -> None:
    picked(house)
    context = new_context()
    hand = Hand(context, house.url).sign_in("PACKER-001")
    hand.scan("BENCH-01", "scan_tote")
    context.set_offline(True)
    hand.lost()
    hand.scan("TOTE-01", "pending")
    hand.at("packing.tote")
    hand.scan("BOX-S", "wait")
    assert hand.tone() == "error"
    context.set_offline(False)
    hand.settled()
    hand.at("packing.carton")
    assert house.books_balance()


def test_a_scan_whose_request_finds_no_connection_is_told_to_wait_and_booked_later(
    house: Building, new_context: NewContext
) -> None:
    picked(house)
    context = new_context()
    hand = Hand(context, house.url).sign_in("PACKER-001")
    hand.scan("BENCH-01", "scan_tote")
    context.route("**/api/handheld/scan", lambda request: request.abort())
    hand.scan("TOTE-01", "pending")
    seen = hand.seen()
    context.unroute("**/api/handheld/scan")
    hand.answered(seen, "tote_opened")
    hand.settled()
    assert house.books_balance()


def test_the_carton_shows_where_the_next_goods_go_and_turns(
    house: Building, new_context: NewContext
) -> None:
    picked(house)
    context = new_context()
    hand = Hand(context, house.url).sign_in("PACKER-001")
    hand.scan("BENCH-01", "scan_tote")
    hand.scan("TOTE-01", "tote_opened")
    drawing = hand.page.locator("section.packing figure > svg")
    expect(drawing).to_have_attribute("aria-label", re.compile("BOX-.* mm"))
    hand.scan(house.screen("PACKER-001").target, "pack_items")
    lit = drawing.locator("[data-lit] polygon").first
    for width, height in SIZES:
        hand.page.set_viewport_size({"width": width, "height": height})
        expect(lit).to_be_visible()
        before = lit.get_attribute("points")
        hand.page.get_by_role("button", name="Turn left").click()
        expect(lit).not_to_have_attribute("points", str(before))
        assert hand.page.evaluate("document.documentElement.scrollWidth") <= width
    context.set_offline(True)
    hand.lost()
    for width, height in SIZES:
        hand.page.set_viewport_size({"width": width, "height": height})
        hand.page.get_by_role("button", name="From above").click()
        expect(drawing.locator("[data-lit] polygon").first).to_be_visible()
    assert hand.errors == []
