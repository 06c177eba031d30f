"""The connection is lost in the middle of a tour: work goes on, and each scan counts once."""

from playwright.sync_api import BrowserContext, expect

from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.site import code_of
from tests.browser.test_picking import STEPS_MAX, picker


def at_first_bin(house: Building, new_context: NewContext) -> tuple[BrowserContext, Hand]:
    """Totes are set, the first bin is on the screen, and the tour ahead is known."""
    house.tour()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote")
    for tote, said in (
        ("TOTE-01", "scan_tote"),
        ("TOTE-02", "scan_tote"),
        ("TOTE-03", "pick_next"),
    ):
        hand.scan(tote, said)
    expect(hand.page.locator("progress")).to_be_visible()  # it is drawn from the tour ahead
    return hand.page.context, hand


def go_on_alone(hand: Hand, until: str = "home.home") -> int:
    """Scans what the page itself asks for; how many scans that were."""
    for scans in range(STEPS_MAX):
        step = hand.step()
        if step == until:
            return scans
        seen = hand.seen()
        if step == "picking.count":
            hand.page.keyboard.type(hand.page.locator(".qty b").inner_text(), delay=130)
            hand.page.keyboard.press("Enter")
        elif step == "picking.item":
            hand.wedge(code_of(hand.page.locator(".sku").inner_text().split("·")[0].strip()))
        else:
            hand.wedge(hand.page.locator(".target").inner_text())
        hand.answered(seen, "pending")
    raise AssertionError("no end")


def test_a_tour_is_finished_without_a_connection_and_booked_once_after_it(
    house: Building, new_context: NewContext
) -> None:
    context, hand = at_first_bin(house, new_context)
    context.set_offline(True)
    hand.lost()
    before = house.scans()
    scans = go_on_alone(hand)
    assert house.scans() == before
    assert house.units_picked() == 0
    assert hand.tone() == "pending"
    expect(hand.page.get_by_text(f"{scans} scans wait")).to_be_visible()
    context.set_offline(False)
    hand.settled()
    expect(hand.page.locator('p[data-message="handed_over"]')).to_be_visible()
    assert house.scans() == before + scans
    assert house.units_picked() == 14
    assert house.screen("PICKER-001").workflow == "home"
    assert house.books_balance()


def test_a_reload_in_the_dead_zone_goes_on_where_it_was_with_what_waits(
    house: Building, new_context: NewContext
) -> None:
    context, hand = at_first_bin(house, new_context)
    hand.page.evaluate("navigator.serviceWorker.ready")
    context.set_offline(True)
    hand.wedge(hand.page.locator(".target").inner_text())
    hand.at("picking.item")
    hand.wedge(code_of("MUG-RED"))
    expect(hand.page.get_by_text("2 scans wait")).to_be_visible()
    hand.page.reload()
    hand.at("picking.item")
    expect(hand.page.get_by_text("2 scans wait")).to_be_visible()
    scans = 2 + go_on_alone(hand)
    hand.page.close()
    context.set_offline(False)
    again = Hand(context, house.url)
    expect(again.page.locator('p[data-message="handed_over"]')).to_be_visible()
    assert house.units_picked() == 14
    assert house.scans() == 4 + scans
    assert house.books_balance()


def test_a_wrong_scan_in_the_dead_zone_is_red_and_not_kept(
    house: Building, new_context: NewContext
) -> None:
    context, hand = at_first_bin(house, new_context)
    context.set_offline(True)
    hand.lost()
    hand.scan("PUT-BACK", "wrong_scan")
    assert hand.tone() == "error"
    hand.scan("SHORT", "needs_connection")
    assert hand.tone() == "warn"
    hand.scan(hand.page.locator(".target").inner_text(), "pending")
    hand.at("picking.item")
    hand.scan("UNDO", "removed")
    hand.at("picking.place")
    before = house.scans()
    context.set_offline(False)
    hand.settled()
    hand.scan(hand.page.locator(".target").inner_text(), "place_ok")
    assert house.scans() == before + 1


def test_what_was_overtaken_meanwhile_is_named_and_not_booked(
    house: Building, new_context: NewContext
) -> None:
    context, hand = at_first_bin(house, new_context)
    context.set_offline(True)
    hand.lost()
    hand.scan(hand.page.locator(".target").inner_text(), "pending")
    hand.scan(code_of("MUG-RED"), "pending")
    other = Hand(new_context(), house.url).sign_in("PICKER-002")
    other.scan("CART-1", "cart_taken")
    other.scan("CART-1", "pick_next")
    context.set_offline(False)
    alert = hand.page.get_by_role("alert")
    expect(alert).to_contain_text("Not taken: 2")
    expect(alert).to_contain_text(code_of("MUG-RED"))
    hand.at("home.home")
    assert house.units_picked() == 0
    assert house.books_balance()
    hand.page.get_by_role("button", name="Understood").click()
    expect(alert).to_have_count(0)


def test_two_tabs_of_one_device_send_each_scan_once(
    house: Building, new_context: NewContext
) -> None:
    context, hand = at_first_bin(house, new_context)
    tab = Hand(context, house.url)
    tab.at("picking.place")
    context.set_offline(True)
    for each in (hand, tab):
        each.lost()
    before = house.scans()
    hand.scan(hand.page.locator(".target").inner_text(), "pending")
    tab.at("picking.item")
    tab.scan(code_of("MUG-RED"), "pending")
    expect(hand.page.get_by_text("2 scans wait")).to_be_visible()
    context.set_offline(False)
    for each in (hand, tab):
        each.settled()
        each.at("picking.item")
    assert house.scans() == before + 2
    assert house.screen("PICKER-001").fields["got"] == 1


def test_work_goes_on_at_another_device_and_the_first_one_says_so(
    house: Building, new_context: NewContext
) -> None:
    _, hand = at_first_bin(house, new_context)
    other = Hand(new_context(), house.url).sign_in()
    other.at("picking.place")
    expect(hand.page.get_by_text("You work on another device now.")).to_be_visible()
    other.scan(other.page.locator(".target").inner_text(), "place_ok")
    hand.page.get_by_role("button", name="Work here").click()
    hand.at("picking.item")
    expect(other.page.get_by_text("You work on another device now.")).to_be_visible()
