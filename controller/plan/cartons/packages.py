"""The words of packing: pieces, cartons, tariffs, packed cartons, and what a shipment costs.

Owns the data that goes into and comes out of cartonizing and its prices. It refuses to decide.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from controller.plan.placements import Unit

OWN = "OWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Equal units of a line and how they may be packed.

    `upright` keeps the height vertical, `flat` the shortest measure; nothing lies above a
    `fragile` one, and at most `load_max_g` rests on a unit. All pieces of a `kit` share a carton,
    all units of one `together` do. `goods` names the kind that `Problem.apart` keeps from others.
    One in its `own_carton` ships as it is.
    """

    ref: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    qty: int
    upright: bool = False
    flat: bool = False
    fragile: bool = False
    load_max_g: int | None = None
    kit: str = ""
    together: bool = False
    goods: str = ""
    hazardous: bool = False
    own_carton: bool = False

    @property
    def volume_mm3(self) -> int:
        """Volume of one unit."""
        return self.length_mm * self.width_mm * self.height_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Carton:
    """A carton type by its inner measures; `mass_max_g` limits the contents without the tare.

    A `flexible` one is an envelope or bag: length and width lie flat, the height is what it may
    swell to, and it gets narrower by as much as it is thick. `stock` limits how many there are.

    Units: `outer_mm3` is the volume a carrier bills, 0 takes the inner volume.
    """

    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    mass_max_g: int
    cost_cents: int
    outer_mm3: int = 0
    flexible: bool = False
    stock: int | None = None

    @property
    def room_mm3(self) -> int:
        """Inner volume."""
        return self.length_mm * self.width_mm * self.height_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Freight of one parcel; a divisor of 0 bills the real mass only."""

    base_cents: int
    per_kg_cents: int
    divisor_cm3_per_kg: int
    step_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One order to pack, and the rules by which.

    Units: goods take at most `fill_percent` of a carton's volume; what they leave is filled for
    `void_cents_per_l` and weighs `void_g_per_l`. Every base rests by `support_percent` at least,
    and with `gravity` its centre lies over what carries it. Pairs of goods that are `apart`
    share no carton; `hazardous_max` units may.
    """

    pieces: tuple[Piece, ...]
    cartons: tuple[Carton, ...]
    tariff: Tariff
    fill_percent: int = 100
    own_mass_max_g: int = 30_000
    support_percent: int = 75
    gravity: bool = True
    apart: tuple[tuple[str, str], ...] = ()
    hazardous_max: int | None = None
    void_cents_per_l: int = 0
    void_g_per_l: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A block of nx x ny x nz equal units with its lowest corner at x, y, z.

    Units: dx, dy, dz measure one unit as it lies, so the block is nx * dx wide along x.
    """

    ref: str
    x_mm: int
    y_mm: int
    z_mm: int
    dx_mm: int
    dy_mm: int
    dz_mm: int
    nx: int = 1
    ny: int = 1
    nz: int = 1

    @property
    def qty(self) -> int:
        """Units in the block."""
        return self.nx * self.ny * self.nz

    def units(self) -> Iterator[Unit]:
        """The units of the block, from below."""
        for k in range(self.nz):
            for j in range(self.ny):
                for i in range(self.nx):
                    yield Unit(
                        self.ref,
                        self.x_mm + i * self.dx_mm,
                        self.y_mm + j * self.dy_mm,
                        self.z_mm + k * self.dz_mm,
                        self.dx_mm,
                        self.dy_mm,
                        self.dz_mm,
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One closed carton; mass includes the tare and what fills its voids.

    Placements stand in the sequence of packing: each can be set down from above after those
    before it. `passed_over` says why each cheaper carton was not taken for these contents,
    `void_mm3` what the goods leave empty.
    """

    carton: str
    contents: tuple[tuple[str, int], ...]
    mass_g: int
    placements: tuple[Placement, ...]
    cost_cents: int = 0
    passed_over: tuple[tuple[str, str], ...] = ()
    void_mm3: int = 0

    def units(self) -> Iterator[Unit]:
        """Every unit in the sequence of packing."""
        return (unit for each in self.placements for unit in each.units())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The cartons of one order; no packing of what is not refused costs less than the bound."""

    cartons: tuple[Packed, ...]
    cost_cents: int
    bound_cents: int
    proven: bool
    refused: tuple[tuple[str, str], ...]
    why: str


def freight_cents(tariff: Tariff, mass_g: int, volume_mm3: int) -> int:
    """Price a parcel by the larger of real and dimensional mass, rounded up to the step.

    Units: mm3 over cm3 per kg are grams; the price is rounded up to the cent.
    """
    divisor = tariff.divisor_cm3_per_kg
    billed_g = max(mass_g, -(-volume_mm3 // divisor)) if divisor else mass_g
    billed_g += -billed_g % tariff.step_g
    return tariff.base_cents - (-tariff.per_kg_cents * billed_g // 1000)


def void_of(carton: Carton, goods_mm3: int) -> int:
    """The volume that goods leave empty in a carton."""
    return max(0, carton.room_mm3 - goods_mm3)


def parcel_mass_g(problem: Problem, carton: Carton, goods_g: int, goods_mm3: int) -> int:
    """What a closed carton weighs."""
    return goods_g + carton.tare_g + void_of(carton, goods_mm3) * problem.void_g_per_l // 1_000_000


def carton_cents(problem: Problem, carton: Carton, goods_g: int, goods_mm3: int) -> int:
    """Price a carton with these contents: the carton itself, what fills its voids, its freight."""
    mass_g, filling = goods_g + carton.tare_g, 0
    if problem.void_cents_per_l or problem.void_g_per_l:
        filling = -(-void_of(carton, goods_mm3) * problem.void_cents_per_l // 1_000_000)
        mass_g = parcel_mass_g(problem, carton, goods_g, goods_mm3)
    volume_mm3 = carton.outer_mm3 or carton.room_mm3
    return carton.cost_cents + filling + freight_cents(problem.tariff, mass_g, volume_mm3)


def orientations(piece: Piece) -> Iterator[tuple[int, int, int]]:
    """The different ways a unit may lie, as measures along x, y and z."""
    a, b, c = piece.length_mm, piece.width_mm, piece.height_mm
    if piece.flat and not piece.upright:
        a, b, c = sorted((a, b, c), reverse=True)
    ways = [(a, b, c), (b, a, c)]
    if not (piece.upright or piece.flat):
        ways += [(a, c, b), (c, a, b), (b, c, a), (c, b, a)]
    return iter(dict.fromkeys(ways))
