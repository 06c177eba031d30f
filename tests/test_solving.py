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
