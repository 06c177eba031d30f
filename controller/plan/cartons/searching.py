"""Searching: the heuristic answer of one order, from numbers and back.

Owns the depth of a search, its desk and the work spent at it. Refuses to prove.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from controller.plan import Effort
from controller.plan.cartons import packing, pricing
from controller.plan.cartons.arrays import UNTIL, WORK, Ints
from controller.plan.cartons.asking import order_of
from controller.plan.cartons.choosing import LEAST_CENTS, RECORDS
from controller.plan.cartons.dividing import CENTS, LEFT, PARTS
from controller.plan.cartons.filling import NEVER
from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import Placement, Problem
from controller.plan.cartons.parts import Counts, Found, Part
from controller.plan.cartons.sites import Site

Kernels = Mapping[str, Callable[..., Any]]

SOURCES = (packing, pricing)
"""Importing them is what makes kernels known by name."""
EXACT_MAX = 8
"""Lots up to which all partitions are compared."""
PROOF_UNITS_MAX = 14
"""Units up to which a proof is worth its work."""
SEARCHED_PERCENT = 60
"""What of the effort the search may take before questions are asked."""
SMALL_WORK = 3_000
"""Work of the search for an order that is small enough to be proven."""
CHUNK = 20_000
"""Work between two looks at the limit of wall time."""

QUICK, STEADY, THOROUGH = (1, 256, 1), (2, 4096, 512), (3, 1 << 14, 4096)
"""The deepest level of a search, the sets of lots it remembers, and the fits it records."""
STEADY_WORK, THOROUGH_WORK = 5_000, 100_000


def depth_of(work: int) -> tuple[int, int, int]:
    """The depth that an effort pays for."""
    if work >= THOROUGH_WORK:
        return THOROUGH
    return STEADY if work >= STEADY_WORK else QUICK


def _read(lots: Sequence[Lot], told: Ints) -> Found:
    """An answer from its row of numbers; equal cartons share one object."""
    row, parts, end = told.tolist(), [], 3
    refs = _refs(lots)
    for _ in range(row[2]):
        carton, cents, times, boxes = row[end : end + 4]
        counts = tuple(row[end + 4 : end + 4 + len(lots)])
        end += 4 + len(lots)
        places = _places(refs, row, end, boxes)
        end += 10 * boxes
        part = Part(carton=carton, counts=counts, cents=cents, placements=places)
        parts += [part] * times
    return Found(parts=parts, left=row[1], least_cents=row[0])


def _refs(lots: Sequence[Lot]) -> list[str]:
    """The reference of each kind of the kernels."""
    return [piece.ref for lot in lots for piece, _ in lot.pieces]


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
        self,
        problem: Problem,
        site: Site,
        lots: Sequence[Lot],
        kernels: Kernels,
        effort: Effort,
    ) -> None:
        self.problem, self.lots, self.kernels, self.effort = problem, lots, kernels, effort
        depth = depth_of(effort.work)
        self._deepest, until = depth[0], self._until(effort.work)
        numbers = np.array([*depth, until, min(CHUNK, until)], np.int64)
        self._row, self.question, self._desk, self._best, self._trial = kernels["pack"](
            site.arrays, *order_of(problem, lots), numbers
        )
        self.impossible: set[tuple[int, Counts]] = set()

    def _until(self, work: int) -> int:
        """The work of a search; an order that is small enough to be proven needs less of it."""
        work = work * SEARCHED_PERCENT // 100 if work >= STEADY_WORK else work
        return min(work, SMALL_WORK) if self.small else work

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
        units = sum(lot.count * sum(qty for _, qty in lot.pieces) for lot in self.lots)
        return sum(lot.count for lot in self.lots) <= EXACT_MAX and units <= PROOF_UNITS_MAX

    @property
    def has_stock(self) -> bool:
        """Whether some carton is limited in number."""
        return any(carton.stock is not None for carton in self.problem.cartons)

    @property
    def complete(self) -> bool:
        """Whether every lot found a carton."""
        return bool(self._best.state[PARTS]) and not self._best.state[LEFT]

    def go_on(self) -> None:
        """Search on, up to the work that the effort pays for."""
        spent, until = 0, self._desk.pile.now[UNTIL]
        while CHUNK <= self.spent < until and self.spent > spent and self.cents > self.least_cents:
            spent = self.spent
            if self.effort.should_stop():
                break
            self._row = self.kernels["search"](
                self.question, self._desk, self._best, self._trial, self._deepest, CHUNK
            )
        self._desk.pile.now[UNTIL] = NEVER

    def found(self) -> Found:
        """The best answer."""
        return _read(self.lots, self._row)

    def ask(self, carton: int, counts: Counts, cents: int) -> Part | None:
        """The lots in a carton, if trying finds their places."""
        pile, chosen = self._desk.pile, np.array(counts, np.int64)
        if self.kernels["fits"](self.question, pile, carton, chosen, self._desk.turns) < 0:
            return None
        row = pile.boxes[: pile.now[0]].ravel().tolist()
        places = _places(_refs(self.lots), row, 0, len(row) // 10)
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
