"""Owns a store whose n-th statement fails, and a small day of work to run on it."""

from collections.abc import Callable
from typing import Any

from controller.core import Controller
from controller.errors import StoreUnavailable
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Command,
    ImportStock,
    OrderLine,
    PayOrder,
    PlaceOrder,
    StockLine,
)
from controller.outbox import RETRY_MAX_MS
from controller.store import Db, Store
from controller.views import digests
from tests.house import SetClock, set_up, wanted

TRIES_MAX = 4
ROUNDS_MAX = 20

Fault = Callable[[str], bool]  # is this a statement that may fail?


class Faults:
    """Lets the n-th statement of a kind fail, before or after the database carries it out."""

    def __init__(self, kind: Fault, nth: int, *, after: bool = False) -> None:
        self._kind = kind
        self._nth = nth
        self.after = after
        self.seen = 0

    def strikes(self, sql: str) -> bool:
        if not self._kind(sql):
            return False
        self.seen += 1
        return self.seen == self._nth

    @property
    def struck(self) -> bool:
        return self.seen >= self._nth


class FaultyStore(Store):
    """A store on the engine of another, with faults on the writer's connection."""

    faults: Faults

    def _open(self) -> Db:
        db = super()._open()
        db._cursor = _FaultyCursor(db._cursor, self)
        return db


class _FaultyCursor:
    def __init__(self, cursor: Any, store: FaultyStore) -> None:
        self._cursor = cursor
        self._store = store

    def execute(self, sql: str, *params: Any) -> Any:
        return self._run(self._cursor.execute, sql, *params)

    def executemany(self, sql: str, rows: Any) -> Any:
        return self._run(self._cursor.executemany, sql, rows)

    def _run(self, execute: Callable[..., Any], sql: str, *params: Any) -> Any:
        strikes = not sql.startswith("ROLLBACK") and self._store.faults.strikes(sql)
        if strikes and not self._store.faults.after:
            raise self._store.outages()[0]("the wire is cut")
        result = execute(sql, *params)
        if strikes:
            raise self._store.outages()[0]("the wire is cut after the statement")
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def day() -> list[list[Command[Any]]]:
    """Batches of commands, and what is refused among them."""
    more = StockLine(sku="S2", place="P-S2", qty=4)
    changed = (OrderLine(line=1, sku="S1", qty=1), OrderLine(line=3, sku="S2", qty=1))
    orders = [
        PlaceOrder(id="o1", shop="shop", number="1", lines=wanted({"S1": 2, "S2": 1})),
        PlaceOrder(id="o2", shop="shop", number="2", lines=wanted({"S1": 9}), hold_ms=1_000),
        PlaceOrder(id="o3", shop="shop", number="3", lines=wanted({"S1": 1, "?": 1})),
    ]
    return [
        [*set_up({"S1": 3, "S2": 2})],
        [*orders],
        [ImportStock(id="in", lines=(more,))],
        [
            PayOrder(id="pay", order="shop/9"),
            ChangeOrder(id="change", order="shop/1", lines=changed),
            PlaceOrder(id="o4", shop="shop", number="4", lines=wanted({"S2": 2})),
            CancelOrder(id="cancel", order="shop/4"),
        ],
    ]


class Deliverer:
    """Takes outbox rows; the n-th of them is lost on the way out."""

    def __init__(self, nth: int = 0) -> None:
        self.got: list[int] = []
        self._nth = nth
        self.sends = 0

    def send(self, row_id: int) -> bool:
        self.sends += 1
        if self.sends != self._nth:
            self.got.append(row_id)
        return self.sends != self._nth


def live(store: Store, deliverer: Deliverer) -> tuple[str, str]:
    """Lives through the day as a stubborn client does; the digests of what it leaves behind."""
    clock = SetClock()
    controller = Controller(store, clock)
    for batch in day():
        for _ in range(TRIES_MAX):
            answers = controller.handle_all(batch)
            if not any(isinstance(answer, StoreUnavailable) for answer in answers):
                break
    clock.now += 1_000
    _again(controller.tick)
    for _ in range(ROUNDS_MAX):
        if not _again(lambda: _deliver(controller, deliverer)):
            break
        clock.now += RETRY_MAX_MS
    found: tuple[str, str] = _again(lambda: _digests(controller))
    return found


def _digests(controller: Controller) -> tuple[str, str]:
    with controller.reading() as db:
        return digests.ledger_digest(db), digests.event_digest(db)


def _deliver(controller: Controller, deliverer: Deliverer) -> bool:
    """Delivers what is due; whether there was anything."""
    due = controller.due("", controller.clock.now_ms())
    for event in due:
        if deliverer.send(event.id):
            controller.sent(event.id)
            controller.delivered(event.id)
        else:
            controller.later(event)
    return bool(due)


def _again(act: Callable[[], Any]) -> Any:
    for _ in range(TRIES_MAX - 1):
        try:
            return act()
        except StoreUnavailable:
            continue
    return act()
