"""Owns an answer as cartons with counts of lots. Refuses to know how it is found and told."""

from dataclasses import dataclass

from controller.plan.cartons.packages import Placement

Counts = tuple[int, ...]


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
