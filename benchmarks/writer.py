"""Owns the measurement of the writer: what group commit gains, and what the controller costs.

All on a SQLite file with synchronous=FULL.

The command is an order of one line, which promises a unit: durable when it is answered. Group
commit is compared, under the same 50 clients, with a transaction per command on a connection per
client, as web applications do it, and with one through a common lock (how much that one loses
depends on the disk alone). The controller is also compared with the bare driver that runs the very
statements of the controller, journal included, at equal batch.
"""

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pysqlite3

from benchmarks import Figure, tell
from controller import core
from controller.core import Controller
from controller.messages import (
    Command,
    ImportItems,
    ImportPlaces,
    ImportStock,
    Item,
    OrderLine,
    Place,
    PlaceOrder,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from controller.store import Db, Store, open_store

CLIENTS = 50
SKUS = 100
GROUPED = 3_000
ALONE = 600
BATCHED = 3_840
ROUNDS = 3
GAIN_LEAST = 5.0
OF_RAW_LEAST = 0.45

Statement = tuple[str, Any, bool]  # SQL, parameters, many rows at once


class FixedClock:
    def now_ms(self) -> int:
        return 1_767_600_000_000


class _Recorder:
    """Stands in for a cursor and keeps every statement that goes through it."""

    def __init__(self, cursor: Any, kept: list[Statement]) -> None:
        self._cursor = cursor
        self._kept = kept

    def execute(self, sql: str, params: Any = ()) -> Any:
        self._kept.append((sql, params, False))
        return self._cursor.execute(sql, params)

    def executemany(self, sql: str, rows: Any) -> Any:
        self._kept.append((sql, rows, True))
        return self._cursor.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


class _RecordedStore(Store):
    """A store whose writer's statements are kept."""

    kept: list[Statement]

    def _open(self) -> Db:
        db = super()._open()
        db._cursor = _Recorder(db._cursor, self.kept)
        return db


def measure() -> list[Figure]:
    """Speeds of all ways in turn, several rounds; the median of each ratio."""
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        empty = Path(home) / "empty.db"
        set_up(empty)
        kept = _record(empty)
        rounds = [_round(empty, kept) for _ in range(ROUNDS)]
    speeds = [statistics.median(each) for each in zip(*rounds, strict=True)]
    grouped, alone, locked, batched, raw = speeds
    gain = statistics.median(each[0] / each[1] for each in rounds)
    of_raw = statistics.median(each[3] / each[4] for each in rounds)
    orders = "orders/s"
    return [
        Figure(name=f"group commit, {CLIENTS} clients", value=grouped, unit=orders),
        Figure(name="a transaction per command, connection per client", value=alone, unit=orders),
        Figure(name="a transaction per command, one lock", value=locked, unit=orders),
        Figure(
            name="group commit / transaction per command", value=gain, unit="", least=GAIN_LEAST
        ),
        Figure(name=f"controller, batches of {core.BATCH_MAX}", value=batched, unit=orders),
        Figure(name=f"bare pysqlite3, batches of {core.BATCH_MAX}", value=raw, unit=orders),
        Figure(name="controller / bare pysqlite3", value=of_raw, unit="", least=OF_RAW_LEAST),
    ]


def _round(empty: Path, kept: list[Statement]) -> tuple[float, ...]:
    with _copy(empty) as file, _house(file) as house:
        grouped = GROUPED / _clients([house] * CLIENTS, GROUPED, Controller.handle)
    with _copy(empty) as file, ExitStack() as opened:
        houses = [opened.enter_context(_house(file)) for _ in range(CLIENTS)]
        alone = ALONE / _clients(houses, ALONE, Controller.handle)
    with _copy(empty) as file, _house(file) as house:
        locked = ALONE / _clients([house] * CLIENTS, ALONE, _by_itself)
    with _copy(empty) as file:
        batched = BATCHED / _batched(file)
    with _copy(empty) as file:
        raw = BATCHED / _replay(file, kept)
    return grouped, alone, locked, batched, raw


def _by_itself(house: Controller, command: Command[Any]) -> object:
    return house.handle_all([command])


def _orders(count: int) -> list[Command[Any]]:
    return [
        PlaceOrder(
            id=f"shop/{n}/0",
            shop="shop",
            number=str(n),
            lines=(OrderLine(line=1, sku=f"S{n % SKUS}", qty=1),),
        )
        for n in range(count)
    ]


def set_up(file: Path) -> None:
    skus = [f"S{n}" for n in range(SKUS)]
    items = tuple(
        Item(sku=sku, name=sku, length_mm=100, width_mm=80, height_mm=60, mass_g=300)
        for sku in skus
    )
    stock = tuple(StockLine(sku=sku, place="A1", qty=100_000) for sku in skus)
    store = open_store(f"sqlite:///{file}")
    Controller(store, FixedClock()).handle_all(
        [
            SetUpSite(id="site", settings=SiteSettings()),
            ImportItems(id="items", items=items),
            ImportPlaces(id="places", places=(Place(name="A1", kind="pick"),)),
            ImportStock(id="stock", lines=stock),
        ]
    )
    store.close()


@contextmanager
def _copy(empty: Path) -> Iterator[Path]:
    """The house as set up, in a file of its own on the same disk."""
    with tempfile.TemporaryDirectory(dir=empty.parent) as home:
        yield Path(shutil.copy(empty, home))


@contextmanager
def _house(file: Path) -> Iterator[Controller]:
    store = open_store(f"sqlite:///{file}")
    yield Controller(store, FixedClock())
    store.close()


def _clients(
    houses: Sequence[Controller], count: int, send: Callable[[Controller, Command[Any]], object]
) -> float:
    """Seconds in which each house's client gets its share of orders answered, one at a time."""
    orders = _orders(count)

    def client(number: int) -> None:
        for each in orders[number :: len(houses)]:
            send(houses[number], each)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(len(houses))]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def _batched(file: Path) -> float:
    orders = _orders(BATCHED)
    with _house(file) as controller:
        start = time.perf_counter()
        controller.handle_all(orders)
        return time.perf_counter() - start


def _record(empty: Path) -> list[Statement]:
    """The statements of the writer for all batches, BEGIN to COMMIT."""
    kept: list[Statement] = []
    with _copy(empty) as file:
        opened = open_store(f"sqlite:///{file}")
        store = _RecordedStore(opened.engine)
        store.kept = kept
        Controller(store, FixedClock()).handle_all(_orders(BATCHED))
        store.close()
    return kept


def _replay(file: Path, kept: list[Statement]) -> float:
    connection = pysqlite3.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    cursor = connection.cursor()
    start = time.perf_counter()
    for sql, params, many in kept:
        if many:
            cursor.executemany(sql, params)
        else:
            cursor.execute(sql, params)
            cursor.fetchone()
    seconds = time.perf_counter() - start
    connection.close()
    return seconds


if __name__ == "__main__":
    sys.exit(tell(measure()))
