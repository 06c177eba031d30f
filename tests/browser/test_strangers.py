"""What strangers have written is text on a handheld, too, and runs nowhere."""

from dataclasses import replace

from playwright.sync_api import expect

from controller.messages import ImportItems
from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.operations import NASTY
from tests.browser.site import set_up
from tests.browser.test_picking import finish

WATCH = (
    "window.broken = [];"
    "addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective));"
)


def test_names_of_strangers_are_text_on_every_screen_of_a_tour(
    house: Building, new_context: NewContext
) -> None:
    known = next(each.items for each in set_up() if isinstance(each, ImportItems))
    named = tuple(replace(item, name=nasty) for item, nasty in zip(known, NASTY, strict=False))
    house.handle(ImportItems(id="strangers", items=named))
    house.tour()
    context = new_context()
    context.add_init_script(WATCH)
    hand = Hand(context, house.url).sign_in()
    hand.at("home.home")
    hand.scan("CART-1", "scan_tote")
    for tote in ("TOTE-01", "TOTE-02"):
        hand.scan(tote, "scan_tote")
    hand.scan("TOTE-03", "pick_next")
    names = {item.sku: item.name for item in named}
    shown = hand.page.locator("article")
    expect(shown).to_contain_text("window.stolen")
    assert any(name in shown.inner_text() for name in names.values())
    finish(house, hand)
    hand.wedge("<img src=x onerror=window.stolen=1>")
    expect(hand.page.locator("p[data-tone=error]")).to_be_visible()
    assert hand.page.evaluate("window.stolen") is None
    assert hand.page.evaluate("broken") == []
    assert hand.errors == []
