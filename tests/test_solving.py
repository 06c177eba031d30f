"""The process in which plans are made ends with its parent, however that ends."""

import os
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path

import pytest

from controller.solving import solver

PARENT = """
import os, sys
from controller.solving import solver

if __name__ == "__main__":
    executor = solver()
    print(executor.submit(os.getpid).result(), flush=True)
    sys.stdin.read()
"""
PATIENCE_S = 30


def test_solver_does_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    """The child shares its parent's output, which therefore ends only when both are gone."""
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.kill()
        parent.communicate(timeout=PATIENCE_S)


def test_a_plan_that_nobody_wants_any_more_holds_no_stop_up() -> None:
    executor = solver()
    endless = executor.submit(signal.pause)
    executor.shutdown(wait=False, cancel_futures=True)
    with pytest.raises((BrokenExecutor, CancelledError)):
        endless.result(PATIENCE_S)


WARMED = """
import sys
from dataclasses import replace
from controller.plan import Effort, releasing, warming
from controller.plan.cutting import Wave
from controller.plan.graphs.graph import graph_of
from controller.plan.graphs.ground import floor_of
from controller.plan.streams.problem import Pace, Stream
from tests.plan.test_releasing import LAYOUT, random_problem


def compiled():
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("controller.plan"):
            for each in list(vars(module).values()):
                if hasattr(each, "py_func"):
                    found[each.py_func.__module__, each.__name__] = len(each.signatures)
    return found


warming.warm()
before = compiled()
assert sum(before.values()) > 15, before
stream = Stream(now_ms=0, soon_ms=1, pickers_ms=(0, 0), pace=Pace(), pool_carts=1)
floor = floor_of(LAYOUT)
graph = graph_of(replace(floor, ways=(replace(floor.ways[0], one_way=True), *floor.ways[1:])))
for seed in range(4):
    problem = replace(random_problem(seed), precedence_mm=9_000, heavy_unit_g=500, orders_max=99)
    for asked in (
        problem,
        replace(problem, stream=stream),
        replace(problem, wave=Wave(units_min=1, units_max=99, by_ms=0)),
        replace(problem, layout=graph),
    ):
        releasing.solve(asked, Effort(work=3_000))
after = compiled()
print({each: n for each, n in after.items() if n != before.get(each, 0)})
"""


def test_the_first_plan_loads_no_kernel_that_was_not_warmed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WARMED],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "{}"), done.stderr
