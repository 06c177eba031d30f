"""Owns what a benchmark tells: figures, and ratios of one run that must reach their bar.

Ratios are compared within one run on one machine, so that they hold on any. `least` and `most` are
0 where a figure is shown for information only.
"""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass

BEGAN = time.perf_counter()
"""When this was loaded, ahead of planners and solvers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    name: str
    value: float
    unit: str
    least: float = 0.0
    most: float = 0.0

    @property
    def missed(self) -> bool:
        below = bool(self.least) and self.value < self.least
        return below or (bool(self.most) and self.value > self.most)

    @property
    def bar(self) -> str:
        if self.most:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.least else ""


def tell(figures: Iterable[Figure]) -> int:
    """Prints the figures as a table; the exit code: 1 when a bar is missed."""
    missed = 0
    for figure in figures:
        bar = figure.bar
        verdict = "MISSED" if figure.missed else "ok" if bar else ""
        missed += figure.missed
        sys.stdout.write(
            f"{figure.name:<58}{figure.value:>12,.2f} {figure.unit:<12}{bar:<16}{verdict}\n"
        )
    return 1 if missed else 0
