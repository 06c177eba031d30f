"""Owns what simulated runs share in tests: one process that solves their plans."""

from collections.abc import Iterator
from concurrent.futures import Executor

import pytest

from simulation.run import planning


@pytest.fixture(scope="session")
def planner() -> Iterator[Executor]:
    with planning() as solvers:
        yield solvers
