"""Owns `pickwright pack`: the cheapest cartons for a file of orders, and where each unit lies."""

import json
from enum import StrEnum
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.slot import check_folder
from api.databases import filled
from api.errors import WrongInput
from api.terminal import out, print_plain, progress_bar

if TYPE_CHECKING:
    from api.packing_files import Batch
    from api.quoting import Quote

COLUMNS = (
    *("order", "carton_number", "carton", "mass_g", "billed_mass_g", "sku", "qty"),
    *("order_cost_cents", "order_bound_cents", "proven", "unpackable_because"),
)


class Effort(StrEnum):
    FAST = "fast"
    NORMAL = "normal"
    BEST = "best"


Orders = Annotated[
    Path, typer.Option(metavar="FILE", help="Orders, as .json, .csv or .csv.gz: see below.")
]
Out = Annotated[
    Path,
    typer.Option("--out", metavar="FILE", help="The answer, as .json or .csv; written whole."),
]
Cartons = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The cartons, as .csv, where no other is said.")
]
Database = Annotated[
    str,
    typer.Option(
        metavar="FILE|URL", help="Take items, cartons and tariff from the books of a site."
    ),
]
Support = Annotated[
    int,
    typer.Option(min=0, max=100, help="Percent of its base by which each unit must rest."),
]


def pack(
    orders: Orders,
    answer: Out,
    cartons: Cartons = None,
    database: Database = "",
    effort: Effort = Effort.NORMAL,
    support: Support = 75,
) -> None:
    """Pack every order of a file into the cheapest cartons, with where each unit lies.

    A CSV file has one line per order line: `order,sku,qty,length_mm,width_mm,height_mm,mass_g`
    and, if you like, `upright,flat,fragile,load_max_g,hazardous,own_carton,goods`. Cartons come
    from `--cartons`: `code,length_mm,width_mm,height_mm,tare_g,mass_max_g,cost_cents`, inner
    measures, and `flexible` for envelopes and bags. Measures may be left out where `--database`
    knows the items.

    A JSON file is `{"orders": [{"order": "1001", "lines": [{"sku": "MUG", "qty": 2}]}], "items":
    [...], "cartons": [...], "tariff": {...}, "rules": {"apart": [["food", "chemicals"]]}}` with
    the same names as fields.

    Nothing is packed while anything in a file is wrong. The answer tells for each order its
    cartons, its cost, the least that any packing costs, and what fits no carton, with the reason.
    Examples:

    `pickwright pack --orders orders.csv --cartons cartons.csv --out packed.json`

    `pickwright pack --orders orders.json --out packed.csv --effort best`
    """
    from api.packing_files import as_csv, write_whole

    check_folder(answer)
    if answer.suffix not in (".json", ".csv"):
        raise WrongInput(f"--out {answer} has no ending that is known: write .json or .csv")
    batch = _batch(orders, cartons, database, support)
    begun_s = perf_counter()
    told = _packed(batch, effort)
    seconds = perf_counter() - begun_s
    if answer.suffix == ".csv":
        rows = [row for name, quote, _ in told for row in _rows(name, quote)]
        write_whole(answer, as_csv(COLUMNS, rows))
    else:
        write_whole(answer, json.dumps({"orders": [_fields(*each) for each in told]}) + "\n")
    print_plain(out(), _summary([quote for _, quote, _ in told], seconds))


def _batch(orders: Path, cartons: Path | None, database: str, support: int) -> "Batch":
    from dataclasses import replace

    from api.packing_files import Site, read_batch

    if not database:
        return replace(read_batch(orders, cartons), support_percent=support)
    from controller.workflows.packing import cartonizing

    with filled(database) as store, store.reading() as db:
        settings = cartonizing.settings(db)
        site = Site(
            cartons=cartonizing.cartons(db),
            tariff=cartonizing.tariff(settings),
            rules=cartonizing.rules(db, settings),
            channels=settings.channel_cartons,
        )
        batch = read_batch(orders, cartons, items=cartonizing.measures(db), site=site)
    return replace(batch, support_percent=support)


def _packed(batch: "Batch", effort: Effort) -> list[tuple[str, "Quote", list[list[list[Any]]]]]:
    """Each order's name, what is told of it, and the places in each of its cartons."""
    from api.quoting import places, quote
    from controller.plan import cartonizing

    cartonizing.warm()
    told = []
    boxes = 0
    with progress_bar("packing") as show:
        for name, problem in batch.problems():
            plan = cartonizing.solve(problem, cartonizing.EFFORTS[effort])
            boxes += len(plan.cartons)
            told.append((name, quote(problem, plan), [places(box) for box in plan.cartons]))
            show(len(told) / len(batch.orders), {"orders": len(told), "cartons": boxes})
    return told


def _fields(name: str, quote: "Quote", placed: list[list[list[Any]]]) -> dict[str, Any]:
    from dataclasses import asdict

    told = asdict(quote)
    for carton, places in zip(told["cartons"], placed, strict=True):
        carton["placements"] = places
    return {"order": name} | told


def _rows(name: str, quote: "Quote") -> list[dict[str, Any]]:
    """A row for each SKU in each carton, and one for each that fits none."""
    order = {
        "order": name,
        "order_cost_cents": quote.cost_cents,
        "order_bound_cents": quote.bound_cents,
        "proven": "yes" if quote.proven else "no",
    }
    rows: list[dict[str, Any]] = [
        order
        | {
            "carton_number": number,
            "carton": box.carton,
            "mass_g": box.mass_g,
            "billed_mass_g": box.billed_mass_g,
            "sku": each.item,
            "qty": each.qty,
        }
        for number, box in enumerate(quote.cartons, 1)
        for each in box.contents
    ]
    return rows + [
        order | {"sku": each.item, "unpackable_because": each.why} for each in quote.unpackable
    ]


def _summary(quotes: list["Quote"], seconds: float) -> str:
    cartons = sum(len(each.cartons) for each in quotes)
    cost = sum(each.cost_cents for each in quotes)
    bound = sum(each.bound_cents for each in quotes)
    proven = sum(each.proven for each in quotes)
    left = sum(len(each.unpackable) for each in quotes)
    rate = len(quotes) / seconds if seconds else 0.0
    return (
        f"{len(quotes)} orders in {cartons} cartons for {cost / 100:.2f}, at least "
        f"{bound / 100:.2f}; {proven} proven cheapest; {left} items fit no carton; "
        f"{rate:.0f} orders a second"
    )
