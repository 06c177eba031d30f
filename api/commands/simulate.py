"""Owns `pickwright simulate`: a real or invented day through the controller in virtual time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.databases import IN_MEMORY, empty_url, shown
from api.errors import FAILED, OK, STOPPED, WrongInput
from api.terminal import err, print_json, progress_bar, until_ctrl_c
from api.what_if import (
    Cards,
    Compare,
    Cutoff,
    Ships,
    Stops,
    WhatIf,
    Without,
    changed,
    what_if,
    with_ships,
)

if TYPE_CHECKING:
    from simulation.report import Result
    from simulation.scenario import Scenario

GENERATED_ORDERS = 300
OLIST_ORDERS = 8_000


class Format(StrEnum):
    """`lines`: one CSV line per order line. `olist`: the tables of the Olist data set."""

    LINES = "lines"
    OLIST = "olist"


class Aisles(StrEnum):
    """Two carts pass in an aisle (`no`), or one at a time fits into a block of one."""

    NO = "no"
    UNPLANNED = "unplanned"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where the orders of a day come from, and how the site picks them."""

    orders: Path | None
    day: str
    columns: str
    form: Format
    orders_per_day: int | None
    seed: int
    wall_slots: int = 0
    zones: int = 0
    pick_to_carton: bool = False
    pods: int = 0
    lights: bool = False
    narrow: Aisles = Aisles.NO
    what_if: WhatIf = field(default_factory=WhatIf)


Orders = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="A .csv or .csv.gz file of orders; without it a day is invented."
    ),
]
Day = Annotated[
    str,
    typer.Option(
        "--day",
        "--days",
        metavar="A[..B]",
        help="Which day of the file, like 2009-12-14, or days.",
    ),
]
Columns = Annotated[
    str,
    typer.Option("--map", metavar="NAME=COLUMN,..", help="Which column of the file is what."),
]
Layout = Annotated[Format, typer.Option("--format", help="How the file is laid out.")]
PerDay = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=1_000_000,
        metavar="N",
        help=f"Orders of an invented day ({GENERATED_ORDERS}) or of Olist ({OLIST_ORDERS}).",
    ),
]
Seed = Annotated[
    int,
    typer.Option(min=0, metavar="N", help="Decides every draw: the same seed, the same digests."),
]
Database = Annotated[
    str,
    typer.Option(
        metavar="FILE|URL",
        show_default="in memory",
        help="Keep the day in a new file, or in an empty PostgreSQL database.",
    ),
]
WithFaults = Annotated[
    bool, typer.Option("--faults/--no-faults", help="No-reads, wrong picks, jams, lost messages.")
]
WallSlots = Annotated[
    int,
    typer.Option(min=0, max=1_000, metavar="N", help="A put wall with so many slots for orders."),
]
Zones = Annotated[
    int, typer.Option(min=0, max=20, metavar="N", help="Carts pass between so many zones.")
]
PickToCarton = Annotated[
    bool, typer.Option("--pick-to-carton", help="Orders are picked into their shipping cartons.")
]
Pods = Annotated[
    int,
    typer.Option(min=0, max=1_000, metavar="N", help="So many pods that come to a station."),
]
Lights = Annotated[
    bool, typer.Option("--lights", help="Lights at the slots of put walls and stations.")
]
NarrowAisles = Annotated[
    Aisles,
    typer.Option(
        "--narrow-aisles", help="Carts wait for one another in aisles; do plans know that?"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]


def simulate(
    orders: Orders = None,
    day: Day = "",
    columns: Columns = "",
    form: Layout = Format.LINES,
    orders_per_day: PerDay = None,
    seed: Seed = 1,
    database: Database = IN_MEMORY,
    faults: WithFaults = True,
    wall_slots: WallSlots = 0,
    zones: Zones = 0,
    pick_to_carton: PickToCarton = False,
    pods: Pods = 0,
    lights: Lights = False,
    narrow: NarrowAisles = Aisles.NO,
    ships: Ships = "",
    without: Without = None,
    stops: Stops = None,
    cutoff: Cutoff = "",
    card: Cards = None,
    compare: Compare = False,
    as_json: Json = False,
) -> None:
    """Run a whole day through the real controller, in virtual time.

    People read the handheld's screens and scan; machines speak their real protocols. The exit
    code is 1 when an invariant is violated. Ctrl-C tells the figures so far. Examples:

    `pickwright simulate --orders lines.csv.gz --day 2009-12-14 --seed 7 --json`

    `pickwright simulate --orders sales.csv --day 2026-03-02 --map invoice=no,ts=time`

    `pickwright simulate --format olist --orders olist_orders.csv --orders-per-day 900`

    `pickwright simulate --orders-per-day 500 --no-faults --database day.db`

    `pickwright simulate --ships demo --stop VAN-1@10:30-18:00 --without MANCHESTER --compare`
    """

    asked = Asked(
        orders=orders,
        day=day,
        columns=columns,
        form=form,
        orders_per_day=orders_per_day,
        seed=seed,
        wall_slots=wall_slots,
        zones=zones,
        pick_to_carton=pick_to_carton,
        pods=pods,
        lights=lights,
        narrow=narrow,
        what_if=what_if(ships, without, stops, cutoff, card, compare),
    )
    check_usage(asked)
    results = run_days(asked, empty_url(database), faults=faults)
    _tell(asked, results, as_json=as_json)
    if database != IN_MEMORY:
        err().print(f"next: pickwright check {shown(database)}", soft_wrap=True, highlight=False)
    raise typer.Exit(_exit_code(asked, results))


def _tell(asked: Asked, results: Sequence["Result"], *, as_json: bool) -> None:
    show = _show if _whole(asked, results) else _show_stopped
    show([result.as_fields() for result in results], as_json=as_json)


def _whole(asked: Asked, results: Sequence["Result"]) -> bool:
    """Whether each day was begun that was asked for."""
    return len(results) == 1 + asked.what_if.compare


def _exit_code(asked: Asked, results: Sequence["Result"]) -> int:
    if any(result.violations for result in results):
        return FAILED
    stopped = not _whole(asked, results) or any(result.fields["stopped"] for result in results)
    return STOPPED if stopped else OK


def _show(days: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """The day that was asked for, which is the last; one as it is stands before it."""
    from api.day_report import print_day, print_decisions
    from api.street_report import compared, print_compared, print_street

    *before, asked = days
    if as_json and before:
        told = compared(before[0], asked)
        print_json({"as_it_is": before[0], "what_if": asked, "compared": told})
        return
    if as_json:
        print_json(asked)
        return
    print_day(asked)
    if "street" in asked:
        print_street(asked["street"])
    for each in before:
        print_compared(each, asked)
    print_decisions(asked["decisions"])


def _show_stopped(days: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    """Of two days the one as it is, or nothing."""
    if as_json:
        print_json(dict(zip(("as_it_is",), days, strict=False)))
    else:
        for each in days:
            _show([each], as_json=False)
    told = ", this one is as it is" if days else ""
    err().print(f"stopped: the day that was asked for was not run{told}")


def check_usage(asked: Asked) -> None:
    """Raises: WrongInput for options that do not fit together."""
    if asked.orders is None:
        _refuse(bool(asked.day), "--day", "needs a file: add --orders FILE.csv")
        _refuse(bool(asked.columns), "--map", "needs a file: add --orders FILE.csv")
        _refuse(asked.form is Format.OLIST, "--format olist", "needs --orders olist_orders.csv")
    elif asked.form is Format.OLIST:
        _refuse(bool(asked.day), "--day", "does not fit --format olist: use --orders-per-day")
        _refuse(bool(asked.columns), "--map", "does not fit --format olist: leave it out")
    else:
        _refuse(not asked.day, f"--orders {asked.orders}", "needs a day: add --day 2009-12-14")
        _refuse(
            asked.orders_per_day is not None,
            "--orders-per-day",
            "does not fit a file of lines: choose --day, or --format olist",
        )


def _refuse(wrong: bool, option: str, fix: str) -> None:
    if wrong:
        raise WrongInput(f"{option} {fix}")


def run_days(asked: Asked, url: str, *, faults: bool) -> list["Result"]:
    """Builds the scenario and runs it under a progress bar; before it, the day as it is.

    After Ctrl-C no other day begins.
    """
    from simulation.run import planning, run

    scenario = with_ships(_building(asked, faults=faults), asked.what_if)
    otherwise = changed(scenario, asked.what_if)
    days = [(scenario, empty_url(IN_MEMORY))] if asked.what_if.compare else []
    results = []
    with planning() as planner, until_ctrl_c() as stopping:
        for each, database in (*days, (otherwise, url)):
            if stopping():
                break
            with progress_bar(each.name) as show:
                told = run(
                    each, database=database, progress=show, planner=planner, stopping=stopping
                )
                results.append(told)
    return results


def _building(asked: Asked, *, faults: bool) -> "Scenario":
    """The house and its demand, without a street."""
    from simulation.equipping import equipped, with_narrow_aisles
    from simulation.scenario import NO_FAULTS

    err().print("building the warehouse ...", style="dim")
    scenario = equipped(
        scenario_of(asked),
        wall_slots=asked.wall_slots,
        zones=asked.zones,
        pick_to_carton=asked.pick_to_carton,
        pods=asked.pods,
        lights=asked.lights,
    )
    if asked.narrow is not Aisles.NO:
        planned = asked.narrow is Aisles.PLANNED
        scenario = with_narrow_aisles(scenario, planned=planned)
    return scenario if faults else replace(scenario, faults=NO_FAULTS)


def scenario_of(asked: Asked) -> "Scenario":
    """The scenario of the file, or of an invented day. Raises: OrderFileError."""
    from simulation import building

    if asked.orders is None:
        return building.scenario_generated(asked.orders_per_day or GENERATED_ORDERS, asked.seed)
    if asked.form is Format.OLIST:
        per_day = asked.orders_per_day or OLIST_ORDERS
        return building.scenario_of_olist(asked.orders, per_day, asked.seed)
    return building.scenario_of_lines(asked.orders, asked.day, asked.seed, asked.columns)
