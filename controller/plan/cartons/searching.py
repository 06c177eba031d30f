"""Searching: the heuristic answer of one order, from numbers and back.

Owns the depth of a search, its desk and the work spent at it. Refuses to prove.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from controller.plan import Effort
from controller.plan.cartons import packing, pricing
from controller.plan.cartons.arrays import UNITS, WORK, Ints
from controller.plan.cartons.asking import order_of, site_of
from controller.plan.cartons.choosing import LEAST_CENTS, RECORDS, TRIES
from controller.plan.cartons.dividing import CENTS, HASTY, LEFT, PARTS
from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import Placement, Problem

Kernels = Mapping[str, Callable[..., Any]]
Counts = tuple[int, ...]

SOURCES = (packing, pricing)
"""Importing them is what makes kernels known by name."""
EXACT_MAX = 8
"""Lots up to which all partitions are compared."""
PROOF_UNITS_MAX = 14
"""Units up to which a proof is worth its work."""
BETWEEN = 10_000
"""Work of the search on a level below the last."""
CHUNK = 20_000
"""Work between two looks at the limit of wall time."""


LEAST, LARGE, QUICK = (HASTY, 256, 1), (-1, 256, 1), (0, 256, 1)
STEADY, THOROUGH = (1, 4096, 512), (2, 1 << 14, 4096)
"""The level of a search, the sets of lots it remembers, and the fits it records."""
STEADY_WORK, THOROUGH_WORK = 2_000, 100_000
STEADY_SIZE_MAX, QUICK_SIZE_MAX = 4_000, 12_000
"""Lots times units up to which an order gets more than a division, or a careful one."""


def size_of(lots: Sequence[Lot]) -> int:
    """Lots times units: what the time of each answer grows with."""
    return len(lots) * sum(lot.count for lot in lots)


def depth_of(work: int) -> tuple[int, int, int]:
    """The depth that an effort pays for."""
    if work >= THOROUGH_WORK:
        return THOROUGH
    return STEADY if work >= STEADY_WORK else QUICK


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One carton with counts of lots, and their places."""

    carton: int
    counts: Counts
    cents: int
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Parts, how many units found no carton, and what no answer costs less than."""

    parts: list[Part]
    left: int
    least_cents: int

    @property
    def cents(self) -> int:
        """What the parts cost."""
        return sum(part.cents for part in self.parts)


def quick(problem: Problem, lots: Sequence[Lot], kernels: Kernels, effort: Effort) -> Found:
    """The first answer, in one call; without effort the one that tries least."""
    size = size_of(lots)
    depth = LEAST if not effort.work else QUICK if size <= QUICK_SIZE_MAX else LARGE
    row = kernels["pack"](site_of(problem), order_of(problem, lots), np.array(depth))
    return _read(lots, row)


def _read(lots: Sequence[Lot], told: Ints) -> Found:
    """An answer from its row of numbers; equal cartons share one object."""
    row, parts, end = told.tolist(), [], 3
    refs = [piece.ref for lot in lots for piece, _ in lot.pieces]
    for _ in range(row[2]):
        carton, cents, times, boxes = row[end : end + 4]
        counts = tuple(row[end + 4 : end + 4 + len(lots)])
        end += 4 + len(lots)
        places = _places(refs, row, end, boxes)
        end += 10 * boxes
        part = Part(carton=carton, counts=counts, cents=cents, placements=places)
        parts += [part] * times
    return Found(parts=parts, left=row[1], least_cents=row[0])


def _places(
    refs: Sequence[str], row: Sequence[int], begin: int, boxes: int
) -> tuple[Placement, ...]:
    """Boxes in a sequence in which each can be set down from above."""
    found = []
    for at in range(begin, begin + 10 * boxes, 10):
        x, y, z, x1, y1, z1, kind, nx, ny, nz = row[at : at + 10]
        place = Placement(
            ref=refs[kind],
            x_mm=x,
            y_mm=y,
            z_mm=z,
            dx_mm=(x1 - x) // nx,
            dy_mm=(y1 - y) // ny,
            dz_mm=(z1 - z) // nz,
            nx=nx,
            ny=ny,
            nz=nz,
        )
        found.append((z, y, x, place))
    found.sort(key=lambda each: each[:3])
    return tuple(each[3] for each in found)


class Search:
    """One order on the desk of the kernels; the sequence of calls decides the answer."""

    def __init__(
        self, problem: Problem, lots: Sequence[Lot], kernels: Kernels, effort: Effort
    ) -> None:
        self.problem, self.lots, self.kernels, self.effort = problem, lots, kernels, effort
        depth = depth_of(effort.work)
        self.question, self._desk, self._best, self._trial = kernels["begin"](
            site_of(problem), order_of(problem, lots), np.array(depth)
        )
        for level in (HASTY, *range(depth[0] + 1)):
            self._deepen(level)
            if 0 < level < depth[0]:
                self.improve(self.spent + BETWEEN)
        self._tries = int(self._desk.state[TRIES])
        self.counts = np.array([lot.count for lot in lots], np.int64)
        self.units = int((self.counts * self.question.lots[:, UNITS]).sum())
        self.impossible: set[tuple[int, Counts]] = set()
        self._refs = [piece.ref for lot in lots for piece, _ in lot.pieces]

    @property
    def spent(self) -> int:
        """Work done so far, about a microsecond each."""
        return int(self._desk.pile.now[WORK])

    @property
    def cents(self) -> int:
        """What the best answer costs."""
        return int(self._best.state[CENTS])

    @property
    def least_cents(self) -> int:
        """What no answer costs less than."""
        return int(self._desk.state[LEAST_CENTS])

    @property
    def small(self) -> bool:
        """Whether all partitions of the order can be compared."""
        return int(self.counts.sum()) <= EXACT_MAX and self.units <= PROOF_UNITS_MAX

    @property
    def has_stock(self) -> bool:
        """Whether some carton is limited in number."""
        return any(carton.stock is not None for carton in self.problem.cartons)

    @property
    def complete(self) -> bool:
        """Whether every lot found a carton."""
        return bool(self._best.state[PARTS]) and not self._best.state[LEFT]

    def _deepen(self, level: int) -> None:
        """Begins a level with what the one before it found: more effort costs no cent more."""
        self.kernels["deepen"](self.question, self._desk, self._best, self._trial, level)

    def improve(self, until: int) -> None:
        """Pack parts of the answer anew, up to so much work of all."""
        improve, spent = self.kernels["improve"], -1
        while spent < self.spent < until and self.cents > self.least_cents and self.complete:
            spent = self.spent
            if self.effort.should_stop():
                break
            work = min(CHUNK, until - spent)
            improve(self.question, self._desk, self._best, self._trial, work)

    def found(self) -> Found:
        """The best answer."""
        return _read(self.lots, self.kernels["told"](self.question, self._desk, self._best))

    def ask(self, carton: int, counts: Counts, cents: int) -> Part | None:
        """The lots in a carton, if trying finds their places."""
        pile, chosen = self._desk.pile, np.array(counts, np.int64)
        if not self.kernels["fits"](self.question, pile, carton, chosen, self._tries):
            return None
        row = pile.boxes[: pile.now[0]].ravel().tolist()
        places = _places(self._refs, row, 0, len(row) // 10)
        return Part(carton=carton, counts=counts, cents=cents, placements=places)

    def options(self, groups: Sequence[Counts]) -> tuple[list[list[int]], list[int]]:
        """What each group costs in each carton, `NEVER` where that cannot be; their volumes."""
        prices = np.zeros((len(groups), len(self.question.cartons)), np.int64)
        volumes = np.zeros(len(groups), np.int64)
        counts = np.array(groups, np.int64)
        self.kernels["group_prices"](self.question, counts, prices, volumes)
        return prices.tolist(), volumes.tolist()

    def pool(self) -> dict[tuple[Counts, int], int]:
        """Counts and carton of all that was found to fit, with the cents."""
        records = int(self._desk.state[RECORDS])
        rows = zip(
            self._desk.pool[:records].tolist(), self._desk.pooled[:records].tolist(), strict=True
        )
        return {(tuple(counts), carton): cents for counts, (carton, cents) in rows}
