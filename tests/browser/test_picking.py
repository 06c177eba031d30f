"""A picker's tour on the handheld page, in a real browser over a real server."""

from playwright.sync_api import expect

from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.site import code_of

STEPS_MAX = 60


def picker(house: Building, new_context: NewContext, **settings: object) -> Hand:
    hand = Hand(new_context(**settings), house.url).sign_in()
    hand.at("home.home")
    return hand


def finish(house: Building, hand: Hand, suffix: str = "Enter") -> list[str]:
    """Scans what each screen asks for until the cart is handed over; the steps on the way."""
    steps: list[str] = []
    for _ in range(STEPS_MAX):
        screen = house.screen("PICKER-001")
        if screen.workflow == "home":
            return steps
        hand.at(f"picking.{screen.step}")
        seen = hand.seen()
        if screen.step == "count":
            hand.page.keyboard.type(screen.target, delay=130)
            hand.page.keyboard.press("Enter")
        else:
            hand.wedge(code_of(screen.target), suffix)
        expect(hand.page.locator("p[data-count]")).not_to_have_attribute("data-count", seen)
        steps.append(screen.step)
    raise AssertionError(f"no end after {steps}")


def test_a_whole_cluster_tour_by_a_scanner_that_types(
    house: Building, new_context: NewContext
) -> None:
    house.tour()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote")
    steps = finish(house, hand)
    assert {"tote", "place", "item", "count", "drop", "hand_over"} <= set(steps)
    hand.at("home.home")
    assert house.units_picked() == 14
    assert house.books_balance()
    seen = hand.seen()
    hand.keys("CART-1")
    hand.answered(seen, "no_tour")
    assert hand.errors == []


def test_a_scanner_without_suffix_and_one_that_sends_tab(
    house: Building, new_context: NewContext
) -> None:
    house.tour()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote", suffix="")
    finish(house, hand, suffix="")
    house.order("9", {"PEN-BLUE": 1, "MUG-RED": 1})
    house.plan()
    hand.at("home.home")
    hand.scan("]C1CART-2", "scan_tote", suffix="Tab")
    finish(house, hand, suffix="Tab")
    assert house.books_balance()


def test_a_wrong_scan_is_red_and_names_both(house: Building, new_context: NewContext) -> None:
    house.tour()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote")
    for tote, said in (
        ("TOTE-01", "scan_tote"),
        ("TOTE-02", "scan_tote"),
        ("TOTE-03", "pick_next"),
    ):
        hand.scan(tote, said)
    hand.at("picking.place")
    target = house.screen("PICKER-001").target
    hand.scan("PUT-BACK", "wrong_place")
    assert hand.tone() == "error"
    words = hand.page.locator("p[data-tone]").inner_text()
    assert "PUT-BACK" in words
    assert target in words


def test_undo_takes_back_the_last_pick(house: Building, new_context: NewContext) -> None:
    house.tour()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote")
    while house.units_picked() == 0:
        screen = house.screen("PICKER-001")
        hand.at(f"picking.{screen.step}")
        seen = hand.seen()
        hand.wedge(code_of(screen.target))
        expect(hand.page.locator("p[data-count]")).not_to_have_attribute("data-count", seen)
    seen = hand.seen()
    hand.press("UNDO")
    hand.answered(seen, "undone")
    assert house.units_picked() == 0
    hand.at("picking.drop")


def test_the_key_pad_takes_the_count_by_touch(house: Building, new_context: NewContext) -> None:
    house.order("1", {"SOAP-22": 12})
    house.plan()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote")
    for raw, step in (("TOTE-01", "place"), ("B05-02-1", "item"), ("5901234123457", "count")):
        hand.wedge(raw)
        hand.at(f"picking.{step}")
    for key in ("1", "3", "Erase", "2"):
        hand.page.get_by_role("button", name=key, exact=True).click()
    expect(hand.page.locator("output")).to_have_text("12")
    seen = hand.seen()
    hand.page.get_by_role("button", name="OK").click()
    hand.answered(seen, "count_ok")
    hand.at("picking.drop")


def test_a_gs1_code_whose_fnc1_was_dropped_is_understood_and_the_page_says_so(
    house: Building, new_context: NewContext
) -> None:
    house.order("1", {"MILK-1L": 1})
    house.plan()
    hand = picker(house, new_context)
    hand.scan("CART-1", "scan_tote")
    for raw, step in (("TOTE-01", "place"), ("B05-01-4", "item")):
        hand.wedge(raw)
        hand.at(f"picking.{step}")
    hand.wedge("010952123456789910L717261231")
    hand.at("picking.drop")
    expect(hand.page.get_by_text("drops the FNC1 separator")).to_be_visible()


def test_the_page_speaks_german(house: Building, new_context: NewContext) -> None:
    house.tour()
    hand = Hand(new_context(locale="de-DE"), house.url)
    expect(hand.page.get_by_role("heading", name="Ausweis scannen")).to_be_visible()
    hand.sign_in()
    hand.scan("CART-1", "scan_tote")
    expect(hand.page.get_by_text("Leere Kiste in Fach 1 stellen")).to_be_visible()
    hand.page.get_by_role("button", name="Menü").click()
    hand.page.get_by_role("button", name="English").click()
    expect(hand.page.get_by_text("Put an empty tote into slot 1")).to_be_visible()


def test_a_take_over_is_seen_by_the_one_who_had_the_cart(
    house: Building, new_context: NewContext
) -> None:
    house.tour()
    first = picker(house, new_context)
    first.scan("CART-1", "scan_tote")
    second = Hand(new_context(), house.url).sign_in("PICKER-002")
    second.scan("CART-1", "cart_taken")
    assert second.tone() == "warn"
    second.scan("CART-1", "scan_tote")
    first.at("home.home")


def test_a_wrong_pin_lets_nobody_in(house: Building, new_context: NewContext) -> None:
    hand = Hand(new_context(), house.url)
    hand.wedge("PICKER-001")
    hand.page.keyboard.type("000000", delay=130)
    hand.page.keyboard.press("Enter")
    expect(hand.page.get_by_role("alert")).to_have_text("Badge and PIN do not match.")
    hand.page.keyboard.type("482915", delay=130)
    hand.page.keyboard.press("Enter")
    hand.at("home.home")
