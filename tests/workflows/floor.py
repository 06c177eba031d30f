"""Owns a small warehouse for tests of guided work: set-up, orders, picks, and people who scan."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from controller.core import Controller
from controller.messages import (
    ApplyTour,
    CartonType,
    Command,
    Container,
    ContainerSeen,
    Decision,
    DivertConfirmed,
    Event,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    LabelBought,
    LabelPrinted,
    OrderLine,
    Place,
    PlaceOrder,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    Recipient,
    Scan,
    ScanReply,
    SetUpSite,
    ShippingService,
    SignIn,
    SiteSettings,
    StockLine,
    Worker,
)
from controller.store import Store, open_store
from controller.units import DAY, HOUR
from controller.views.checks import check

R = TypeVar("R")
SORTER = "SORTER-01"
FIRST = "040123450000000016"
SECOND = "040123450000000023"
MORNING_MS = 20_000 * DAY + 8 * HOUR
SETTINGS = SiteSettings(gs1_prefix="4012345")
CARTONS = (
    CartonType(
        code="BOX-S",
        length_mm=200,
        width_mm=200,
        height_mm=200,
        tare_g=80,
        mass_max_g=10_000,
        cost_cents=40,
    ),
    CartonType(
        code="BOX-L",
        length_mm=500,
        width_mm=400,
        height_mm=300,
        tare_g=300,
        mass_max_g=25_000,
        cost_cents=95,
    ),
)
ECO = ShippingService(
    code="ECO",
    carrier="Snail",
    countries=("GB",),
    base_cents=300,
    per_kg_cents=50,
    divisor_cm3_per_kg=0,
    mass_max_g=20_000,
    girth_max_mm=3_000,
    transit_days=3,
    lane="LANE-01",
)
FAST = replace(ECO, code="FAST", carrier="Swift", countries=("*",), base_cents=700, lane="LANE-02")
MASS_G = {"MUG": 350, "PEN": 20, "BOOK": 500}
PLACES = (
    *(Place(name=f"P-{sku}", kind="pick", aisle=1, y_mm=1_000) for sku in MASS_G),
    Place(name="BENCH-01", kind="bench"),
    Place(name="BENCH-02", kind="bench"),
    Place(name="BELT-01", kind="belt"),
    Place(name="BUFFER", kind="buffer"),
    Place(name="PUT-BACK", kind="put_back"),
    Place(name="LANE-01", kind="lane"),
    Place(name="LANE-02", kind="lane"),
)
TOTES = tuple(
    Container(lpn=f"TOTE-{n}", kind="tote", place="BUFFER", volume_ml=55_000) for n in range(1, 7)
)
SETUP: tuple[Command[Any], ...] = (
    SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO, FAST)),
    ImportItems(
        id="items",
        items=tuple(
            Item(
                sku=sku,
                name=sku.title(),
                length_mm=100,
                width_mm=100,
                height_mm=100,
                mass_g=mass_g,
                barcodes=((f"{sku}-PACK", 2),),
            )
            for sku, mass_g in MASS_G.items()
        ),
    ),
    ImportPlaces(id="places", places=PLACES),
    ImportWorkers(id="workers", workers=tuple(Worker(badge=f"W{n}") for n in (1, 2, 3))),
    ImportContainers(
        id="containers",
        containers=(Container(lpn="CART-1", kind="cart", place="BUFFER", slots=6), *TOTES),
    ),
    ImportStock(
        id="stock",
        lines=tuple(StockLine(sku=sku, place=f"P-{sku}", qty=50, face=True) for sku in MASS_G),
    ),
)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.ms = MORNING_MS

    def now_ms(self) -> int:
        return self.ms


class Floor:
    """The warehouse; `screens` holds what each signed-in worker sees."""

    def __init__(
        self,
        *workers: str,
        setup: tuple[Command[Any], ...] = SETUP,
        store: Store | None = None,
    ) -> None:
        self.clock = Clock()
        self.controller = Controller(store or open_store(), self.clock)
        self.screens: dict[str, ScanReply] = {}
        self._ids = 0
        for command in setup:
            self.controller.handle(command)
        for worker in workers or ("W1",):
            self.screens[worker] = self.do(SignIn(id=f"in/{worker}", badge=worker))

    def do(self, command: Command[R]) -> R:
        return self.controller.handle(command)

    def id(self) -> str:
        self._ids += 1
        return f"test/{self._ids}"

    # --- orders and picks ---

    def order(
        self,
        number: str,
        wants: Mapping[str, int],
        country: str = "GB",
        due_ms: int = 0,
        **promised: Any,
    ) -> str:
        lines = enumerate(wants.items(), 1)
        placed = self.do(
            PlaceOrder(
                id=self.id(),
                shop="shop",
                number=number,
                lines=tuple(OrderLine(line=n, sku=sku, qty=qty) for n, (sku, qty) in lines),
                country=country,
                due_ms=due_ms,
                **promised,
                recipient=Recipient(name="Ada Byron", street="1 Mill Lane", city="York"),
            )
        )
        return placed.order

    def tour(self, loads: list[list[tuple[str, str, dict[str, int]]]]) -> None:
        """Plans and picks one cart: a load is a list of parcels (order, carton, units by SKU)."""
        planned, picks = [], []
        for at, parcels in enumerate(loads):
            planned.append(
                PlannedLoad(
                    container="tote", parcels=tuple(self._parcel(*each) for each in parcels)
                )
            )
            picks += [
                PlannedPick(
                    order=order,
                    line=self.line(order, sku),
                    sku=sku,
                    place=f"P-{sku}",
                    qty=qty,
                    load=at,
                )
                for order, _, units in parcels
                for sku, qty in units.items()
            ]
        self.do(
            ApplyTour(
                id=self.id(), kind="cluster", loads=tuple(planned), picks=tuple(picks), length_mm=1
            )
        )
        self.follow("W1", "CART-1")

    def _parcel(self, order: str, carton: str, units: dict[str, int]) -> PlannedParcel:
        contents = tuple((self.line(order, sku), qty) for sku, qty in units.items())
        mass_g = sum(MASS_G.get(sku, 0) * qty for sku, qty in units.items())
        return PlannedParcel(order=order, carton=carton, contents=contents, mass_g=mass_g)

    def line(self, order: str, sku: str) -> int:
        found = self.value(
            "SELECT line FROM order_line WHERE order_id = :order AND sku = :sku",
            order=order,
            sku=sku,
        )
        return int(found)

    # --- people ---

    def scan(self, raw: str, worker: str = "W1") -> ScanReply:
        seen = self.screens[worker].screen
        reply = self.do(Scan(id=self.id(), worker=worker, version=seen.version, raw=raw))
        self.screens[worker] = reply
        return reply

    def scans(self, *raws: str, worker: str = "W1") -> ScanReply:
        for raw in raws:
            reply = self.scan(raw, worker)
            assert reply.tone == "ok", (raw, reply)
        return reply

    def follow(self, worker: str, first: str) -> None:
        """Scans what each screen asks for until the worker is home again."""
        reply = self.scan(first, worker)
        while reply.screen.workflow != "home":
            assert reply.tone == "ok", reply
            reply = self.scan(reply.screen.target, worker)

    # --- devices and partners ---

    def sent(self, prefix: str) -> list[Event]:
        return self.controller.due(prefix, self.clock.ms)

    def carrier_answers(self) -> None:
        """The carrier sells a label for every purchase that waits."""
        for event in self.sent("carrier/buy"):
            parcel = int(event.payload["parcel"])
            self.do(
                LabelBought(
                    id=f"bought/{event.id}",
                    parcel=parcel,
                    tracking=f"TRK{event.payload['reference']}",
                    cost_cents=321,
                )
            )

    def printer_answers(self) -> None:
        """Every label that waits comes out."""
        for event in self.sent("device/printer-"):
            device = event.topic.removeprefix("device/")
            self.do(LabelPrinted(id=f"printed/{event.id}", device=device, outbox=event.id))

    # --- what the books say ---

    def all(self, sql: str, **params: Any) -> list[Any]:
        with self.controller.reading() as db:
            return db.all(sql, **params)

    def value(self, sql: str, **params: Any) -> Any:
        with self.controller.reading() as db:
            return db.value(sql, **params)

    def events(self, kind: str) -> list[dict[str, Any]]:
        rows = self.all("SELECT data FROM event WHERE kind = :kind ORDER BY id", kind=kind)
        return [msgspec.json.decode(row.data) for row in rows]

    def stock(self, at: str) -> dict[str, int]:
        """Units by SKU at a place or in a container."""
        rows = self.all(
            "SELECT sku, qty FROM stock WHERE place = :at OR container = :at ORDER BY sku", at=at
        )
        return {row.sku: row.qty for row in rows}

    def books_balance(self) -> bool:
        """Whether every invariant of the house holds; else the broken ones are told."""
        with self.controller.reading() as db:
            broken = {name: found for name, found in check(db).items() if found}
        assert not broken, broken
        return True

    def parcels(self) -> list[Any]:
        return self.all("SELECT * FROM parcel ORDER BY id")


def packed_floor(wants: Mapping[str, int] | None = None, store: Store | None = None) -> Floor:
    """A floor on which one order of one parcel is picked and W1 stands at the bench."""
    floor = Floor(store=store)
    units = dict(wants or {"MUG": 2, "PEN": 1})
    order = floor.order("1", units)
    floor.tour([[(order, "BOX-S", units)]])
    floor.scans("BENCH-01")
    return floor


def belt_floor(parcels: int = 1, store: Store | None = None) -> Floor:
    """A floor with labelled parcels on the belt, each of its own order."""
    floor = Floor(store=store)
    orders = [floor.order(str(n), {"MUG": 1}) for n in range(1, parcels + 1)]
    floor.tour([[(order, "BOX-S", {"MUG": 1})] for order in orders])
    floor.scans("BENCH-01")
    for n in range(1, parcels + 1):
        floor.scans(f"TOTE-{n}", "BOX-S", "MUG", "430")
        floor.carrier_answers()
        floor.printer_answers()
        floor.scans(floor.screens["W1"].screen.target)
    return floor


def seen(floor: Floor, *codes: str, deadline_ms: int = 0, tracking: str = "T1") -> Decision:
    return floor.do(
        ContainerSeen(
            id=floor.id(), device=SORTER, codes=codes, tracking=tracking, deadline_ms=deadline_ms
        )
    )


def last_divert(floor: Floor) -> Event:
    return floor.sent(f"device/{SORTER}")[-1]


def confirm(floor: Floor, lane: str, outbox: int | None = None) -> str:
    row = last_divert(floor).id if outbox is None else outbox
    done = DivertConfirmed(id=floor.id(), device=SORTER, outbox=row, lane=lane)
    return floor.do(done).note


def singles_floor(store: Store | None = None) -> Floor:
    """Three one-unit orders in one tote; shop/b is due before shop/a."""
    floor = Floor(store=store)
    orders = {
        "a": floor.order("a", {"MUG": 1}, due_ms=floor.clock.ms + 2_000),
        "b": floor.order("b", {"MUG": 1}, due_ms=floor.clock.ms + 1_000),
        "c": floor.order("c", {"PEN": 1}, due_ms=floor.clock.ms + 3_000),
    }
    floor.tour([[(orders[n], "BOX-S", {"PEN": 1} if n == "c" else {"MUG": 1}) for n in "abc"]])
    floor.scans("BENCH-01", "TOTE-1")
    return floor


def let_go(floor: Floor) -> str:
    """The label of the parcel on the bench is bought, printed and scanned; the parcel's order."""
    floor.carrier_answers()
    floor.printer_answers()
    screen = floor.screens["W1"].screen
    floor.scans(screen.target)
    return str(screen.fields["order"])
