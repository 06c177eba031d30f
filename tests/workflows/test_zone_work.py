"""What zones admit: a limit of open picks for each, and work for the one that has none."""

from dataclasses import replace
from typing import Any

from api.console.plan_words import plan_says, tour_says
from controller.messages import ImportPlaces, Place, PrioritiseOrder
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.units import HOUR
from controller.views import plans
from controller.views.order_list import orders_by_id
from controller.workflows import releasing
from tests.workflows.floor import MORNING_MS, Floor
from tests.workflows.monkey_site import SITE
from tests.workflows.scenes import house
from tests.workflows.test_passing import next_zone


def zones(**settings: Any) -> Floor:
    """Mugs are picked in zone 1, pens in zone 2; no put wall."""
    floor = house()
    site = replace(SITE.settings, wall_units_max=0, **settings)
    floor.do(replace(SITE, id="zones", settings=site))
    at = {"P-MUG": 0, "P-BOOK": 1, "P-PEN": 9}
    bins = tuple(Place(name=name, kind="pick", aisle=n, y_mm=9_000) for name, n in at.items())
    ends = tuple(Place(name=f"HAND-{n}", kind="hand_over", aisle=5 * n - 4) for n in (1, 2))
    floor.do(ImportPlaces(id="zoned", places=(*bins, *ends)))
    return floor


def plan(floor: Floor, request: int) -> planner.Plan:
    with floor.controller.reading() as db:
        problem = releasing.snapshot(db, floor.clock.ms)
    made = planner.solve(problem, Effort(work=200))
    for command in releasing.commands(made, request):
        floor.do(command)
    return made


def ordered(floor: Floor, **wants: str) -> None:
    """Orders by number, the first the most urgent."""
    for nth, (number, sku) in enumerate(wants.items(), 1):
        floor.order(number, {sku: 2}, due_ms=MORNING_MS + nth * HOUR)


def started(floor: Floor) -> list[str]:
    rows = floor.all("SELECT DISTINCT order_id FROM task WHERE kind = 'pick' ORDER BY order_id")
    return [row.order_id.removeprefix("shop/") for row in rows]


def says(floor: Floor, request: int) -> str:
    with floor.controller.reading() as db:
        story = plans.plan(db, request)
    assert story is not None
    return " ".join(plan_says(story))


def test_a_zone_takes_no_more_than_its_limit_and_orders_for_others_start() -> None:
    floor = zones(zone_picks_max=2)
    ordered(floor, a="MUG", b="MUG", c="MUG", d="PEN")
    made = plan(floor, 1)
    assert started(floor) == ["a", "b", "d"]
    assert made.waiting == (("shop/c", "zone_full"),)
    assert "1 order left out, because a zone of theirs has as many open picks" in says(floor, 1)
    with floor.controller.reading() as db:
        (listed,) = orders_by_id(db, "shop/c", "", 5).orders
    assert listed.waiting == "zone_full"


def test_what_is_picked_makes_room_for_the_next_order_of_its_zone() -> None:
    floor = zones(zone_picks_max=2)
    ordered(floor, a="MUG", b="MUG", c="MUG")
    plan(floor, 1)
    assert plan(floor, 2).tours == ()
    floor.scans("HAND-1", "CART-1")
    next_zone(floor)
    plan(floor, 3)
    assert started(floor) == ["a", "b", "c"]
    assert floor.books_balance()


def test_an_order_of_more_picks_than_the_limit_starts_once_its_zone_is_empty() -> None:
    floor = zones(zone_picks_max=1)
    floor.order("large", {"MUG": 2, "BOOK": 2})
    assert len(plan(floor, 1).tours) == 1


def test_a_zone_without_work_is_fed_before_more_urgent_orders_of_a_busy_one() -> None:
    floor = zones(wip_orders_max=2)
    ordered(floor, a="MUG")
    plan(floor, 1)
    ordered(floor, b="MUG", c="PEN")
    plan(floor, 2)
    assert started(floor) == ["a", "c"]
    fed = floor.value("SELECT MAX(id) FROM tour")
    with floor.controller.reading() as db:
        story = plans.tour(db, fed)
    assert story is not None
    assert "zone 2 had nothing to do" in " ".join(tour_says(story))


def test_an_order_of_priority_stays_before_what_feeds_an_idle_zone() -> None:
    floor = zones(wip_orders_max=2)
    ordered(floor, a="MUG")
    plan(floor, 1)
    ordered(floor, b="MUG", c="PEN")
    floor.do(PrioritiseOrder(id="first", order="shop/b", priority=5))
    plan(floor, 2)
    assert started(floor) == ["a", "b"]
