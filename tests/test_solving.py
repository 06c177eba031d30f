"""The process in which plans are made ends with its parent, however that ends."""

import os
import subprocess
import sys
from pathlib import Path

PARENT = """
import os, sys
from controller.solving import solver

if __name__ == "__main__":
    print(solver().submit(os.getpid).result(), flush=True)
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
