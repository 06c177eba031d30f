"""An item measured anew on the bench's page, and what the console says of it and of cartons."""

from playwright.sync_api import expect

from controller.messages import CountCartons, ImportCartons, MeasureItem
from tests.browser.building import Building
from tests.browser.conftest import NewContext
from tests.browser.hand import Hand
from tests.browser.lead import Desk
from tests.browser.operations import Operations
from tests.browser.site import code_of
from tests.browser.test_bench import picked
from tests.browser.test_overrules import BOX


def test_a_packer_measures_an_item_with_keys_and_scale(
    house: Building, new_context: NewContext
) -> None:
    picked(house)
    hand = Hand(new_context(viewport={"width": 800, "height": 480}), house.url)
    hand.sign_in("PACKER-001").scan("BENCH-01", "scan_tote")
    hand.scan("TOTE-01", "tote_opened")
    expect(hand.page.get_by_text("Fill ")).to_be_visible()
    expect(hand.page.get_by_role("button", name="Measure")).to_be_in_viewport(ratio=0.9)
    hand.scan("MEASURE", "which_item")
    hand.scan(code_of(house.screen("PACKER-001").target), "measure_it")
    expect(hand.page.get_by_text("so far 120")).to_be_visible()
    hand.scan("130x95x100", "measure_ok")
    seen = hand.seen()
    house.weigh(400)
    hand.answered(seen, "measured")
    hand.at("packing.carton")
    sizes = "SELECT length_mm + width_mm + mass_g FROM item WHERE sku = 'MUG-RED'"
    assert house.value(sizes) == 130 + 95 + 400
    assert house.books_balance()
    assert hand.errors == []


def test_a_lead_counts_cartons_and_takes_a_measure_back(floor: Operations, desk: Desk) -> None:
    with floor.runtime.controller.reading() as db:
        bench = db.value("SELECT name FROM place WHERE kind = 'bench' ORDER BY name LIMIT 1")
        row = db.all("SELECT sku, mass_g FROM item ORDER BY sku LIMIT 1")[0]
    floor.handle(ImportCartons(id="boxes", cartons=(BOX,)))
    floor.handle(CountCartons(id="count", carton="BOX-S", place=bench, on_hand=12))
    measured = MeasureItem(
        id="m", actor="PACKER-001", sku=row.sku, length_mm=1, width_mm=2, height_mm=3, mass_g=4
    )
    floor.handle(measured)
    desk.open("packing")
    cartons = desk.page.get_by_role("region", name="Cartons", exact=True)
    cartons.get_by_role("button", name="Count").click()
    dialog = cartons.get_by_role("dialog")
    dialog.get_by_label("There are").fill("30")
    dialog.get_by_label("Reason").fill("counted")
    dialog.get_by_role("button", name="Count").click()
    expect(cartons.get_by_text("30", exact=True)).to_be_visible()
    items = desk.page.get_by_role("region", name="Items measured anew")
    items.get_by_role("button", name="Take back").click()
    items.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(items).to_contain_text("taken back by LEAD-001")
    with floor.runtime.controller.reading() as db:
        mass_g = db.value("SELECT mass_g FROM item WHERE sku = :sku", sku=row.sku)
    assert mass_g == row.mass_g
    assert desk.is_clean()
