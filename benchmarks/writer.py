"""Measures the writer on a SQLite file with synchronous=FULL: what group commit gains, and costs.

The command is an order of one line, which promises a unit: durable when it is answered. Group
commit is compared with a transaction per command under the same 50 clients, and with the bare
driver running the very statements that the controller ran, journal included, at equal batch.
"""

import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
        _set_up(empty)
        kept = _record(empty)
        rounds = [_round(empty, kept) for _ in range(ROUNDS)]
    grouped, alone, batched, raw = (statistics.median(each) for each in zip(*rounds, strict=True))
    gain = statistics.median(each[0] / each[1] for each in rounds)
    of_raw = statistics.median(each[2] / each[3] for each in rounds)
    orders = "orders/s"
    return [
        Figure(name=f"group commit, {CLIENTS} clients", value=grouped, unit=orders),
        Figure(name=f"a transaction per command, {CLIENTS} clients", value=alone, unit=orders),
        Figure(
            name="group commit / transaction per command",
            value=gain,
            unit="times",
            least=GAIN_LEAST,
        ),
        Figure(name=f"controller, batches of {core.BATCH_MAX}", value=batched, unit=orders),
        Figure(name=f"bare pysqlite3, batches of {core.BATCH_MAX}", value=raw, unit=orders),
        Figure(name="controller / bare pysqlite3", value=of_raw, unit="times", least=OF_RAW_LEAST),
    ]


def _round(empty: Path, kept: list[Statement]) -> tuple[float, float, float, float]:
    with _copy(empty) as file:
        grouped = GROUPED / _clients(file, GROUPED, lambda house, each: house.handle(each))
    with _copy(empty) as file:
        alone = ALONE / _clients(file, ALONE, lambda house, each: house.handle_all([each]))
    with _copy(empty) as file:
        batched = BATCHED / _batched(file)
    with _copy(empty) as file:
        raw = BATCHED / _replay(file, kept)
    return grouped, alone, batched, raw


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


def _set_up(file: Path) -> None:
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


def _clients(file: Path, count: int, send: Callable[[Controller, Command[Any]], object]) -> float:
    """Seconds in which the clients get their orders answered, each one at a time."""
    orders = _orders(count)
    with _house(file) as controller:

        def client(first: int) -> None:
            for each in orders[first::CLIENTS]:
                send(controller, each)

        threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
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
