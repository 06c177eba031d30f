"""A whole day through the real controller: all ends well, and the same seed ends the same."""

import os
import subprocess
import sys
from concurrent.futures import Executor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from controller.errors import Refused
from simulation.building import scenario_generated, scenario_of_lines
from simulation.report import Result
from simulation.run import run
from simulation.scenario import NO_FAULTS
from tests.conftest import PostgresServer
from tests.simulation.seeds import ENDS, digests, violations

ROOT = Path(__file__).parents[2]
LINES = ROOT / "../shared/data/orders/online_retail_ii_2009_10_lines.csv.gz"
ORDERS, SEED = 12, 5
ELSEWHERE = f"""
from concurrent.futures import ThreadPoolExecutor
from simulation.building import scenario_generated
from simulation.run import run
with ThreadPoolExecutor(1) as planner:
    fields = run(scenario_generated({ORDERS}, {SEED}), planner=planner).fields
print(fields["ledger_digest"], fields["event_digest"])
"""


@pytest.fixture
def day(planner: Executor) -> Result:
    return small_day(planner)


@cache
def small_day(planner: Executor) -> Result:
    return run(scenario_generated(ORDERS, SEED), planner=planner)


def test_every_order_ends_and_every_invariant_holds(day: Result) -> None:
    orders = day.fields["orders"]
    assert orders["received"] == ORDERS
    assert sum(orders[end] for end in ENDS) == ORDERS
    assert orders["shipped"] >= ORDERS // 2
    assert len(day.reasons) == orders["explained"]
    assert violations(day) == []
    assert {"bins_hold_what_the_books_say", "parcels_lie_where_the_books_say"} <= set(
        day.fields["invariants"]
    )


def test_a_day_that_is_stopped_leaves_its_work_and_tells_its_figures(planner: Executor) -> None:
    done: list[float] = []
    stopped = run(
        scenario_generated(ORDERS, SEED),
        planner=planner,
        progress=lambda part, _counts: done.append(part),
        stopping=lambda: bool(done) and done[-1] > 0.7,
    )
    assert stopped.fields["stopped"]
    assert done[-1] < 1
    assert 0 < stopped.fields["orders"]["received"] <= ORDERS
    assert violations(stopped) == []


def test_what_shipped_was_walked_picked_and_packed(day: Result) -> None:
    fields = day.fields
    assert min(fields[name] for name in ("units", "parcels", "tours", "travel_m")) > 0
    assert fields["kpis"]["scans_per_pick"]["value"] > 2


def test_the_same_seed_ends_the_same_in_a_file(
    day: Result, planner: Executor, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/day.db"
    assert digests(run(scenario_generated(ORDERS, SEED), database=database, planner=planner)) == (
        digests(day)
    )


@pytest.mark.long
def test_the_same_seed_ends_the_same_on_postgresql(
    day: Result, planner: Executor, postgres: PostgresServer
) -> None:
    postgres.empty()
    again = run(scenario_generated(ORDERS, SEED), database=postgres.url, planner=planner)
    assert digests(again) == digests(day)


@pytest.mark.long
def test_the_same_seed_ends_the_same_in_another_process_with_other_hashes(day: Result) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert tuple(ended.stdout.split()) == digests(day)


def test_another_seed_ends_otherwise(day: Result, planner: Executor) -> None:
    other = digests(run(scenario_generated(ORDERS, SEED + 1), planner=planner))
    assert not set(other) & set(digests(day))


def test_without_faults_no_fault_happens(planner: Executor) -> None:
    perfect = replace(scenario_generated(ORDERS, SEED), faults=NO_FAULTS)
    assert run(perfect, planner=planner).fields["faults"] == {}


def test_a_database_that_holds_a_warehouse_is_refused(planner: Executor, tmp_path: Path) -> None:
    scenario, database = scenario_generated(1, SEED), f"sqlite:///{tmp_path}/day.db"
    run(scenario, database=database, planner=planner)
    with pytest.raises(Refused) as refused:
        run(scenario, database=database, planner=planner)
    assert refused.value.code == "database_not_empty"
    assert refused.value.fields["database"] == database


@pytest.mark.long
@pytest.mark.skipif(not LINES.exists(), reason=f"the real orders are not here: {LINES}")
def test_on_a_real_day_covered_orders_ship(planner: Executor) -> None:
    day = run(scenario_of_lines(LINES, "2009-12-14", seed=7), planner=planner)
    orders, kpis = day.fields["orders"], day.fields["kpis"]
    assert orders["received"] == 91
    assert sum(orders[end] for end in ENDS) == orders["received"]
    assert kpis["covered_orders"]["value"] > 40
    assert kpis["covered_shipped_percent"]["value"] >= 97
    assert day.fields["faults"]["wrong_scan"] > 10
    assert violations(day) == []
