"""Which tours of each method an urgent order joins, and why the others cannot take it."""

from dataclasses import replace
from typing import Any

from controller.messages import Container, ImportContainers, JoinOrder, SetUpSite
from controller.workflows import joining
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import CARTONS_ON_CARTS
from tests.workflows.scenes import cartoned, house, plan, tour, zoned
from tests.workflows.test_passing import next_zone


def join(floor: Floor, order: str) -> Any:
    return floor.do(JoinOrder(id=floor.id(), actor="LEAD-1", order=order, reason="collects now"))


def why_not(floor: Floor, order: str) -> list[str]:
    with floor.controller.reading() as db:
        return [reason for _, reason in joining.offers(db, floor.clock.ms, order).refused]


def follow(floor: Floor, worker: str = "W1") -> list[str]:
    """The worker does what the screens ask for until home; the messages."""
    told = []
    while floor.screens[worker].screen.workflow != "home":
        told.append(floor.screens[worker].message)
        floor.scans(floor.screens[worker].screen.target, worker=worker)
    return told


def picked(floor: Floor, order: str) -> dict[str, int]:
    rows = floor.all(
        "SELECT sku, picked FROM order_line WHERE order_id = :order ORDER BY sku", order=order
    )
    return {row.sku: row.picked for row in rows}


def test_a_tour_of_one_unit_orders_takes_an_order_in_a_tote_of_its_own() -> None:
    floor = house()
    for number in ("1", "2"):
        floor.order(number, {"MUG": 1})
    plan(floor)
    floor.scans("CART-1", "TOTE-1")
    order = floor.order("9", {"PEN": 2, "BOOK": 1})
    join(floor, order)
    assert follow(floor).count("order_joined") == 1
    assert picked(floor, order) == {"BOOK": 1, "PEN": 2}
    loads = floor.all("SELECT order_id, slot FROM load ORDER BY slot")
    assert [tuple(row) for row in loads] == [("", 1), (order, 2)]
    assert floor.books_balance()


def test_an_order_joins_while_the_totes_are_put_on_the_cart() -> None:
    floor = tour()
    floor.scans("CART-1")
    order = floor.order("9", {"BOOK": 2})
    join(floor, order)
    follow(floor)
    assert picked(floor, order) == {"BOOK": 2}
    assert floor.books_balance()


def three_slots(floor: Floor, slot_width_mm: int = 400) -> Floor:
    """The cart has three slots, and stands with its first carton."""
    site = next(each for each in CARTONS_ON_CARTS if isinstance(each, SetUpSite))
    settings = replace(site.settings, slot_width_mm=slot_width_mm)
    floor.do(replace(site, id="slots", settings=settings))
    cart = Container(lpn="CART-1", kind="cart", place="BUFFER", slots=3)
    floor.do(ImportContainers(id="cart", containers=(cart,)))
    floor.scans("CART-1")
    return floor


def slots(floor: Floor) -> list[int]:
    return [row.slot for row in floor.all("SELECT slot FROM load ORDER BY slot")]


def test_beside_shipping_cartons_an_order_goes_by_tote_in_slots_that_are_free() -> None:
    floor = three_slots(cartoned())
    orders = [floor.order(number, {"BOOK": 1}) for number in ("8", "9", "10")]
    for order in orders[:2]:
        join(floor, order)
    assert slots(floor) == [1, 2, 3]
    assert why_not(floor, orders[2]) == ["no_slot_free"]
    follow(floor)
    assert [picked(floor, order) for order in orders] == [{"BOOK": 1}, {"BOOK": 1}, {"BOOK": 0}]
    assert floor.books_balance()


def test_a_carton_that_is_two_slots_wide_leaves_one_slot_less() -> None:
    floor = three_slots(cartoned(), slot_width_mm=150)
    join(floor, floor.order("9", {"BOOK": 1}))
    assert slots(floor) == [1, 3]
    assert why_not(floor, floor.order("10", {"BOOK": 1})) == ["no_slot_free"]


def test_through_zones_an_order_joins_where_the_cart_has_still_to_pass() -> None:
    floor = zoned()
    floor.scans("HAND-1", "CART-1", "TOTE-1", "TOTE-2")
    both = floor.order("9", {"BOOK": 1, "PEN": 1})
    join(floor, both)
    zones = floor.all("SELECT zone, sku FROM task WHERE order_id = :id ORDER BY zone", id=both)
    assert [tuple(row) for row in zones] == [(1, "BOOK"), (2, "PEN")]
    next_zone(floor)
    floor.scans("HAND-2")
    floor.scans("HAND-2", "CART-1", worker="W2")
    late, behind = floor.order("10", {"PEN": 1}), floor.order("11", {"BOOK": 1, "PEN": 1})
    assert why_not(floor, behind) == ["goods_in_a_zone_behind_the_cart"]
    join(floor, late)
    follow(floor, "W2")
    assert (picked(floor, both), picked(floor, late)) == ({"BOOK": 1, "PEN": 1}, {"PEN": 1})
    assert floor.books_balance()


def test_a_tour_that_a_wall_sorts_says_so_and_one_that_nobody_walks_is_not_asked() -> None:
    floor = house()
    for number in ("1", "2"):
        floor.order(number, {"MUG": 2, "PEN": 1})
    plan(floor)
    floor.scans("CART-1", "TOTE-1")
    order = floor.order("9", {"BOOK": 1})
    assert why_not(floor, order) == ["sorted_at_a_put_wall"]
    floor.scan("HOME")
    assert why_not(floor, order) == []
