"""A small site for tests of goods in, returns, putaway and replenishment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from controller.core import Controller
from controller.messages import (
    AnnounceReceipt,
    ApplyTour,
    Command,
    Container,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    OrderLine,
    Place,
    PlaceOrder,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    Scan,
    ScanReply,
    SetUpSite,
    SignIn,
    SiteSettings,
    StockLine,
    Worker,
)
from controller.store import open_store
from controller.units import HOUR
from controller.views.checks import check
from controller.workflows.handheld import HOME, Flow
from controller.workflows.table import HANDLERS

NOON_MS = 1_760_000_400_000

ITEMS = (
    Item(
        sku="MUG",
        name="Mug",
        length_mm=100,
        width_mm=100,
        height_mm=100,
        mass_g=300,
        barcodes=(("4006381333931", 1), ("4006381333948", 12)),
    ),
    Item(sku="SOFA", name="Sofa", length_mm=900, width_mm=900, height_mm=900, mass_g=40_000),
    Item(sku="LAMP", name="Lamp", length_mm=200, width_mm=100, height_mm=100, mass_g=900),
    Item(
        sku="MILK",
        name="Milk",
        length_mm=100,
        width_mm=100,
        height_mm=100,
        mass_g=1000,
        barcodes=(("09506000134352", 1),),
        lot_tracked=True,
    ),
)
PLACES = (
    Place(name="DOCK1", kind="dock"),
    Place(name="DESK", kind="returns"),
    Place(name="BENCH", kind="bench"),
    Place(name="BACK", kind="put_back"),
    Place(name="RACK", kind="buffer"),
    Place(name="P1", kind="pick"),
    Place(name="P2", kind="pick"),
    Place(name="R1", kind="reserve", volume_ml=20_000),
    Place(name="R2", kind="reserve", volume_ml=20_000),
    Place(name="R3", kind="reserve", volume_ml=20_000),
)
CONTAINERS = (
    Container(lpn="T1", kind="tote", place="DOCK1", volume_ml=60_000, mass_max_g=50_000),
    Container(lpn="T2", kind="tote", place="RACK", volume_ml=60_000, mass_max_g=50_000),
    Container(lpn="Z1", kind="cage", place="RACK"),
    Container(lpn="CART", kind="cart", place="RACK"),
)
WORKERS = (Worker(badge="ANN"), Worker(badge="BOB"))


@dataclass
class Clock:
    now: int = NOON_MS

    def now_ms(self) -> int:
        return self.now


@dataclass
class Site:
    """A set-up site with people; every call goes through the one door."""

    url: str = "sqlite://"
    stock: tuple[StockLine, ...] = ()
    settings: SiteSettings = field(default_factory=SiteSettings)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.controller = Controller(open_store(self.url), self.clock, handlers=HANDLERS)
        self.ids = count(1)
        self.last: dict[str, ScanReply] = {}
        self.handle(SetUpSite, settings=self.settings)
        self.handle(ImportItems, items=ITEMS)
        self.handle(ImportPlaces, places=PLACES)
        self.handle(ImportContainers, containers=CONTAINERS)
        self.handle(ImportWorkers, workers=WORKERS)
        self.handle(ImportStock, lines=self.stock)
        for worker in WORKERS:
            self.last[worker.badge] = self.handle(SignIn, badge=worker.badge)

    def handle(self, command: type[Command[Any]], /, **fields: Any) -> Any:
        return self.controller.handle(command(id=f"test/{next(self.ids)}", **fields))

    def announce(self, asn: str, **units: int) -> None:
        lines = tuple(
            OrderLine(line=number, sku=sku, qty=qty)
            for number, (sku, qty) in enumerate(units.items(), 1)
        )
        self.handle(AnnounceReceipt, asn=asn, lines=lines, expected_ms=self.clock.now + HOUR)

    def scan(self, *raws: str, worker: str = "ANN") -> ScanReply:
        """Scans one after the other; the last answer."""
        for raw in raws:
            version = self.last[worker].screen.version
            self.last[worker] = self.handle(Scan, worker=worker, version=version, raw=raw)
        return self.last[worker]

    def follow(self, worker: str = "ANN", most: int = 100) -> list[str]:
        """Scans what the screen asks for until the worker is home again; the steps seen.

        A station where no pod stands is an end, too.
        """
        steps: list[str] = []
        for _ in range(most):
            screen = self.last[worker].screen
            if screen.workflow == HOME or (screen.step == "pod" and not screen.target):
                return steps
            steps.append(screen.step)
            assert screen.target, f"nothing to scan at {screen.workflow}/{screen.step}"
            self.scan(screen.target, worker=worker)
        raise AssertionError(f"not home after {most} scans: {steps}")

    def release(self, sku: str, place: str, qty: int) -> str:
        """Orders units and plans their pick from a place, which reserves them there."""
        lines = (OrderLine(line=1, sku=sku, qty=qty),)
        order = str(
            self.handle(PlaceOrder, shop="web", number=str(next(self.ids)), lines=lines).order
        )
        parcel = PlannedParcel(order=order, carton="", contents=((1, qty),), mass_g=1)
        pick = PlannedPick(order=order, line=1, sku=sku, place=place, qty=qty, load=0)
        load = PlannedLoad(container="tote", parcels=(parcel,))
        self.handle(ApplyTour, kind="cluster", loads=(load,), picks=(pick,), length_mm=1)
        return order

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        with self.controller.reading() as db:
            return [tuple(row) for row in db.all(sql, **params)]

    def stock_at(self) -> dict[tuple[str, str], int]:
        """Units by SKU and place or container, without virtual places."""
        rows = self.rows(
            "SELECT sku, place, container, qty FROM stock ORDER BY sku, place, container, lot"
        )
        found: dict[tuple[str, str], int] = {}
        for sku, place, container, qty in rows:
            if place[:1] != "~":
                key = (sku, place or container)
                found[key] = found.get(key, 0) + qty
        return found

    def violations(self) -> dict[str, list[str]]:
        """The invariants that do not hold."""
        with self.controller.reading() as db:
            return {name: found for name, found in check(db).items() if found}


CODES = (
    *("MUG", "4006381333948", "(01)09506000134352(17)261231(10)L7", "DOCK1", "P1", "R1", "T1"),
    *("CART", "ANN", "ASN1", "RMA1", "0", "1", "999999", "nonsense", "4006381333932", "NEXT"),
    *("UNDO", "SHORT", "FULL", "SKIP", "PRINT", "DAMAGED", "DONE", "EMPTY", "HOME"),
)


def walk_every_pair(
    flow: Flow, start: Callable[[], Site], paths: Mapping[str, tuple[str, ...]]
) -> None:
    """At every step of a flow every class of scan is answered, twice, and breaks no invariant."""
    assert set(paths) == set(flow.draw), "a path to each step"
    for step, path in paths.items():
        site = None
        for code in CODES:
            site = site or start()
            screen = site.last["ANN"].screen
            if (screen.workflow, screen.step) != (flow.name, step):
                screen = site.scan(*path).screen
            assert (screen.workflow, screen.step) == (flow.name, step)
            for _ in range(2):
                assert site.scan(code).tone in ("ok", "warn", "error")
            if site.last["ANN"].screen.version != screen.version:
                assert site.violations() == {}, (step, code)
                site = None  # a refused scan has changed nothing, so its site serves again
