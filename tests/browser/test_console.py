"""The console in a real browser: every view, live change, one whole story, and no foreign code."""

import gzip

from playwright.sync_api import Response, expect

from controller.messages import BeltReported, DeactivateWorker
from tests.api.serving import BADGES
from tests.browser.conftest import NewContext
from tests.browser.lead import Desk
from tests.browser.operations import NASTY, OPEN, SHIPPED, Operations

VIEWS = {
    "floor": "Map of the floor",
    "orders": "Orders by state",
    "plans": "Release plans",
    "figures": "Will it leave in time?",
    "staffing": "Who is there",
    "slotting": "Hours of history",
    "stock": "What is where?",
    "devices": "Open alarms",
    "people": "Signed in now",
}
TOLD = ("Order received", "Released in tour", "Picked 1", "Packed 1", "closed", "Label bought")
LATER = ("Label printed", "sorted into LANE-01", "loaded and shipped", "Order complete")
UNNAMED = """() => [...document.querySelectorAll('a, button, input, select, [role=button]')]
  .filter((e) => e.checkVisibility() && !(e.getAttribute('aria-label') || e.textContent.trim()
    || e.title || e.labels?.length || e.placeholder))
  .map((e) => e.outerHTML.slice(0, 120))"""
TWICE = """() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  return ids.filter((id, n) => ids.indexOf(id) !== n) }"""
FIRST_LOAD_MAX = 150_000


def test_every_view_opens_without_an_error_and_can_be_used_without_a_mouse(desk: Desk) -> None:
    for view, title in VIEWS.items():
        desk.open(view)
        seen = desk.page.get_by_text(title).or_(desk.page.get_by_label(title))
        expect(seen.first).to_be_visible()
        assert desk.page.evaluate(UNNAMED) == []
        assert desk.page.evaluate(TWICE) == []
    assert desk.is_clean()


def test_what_happens_on_the_floor_arrives_without_a_reload(floor: Operations, desk: Desk) -> None:
    tile = desk.page.locator(".tile", has_text="orders in work")
    expect(tile).to_contain_text("1")
    floor.order("3")
    expect(tile).to_contain_text("2")
    floor.fault("printer-bench-01", "paper_out")
    expect(desk.page.get_by_role("link", name="1 alarm")).to_be_visible()
    expect(desk.page.locator(".stand.bench.ill")).to_have_count(1)
    assert desk.is_clean()


def test_a_worker_on_the_map_tells_what_is_in_hand(desk: Desk) -> None:
    desk.page.locator('[data-badge="W1"]').press("Enter")
    panel = desk.page.get_by_label("Details of W1")
    expect(panel).to_contain_text("packing")
    expect(panel).to_contain_text(OPEN)
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    assert desk.is_clean()


def test_the_story_of_a_shipped_order_is_told_from_end_to_end(desk: Desk) -> None:
    desk.open("orders?which=shipped")
    desk.page.get_by_role("link", name=SHIPPED).click()
    story = desk.page.get_by_test_id("story")
    for words in (*TOLD, *LATER):
        expect(story).to_contain_text(words)
    expect(story).to_contain_text("others: FAST")
    assert desk.is_clean()


def test_a_lead_cancels_an_order_after_a_question(desk: Desk) -> None:
    desk.open(f"orders/{OPEN}")
    desk.page.get_by_role("button", name="Cancel order").click()
    dialog = desk.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Leave it").click()
    expect(desk.page.locator("h1 + .tag")).not_to_have_text("cancelled")
    desk.page.get_by_role("button", name="Cancel order").click()
    dialog.get_by_role("button", name="Cancel order").click()
    expect(desk.page.locator("h1 + .tag")).to_have_text("cancelled")
    expect(desk.page.get_by_test_id("story")).to_contain_text("by LEAD-001")
    assert desk.is_clean()


def test_a_plan_explains_itself_and_gives_an_order_back_which_joins_its_tour(
    floor: Operations, desk: Desk
) -> None:
    page = desk.page
    for number in ("3", "4"):
        floor.order(number)
    tour = floor.plan("3", "4")
    desk.open("plans")
    page.locator("tbody a").first.click()
    says = page.get_by_test_id("says")
    expect(says).to_contain_text("10 m (20%) less than first come, first served")
    expect(says).to_contain_text("at most 25% longer than the best")
    expect(page.get_by_role("region", name="Left out")).to_contain_text("shop/9")
    page.get_by_role("link", name=tour).click()
    expect(page.locator("[data-halt]")).to_have_count(1)
    slots = page.get_by_role("region", name="Slots")
    expect(slots).to_contain_text("shop/3")
    slots.get_by_role("button", name="Take out").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Take out").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say why")
    dialog.get_by_label("Reason").fill("customer collects today")
    dialog.get_by_role("button", name="Take out").click()
    expect(slots).not_to_contain_text("shop/3")
    desk.open("orders/shop/3")
    story = page.get_by_test_id("story")
    expect(story).to_contain_text("customer collects today")
    page.get_by_role("button", name="Let go").click()
    page.get_by_role("dialog").get_by_role("button", name="Let go").click()
    expect(page.get_by_role("button", name="Let go")).to_have_count(0)
    floor.start("CART-1", "TOTE-3")
    page.get_by_role("button", name="Join a tour").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio")).to_be_checked()
    dialog.get_by_label("Reason").fill("the customer waits")
    dialog.get_by_role("button", name="Join a tour").click()
    expect(story).to_contain_text("the customer waits")
    assert desk.is_clean()


def test_a_belt_that_stands_is_started_from_the_map(floor: Operations, desk: Desk) -> None:
    for nth, armed in enumerate((False, True)):
        floor.handle(BeltReported(id=f"b{nth}", device="belt-01", running=False, armed=armed))
    desk.page.locator('[data-belt="belt-01"]').press("Enter")
    panel = desk.page.get_by_label("Details of belt-01")
    panel.get_by_role("button", name="Start belt").click()
    panel.get_by_role("dialog").get_by_role("button", name="Start belt").click()
    expect(panel.get_by_role("dialog")).to_have_count(0)
    with floor.runtime.controller.reading() as db:
        asked = db.the("SELECT subject FROM event WHERE kind = 'belt_start_asked' ORDER BY id")
    assert asked.subject == "belt-01"
    floor.handle(BeltReported(id="b2", device="belt-01", running=True, armed=True))
    expect(panel).to_contain_text("running")
    assert desk.is_clean()


def test_an_alarm_says_what_to_do_and_is_taken_care_of(floor: Operations, desk: Desk) -> None:
    floor.fault("printer-bench-01", "paper_out")
    desk.open("devices")
    alarms = desk.page.get_by_role("region", name="Open alarms")
    expect(alarms).to_contain_text("Put in a new roll")
    alarms.get_by_role("button", name="Acknowledge").click()
    alarms.get_by_role("dialog").get_by_role("button", name="Acknowledge").click()
    expect(alarms).to_contain_text("seen by LEAD-001")
    assert desk.is_clean()


def test_names_of_strangers_are_shown_as_text_and_never_run(floor: Operations, desk: Desk) -> None:
    for nth, nasty in enumerate(NASTY):
        floor.order(f"x{nth}", shop=nasty[:40])
        floor.fault(nasty[:60], "jam", detail=nasty)
    desk.open("devices")
    expect(desk.page.get_by_role("region", name="Open alarms")).to_contain_text(NASTY[0])
    desk.open("orders")
    expect(desk.page.get_by_text(f"{NASTY[1]}/x1")).to_be_visible()
    desk.page.get_by_text(f"{NASTY[1]}/x1").click()
    expect(desk.page.locator("h1")).to_have_text(f"{NASTY[1]}/x1")
    desk.open("stock/sku/MUG")
    expect(desk.page.locator(".page-head")).to_contain_text(NASTY[0])
    desk.open("floor")
    expect(desk.page.get_by_label("Map of the floor")).to_be_visible()
    assert desk.is_clean()


def test_the_search_leads_to_whatever_is_typed(desk: Desk) -> None:
    expect(desk.page.get_by_label("Search everything")).to_be_visible()
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("tote-1")
    expect(desk.page.get_by_role("option").first).to_contain_text("TOTE-1")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("h1")).to_have_text("TOTE-1")
    assert desk.is_clean()


def test_a_picker_is_told_that_the_console_is_for_leads(
    floor: Operations, new_context: NewContext
) -> None:
    desk = Desk(new_context().new_page(), floor.url).sign_in("picker")
    expect(desk.page.get_by_test_id("not-allowed")).to_contain_text("for leads")
    assert desk.is_clean()


def test_signing_out_and_being_signed_out_end_at_the_sign_in(
    floor: Operations, desk: Desk
) -> None:
    live = desk.page.get_by_text("Live", exact=True)
    expect(live).to_be_visible()
    desk.page.get_by_role("button", name="Sign out").click()
    expect(desk.page.get_by_label("Badge")).to_be_visible()
    desk.sign_in()
    expect(live).to_be_visible()
    floor.handle(DeactivateWorker(id=floor.new_id(), actor="ADMIN-001", badge=BADGES["lead"]))
    expect(desk.page.get_by_label("Badge")).to_be_visible()


def test_colours_follow_the_system_and_a_click(desk: Desk) -> None:
    root = desk.page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    desk.page.get_by_role("button", name="Dark colours").click()
    expect(root).to_have_attribute("data-theme", "dark")
    desk.page.reload()
    expect(root).to_have_attribute("data-theme", "dark")


def test_the_first_load_is_small(floor: Operations, new_context: NewContext) -> None:
    page = new_context().new_page()
    loaded: list[Response] = []
    page.on("response", lambda answer: loaded.append(answer) if is_page(answer.url) else None)
    Desk(page, floor.url).sign_in()
    expect(page.get_by_label("Map of the floor")).to_be_visible()
    assert len(loaded) >= 3
    assert sum(len(gzip.compress(answer.body())) for answer in loaded) < FIRST_LOAD_MAX


def is_page(url: str) -> bool:
    return "/web/" in url or url.endswith("/console")
