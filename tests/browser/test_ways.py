"""The map of any floor: ways, levels and what is blocked; a lead blocks a way and opens it."""

from playwright.sync_api import expect

from controller.messages import (
    Depot,
    FloorLayout,
    ImportPlaces,
    Place,
    Point,
    SetUpLayout,
    Way,
)
from tests.browser.lead import Desk
from tests.browser.operations import Operations

LAYOUT = FloorLayout(
    points=(
        Point(name="DESK", x_mm=20_000, y_mm=0),
        Point(name="SW", x_mm=0, y_mm=4_000),
        Point(name="NW", x_mm=0, y_mm=24_000),
        Point(name="NE", x_mm=40_000, y_mm=24_000),
        Point(name="SE", x_mm=40_000, y_mm=4_000),
        Point(name="S", x_mm=20_000, y_mm=4_000),
        Point(name="N", x_mm=20_000, y_mm=24_000),
        Point(name="UP", x_mm=40_000, y_mm=24_000, level=1),
        Point(name="LOFT", x_mm=10_000, y_mm=24_000, level=1),
    ),
    ways=(
        Way(name="IN", start="DESK", end="S", kind="cross"),
        Way(name="S-W", start="S", end="SW", kind="cross"),
        Way(name="S-E", start="S", end="SE", kind="cross"),
        Way(name="N-W", start="NW", end="N", kind="cross"),
        Way(name="N-E", start="N", end="NE", kind="cross"),
        Way(name="WEST", start="SW", end="NW", one_way=True),
        Way(name="MIDDLE", start="N", end="S", one_way=True),
        Way(name="EAST", start="SE", end="NE", zone="cold"),
        Way(name="LIFT", start="NE", end="UP", kind="lift", seconds=20),
        Way(name="LOFT-1", start="UP", end="LOFT"),
    ),
    depots=(Depot(name="packing", point="DESK"),),
)
SHELVES = tuple(
    Place(name=f"{way[0]}-{at:02}{side}-1", kind="pick", way=way, y_mm=at * 1_500)
    for way in ("WEST", "MIDDLE", "EAST", "LOFT-1")
    for at in range(1, 13)
    for side in "LR"
)


def give_floor(floor: Operations) -> None:
    """Three aisles, two of them one-way, and a mezzanine behind a lift; mugs lie in the west."""
    mug = Place(name="P-MUG", kind="pick", way="WEST", y_mm=9_000)
    floor.handle(SetUpLayout(id="layout", layout=LAYOUT))
    floor.handle(ImportPlaces(id="shelves", places=(*SHELVES, mug)))


def test_a_floor_that_is_no_rectangle_is_drawn_level_by_level(
    floor: Operations, desk: Desk
) -> None:
    give_floor(floor)
    floor.order("3")
    tour = floor.plan("3")
    page = desk.page
    floor_map = page.get_by_label("Map of the floor")
    expect(floor_map).to_be_visible()
    page.reload()
    expect(floor_map.locator(".ways line")).to_have_count(8)
    expect(floor_map.locator(".ways .arrow")).to_have_count(2)
    expect(floor_map.locator(".bay")).to_have_count(72)
    expect(floor_map.locator(".depot")).to_contain_text("packing")
    page.get_by_role("button", name="Level 1").press("Enter")
    expect(floor_map.locator(".ways line")).to_have_count(1)
    expect(floor_map.locator(".gate")).to_have_count(1)
    desk.open(f"plans/tour/{tour}")
    drawn = page.get_by_role("img", name="The tour on the map")
    assert len((drawn.locator(".way").get_attribute("d") or "").split("L")) == 8
    assert desk.is_clean()


def test_a_lead_blocks_a_way_and_opens_it_again(floor: Operations, desk: Desk) -> None:
    give_floor(floor)
    page = desk.page
    expect(page.get_by_label("Map of the floor")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Block a way").click()
    page.get_by_role("button", name="Way WEST", exact=True).press("Enter")
    panel = page.get_by_label("Details of WEST")
    expect(panel).to_contain_text("one-way")
    panel.get_by_role("button", name="Block all of it").click()
    panel.get_by_label("Reason").fill("a pallet fell")
    panel.get_by_role("dialog").get_by_role("button", name="Block all of it").click()
    expect(panel).to_contain_text("by LEAD-001")
    expect(panel).to_contain_text("a pallet fell")
    expect(panel.get_by_role("status")).to_contain_text("No tour under way had to change")
    expect(page.locator('[data-blocked="WEST"]')).to_be_visible()
    panel.get_by_role("button", name="Open again").click()
    panel.get_by_label("Reason").fill("it was taken away")
    panel.get_by_role("dialog").get_by_role("button", name="Open again").click()
    expect(page.locator('[data-blocked="WEST"]')).to_have_count(0)
    assert desk.is_clean()
