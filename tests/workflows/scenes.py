"""Owns the scenes: for every step of every flow, a house and the scans that lead W1 there."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from controller.messages import (
    AnnounceReceipt,
    AnnounceReturn,
    ApplyVanTours,
    ApproveMoves,
    CancelOrder,
    FaceMove,
    ImportItems,
    ImportPlaces,
    Item,
    OrderLine,
    Place,
    PlannedVanTour,
    PlannedVisit,
    SetUpSite,
    SetUpVans,
    Van,
    VanDepot,
)
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.workflows import releasing
from tests.workflows.floor import Floor, confirm, seen
from tests.workflows.monkey_site import CARTONS_ON_CARTS, SETUP, STATIONS, STOCK
from tests.workflows.store import FETCH, FETCHED, store, to_collect, unwanted_in_bag

BOX = "040123450000000016"
FILL = ("BENCH-01", "TOTE-1", "BOX-S")
PACK = (*FILL, "MUG", "5", "PEN")
ITEM = ("CART-1", "TOTE-1", "P-MUG")
RECEIVE = ("DOCK", "ASN-1", "TOTE-1")


class Scene(NamedTuple):
    """`prepare` makes the house; `path` is scanned at home."""

    prepare: Callable[[], Floor]
    path: tuple[str, ...]

    def play(self) -> Floor:
        floor = self.prepare()
        for raw in self.path:
            reply = floor.scan(raw)
            assert reply.tone != "error", (raw, reply)
        return floor


def house() -> Floor:
    """Documents of every kind are announced, and nothing else has happened."""
    floor = Floor("W1", "W2", setup=SETUP)
    lines = (OrderLine(line=1, sku="MUG", qty=5), OrderLine(line=2, sku="MILK", qty=5))
    floor.do(AnnounceReceipt(id="asn", asn="ASN-1", lines=lines))
    floor.do(AnnounceReturn(id="rma", number="RMA-1", lines=lines))
    return floor


def plan(floor: Floor, request: int = 1) -> None:
    with floor.controller.reading() as db:
        problem = releasing.snapshot(db, floor.clock.ms)
    tours = planner.solve(problem, Effort(work=200))
    for command in releasing.commands(tours, request):
        floor.do(command)


def tour() -> Floor:
    """A tour of two picks waits for a cart."""
    floor = house()
    floor.order("1", {"MUG": 5, "PEN": 1})
    plan(floor)
    return floor


def cartoned() -> Floor:
    """The order of such a tour is picked into its shipping carton."""
    floor = house()
    for command in CARTONS_ON_CARTS:
        floor.do(command)
    floor.order("1", {"MUG": 5, "PEN": 1})
    plan(floor)
    return floor


def fewer_in_carton() -> Floor:
    """So few books came that a smaller carton holds them."""
    floor = house()
    for command in CARTONS_ON_CARTS:
        floor.do(command)
    floor.order("1", {"BOOK": 4})
    plan(floor)
    floor.scans("CART-1", "BOX-L", "PLATE-1", "P-BOOK", "SHORT", "1", "BOOK", "PLATE-1")
    floor.scans("SHORT", "0", "BUFFER")
    return floor


def called() -> Floor:
    """Two orders have a slot at a station, and two pods are called there."""
    floor = house()
    for command in STATIONS:
        floor.do(command)
    floor.order("1", {"MUG": 5, "PEN": 1})
    floor.order("2", {"MUG": 2})
    plan(floor)
    return floor


def presented() -> Floor:
    """The first pod stands at the station."""
    floor = called()
    floor.scans("NEXT", "POD-1", "STATION-1", "HOME")
    return floor


def set_down() -> Floor:
    """Lamps, which have no pick face, stand at a station in a tote, and so does their pod."""
    floor = house()
    lamp = Item(sku="LAMP", name="Lamp", length_mm=50, width_mm=50, height_mm=50, mass_g=200)
    floor.do(ImportItems(id="lamp", items=(lamp,)))
    for command in STATIONS:
        floor.do(command)
    lines = (OrderLine(line=1, sku="LAMP", qty=5),)
    floor.do(AnnounceReceipt(id="lamps", asn="ASN-2", lines=lines))
    floor.scans("DOCK", "ASN-2", "TOTE-1", "LAMP", "5", "DONE", "HOME")
    floor.scans("NEXT", "TOTE-1", "STATION-1", "NEXT", "POD-2", "STATION-1", "HOME")
    return floor


def last_units() -> Floor:
    """The tour takes every pen of the face, on a site that asks whether a bin is empty."""
    floor = house()
    site = SETUP[0]
    assert isinstance(site, SetUpSite)
    floor.do(replace(site, id="ask", settings=replace(site.settings, zero_check=True)))
    floor.order("1", {"PEN": STOCK["PEN"]})
    plan(floor)
    return floor


def picked() -> Floor:
    floor = tour()
    floor.follow("W1", "CART-1")
    return floor


def cancelled() -> Floor:
    """The goods of a cancelled order wait in a tote."""
    floor = picked()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    return floor


def zoned(books: int = 0) -> Floor:
    """Carts pass from the zone of the mugs to that of the pens; a tour of two orders waits."""
    floor = house()
    at = {"P-MUG": 0, "P-BOOK": 1, "P-PEN": 9}
    bins = tuple(Place(name=name, kind="pick", aisle=n, y_mm=9_000) for name, n in at.items())
    ends = tuple(Place(name=f"HAND-{n}", kind="hand_over", aisle=n) for n in (1, 2))
    floor.do(ImportPlaces(id="zones", places=(*bins, *ends)))
    for number in ("1", "2"):
        floor.order(number, {"MUG": 5, "PEN": 6} | ({"BOOK": books} if books else {}))
    plan(floor)
    return floor


def wall() -> Floor:
    """The goods of two orders wait in one tote at the put wall."""
    floor = house()
    for number in ("1", "2"):
        floor.order(number, {"MUG": 2, "PEN": 1})
    plan(floor)
    floor.follow("W1", "CART-1")
    return floor


def changed_wall() -> Floor:
    """The goods of cancelled orders, too."""
    floor = wall()
    for number in ("1", "2"):
        floor.do(CancelOrder(id=f"cancel/{number}", order=f"shop/{number}"))
    return floor


def reslotted() -> Floor:
    """A lead has approved that the mugs are picked elsewhere."""
    floor = house()
    move = FaceMove(sku="MUG", source="P-MUG", target="P-SPARE")
    floor.do(ApproveMoves(id="moves", moves=(move,)))
    return floor


def singles() -> Floor:
    floor = house()
    for number in ("1", "2"):
        floor.order(number, {"MUG": 1})
    plan(floor)
    floor.follow("W1", "CART-1")
    return floor


def labelled() -> Floor:
    floor = picked()
    floor.scans(*PACK, "1850")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(BOX, "HOME")
    return floor


def in_lane() -> Floor:
    floor = labelled()
    seen(floor, BOX)
    confirm(floor, "LANE-01")
    return floor


def run_out() -> Floor:
    floor = labelled()
    seen(floor, BOX)
    confirm(floor, "RUNOUT")
    return floor


def low_face() -> Floor:
    """A pick face that must be filled, and nothing else to do."""
    floor = house()
    floor.order("1", {"22423": 4})
    plan(floor)
    floor.follow("W1", "CART-1")
    floor.order("2", {"22423": 1})
    plan(floor, 2)
    return floor


def received() -> Floor:
    """A tote with two SKUs waits for putaway."""
    floor = house()
    floor.scans(*RECEIVE, "MUG", "5", "MILK", "L1", "5")
    floor.scan("DONE")
    floor.scan("HOME")
    return floor


def on_van() -> Floor:
    """The parcel of the lane is planned onto a van; another order is a stop without parcels."""
    floor = in_lane()
    depot = VanDepot(code="HUB", lat_e6=53_950_000, lon_e6=-1_050_000)
    floor.do(SetUpVans(id="vans", depots=(depot,), vans=(Van(code="VAN-1", depot="HUB"),)))
    (parcel,) = floor.parcels()
    visit = PlannedVisit(call=f"order:{parcel.order_id}", eta_ms=1, parcels=(parcel.id,))
    other = PlannedVisit(call="return:RMA-1", eta_ms=2)
    tour = PlannedVanTour(
        van="VAN-1",
        starts_ms=floor.clock.ms,
        back_ms=floor.clock.ms + 1,
        distance_m=1,
        cost_cents=1,
        visits=(visit, other),
    )
    floor.do(ApplyVanTours(id="van tours", plan=1, tours=(tour,)))
    return floor


DRIVE = ("VAN-1", BOX, "DONE")

SCENES: dict[str, dict[str, Scene]] = {
    "home": {"home": Scene(house, ())},
    "picking": {
        "cart": Scene(zoned, ("HAND-1",)),
        "tote": Scene(tour, ("CART-1",)),
        "carton": Scene(cartoned, ("CART-1",)),
        "plate": Scene(cartoned, ("CART-1", "BOX-S")),
        "place": Scene(tour, ("CART-1", "TOTE-1")),
        "item": Scene(tour, ITEM),
        "count": Scene(tour, (*ITEM, "MUG")),
        "drop": Scene(tour, (*ITEM, "MUG", "5")),
        "short": Scene(tour, (*ITEM, "SHORT")),
        "zero": Scene(
            last_units, ("CART-1", "TOTE-1", "P-PEN", "PEN", str(STOCK["PEN"]), "TOTE-1")
        ),
        "new_tote": Scene(tour, (*ITEM, "FULL")),
        "hand_over": Scene(tour, (*ITEM, "MUG", "5", "TOTE-1", "P-PEN", "PEN", "TOTE-1")),
    },
    "packing": {
        "tote": Scene(picked, ("BENCH-01",)),
        "carton": Scene(picked, ("BENCH-01", "TOTE-1")),
        "why": Scene(picked, ("BENCH-01", "TOTE-1", "BOX-L")),
        "item": Scene(picked, FILL),
        "count": Scene(picked, (*FILL, "MUG")),
        "measure": Scene(picked, (*FILL, "MEASURE")),
        "length": Scene(picked, (*FILL, "MEASURE", "MUG")),
        "width": Scene(picked, (*FILL, "MEASURE", "MUG", "120")),
        "height": Scene(picked, (*FILL, "MEASURE", "MUG", "120", "90")),
        "mass": Scene(picked, (*FILL, "MEASURE", "MUG", "120x90x110")),
        "recarton": Scene(fewer_in_carton, ("BENCH-01", "PLATE-1")),
        "weigh": Scene(picked, PACK),
        "label": Scene(picked, (*PACK, "1850")),
        "single": Scene(singles, ("BENCH-01", "TOTE-1")),
        "put_back": Scene(cancelled, ("BENCH-01", "TOTE-1")),
    },
    "consolidating": {
        "tote": Scene(wall, ("WALL-01",)),
        "item": Scene(wall, ("WALL-01", "TOTE-1")),
        "slot": Scene(wall, ("WALL-01", "TOTE-1", "MUG")),
        "short": Scene(wall, ("WALL-01", "TOTE-1", "SHORT")),
        "put_back": Scene(changed_wall, ("WALL-01", "TOTE-1")),
    },
    "presenting": {
        "pod": Scene(presented, ("STATION-1",)),
        "bin": Scene(presented, ("STATION-1", "POD-1")),
        "item": Scene(presented, ("STATION-1", "POD-1", "POD-1-A")),
        "count": Scene(presented, ("STATION-1", "POD-1", "POD-1-A", "MUG")),
        "slot": Scene(presented, ("STATION-1", "POD-1", "POD-1-A", "MUG", "5")),
        "short": Scene(presented, ("STATION-1", "POD-1", "SHORT")),
        "goods": Scene(set_down, ("STATION-1",)),
        "unpack": Scene(set_down, ("STATION-1", "TOTE-1")),
        "stow": Scene(set_down, ("STATION-1", "TOTE-1", "LAMP")),
        "fitted": Scene(set_down, ("STATION-1", "TOTE-1", "LAMP", "FULL")),
    },
    "carry": {
        "source": Scene(called, ("NEXT",)),
        "target": Scene(called, ("NEXT", "POD-1")),
        "done": Scene(called, ("NEXT", "POD-1", "STATION-1")),
    },
    "loading": {"parcel": Scene(in_lane, ("LANE-01",))},
    "resort": {
        "parcel": Scene(run_out, ("RUNOUT",)),
        "lane": Scene(run_out, ("RUNOUT", BOX)),
    },
    "receiving": {
        "asn": Scene(house, ("DOCK",)),
        "lpn": Scene(house, ("DOCK", "ASN-1")),
        "item": Scene(house, RECEIVE),
        "lot": Scene(house, (*RECEIVE, "MILK")),
        "count": Scene(house, (*RECEIVE, "MUG")),
    },
    "putaway": {
        "source": Scene(received, ("NEXT",)),
        "item": Scene(received, ("NEXT", "TOTE-1")),
        "place": Scene(received, ("NEXT", "TOTE-1", "MUG")),
        "fitted": Scene(received, ("NEXT", "TOTE-1", "MUG", "FULL")),
        "done": Scene(received, ("NEXT", "TOTE-1", "SHORT", "SHORT")),
    },
    "replenish": {
        "source": Scene(low_face, ("NEXT",)),
        "item": Scene(low_face, ("NEXT", "R9")),
        "count": Scene(low_face, ("NEXT", "R9", "22423")),
        "target": Scene(low_face, ("NEXT", "R9", "22423", "4")),
        "done": Scene(low_face, ("NEXT", "SHORT")),
    },
    "move": {
        "source": Scene(reslotted, ("NEXT",)),
        "item": Scene(reslotted, ("NEXT", "P-MUG")),
        "target": Scene(reslotted, ("NEXT", "P-MUG", "MUG")),
        "done": Scene(reslotted, ("NEXT", "P-MUG", "MUG", "P-SPARE")),
    },
    "returning": {
        "rma": Scene(house, ("DESK",)),
        "item": Scene(house, ("DESK", "RMA-1")),
        "count": Scene(house, ("DESK", "RMA-1", "MUG")),
        "grade": Scene(house, ("DESK", "RMA-1", "MUG", "2")),
    },
    "store": {
        "list": Scene(store, ("STORE-1",)),
        "item": Scene(store, FETCH),
        "count": Scene(store, (*FETCH, "MUG")),
        "pack": Scene(store, FETCHED),
        "label": Scene(store, (*FETCHED, "BOX-S")),
        "bag": Scene(to_collect, FETCHED),
        "hand": Scene(to_collect, (*FETCHED, "DONE", "1")),
        "put_back": Scene(unwanted_in_bag, FETCH),
    },
    "delivering": {
        "load": Scene(on_van, ("VAN-1",)),
        "stop": Scene(on_van, DRIVE),
        "hand": Scene(on_van, (*DRIVE, BOX)),
        "not_home": Scene(on_van, (*DRIVE, "NOT_HOME")),
        "damaged": Scene(on_van, (*DRIVE, "DAMAGED")),
        "rest": Scene(on_van, (*DRIVE, "BREAK")),
        "depot": Scene(on_van, (*DRIVE, BOX, "CUSTOMER", "RMA-1")),
        "back": Scene(on_van, (*DRIVE, "REFUSED", "RMA-1", "DONE")),
    },
}
