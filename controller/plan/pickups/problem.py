"""The form of a question of carrier choice.

Owns options, parcels and what they share. Refuses names that stand twice.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

WHOLE_PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A service that keeps the parcel's promise; a tier's discount is on `base_cents` alone."""

    carrier: str
    service: str
    pickup: str
    base_cents: int
    other_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A parcel and its options; one that was shipped earlier has the option it left with."""

    id: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Parcels that share tiers, pickups and contracts.

    Shapes: tiers of a carrier are (parcels_min, discount in ppm of the base); the tier that the
    carrier's parcels reach holds for all of them. `minimums` are (parcels, cents for each that is
    missing). `sent` are (parcels that went with a carrier already, the base of all of them): they
    count for tiers and minimums, and share the discount. A carrier takes `most` further parcels.
    """

    parcels: tuple[Parcel, ...]
    pickup_capacity: Mapping[str, int] = field(default_factory=dict)
    tiers: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    minimums: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    sent: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counted = Counter(parcel.id for parcel in self.parcels)
        name = next((name for name, times in counted.items() if times > 1), None)
        if name is not None:
            raise ValueError(f"parcel {name!r} stands twice; give each its own name")
        for parcel in self.parcels:
            for option in parcel.options:
                if min(option.base_cents, option.other_cents) < 0:
                    raise ValueError(f"parcel {parcel.id!r}: {option.service} costs less than 0")
        for kind, limits in (("pickup", self.pickup_capacity), ("carrier", self.most)):
            for name, capacity in limits.items():
                if capacity < 0:
                    raise ValueError(f"{kind} {name!r}: capacity is {capacity}: give 0 or more")
        for carrier, tiers in self.tiers.items():
            _check_tiers(carrier, sorted(tiers))


def _check_tiers(carrier: str, steps: list[tuple[int, int]]) -> None:
    starts, off_ppm = [start for start, _ in steps], [off for _, off in steps]
    if len(set(starts)) < len(starts) or off_ppm != sorted(off_ppm):
        raise ValueError(f"tiers of {carrier!r} must rise: more parcels, no smaller discount")
    if off_ppm and not 0 <= off_ppm[0] <= off_ppm[-1] <= WHOLE_PPM:
        raise ValueError(f"tiers of {carrier!r}: a discount is 0 to 1,000,000 ppm of the base")
