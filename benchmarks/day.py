"""Owns how fast a whole day passes: the real controller, simulated people, emulated machines.

The invented day is compared with the time that it stands for; the real days, whose order files are
not part of the project, with the limits that an operator waits for. They are left out, and said
so, where the files are not at hand.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import Figure, tell
from simulation.building import scenario_generated, scenario_of_lines, scenario_of_olist
from simulation.run import run
from simulation.scenario import Scenario

DATA = Path(os.environ.get("PICKWRIGHT_DATA", Path(__file__).parents[2] / "shared" / "data"))
LINES = DATA / "orders" / "online_retail_ii_2009_10_lines.csv.gz"
OLIST = DATA / "orders" / "olist10k_orders.csv.gz"
SEED = 7
ORDERS = 120
WHOLESALE_S = 60
CONSUMER_S = 240
CONSUMER_ORDERS = 8_000


def measure() -> list[Figure]:
    """The invented day."""
    scenario = scenario_generated(ORDERS, SEED)
    seconds, result = _timed(scenario)
    return [
        Figure(
            name=f"a day of {ORDERS} orders: simulated time / time",
            value=result["simulated_s"] / seconds,
            unit="ratio",
            least=500,
        ),
        Figure(
            name=f"a day of {ORDERS} orders: commands",
            value=result["commands"] / seconds,
            unit="per second",
        ),
    ]


def real_days() -> Iterator[Figure]:
    """The wholesale day and the consumer day, start-up and reading of the file included."""
    if not LINES.exists():
        sys.stdout.write(f"real days left out: {DATA} is not at hand (set PICKWRIGHT_DATA)\n")
        return
    yield from _real_day(
        "2009-12-14", WHOLESALE_S, lambda: scenario_of_lines(LINES, "2009-12-14", SEED)
    )
    yield from _real_day(
        f"{CONSUMER_ORDERS} Olist orders",
        CONSUMER_S,
        lambda: scenario_of_olist(OLIST, CONSUMER_ORDERS, SEED),
    )


def _real_day(name: str, limit_s: int, scenario: Callable[[], Scenario]) -> Iterator[Figure]:
    start = perf_counter()
    _, result = _timed(scenario())
    seconds = perf_counter() - start
    covered = result["kpis"]["covered_shipped_percent"]["value"]
    broken = [name for name, found in result["invariants"].items() if found != "ok"]
    yield Figure(
        name=f"{name}: {limit_s} s / time", value=limit_s / seconds, unit="ratio", least=1
    )
    yield Figure(name=f"{name}: time", value=seconds, unit="s")
    yield Figure(name=f"{name}: covered orders shipped", value=covered, unit="%", least=95)
    yield Figure(name=f"{name}: invariants held", value=100.0 * (not broken), unit="%", least=100)


def _timed(scenario: Scenario) -> tuple[float, dict[str, Any]]:
    start = perf_counter()
    result = run(scenario).as_fields()
    return perf_counter() - start, result


if __name__ == "__main__":
    sys.exit(tell([*measure(), *real_days()]))
