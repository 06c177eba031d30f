"""Prices of all options at every tier, as arrays.

Owns the numbering of carriers and pickups and what an option costs once its carrier's tier is
known. Refuses to know pickups that no option names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from controller.plan.pickups.problem import WHOLE_PPM, Problem

Ints = NDArray[np.int64]

FREE = -1
"""The pickup of an option whose pickup has no limit."""


N = TypeVar("N", int, Ints)


def after(base_cents: N, rest_ppm: N) -> N:
    """What is left of a base after its discount, rounded half up."""
    return (base_cents * rest_ppm + WHOLE_PPM // 2) // WHOLE_PPM


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers of a carrier: from `starts[k]` parcels on, `off_ppm[k]` is taken off the base."""

    starts: tuple[int, ...]
    off_ppm: tuple[int, ...]

    def at(self, parcels: int) -> int:
        """The tier that so many parcels reach."""
        return sum(start <= parcels for start in self.starts) - 1


@dataclass(frozen=True)
class Prices:
    """Shapes: every array has one entry per option; options of a parcel stand together.

    `held` of a carrier is (parcels wanted, cents for each that is missing). What a carrier has got
    already is taken off its ladder and off what is wanted; `sent_cents` is the base of that.
    """

    count: int
    carriers: tuple[str, ...]
    pickups: tuple[str, ...]
    parcel: Ints
    carrier: Ints
    pickup: Ints
    base_cents: Ints
    other_cents: Ints
    ladders: tuple[Ladder, ...]
    capacity: Ints
    held: tuple[tuple[int, int], ...]
    sent_cents: tuple[int, ...]
    most: tuple[int, ...]

    def at(self, tiers: Sequence[int]) -> Ints:
        """What each option costs when carriers are in these tiers, rounded half up."""
        off = [ladder.off_ppm[tier] for ladder, tier in zip(self.ladders, tiers, strict=True)]
        rest = WHOLE_PPM - np.array(off, dtype=np.int64)[self.carrier]
        return np.asarray(after(self.base_cents, rest) + self.other_cents, dtype=np.int64)

    @cached_property
    def first(self) -> Ints:
        """Where the options of each parcel begin, and the end."""
        return np.searchsorted(self.parcel, np.arange(self.count + 1))

    @cached_property
    def cells(self) -> Ints:
        """Each pair of carrier and pickup as one number, per option."""
        return self.carrier * (len(self.capacity) + 1) + self.pickup + 1

    @cached_property
    def crossing(self) -> bool:
        """Whether a pickup with a limit takes parcels of several carriers."""
        pairs = np.unique(self.cells[self.pickup != FREE])
        return len(np.unique(pairs % (len(self.capacity) + 1))) < len(pairs)

    def counts(self, chosen: Ints) -> list[int]:
        """Parcels of each carrier; `chosen` has an option of each parcel, or -1."""
        used = self.carrier[chosen[chosen >= 0]]
        return [int(n) for n in np.bincount(used, minlength=len(self.ladders))]

    def cost_cents(self, chosen: Ints) -> int:
        """What a choice costs at the tiers that it reaches, with what contracts want beside."""
        counts = self.counts(chosen)
        tiers = [ladder.at(count) for ladder, count in zip(self.ladders, counts, strict=True)]
        paid = int(self.at(tiers)[chosen[chosen >= 0]].sum())
        return paid + self.missing_cents(counts) + self.sent_at(tiers)

    def sent_at(self, tiers: Sequence[int]) -> int:
        """What the base of the parcels that went already costs when carriers are in these tiers.

        Rounded once per carrier.
        """
        each = zip(self.sent_cents, self.ladders, tiers, strict=True)
        return sum(
            after(cents, WHOLE_PPM - ladder.off_ppm[tier]) for cents, ladder, tier in each if cents
        )

    def missing_cents(self, counts: Sequence[int]) -> int:
        """What contracts want for parcels that their carriers do not get."""
        held = zip(self.held, counts, strict=True)
        return sum(max(0, wanted - count) * fee for (wanted, fee), count in held)


def tabulate(problem: Problem) -> Prices:
    """Number carriers and pickups in the sequence of their names."""
    options = [(at, each) for at, parcel in enumerate(problem.parcels) for each in parcel.options]
    named = {each.carrier for _, each in options} | {*problem.minimums, *problem.sent}
    carriers = sorted(named)
    sent = [problem.sent.get(name, (0, 0)) for name in carriers]
    held = [problem.minimums.get(name, (0, 0)) for name in carriers]
    pickups = sorted({each.pickup for _, each in options} & set(problem.pickup_capacity))
    carrier_at = {name: at for at, name in enumerate(carriers)}
    pickup_at = {name: at for at, name in enumerate(pickups)}

    def column(values: Any) -> Ints:
        return np.fromiter(values, dtype=np.int64, count=len(options))

    return Prices(
        count=len(problem.parcels),
        carriers=tuple(carriers),
        pickups=tuple(pickups),
        parcel=column(at for at, _ in options),
        carrier=column(carrier_at[each.carrier] for _, each in options),
        pickup=column(pickup_at.get(each.pickup, FREE) for _, each in options),
        base_cents=column(each.base_cents for _, each in options),
        other_cents=column(each.other_cents for _, each in options),
        ladders=tuple(
            _ladder(problem.tiers.get(name, ()), gone)
            for name, (gone, _) in zip(carriers, sent, strict=True)
        ),
        capacity=np.array([problem.pickup_capacity[name] for name in pickups], dtype=np.int64),
        held=tuple(
            (max(0, wanted - gone), fee)
            for (wanted, fee), (gone, _) in zip(held, sent, strict=True)
        ),
        sent_cents=tuple(cents for _, cents in sent),
        most=tuple(problem.most.get(name, len(problem.parcels)) for name in carriers),
    )


def _ladder(tiers: Sequence[tuple[int, int]], sent: int) -> Ladder:
    """The tiers as seen by further parcels; of those reached already the best alone counts."""
    steps = sorted((max(0, start - sent), off_ppm) for start, off_ppm in tiers)
    reached = sum(start == 0 for start, _ in steps)
    steps = steps[max(0, reached - 1) :]
    if not steps or steps[0][0] > 0:
        steps.insert(0, (0, 0))
    starts, off_ppm = zip(*steps, strict=True)
    return Ladder(starts, off_ppm)
