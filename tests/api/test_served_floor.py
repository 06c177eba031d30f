"""A floor that is no rectangle, from files to tours, as `serve` takes it over."""

from dataclasses import replace
from pathlib import Path

from controller.core import Controller
from controller.messages import ImportItems, ImportStock, OrderLine, PlaceOrder, StockLine
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.plan.walking import Graph
from controller.store import open_store
from controller.workflows import releasing
from tests.api.test_serving import process
from tests.house import SetClock, item

EXAMPLE = Path(__file__).parents[2] / "docs" / "layout"
BINS = {"S1": "A1-01", "S2": "A2-03", "S3": "B1-02"}


def test_a_floor_given_as_files_is_taken_over_once_and_tours_are_planned_on_it(
    tmp_path: Path,
) -> None:
    database = f"sqlite:///{tmp_path}/floor.db"
    options = ("--config", str(EXAMPLE / "site.toml"), "--database", database)
    for _ in range(2):
        with process(*options):
            pass
    store = open_store(database)
    controller = Controller(store, SetClock())
    stock_and_order(controller)
    with store.reading() as db:
        problem = releasing.snapshot(db, SetClock().now_ms())
        given = db.all("SELECT seq FROM journal WHERE name = 'SetUpLayout' ORDER BY seq")
    assert len(given) == 1
    assert isinstance(problem.layout, Graph)
    made = planner.solve(replace(problem, wall_units_max=0), Effort(work=200))
    controller.handle_all(releasing.commands(made, 1))
    with store.reading() as db:
        picks = db.all("SELECT from_place FROM task WHERE kind = 'pick' ORDER BY id")
        (tour,) = db.all("SELECT length_mm FROM tour ORDER BY id")
    assert {row.from_place for row in picks} == set(BINS.values())
    assert tour.length_mm > 10_000
    store.close()


def stock_and_order(controller: Controller) -> None:
    controller.handle(ImportItems(id="items", items=tuple(map(item, BINS))))
    lines = (StockLine(sku=sku, place=place, qty=9, face=True) for sku, place in BINS.items())
    controller.handle(ImportStock(id="stock", lines=tuple(lines)))
    wanted = tuple(OrderLine(line=n, sku=sku, qty=2) for n, sku in enumerate(BINS, 1))
    controller.handle(PlaceOrder(id="order", shop="shop", number="1", lines=wanted))
