"""Deciding: what is worth asking exactly after the search, and what the order costs at least.

Owns the questions to CP-SAT: few lots are partitioned with proof; for more, cheaper cartons for
parts of the answer are asked about, and all that was found to fit is covered at the lowest cost.
It refuses to spend more than the effort.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from controller.plan.cartons.covering import cover
from controller.plan.cartons.packages import Piece
from controller.plan.cartons.partitioning import partition
from controller.plan.cartons.parts import Counts, Found, Part
from controller.plan.cartons.proving import Verdict, prove
from controller.plan.cartons.searching import PROOF_UNITS_MAX, THOROUGH_WORK, Search

PER_UNIT = 10
"""Microseconds of one unit of work of CP-SAT."""
SLOWNESS = 3
"""CPU seconds of these models per deterministic second."""
MODEL_US = 60
"""Work of a model per pair of units."""
QUESTION_US_MAX = 400_000
COVER_US_MAX = 200_000


class Decider:
    """Asks within what the effort leaves, and remembers the answers."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._asked = 0
        self._verdicts: dict[tuple[int, Counts], tuple[Verdict, Part | None]] = {}

    @property
    def work_left(self) -> int:
        """Microseconds that the effort still pays for."""
        return self._search.effort.work - self._search.spent - self._asked

    def out(self) -> bool:
        """Whether no more may be asked."""
        return self.work_left <= 0 or self._search.effort.should_stop()

    def decided(self, found: Found) -> Found:
        """An answer that costs no more, with a bound that is no lower."""
        search, parts, least_cents = self._search, found.parts, found.least_cents
        if search.small:
            asked = partition(search, parts, self._ask)
            parts = asked.parts if asked.parts and self._in_stock(asked.parts) else parts
            least_cents = max(least_cents, asked.bound_cents)
        elif search.effort.work >= THOROUGH_WORK:
            parts = [self._shrunk(part) for part in self._covered(parts)]
        return replace(found, parts=parts, least_cents=least_cents)

    def _in_stock(self, parts: Sequence[Part]) -> bool:
        used = Counter(part.carton for part in parts)
        stocks = {carton: self._search.problem.cartons[carton].stock for carton in used}
        return all(stock is None or used[carton] <= stock for carton, stock in stocks.items())

    def _ask(self, carton: int, counts: Counts, cents: int) -> tuple[Part | None, bool]:
        verdict, part = self._verdict(carton, counts, cents)
        return part, verdict == "impossible"

    def _verdict(self, carton: int, counts: Counts, cents: int) -> tuple[Verdict, Part | None]:
        key = carton, counts
        if key not in self._verdicts:
            self._verdicts[key] = self._found(carton, counts, cents)
        return self._verdicts[key]

    def _found(self, carton: int, counts: Counts, cents: int) -> tuple[Verdict, Part | None]:
        search = self._search
        part = search.ask(carton, counts, cents)
        if part:
            return "found", part
        pieces = self._pieces(counts)
        if len(pieces) > PROOF_UNITS_MAX or self.out():
            return "unknown", None
        self._asked += MODEL_US * len(pieces) ** 2
        work = min(self.work_left, QUESTION_US_MAX) // (PER_UNIT * SLOWNESS)
        effort = replace(search.effort, work=max(0, work))
        proof = prove(search.problem, search.problem.cartons[carton], pieces, effort)
        self._asked += PER_UNIT * SLOWNESS * proof.spent
        if proof.verdict == "impossible":
            search.impossible.add((carton, counts))
        if proof.verdict != "found":
            return proof.verdict, None
        found = Part(carton=carton, counts=counts, cents=cents, placements=proof.placements)
        return "found", found

    def _pieces(self, counts: Counts) -> list[Piece]:
        return [
            piece
            for lot, count in zip(self._search.lots, counts, strict=True)
            for piece, qty in lot.pieces
            for _ in range(qty * count)
        ]

    def _shrunk(self, part: Part) -> Part:
        """The part in the cheapest carton that takes it, asked exactly."""
        search = self._search
        if len(self._pieces(part.counts)) > PROOF_UNITS_MAX or search.has_stock:
            return part
        prices = search.options([part.counts])[0][0]
        options = sorted((cents, carton) for carton, cents in enumerate(prices))
        for cents, carton in options:
            if cents >= part.cents or self.out():
                break
            found = self._verdict(carton, part.counts, cents)[1]
            if found:
                return found
        return part

    def _covered(self, parts: list[Part]) -> list[Part]:
        """The cheapest choice among all sets of lots that were found to fit a carton."""
        search = self._search
        known = {(part.counts, part.carton): part for part in parts}
        found = search.pool() | {key: part.cents for key, part in known.items()}
        work = min(self.work_left, COVER_US_MAX) // PER_UNIT
        if len(parts) < 2 or work <= 0 or search.has_stock:
            return parts
        wanted = tuple(lot.count for lot in search.lots)
        effort = replace(search.effort, work=work)
        chosen, spent = cover(
            wanted, found, Counter((part.counts, part.carton) for part in parts), effort
        )
        self._asked += PER_UNIT * spent
        answer = []
        for key, times in chosen.items():
            part = known.get(key)
            if part is None:
                part = search.ask(key[1], key[0], found[key])
            answer += [part] * times if part else []
        return answer if sum(p.cents for p in answer) < sum(p.cents for p in parts) else parts
