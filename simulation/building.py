"""Owns the way from a demand to a whole scenario: catalogue, stock, staff, site, machines.

One function for each kind of input. All draws come from named streams of the seed, so the same
input and seed give the same scenario in any process.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from controller.units import DAY
from simulation.catalogue import catalogue_of
from simulation.demand import generated_day
from simulation.orders.cells import COLUMNS
from simulation.orders.days import days_of
from simulation.orders.lines import read_lines
from simulation.orders.olist import read_olist
from simulation.orders.report import OrderFile
from simulation.orders.rows import column_map
from simulation.scenario import Faults, Scenario
from simulation.site import Sizing, site_of
from simulation.staffing import hours_of, staff_of
from simulation.stocking import receipts, shelve
from simulation.streams import Streams
from simulation.timed import by_time
from simulation.wanted import arrivals_of, order_lines, placed, wants_of

COVERED_PERCENT = 98
GENERATED_DAY_MS = 20_073 * DAY  # a Monday: 2024-12-16


def scenario_of_lines(path: Path, days: str, seed: int, columns: str = "") -> Scenario:
    """The order lines of a file on one day or a range; `columns` like `invoice=order_no`.

    Raises: OrderFileError naming the file, line, column and fix.
    """
    asked = read_lines(path, days_of(days), column_map(columns, COLUMNS))
    return build_scenario(asked, name=f"{path.name} {days}", seed=seed)


def scenario_of_olist(path: Path, orders_per_day: int, seed: int) -> Scenario:
    """The first orders of the Olist tables beside `path`, as one day.

    Raises: OrderFileError naming the file, line, column and fix.
    """
    asked = read_olist(path, orders_per_day)
    return build_scenario(asked, name=f"olist {orders_per_day}", seed=seed)


def scenario_generated(orders: int, seed: int, day_start_ms: int = GENERATED_DAY_MS) -> Scenario:
    """An invented day of so many orders."""
    asked = generated_day(Streams(seed), orders=orders, day_start_ms=day_start_ms)
    return build_scenario(asked, name=f"generated {orders}", seed=seed)


def build_scenario(
    asked: OrderFile,
    *,
    name: str,
    seed: int,
    faults: Faults | None = None,
    covered_percent: int = COVERED_PERCENT,
    staff_percent: int = 100,
) -> Scenario:
    """A scenario whose site, stock and staff fit the demand."""
    streams = Streams(seed)
    catalogue = catalogue_of(streams, asked.goods, order_lines(asked))
    shelved = shelve(streams, wants_of(asked, catalogue.items), covered_percent)
    arrivals = arrivals_of(asked, catalogue.items)
    hours = hours_of(arrivals)
    staff = staff_of(streams, arrivals, asked.day_start_ms, hours, staff_percent)
    site = site_of(
        Sizing(
            items=catalogue.items,
            shelved=shelved,
            arrivals=arrivals,
            staff=staff,
            hours=hours,
            home=_home(asked),
        )
    )
    trucks = receipts(streams, shelved, asked.day_start_ms, asked.days)
    return Scenario(
        name=name,
        seed=seed,
        day_start_ms=asked.day_start_ms,
        days=asked.days,
        setup=site.setup,
        demand=by_time((*asked.orders, *asked.cancellations, *asked.returns, *trucks)),
        staff=staff,
        machines=site.machines,
        faults=faults or Faults(),
        input_report=replace(asked.report, notes=(*asked.report.notes, *catalogue.notes)),
    )


def _home(asked: OrderFile) -> str:
    countries = Counter(order.country for _, order in placed(asked.orders))
    return min(countries, key=lambda code: (-countries[code], code), default="GB")
