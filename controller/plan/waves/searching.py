"""The search over sets of aisles: start with the aisles that add most, then ruin and recreate.

Owns the best set and what the search has spent. Refuses to accept a worse set in the end than it
has seen, and to draw from chance: its numbers come from a fixed sequence.

Source: Dinkelbach 1967; Kirkpatrick, Gelatt & Vecchi 1983; Schrimpf et al. 2000.
"""

from math import log

import numpy as np

from controller.plan import Effort
from controller.plan._draws import Draws
from controller.plan.waves.kernels import CHOSEN, HOPES, add, best_aisle, fill
from controller.plan.waves.rows import Wave, aisles_bound

STEPS = 120  # of a round: in each round what is accepted cools to nothing
HEAT = 0.3  # of the units that an aisle must yield
RUIN_MAX = 4
SINKS = 0.7  # a start ends where the ratio has sunk so far below its best
TOO_FEW = 1_000  # a unit short of the least weighs as many
CHANCES = 1_000_000
LINES_PER_UNIT = 1_000


class Search:
    """The best wave so far: `chosen` orders, `aisles`, `units`."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.bound, self.fewest = aisles_bound(wave)
        self.aisles: list[int] = []
        self.orders: list[int] = []
        self.units = 0
        self.spent = 0
        self._draws = Draws()
        self._inside = np.zeros(len(wave.aisles), np.int32)
        self._stock = np.zeros(wave.items, np.int32)
        self._left = np.zeros(wave.items, np.int32)
        self._marks = np.zeros((1 + HOPES, max(len(wave.orders), wave.items)), np.int32)
        self._sequence = wave.sequences[0]
        self._cost = 1 + wave.lines // LINES_PER_UNIT

    @property
    def proven(self) -> bool:
        """Whether no wave is better."""
        return self.units >= self.bound * len(self.aisles)

    def over(self, effort: Effort) -> bool:
        """Whether the effort is spent."""
        return self.spent >= effort.work or effort.should_stop()

    def start(self, effort: Effort) -> None:
        """One aisle after another, until the ratio sinks."""
        members: list[int] = []
        while len(members) < len(self.wave.aisles):
            if self.aisles and self.over(effort):
                return
            members.append(self._best(0))
            self._move([], members[-1:])
            units = self._filled()
            if self._better(units, len(members)):
                self._keep(units, members)
            sunk = units * len(self.aisles) < SINKS * self.units * len(members)
            if sunk or units >= self.wave.units_max:
                return

    def offer(self, orders: list[int], aisles: list[int]) -> None:
        """A wave that somebody else found is the best so far if it is possible and better."""
        units = sum(map(self.wave.size, orders))
        stock = np.zeros(self.wave.items, np.int32)
        for sign, chosen, rows in (
            (1, aisles, self.wave.rows[1]),
            (-1, orders, self.wave.rows[0]),
        ):
            for row in chosen:
                add(rows, row, sign, stock)
        possible = stock.min(initial=0) >= 0 and units <= self.wave.units_max
        if possible and self._better(units, len(aisles)):
            self.orders, self.aisles, self.units = orders, aisles, units

    def run(self, number: int, effort: Effort) -> None:
        """One round from the best wave: a few aisles out, the best in, cooling down."""
        self._sequence = self.wave.sequences[number % len(self.wave.sequences)]
        members = self._restart()
        score = self._score(self._filled(), len(members))
        for step in range(STEPS):
            if self.over(effort):
                return
            out = self._ruined(members)
            grown, units = self._recreated(len(members), out)
            trial = self._score(units, len(members) + len(grown))
            chance = (1 + self._draws.below(CHANCES)) / (1 + CHANCES)
            if trial < score + HEAT * self._price * (STEPS - step) / STEPS * log(chance):
                self._move(grown, out)
                members += out
                continue
            members += grown
            score = trial
            if self._better(units, len(members)):
                self._filled()
                self._keep(units, members)
                score = self._score(units, len(members))

    @property
    def _price(self) -> float:
        return self.units / max(1, len(self.aisles))

    def _score(self, units: int, count: int) -> float:
        """Units that the aisles yield beyond the price of the best wave."""
        lacking = max(0, self.wave.units_min - units)
        return units - self._price * count - TOO_FEW * lacking

    def _better(self, units: int, count: int) -> bool:
        enough = units >= max(1, self.wave.units_min)
        return enough and units * max(1, len(self.aisles)) > self.units * count

    def _keep(self, units: int, members: list[int]) -> None:
        self.orders = np.flatnonzero(self._marks[CHOSEN]).tolist()
        self.aisles, self.units = sorted(members), units

    def _restart(self) -> list[int]:
        self._inside[:] = 0
        self._stock[:] = 0
        self._move([], self.aisles)
        return list(self.aisles)

    def _move(self, out: list[int], into: list[int]) -> None:
        """Take aisles out of the set and put others in."""
        for sign, aisles in ((-1, out), (1, into)):
            for aisle in aisles:
                add(self.wave.rows[1], aisle, sign, self._stock)
                self._inside[aisle] = max(0, sign)

    def _filled(self) -> int:
        """Choose orders for the aisles that are in the set; their units."""
        self.spent += self._cost
        self._left[:] = self._stock
        return fill(
            self.wave.rows[0], self._sequence, self._left, self._marks, self.wave.units_max
        )

    def _best(self, first: int) -> int:
        self.spent += self._cost
        wave = self.wave
        return best_aisle(wave.rows, self._sequence, self._inside, self._left, self._marks, first)

    def _ruined(self, members: list[int]) -> list[int]:
        """Up to a few aisles, drawn, taken out of the set and of `members`."""
        most = max(1, min(RUIN_MAX, len(members) // 2))
        out = [
            members.pop(self._draws.below(len(members)))
            for _ in range(min(len(members), 1 + self._draws.below(most)))
        ]
        self._move(out, [])
        return out

    def _recreated(self, count: int, out: list[int]) -> tuple[list[int], int]:
        """The best aisles put in, as many as pay, and the units; one of `out` stays out."""
        barred = out[self._draws.below(len(out)) :][:1] if out else []
        self._inside[barred] = 1
        grown: list[int] = []
        units = best_units = self._filled()
        best, kept = self._score(units, count), 0
        while len(grown) <= len(out) and units < self.wave.units_max:
            aisle = self._best(self._draws.below(len(self._inside)))
            if aisle < 0:
                break
            grown.append(aisle)
            self._move([], [aisle])
            units = self._filled()
            score = self._score(units, count + len(grown))
            if score > best:
                best, best_units, kept = score, units, len(grown)
        self._inside[barred] = 0
        self._move(grown[kept:], [])
        return grown[:kept], best_units
