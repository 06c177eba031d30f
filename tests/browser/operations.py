"""Owns the warehouse that the console's browser tests look at: one order shipped, one under way.

Names of goods, shops and devices are as strangers may send them: markup and scripts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from api.main import create_app
from api.runtime import Runtime, Wiring
from controller.messages import (
    ApplyTour,
    Command,
    DeviceFault,
    ImportItems,
    Item,
    OrderLine,
    PlaceOrder,
    PlannedKind,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    RecordPlan,
    Scan,
    SignIn,
)
from controller.store import open_store
from controller.views.screens import screen_of
from devices.transports.memory import MemoryTransport
from tests.api.serving import LiveSetClock, running, staff
from tests.workflows.floor import FIRST, SETUP, Floor, confirm, seen

NASTY: Final = (
    "<script>window.stolen = 1</script>",
    "<img src=x onerror=window.stolen=1>",
    '"><svg onload=window.stolen=1>',
    "{{constructor.constructor('window.stolen=1')()}}",
    "javascript:window.stolen=1",
)
SHIPPED: Final = "shop/1"
OPEN: Final = "shop/2"
PLAN: Final = 7
PICKER: Final = "PICKER-001"


class Operations:
    """`url` is where its pages are."""

    def __init__(self, runtime: Runtime, url: str) -> None:
        self.runtime = runtime
        self.url = url
        self._made = 0

    def handle(self, command: Command[Any]) -> Any:
        return self.runtime.controller.handle(command)

    def new_id(self) -> str:
        self._made += 1
        return f"operations/{self._made}"

    def order(self, number: str, sku: str = "MUG", shop: str = "shop") -> None:
        line = OrderLine(line=1, sku=sku, qty=1)
        self.handle(PlaceOrder(id=self.new_id(), shop=shop, number=number, lines=(line,)))

    def plan(self, *numbers: str) -> str:
        """A plan of one tour with a tote for each of these orders of a mug; the tour's id."""
        orders = [f"shop/{number}" for number in numbers]
        kind = PlannedKind(
            kind="cluster",
            tours=1,
            loads=len(orders),
            length_mm=40_000,
            first_come_mm=50_000,
            bound_mm=32_000,
        )
        waiting = (("shop/9", "work_in_process_full"),)
        self.handle(
            RecordPlan(
                id=self.new_id(),
                plan=PLAN,
                kinds=(kind,),
                left_out=(("work_in_process_full", 1),),
                waiting=waiting,
            )
        )
        parcels = [
            PlannedParcel(order=order, carton="BOX-S", contents=((1, 1),), mass_g=430)
            for order in orders
        ]
        picks = [
            PlannedPick(order=order, line=1, sku="MUG", place="P-MUG", qty=1, load=nth)
            for nth, order in enumerate(orders)
        ]
        applied = self.handle(
            ApplyTour(
                id=self.new_id(),
                kind="cluster",
                loads=tuple(PlannedLoad(container="tote", parcels=(each,)) for each in parcels),
                picks=tuple(picks),
                length_mm=40_000,
                plan=PLAN,
            )
        )
        return str(applied.tour)

    def start(self, *codes: str) -> None:
        """The picker begins a tour: scans a cart, then totes for its slots."""
        for code in codes:
            with self.runtime.controller.reading() as db:
                seen = screen_of(db, PICKER)
            assert seen is not None
            self.handle(Scan(id=self.new_id(), worker=PICKER, raw=code, version=seen.version))

    def fault(self, device: str, fault: str, detail: str = "") -> None:
        self.handle(DeviceFault(id=self.new_id(), device=device, fault=fault, detail=detail))


def _filled(database: str) -> Floor:
    """A floor on which one order was shipped, and another is on the bench."""
    floor = Floor("W1", "W2", setup=tuple(map(_nasty, SETUP)), store=open_store(database))
    orders = [floor.order(number, {"MUG": 1}) for number in ("1", "2")]
    floor.tour([[(order, "BOX-S", {"MUG": 1})] for order in orders])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(FIRST)
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    floor.scans("LANE-01", worker="W2")
    floor.scans(FIRST, worker="W2")
    floor.scans("TOTE-2")
    return floor


def _nasty(command: Command[Any]) -> Command[Any]:
    """The set-up with names of goods as an enemy would write them."""
    if not isinstance(command, ImportItems):
        return command
    items: list[Item] = []
    for nth, item in enumerate(command.items):
        items.append(replace(item, name=NASTY[nth % len(NASTY)]))
    return replace(command, items=tuple(items))


@contextmanager
def operations(database: str) -> Iterator[Operations]:
    floor = _filled(database)
    clock = LiveSetClock()
    clock.now = floor.clock.ms
    store = floor.controller.store
    runtime = Runtime(store, clock, Wiring(drivers=(), transport=MemoryTransport()))
    for command in staff():
        runtime.controller.handle(command)
    runtime.controller.handle(SignIn(id="in/picker", badge=PICKER))
    runtime.start()
    with running(create_app(runtime)) as url:
        yield Operations(runtime, url)
    runtime.stop()
    store.close()
