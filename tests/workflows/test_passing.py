"""Pick-and-pass: a cart goes from zone to zone, each picked by somebody else."""

from dataclasses import replace

from controller.messages import ImportPlaces, ImportStock, Place, SetUpLayout, StockLine
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.plan.graphs.ground import floor_of
from controller.plan.walking import Layout
from controller.workflows import releasing
from tests.workflows.floor import Floor
from tests.workflows.scenes import house, zoned


def next_zone(floor: Floor, worker: str = "W1") -> None:
    """The worker picks until the cart must be handed over."""
    while floor.screens[worker].screen.step != "hand_over":
        floor.scans(floor.screens[worker].screen.target, worker=worker)


def began() -> Floor:
    """W1 stands at the end of zone 1, with a cart that has picks in zone 2."""
    floor = zoned()
    floor.scans("HAND-1", "CART-1")
    next_zone(floor)
    return floor


def test_the_worker_of_a_zone_sees_its_next_cart() -> None:
    floor = zoned()
    reply = floor.scan("HAND-1")
    assert (reply.screen.step, reply.screen.target) == ("cart", "CART-1")
    assert reply.screen.fields == {"zone": 1}
    reply = floor.scan("HAND-2", "W2")
    assert (reply.message, reply.screen.workflow) == ("no_cart_waits", "home")


def test_a_cart_stops_where_its_zone_ends() -> None:
    floor = began()
    screen = floor.screens["W1"].screen
    assert (screen.step, screen.target) == ("hand_over", "HAND-2")
    picked = floor.all("SELECT DISTINCT from_place FROM movement WHERE cause = 'pick' ORDER BY 1")
    assert [row.from_place for row in picked] == ["P-MUG"]
    left = floor.all("SELECT zone, from_place FROM task WHERE state = 'open' ORDER BY id")
    assert {tuple(row) for row in left} == {(2, "P-PEN")}


def test_a_cart_is_handed_over_at_the_place_of_the_next_zone_only() -> None:
    floor = began()
    reply = floor.scan("BUFFER")
    assert (reply.message, reply.fields["expected"]) == ("wrong_place", "HAND-2")
    assert floor.scan("HAND-2").message == "passed_on"
    assert floor.all("SELECT place, parent FROM container WHERE lpn = 'CART-1'") == [
        ("HAND-2", "")
    ]
    assert floor.books_balance()


def test_the_next_zone_goes_on_with_the_same_totes_and_ends_the_tour() -> None:
    floor = began()
    floor.scans("HAND-2")
    assert floor.scan("HAND-2", "W2").screen.target == "CART-1"
    reply = floor.scans("CART-1", worker="W2")
    assert (reply.screen.step, reply.screen.target) == ("place", "P-PEN")
    next_zone(floor, "W2")
    assert floor.screens["W2"].screen.target == "BUFFER"
    assert floor.scans("BUFFER", worker="W2").message == "handed_over"
    totes = floor.all("SELECT lpn, state FROM load ORDER BY id")
    assert {row.state for row in totes} == {"picked"}
    for row in totes:
        assert floor.stock(row.lpn) == {"MUG": 5, "PEN": 6}
    assert floor.books_balance()


def test_who_has_passed_a_cart_on_sees_the_next_one_of_their_zone() -> None:
    floor = zoned()
    floor.order("9", {"MUG": 12, "PEN": 12})
    plan_again(floor)
    floor.scans("HAND-1", "CART-1")
    next_zone(floor)
    reply = floor.scan("HAND-2")
    assert (reply.screen.step, reply.screen.target) == ("cart", "CART-2")


def plan_again(floor: Floor) -> None:
    with floor.controller.reading() as db:
        problem = releasing.snapshot(db, floor.clock.ms)
    for command in releasing.commands(planner.solve(problem, Effort(work=200)), 9):
        floor.do(command)


def test_a_skipped_pick_stays_in_its_zone() -> None:
    floor = zoned(books=1)
    floor.scans("HAND-1", "CART-1")
    while floor.screens["W1"].screen.step == "tote":
        floor.scans(floor.screens["W1"].screen.target)
    assert floor.screens["W1"].screen.target == "P-MUG"
    floor.scans("SKIP")  # the mugs of one tote,
    assert floor.scan("SKIP").screen.target == "P-BOOK"  # and those of the other
    next_zone(floor)
    picks = floor.all("SELECT from_place FROM movement WHERE cause = 'pick' ORDER BY id")
    assert [row.from_place for row in picks][-1] == "P-MUG"
    assert floor.screens["W1"].screen.target == "HAND-2"


def test_undo_of_the_last_pick_before_a_hand_over() -> None:
    floor = began()
    assert floor.scan("UNDO").screen.step == "drop"
    assert floor.books_balance()


def test_a_bin_of_another_zone_that_joins_sends_the_cart_there() -> None:
    floor = began()
    line = StockLine(sku="PEN", place="P-BOOK", qty=50)
    floor.do(ImportStock(id="more", lines=(line,)))
    floor.scans("HAND-2")
    floor.scans("HAND-2", "CART-1", "SHORT", worker="W2")
    floor.scans("0", worker="W2")
    next_zone(floor, "W2")
    assert floor.screens["W2"].screen.target == "HAND-1"
    floor.scans("HAND-1", worker="W2")
    assert floor.scans("HAND-1", "CART-1").screen.target == "P-BOOK"
    next_zone(floor)
    assert floor.screens["W1"].screen.target == "BUFFER"
    assert floor.books_balance()


def test_a_tour_goes_on_where_a_site_gives_its_zones_up() -> None:
    floor = zoned()
    floor.scans("HAND-1", "CART-1")
    gone = tuple(Place(name=name, kind="buffer") for name in ("HAND-1", "HAND-2"))
    floor.do(ImportPlaces(id="gone", places=gone))
    next_zone(floor)
    assert floor.screens["W1"].screen.target == "BUFFER"
    floor.scans("BUFFER")
    assert floor.books_balance()


def test_zones_explain_themselves() -> None:
    floor = zoned()
    (event,) = floor.events("zones_balanced")
    assert event["firsts"] == [0, 5]
    assert event["why"].startswith("2 zones begin at aisles 0, 5: the busiest has")


def named_zones() -> Floor:
    """The same on a floor that is no rectangle: its ways say which zone they are of."""
    floor = house()
    plain = floor_of(
        Layout(aisles=10, block_lengths_mm=(20_000,), aisle_pitch_mm=3_500, depot_aisle=0)
    )
    ways = [
        replace(way, zone=("near" if nth < 5 else "far") if nth < 10 else "", one_way=nth == 8)
        for nth, way in enumerate(plain.ways)
    ]
    floor.do(SetUpLayout(id="floor", layout=replace(plain, ways=tuple(ways))))
    at = {"P-MUG": 0, "P-BOOK": 1, "P-PEN": 9}
    bins = tuple(Place(name=name, kind="pick", aisle=n, y_mm=9_000) for name, n in at.items())
    ends = tuple(Place(name=f"HAND-{n}", kind="hand_over", aisle=5 * n - 4) for n in (1, 2))
    floor.do(ImportPlaces(id="zones", places=(*bins, *ends)))
    for number in ("1", "2"):
        floor.order(number, {"MUG": 5, "PEN": 6})
    plan_again(floor)
    return floor


def test_carts_pass_through_named_zones_of_a_floor_that_is_no_rectangle() -> None:
    floor = named_zones()
    picks = floor.all("SELECT zone, from_place FROM task WHERE kind = 'pick' ORDER BY seq, id")
    assert [tuple(row) for row in picks] == [(1, "P-MUG")] * 2 + [(2, "P-PEN")] * 2
    floor.scans("HAND-1", "CART-1")
    next_zone(floor)
    assert floor.screens["W1"].screen.target == "HAND-2"
    floor.scans("HAND-2")
    assert floor.scans("HAND-2", "CART-1", worker="W2").screen.target == "P-PEN"
    line = StockLine(sku="PEN", place="P-BOOK", qty=50)
    floor.do(ImportStock(id="more", lines=(line,)))
    floor.scans("SHORT", "0", worker="W2")
    next_zone(floor, "W2")
    assert floor.screens["W2"].screen.target == "HAND-1"
    assert floor.books_balance()
