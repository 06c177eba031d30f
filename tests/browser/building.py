"""Owns the served warehouse of the browser's tests: a real server over a real controller."""

import queue
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from api.clock import WallClock
from api.main import create_app
from api.runtime import Runtime, Wiring
from controller.messages import (
    Command,
    ContainerSeen,
    DivertConfirmed,
    Event,
    LabelPrinted,
    OrderLine,
    PlaceOrder,
    Recipient,
    Scan,
    SignIn,
    WeightRead,
)
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.store import open_store
from controller.views.checks import check
from controller.views.screens import screen_of
from controller.workflows import releasing
from devices.driver import Effects
from devices.transports.memory import MemoryTransport
from tests.api.serving import running
from tests.browser.site import code_of, set_up
from tests.until import WAIT_S

SALT: Final = "salt of the tests"
SORTER: Final = "SORTER-01"
PICKER: Final = "PICKER-001"
SCANS_MAX: Final = 60
_PICKED = "SELECT CAST(COALESCE(SUM(picked), 0) AS BIGINT) FROM order_line"
_SITE = "SELECT name FROM setting WHERE name = 'site'"
_SCANS = "SELECT COUNT(*) FROM journal WHERE name = 'Scan'"


class Quiet:
    """A device that takes what it is asked for; the tests answer in its stead."""

    addresses = ()
    repeatable = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: queue.Queue[Event] = queue.Queue()

    def carry_out(self, event: Event, _now_ms: int) -> Effects:
        self.asked.put(event)
        return Effects()

    def heard(self, _address: str, _payload: bytes, _now_ms: int) -> Effects:
        return Effects()

    def connected(self, _now_ms: int) -> Effects:
        return Effects()

    def wake(self, _now_ms: int) -> Effects:
        return Effects()


class Building:
    """`url` is where its pages are."""

    def __init__(self, runtime: Runtime, printer: Quiet, sorter: Quiet) -> None:
        self.runtime = runtime
        self.printer = printer
        self.sorter = sorter
        self.url = ""
        self._made = 0

    def close(self) -> None:
        self.runtime.stop()
        self.runtime.controller.store.close()

    def handle(self, command: Command[Any]) -> Any:
        return self.runtime.controller.handle(command)

    def new_id(self) -> str:
        self._made += 1
        return f"test/{self.runtime.boot}/{self._made}"

    def order(self, number: str, wants: Mapping[str, int]) -> None:
        lines = enumerate(wants.items(), 1)
        self.handle(
            PlaceOrder(
                id=self.new_id(),
                shop="shop",
                number=number,
                lines=tuple(OrderLine(line=n, sku=sku, qty=qty) for n, (sku, qty) in lines),
                country="GB",
                recipient=Recipient(name="Ada Example", street="1 Example Road", city="York"),
            )
        )

    def plan(self) -> None:
        """Releases what is ordered as tours, at once."""
        with self.runtime.controller.reading() as db:
            problem = releasing.snapshot(db, self.runtime.clock.now_ms())
        tours = planner.solve(problem, Effort(work=200))
        for command in releasing.commands(tours, self.runtime.clock.now_ms()):
            self.handle(command)

    def tour(self) -> None:
        """A tour of three orders: single scans, a pack of two, a lot, and a count."""
        self.order("1", {"MUG-RED": 2, "PEN-BLUE": 1})
        self.order("2", {"MILK-1L": 1, "SOAP-22": 6})
        self.order("3", {"MUG-RED": 1, "SOAP-22": 3})
        self.plan()

    def fetch(self, cart: str) -> None:
        """A colleague walks the tour of a cart to its end."""
        self.handle(SignIn(id=self.new_id(), actor=PICKER, badge=PICKER))
        target = cart
        for _ in range(SCANS_MAX):
            self._scan(target)
            screen = self.screen(PICKER)
            if screen.workflow == "home":
                return
            target = code_of(screen.target)
        raise AssertionError(f"{cart} is still under way")

    def _scan(self, raw: str) -> None:
        version = self.screen(PICKER).version
        scan = Scan(id=self.new_id(), actor=PICKER, worker=PICKER, version=version, raw=raw)
        reply = self.handle(scan)
        assert reply.tone == "ok", reply

    # --- devices ---

    def weigh(self, mass_g: int) -> None:
        self.handle(
            WeightRead(id=self.new_id(), device="scale-bench-01", place="BENCH-01", mass_g=mass_g)
        )

    def print_label(self) -> None:
        """Waits for the label that was bought, then it comes out."""
        event = self.printer.asked.get(timeout=WAIT_S)
        device = self.printer.name
        self.handle(LabelPrinted(id=f"printed/{event.id}", device=device, outbox=event.id))

    def sort(self, lpn: str) -> str:
        """The parcel passes the sorter into its lane; which one that is."""
        decision = self.handle(
            ContainerSeen(
                id=self.new_id(), device=SORTER, codes=(lpn,), tracking="T1", deadline_ms=0
            )
        )
        row = self.sorter.asked.get(timeout=WAIT_S)
        self.handle(
            DivertConfirmed(id=self.new_id(), device=SORTER, outbox=row.id, lane=decision.lane)
        )
        return str(decision.lane)

    # --- what the books say ---

    def value(self, sql: str, **params: Any) -> Any:
        with self.runtime.controller.reading() as db:
            return db.value(sql, **params)

    def screen(self, worker: str) -> Any:
        with self.runtime.controller.reading() as db:
            return screen_of(db, worker)

    def units_picked(self) -> int:
        return int(self.value(_PICKED))

    def scans(self) -> int:
        return int(self.value(_SCANS))

    def books_balance(self) -> bool:
        with self.runtime.controller.reading() as db:
            broken = {name: found for name, found in check(db).items() if found}
        assert not broken, broken
        return True


def open_house(database: str) -> Building:
    """The house at work, set up unless its database was before."""
    store = open_store(database, salt=SALT)
    printer, sorter = Quiet("printer-bench-01"), Quiet(SORTER)
    wiring = Wiring(drivers=(printer, sorter), transport=MemoryTransport())
    runtime = Runtime(store, WallClock(), wiring)
    with store.reading() as db:
        is_set_up = db.value(_SITE) is not None
    for command in () if is_set_up else set_up():
        runtime.controller.handle(command)
    runtime.start()
    return Building(runtime, printer, sorter)


@contextmanager
def building(database: str) -> Iterator[Building]:
    house = open_house(database)
    with running(create_app(house.runtime)) as url:
        house.url = url
        yield house
    house.close()
