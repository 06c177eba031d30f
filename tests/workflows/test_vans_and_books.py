"""Own vans and the books: what is undone, refused or not the house's own leaves them right."""

from dataclasses import replace

from controller.messages import (
    ApplyTour,
    CancelOrder,
    CountNode,
    ImportPostcodes,
    Node,
    NodeStock,
    OrderLine,
    PlaceOrder,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    Postcode,
    SetUpNodes,
    SetUpSite,
    SetUpVans,
    VanSettings,
)
from controller.store import Store
from controller.units import HOUR
from tests.workflows.floor import CARTONS, MASS_G, SETTINGS, SETUP, Floor
from tests.workflows.vans import DEPOT, OWN, VAN, VanFloor

LINES = "SELECT line, shipped FROM order_line ORDER BY line"
PROMISES = "SELECT line, node, qty FROM promise ORDER BY line"
SENT = "SELECT parcels, base_cents, cost_cents FROM service_day"


def driving(floor: VanFloor) -> str:
    """`W2` heads for the one stop, with the parcel of the first order; its plate."""
    floor.plan()
    floor.load()
    return str(floor.value("SELECT lpn FROM parcel WHERE order_id = 'shop/1' ORDER BY id LIMIT 1"))


def two_lines_of_mugs(store: Store | None = None) -> tuple[VanFloor, list[str]]:
    """Two mugs of line 1 and one of line 2 are in two parcels, of which one has both lines."""
    floor = VanFloor(store=store)
    lines = tuple(OrderLine(line=n, sku="MUG", qty=qty) for n, qty in ((1, 2), (2, 1)))
    floor.do(
        PlaceOrder(id="two", shop="shop", number="1", lines=lines, country="GB", postcode="YO1")
    )
    contents = (((1, 1), (2, 1)), ((1, 1),))
    loads = tuple(
        PlannedLoad(
            container="tote",
            parcels=(
                PlannedParcel(order="shop/1", carton="BOX-S", contents=each, mass_g=len(each)),
            ),
        )
        for each in contents
    )
    picks = tuple(
        PlannedPick(order="shop/1", line=n, sku="MUG", place="P-MUG", qty=qty, load=load)
        for load, each in enumerate(contents)
        for n, qty in each
    )
    floor.do(ApplyTour(id="tour", kind="cluster", loads=loads, picks=picks, length_mm=1))
    floor.follow("W1", "CART-1")
    plates = []
    floor.scans("BENCH-01")
    for nth, each in enumerate(contents, 1):
        floor.scans(f"TOTE-{nth}", "BOX-S", *["MUG"] * len(each))
        floor.scans(str(len(each) * MASS_G["MUG"] + CARTONS[0].tare_g))
        floor.carrier_answers()
        floor.printer_answers()
        plates.append(floor.screens["W1"].screen.target)
        floor.scans(plates[-1])
    driving(floor)
    return floor, plates


def test_an_undone_delivery_gives_each_line_of_a_sku_its_own_units_back(store: Store) -> None:
    floor, plates = two_lines_of_mugs(store)
    before = [tuple(row) for row in floor.all(PROMISES)]
    floor.scans(*plates, "CUSTOMER", worker="W2")
    assert [tuple(row) for row in floor.all(LINES)] == [(1, 2), (2, 1)]
    floor.scans("UNDO", worker="W2")
    assert [tuple(row) for row in floor.all(LINES)] == [(1, 0), (2, 0)]
    assert [tuple(row) for row in floor.all(PROMISES)] == before
    told = [event.payload["lines"] for event in floor.sent("channel/undelivered")]
    assert told == [[[1, "MUG", 1], [2, "MUG", 1]], [[1, "MUG", 1]]]
    assert floor.books_balance()
    floor.scans("CUSTOMER", worker="W2")
    assert floor.books_balance()


def test_an_undone_delivery_counts_for_no_carrier_and_as_not_delivered() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1")
    plate = driving(floor)
    floor.scans(plate, "CUSTOMER", worker="W2")
    assert [row.parcels for row in floor.all(SENT)] == [1]
    floor.clock.ms += 12 * HOUR  # the departure of its day has left meanwhile
    floor.scans("UNDO", worker="W2")
    assert [tuple(row) for row in floor.all(SENT)] == [(0, 0, 0)]
    assert floor.value("SELECT delivered_ms FROM journey") == 0
    floor.scans("CUSTOMER", worker="W2")
    assert sum(row.parcels for row in floor.all(SENT)) == 1


def test_a_timetable_that_changes_while_parcels_are_out_counts_none_twice(store: Store) -> None:
    floor = VanFloor(store=store)
    floor.parcels_for("YO1")
    plate = driving(floor)
    floor.scans(plate, "CUSTOMER", worker="W2")
    later = replace(SETTINGS, departure_ms=1, utc_offset_ms=5 * HOUR)
    floor.do(SetUpSite(id="later", settings=later, cartons=CARTONS, services=(OWN,)))
    floor.scans("UNDO", worker="W2")
    assert [tuple(row) for row in floor.all(SENT)] == [(0, 0, 0)]
    floor.scans("CUSTOMER", worker="W2")
    assert floor.books_balance()


def test_a_refused_parcel_gives_its_label_back() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1")
    plate = driving(floor)
    floor.scans("REFUSED", "DONE", plate, worker="W2")
    assert floor.value("SELECT state FROM purchase") == "voided"
    assert floor.books_balance()


def test_what_is_cancelled_in_a_van_is_put_away_when_it_is_back() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1")
    plate = driving(floor)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.all("SELECT id FROM task WHERE state = 'open'") == [], "the carton is far away"
    floor.scans("NEXT", "DONE", worker="W2")
    assert floor.scan(plate, "W2").message == "put_aside"
    (task,) = floor.all("SELECT from_container FROM task WHERE state = 'open'")
    assert task.from_container == plate


def test_damaged_goods_are_set_apart_though_others_were_promised_them() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1")
    plate = driving(floor)
    floor.scans("DAMAGED", plate, worker="W2")
    floor.order("2", {"MUG": 50})
    assert floor.value("SELECT SUM(backordered) FROM order_line") == 1
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.value("SELECT SUM(backordered) FROM order_line") == 0
    floor.scans("DONE", worker="W2")
    assert floor.scan(plate, "W2").message == "put_aside"
    assert floor.value("SELECT SUM(backordered) FROM order_line") == 1
    assert floor.value("SELECT status FROM stock WHERE place = 'PUT-BACK'") == "damaged"
    assert floor.books_balance()


def test_a_parcel_that_a_store_packs_is_on_no_tour_of_the_building() -> None:
    floor = Floor(
        setup=(
            SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(OWN,)),
            *SETUP[1:],
        )
    )
    nodes = (Node(code="main", handling_cents=5_000), Node(code="STORE-1", kind="store"))
    floor.do(SetUpNodes(id="nodes", nodes=nodes))
    stock = (NodeStock(sku="MUG", qty=5),)
    floor.do(CountNode(id="count", node="STORE-1", lines=stock))
    floor.order("1", {"MUG": 1}, postcode="YO1")
    floor.scans("STORE-1", "NEXT", "MUG", "BOX-S")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(str(floor.screens["W1"].screen.fields["box"]))
    where = Postcode(country="GB", code="YO1", lat_e6=53_960_000, lon_e6=-1_080_000)
    floor.do(ImportPostcodes(id="where", postcodes=(where,)))
    floor.do(SetUpVans(id="vans", settings=VanSettings(), depots=(DEPOT,), vans=(VAN,)))
    assert VanFloor.plan(floor).tours == ()  # type: ignore[arg-type]
