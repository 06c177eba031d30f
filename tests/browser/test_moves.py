"""Plans that a lead asks for: moves that are ordered and taken back, a shift that is exported."""

import re
from typing import Final

from playwright.sync_api import expect

from controller.messages import ImportPlaces, Place
from tests.browser.lead import Desk
from tests.browser.operations import Operations

SILENT_MS: Final = 30_000  # until the console finds that its line is dead, or alive again
SOLVED_MS: Final = 90_000  # a first plan starts the solver's process


def test_a_lead_asks_for_moves_orders_some_and_cancels_the_rest(
    floor: Operations, desk: Desk
) -> None:
    page = desk.page
    near = (Place(name="NEAR", kind="pick", aisle=0, y_mm=500, height_mm=900),)
    floor.handle(ImportPlaces(id="near", places=near))
    desk.open("slotting")
    page.get_by_label("Hours of history").fill("24")
    page.get_by_role("button", name="Plan moves").click()
    moves = page.get_by_role("region", name="Moves that pay")
    expect(moves).to_be_visible(timeout=SOLVED_MS)
    expect(moves.get_by_role("row", name="MUG")).to_contain_text("visited by 1 of 1 tours")
    expect(moves.get_by_role("row", name="MUG")).to_contain_text("golden")
    expect(page.get_by_role("img", name="After the moves").locator(".arc")).to_have_count(1)
    choice = moves.get_by_role("checkbox")
    choice.press("Space")
    expect(moves.get_by_role("button", name="Order")).to_be_disabled()
    choice.press("Space")
    moves.get_by_role("button", name="Order 1 move").click()
    expect(moves.get_by_role("status")).to_contain_text("1 move ordered")
    ordered = page.get_by_role("region", name="Ordered moves")
    expect(ordered).to_contain_text("waits for somebody")
    with floor.runtime.controller.reading() as db:
        task = db.the("SELECT sku, to_place, state FROM task WHERE kind = 'move' ORDER BY id")
    assert (task.sku, task.to_place, task.state) == ("MUG", "NEAR", "open")
    ordered.get_by_role("button", name="Cancel the rest").click()
    ordered.get_by_role("dialog").get_by_role("button", name="Cancel the rest").click()
    expect(ordered).to_contain_text("cancelled")
    assert desk.is_clean()


def test_nothing_moves_under_the_mouse_while_the_controller_does_not_answer(desk: Desk) -> None:
    desk.open("slotting")
    button = desk.page.get_by_role("button", name="Plan moves")
    expect(button).to_be_visible()
    before = button.bounding_box()
    desk.page.context.set_offline(True)
    alert = desk.page.get_by_text("what you see is from")
    expect(alert).to_be_visible(timeout=SILENT_MS)
    assert button.bounding_box() == before
    desk.page.context.set_offline(False)
    expect(alert).to_be_hidden(timeout=SILENT_MS)
    assert button.bounding_box() == before


def test_a_shift_says_who_does_what_and_what_nobody_does(floor: Operations, desk: Desk) -> None:
    page = desk.page
    for number in ("3", "4"):
        floor.order(number)
    desk.open("staffing")
    page.get_by_role("checkbox", name="W1 is there").uncheck()
    page.get_by_role("checkbox", name="W2 is there").uncheck()
    page.get_by_label("Somebody else").fill("ANN")
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Hours", exact=True).fill("2")
    page.get_by_label("Minutes at a job").fill("15")
    page.get_by_role("button", name=re.compile("Plan the shift")).click()
    who = page.get_by_role("region", name="Who does what when")
    expect(who.get_by_role("list", name=re.compile("ANN: Picking"))).to_be_visible(
        timeout=SOLVED_MS
    )
    gaps = page.get_by_role("region", name="What is not covered")
    expect(gaps).to_contain_text("nobody can do it")
    expect(page.get_by_role("region", name="Times reckoned with")).to_contain_text("nothing yet")
    with page.expect_download() as kept:
        who.get_by_role("button", name="Export CSV").click()
    table = kept.value.path().read_text().splitlines()
    assert table[0].startswith('"person","')
    (ann,) = (row for row in table if row.startswith('"ANN"'))
    assert '"picking"' in ann
    assert desk.is_clean()
