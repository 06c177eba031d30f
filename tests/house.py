"""Owns the small house of the tests: one SKU per pick face, a cart, totes, a bench, one picker.

Everything in it is set up by commands through the one door, as a real site is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest

from controller.core import Controller
from controller.errors import Refused
from controller.handlers import Handler
from controller.messages import (
    ApplyTour,
    CancelOrder,
    ChangeOrder,
    Command,
    Container,
    Done,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    OrderCancelled,
    OrderLine,
    OrderPlaced,
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
    TourApplied,
    Worker,
    from_json,
)
from controller.store import Row, Store
from controller.turn import Turn
from controller.views.checks import check

R = TypeVar("R")
C = TypeVar("C", bound=Command[Any])
MONDAY_8_MS = 1_767_600_000_000  # 2026-01-05 08:00 UTC
TOTES = 6
SALT = "salt of the tests"
SCANS_MAX = 200
_LINES = "SELECT * FROM order_line WHERE order_id = :order ORDER BY line"
_AVAILABLE = "SELECT * FROM available WHERE sku = :sku AND owner = '' AND node = 'main'"


class SetClock:
    """A clock that stands still until a test sets it."""

    def __init__(self, now_ms: int = MONDAY_8_MS) -> None:
        self.now = now_ms

    def now_ms(self) -> int:
        return self.now


def item(sku: str) -> Item:
    return Item(sku=sku, name=sku, length_mm=100, width_mm=80, height_mm=60, mass_g=300)


def wanted(lines: Mapping[str, int]) -> tuple[OrderLine, ...]:
    """Order lines, numbered from 1."""
    return tuple(
        OrderLine(line=number, sku=sku, qty=qty)
        for number, (sku, qty) in enumerate(lines.items(), 1)
    )


def set_up(stock: Mapping[str, int], settings: SiteSettings | None = None) -> list[Command[Any]]:
    """The commands that make the house; a SKU with stock 0 is known and has an empty face."""
    faces = [Place(name=f"P-{sku}", kind="pick", aisle=n) for n, sku in enumerate(stock)]
    spots = [("DOCK", "dock"), ("BENCH", "bench"), ("BUFFER", "buffer"), ("R1", "reserve")]
    totes = [
        Container(lpn=f"TOTE{n}", kind="tote", place="BUFFER", volume_ml=55_000)
        for n in range(1, TOTES + 1)
    ]
    cart = Container(lpn="CART", kind="cart", place="BUFFER", slots=TOTES)
    opening = [
        StockLine(sku=sku, place=f"P-{sku}", qty=qty, face=True)
        for sku, qty in stock.items()
        if qty
    ]
    return [
        SetUpSite(id="set-up/site", settings=settings or SiteSettings()),
        ImportItems(id="set-up/items", items=tuple(map(item, stock))),
        ImportPlaces(
            id="set-up/places",
            places=(*faces, *(Place(name=name, kind=kind) for name, kind in spots)),
        ),
        ImportWorkers(id="set-up/workers", workers=(Worker(badge="ANN"),), names=("Ann Archer",)),
        ImportContainers(id="set-up/containers", containers=(cart, *totes)),
        ImportStock(id="set-up/stock", lines=tuple(opening)),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Command[Done]):
    """A command of the tests: what it does is given to `House.act`."""


class House:
    """A controller on a database, with a clock to set and short words for common commands."""

    def __init__(
        self, store: Store, stock: Mapping[str, int], settings: SiteSettings | None = None
    ) -> None:
        self.clock = SetClock()
        self.store = store
        self.controller = Controller(store, self.clock)
        self._sent = 0
        for command in set_up(stock, settings):
            self.controller.handle(command)

    def new_id(self) -> str:
        self._sent += 1
        return f"test/{self._sent}"

    def handle(self, command: Command[R]) -> R:
        return self.controller.handle(command)

    def act(self, run: Callable[[Turn], R]) -> R:
        """What `run` returns, carried out as the handler of one command."""
        returned: list[R] = []

        def carry_out(turn: Turn, _command: Act) -> Done:
            returned.append(run(turn))
            return Done()

        handlers: dict[type[Command[Any]], Handler] = {Act: Handler(carry_out, Done)}
        Controller(self.store, self.clock, handlers=handlers).handle(Act(id=self.new_id()))
        return returned[-1]

    def order(self, number: str, lines: Mapping[str, int], **more: Any) -> OrderPlaced:
        """Places the order `shop/<number>`."""
        return self.handle(
            PlaceOrder(id=self.new_id(), shop="shop", number=number, lines=wanted(lines), **more)
        )

    def change(self, order: str, *lines: tuple[int, str, int]) -> OrderPlaced:
        """Sets (line, SKU, quantity)."""
        asked = tuple(OrderLine(line=line, sku=sku, qty=qty) for line, sku, qty in lines)
        return self.handle(ChangeOrder(id=self.new_id(), order=order, lines=asked))

    def cancel(self, order: str, *lines: tuple[int, int]) -> OrderCancelled:
        """Cancels (line, quantity), or the whole order."""
        asked = tuple(OrderLine(line=line, sku="", qty=qty) for line, qty in lines)
        return self.handle(CancelOrder(id=self.new_id(), order=order, lines=asked))

    def refuses(self, act: Callable[[], object], code: str, **fields: object) -> None:
        """Checks that the act is refused for this reason, and that no order line changes."""
        before = self.all("SELECT * FROM order_line ORDER BY order_id, line")
        with pytest.raises(Refused) as error:
            act()
        assert error.value.code == code
        assert fields.items() <= dict(error.value.fields).items()
        assert self.all("SELECT * FROM order_line ORDER BY order_id, line") == before
        assert self.violations() == []

    # --- what the database says ----------------------------------------------------------------

    def all(self, sql: str, **params: Any) -> list[Row]:
        with self.store.reading() as db:
            return db.all(sql, **params)

    def one(self, sql: str, **params: Any) -> Row:
        (row,) = self.all(sql, **params)
        return row

    def lines(self, order: str) -> list[Row]:
        return self.all(_LINES, order=order)

    def line(self, order: str, line: int = 1) -> Row:
        return self.lines(order)[line - 1]

    def state(self, order: str) -> str:
        return str(self.one("SELECT state FROM customer_order WHERE id = :id", id=order).state)

    def free(self, sku: str) -> int:
        """Units that may still be promised."""
        row = self.one(_AVAILABLE, sku=sku)
        return int(row.sellable - row.promised)

    def stock(self, sku: str, place: str = "", container: str = "") -> tuple[int, int]:
        """(on hand, reserved) of a SKU at one place or in one container."""
        rows = self.all(
            "SELECT qty, reserved FROM stock WHERE sku = :sku AND place = :place "
            "AND container = :container AND status = 'available'",
            sku=sku,
            place=place,
            container=container,
        )
        return (int(rows[0].qty), int(rows[0].reserved)) if rows else (0, 0)

    def violations(self) -> list[str]:
        with self.store.reading() as db:
            return [f"{name}: {each}" for name, found in check(db).items() for each in found]

    # --- work on the floor ---------------------------------------------------------------------

    def release(self, order: str) -> TourApplied:
        """A tour of one tote that fetches what the order was promised."""
        return self.release_together([order])

    def release_together(self, orders: Sequence[str]) -> TourApplied:
        """A tour with a tote for each order."""
        return self.handle(self.tour_of(orders))

    def tour_of(self, orders: Sequence[str]) -> ApplyTour:
        picks = [pick for slot, order in enumerate(orders) for pick in self._picks(order, slot)]
        loads = []
        for slot, order in enumerate(orders):
            contents = tuple((pick.line, pick.qty) for pick in picks if pick.load == slot)
            parcel = PlannedParcel(order=order, carton="", contents=contents, mass_g=300)
            loads.append(PlannedLoad(container="tote", parcels=(parcel,)))
        return ApplyTour(
            id=self.new_id(),
            kind="cluster",
            loads=tuple(loads),
            picks=tuple(picks),
            length_mm=1,
        )

    def _picks(self, order: str, slot: int) -> list[PlannedPick]:
        return [
            PlannedPick(
                order=order,
                line=row.line,
                sku=row.sku,
                place=f"P-{row.sku}",
                qty=row.wanted - row.backordered - row.planned,
                load=slot,
            )
            for row in self.lines(order)
            if row.wanted - row.backordered - row.planned
        ]

    def stock_in(self, sku: str, place: str, qty: int) -> None:
        """More stock, at any place."""
        line = StockLine(sku=sku, place=place, qty=qty)
        self.handle(ImportStock(id=self.new_id(), lines=(line,)))

    def refused(self, command: Command[Any]) -> Refused:
        """The refusal that the command gets; it must get one."""
        with pytest.raises(Refused) as caught:
            self.handle(command)
        return caught.value

    def as_command(self, content: str, kind: type[C], **changes: Any) -> C:
        """A command as the journal keeps it, with some fields changed."""
        return replace(from_json(content, kind), **changes)

    def sign_in(self) -> ScanReply:
        return self.handle(SignIn(id=self.new_id(), actor="ANN", badge="ANN"))

    def scan(self, raw: str) -> ScanReply:
        """Ann scans on the screen that she sees."""
        row = self.one("SELECT version FROM session WHERE worker = 'ANN'")
        return self.handle(
            Scan(id=self.new_id(), actor="ANN", worker="ANN", version=row.version, raw=raw)
        )

    def start_tour(self) -> ScanReply:
        """Ann signs in, takes the next tour and puts its totes on the cart."""
        self.sign_in()
        reply = self.scan("CART")
        for _ in range(TOTES):
            if reply.screen.step == "tote":
                reply = self.scan(reply.screen.target)
        return reply

    def pick_all(self) -> ScanReply:
        """Ann does what the screens ask for until the tour is complete."""
        reply = self.start_tour()
        for _ in range(SCANS_MAX):
            assert reply.tone == "ok", reply
            if reply.screen.step == "hand_over":
                return self.scan("BUFFER")
            reply = self.scan(reply.screen.target)
        raise AssertionError(reply)
