"""What is loaded, into what, and how it lies then.

Owns the words of the problem and refuses numbers that mean nothing. x runs from the front wall to
the door, y across, z up.
"""

from dataclasses import dataclass

from controller.plan import placements
from controller.plan.placements import Size, Unit

LIMIT_MM = 30_000  # no vehicle is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Equal units that are delivered to one stop.

    `vertical` says which of the three measures may stand upright, `turns` whether it may be
    turned about the vertical. A unit stands on units of its own stack or a higher one;
    `load_max_g` limits what rests on it (0: nothing does). `stop` is the number of its delivery
    along the route.
    """

    id: str
    size: Size
    mass_g: int = 0
    quantity: int = 1
    vertical: tuple[bool, bool, bool] = (True, True, True)
    turns: bool = True
    stack: int = 0
    load_max_g: int | None = None
    stop: int = 0

    def __post_init__(self) -> None:
        if min(self.size) < 1 or max(self.size) > LIMIT_MM:
            raise ValueError(f"goods {self.id!r} measure {self.size}: give 1 to {LIMIT_MM} mm")
        if min(self.mass_g, self.quantity, self.stack, self.load_max_g or 0) < 0:
            raise ValueError(f"goods {self.id!r} have a number below 0: give 0 or more")
        if not any(self.vertical):
            raise ValueError(f"goods {self.id!r} may not stand at all: allow one of vertical")

    @property
    def volume_mm3(self) -> int:
        return self.size[0] * self.size[1] * self.size[2]

    @property
    def bears(self) -> bool:
        """Whether anything may rest on a unit."""
        return self.load_max_g != 0

    @property
    def placed(self) -> placements.Goods:
        """The same as the check of placements knows it."""
        return placements.Goods(
            size=self.size,
            mass_g=self.mass_g,
            vertical=self.vertical,
            turns=self.turns,
            fragile=not self.bears,
            load_max_g=self.load_max_g,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Axles:
    """Where two axles (or the king pin and the axles) are along x, and what each takes of a load.

    Units: mm from the front wall, negative before it; g.
    """

    front_mm: int
    rear_mm: int
    front_max_g: int
    rear_max_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A kind of container, vehicle, pallet or roll cage; size is length, width and height.

    `open_top` is loaded and unloaded from above (a pallet), others through the door at the end of
    their length. The centre of gravity lies within `centre_mm` along the length, and no further
    from the middle than `aside_max_mm` across. `count` None: as many as are needed.
    """

    id: str
    size: Size
    mass_max_g: int | None = None
    cost_cents: int = 100
    count: int | None = None
    open_top: bool = False
    centre_mm: tuple[int, int] | None = None
    aside_max_mm: int | None = None
    axles: Axles | None = None

    def __post_init__(self) -> None:
        if min(self.size) < 1 or max(self.size) > LIMIT_MM:
            raise ValueError(f"room {self.id!r} measures {self.size}: give 1 to {LIMIT_MM} mm")
        if self.cost_cents < 0 or (self.count or 0) < 0 or (self.mass_max_g or 0) < 0:
            raise ValueError(f"room {self.id!r} has a number below 0: give 0 or more")
        if self.axles and self.axles.front_mm >= self.axles.rear_mm:
            raise ValueError(f"room {self.id!r}: the front axle lies before the rear axle")

    @property
    def volume_mm3(self) -> int:
        return self.size[0] * self.size[1] * self.size[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Goods and the rooms that may take them; with `support` each base rests wholly."""

    goods: tuple[Goods, ...]
    rooms: tuple[Room, ...]
    support: bool = True

    def __post_init__(self) -> None:
        for what, ids in (
            ("goods", [each.id for each in self.goods]),
            ("room", [each.id for each in self.rooms]),
        ):
            twice = {each for each in ids if ids.count(each) > 1}
            if twice:
                raise ValueError(f"{what} {min(twice)!r} is given twice: give each id once")
        if not self.rooms:
            raise ValueError("no room is given: give a container, a vehicle or a pallet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One room with its units in the order in which they are loaded.

    Units: `centre_mm` is the centre of gravity along x and y; `axles_g` what the front and the
    rear axle take of the load.
    """

    room: str
    units: tuple[Unit, ...]
    mass_g: int
    volume_mm3: int
    centre_mm: tuple[int, int]
    axles_g: tuple[int, int] | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Loads; `unloaded` holds (goods id, units, reason); no plan that loads as much costs less
    than the bound."""

    loads: tuple[Load, ...]
    unloaded: tuple[tuple[str, int, str], ...]
    cost_cents: int
    bound_cents: int
    proven: bool
