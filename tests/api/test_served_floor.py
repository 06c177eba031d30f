"""A floor that is no rectangle, from files to tours, as `serve` takes it over."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from controller.core import Controller
from controller.messages import ImportItems, ImportStock, OrderLine, PlaceOrder, StockLine
from controller.store import open_store
from tests.api.test_serving import process
from tests.house import SetClock, item
from tests.until import until

EXAMPLE = Path(__file__).parents[2] / "docs" / "layout"
BINS = {"S1": "A1-01", "S2": "A2-03", "S3": "B1-02"}


def test_a_floor_given_as_files_is_taken_over_once_and_tours_are_planned_on_it(
    tmp_path: Path,
) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "floor")
    site = tmp_path / "floor" / "site.toml"
    site.write_text(
        site.read_text().replace("[site]\n", "[site]\nplan_every_ms = 1000\nwall_units_max = 0\n")
    )
    database = tmp_path / "floor.db"
    options = ("--config", str(site), "--database", str(database))
    with process(*options):
        pass
    stock_and_order(database)
    with process(*options):
        until(lambda: rows(database, "SELECT id FROM tour ORDER BY id"), "a tour")
    ((length_mm,),) = rows(database, "SELECT length_mm FROM tour ORDER BY id")
    picks = rows(database, "SELECT from_place FROM task WHERE kind = 'pick' ORDER BY id")
    assert {place for (place,) in picks} == set(BINS.values())
    assert length_mm > 10_000
    given = rows(database, "SELECT seq FROM journal WHERE name = 'SetUpLayout' ORDER BY seq")
    assert len(given) == 1


def stock_and_order(database: Path) -> None:
    store = open_store(f"sqlite:///{database}")
    controller = Controller(store, SetClock())
    controller.handle(ImportItems(id="items", items=tuple(map(item, BINS))))
    lines = (StockLine(sku=sku, place=place, qty=9, face=True) for sku, place in BINS.items())
    controller.handle(ImportStock(id="stock", lines=tuple(lines)))
    wanted = tuple(OrderLine(line=n, sku=sku, qty=2) for n, sku in enumerate(BINS, 1))
    controller.handle(PlaceOrder(id="order", shop="shop", number="1", lines=wanted))
    store.close()


def rows(database: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as books:
        return books.execute(sql).fetchall()
