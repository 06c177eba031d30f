"""Hurrying: a sensible answer in milliseconds where no compiler may be loaded.

Owns blocks of equal units in free rooms that are cut apart, every base on the floor or whole on a
block, so that any rule of support is kept. Refuses to improve what it found first, beyond what a
count of looks pays for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import Piece, Placement, Problem, carton_cents
from controller.plan.cartons.parts import Counts, Found, Part
from controller.plan.cartons.sites import Site, ways

LOOKS_MAX = 1_500
"""Looks into free rooms, about a microsecond each, after which no other division is begun."""
FULL_PERCENT = 85
"""How full a carton gets, about."""

Room = tuple[int, int, int, int, int, int]
"""Where a free room begins, and its measures."""


@dataclass(slots=True)
class Pile:
    """One carton while it is filled."""

    rooms: list[Room]
    mass_left_g: int
    volume_left_mm3: int
    hazards_left: int
    goods: set[str] = field(default_factory=set)
    placements: list[Placement] = field(default_factory=list)

    def copy(self) -> "Pile":
        """The same carton, to go back to."""
        return replace(
            self,
            rooms=self.rooms.copy(),
            goods=self.goods.copy(),
            placements=self.placements.copy(),
        )

    def put(self, piece: Piece, most: int) -> tuple[int, int]:
        """Sets down a block of up to so many units; how many, and how many looks it took.

        The smallest room that takes a unit gets it; what is left of the room is cut in three.
        """
        weak = _weak(piece)
        for looks, room in enumerate(self.rooms, 1):
            best = (0, 0, 0, 0, 0, 0, 0, 0)
            for way in ways(piece):
                nx, ny, nz = room[3] // way[0], room[4] // way[1], room[5] // way[2]
                if nx and ny and nz:
                    nz = 1 if weak else min(nz, most)
                    nx = min(nx, most // nz)
                    ny = min(ny, most // (nz * nx))
                    spare = min(room[3] - nx * way[0], room[4] - ny * way[1])
                    best = max(best, (nx * ny * nz, -spare, *way, nx, ny, nz))
            if best[0]:
                self.rooms.remove(room)
                self._cut(room, best, piece, weak)
                return best[0], looks
        return 0, len(self.rooms)

    def _cut(self, room: Room, block: tuple[int, ...], piece: Piece, weak: bool) -> None:
        """Lays a block into the corner of a room; nothing may come on a weak one."""
        x, y, z, length, width, height = room
        units, _, dx, dy, dz, nx, ny, nz = block
        wide, deep, high = nx * dx, ny * dy, nz * dz
        parts = [(x, y, z + high, wide, deep, 0 if weak else height - high)]
        if length - wide > width - deep:
            parts += [(x + wide, y, z, length - wide, width, height)]
            parts += [(x, y + deep, z, wide, width - deep, height)]
        else:
            parts += [(x, y + deep, z, length, width - deep, height)]
            parts += [(x + wide, y, z, length - wide, deep, height)]
        self.rooms += [part for part in parts if part[3] and part[4] and part[5]]
        self.rooms.sort(key=lambda part: (part[3] * part[4] * part[5], part))
        self.mass_left_g -= units * piece.mass_g
        self.volume_left_mm3 -= units * piece.volume_mm3
        self.hazards_left -= units * piece.hazardous
        self.placements.append(
            Placement(
                ref=piece.ref,
                x_mm=x,
                y_mm=y,
                z_mm=z,
                dx_mm=dx,
                dy_mm=dy,
                dz_mm=dz,
                nx=nx,
                ny=ny,
                nz=nz,
            )
        )


def hurried(problem: Problem, site: Site, lots: Sequence[Lot]) -> Found:
    """The first answer that comes to mind, and the cheapest of what else few looks show."""
    return _Hurry(problem, site, lots).found()


class _Stuff(NamedTuple):
    """A lot as it is laid down: units that bear others first."""

    pieces: tuple[tuple[Piece, int], ...]
    mass_g: int
    volume_mm3: int
    hazards: int
    kit: bool
    goods: frozenset[str]
    clashes: frozenset[str]


def _stuff(problem: Problem, lot: Lot) -> _Stuff:
    goods = frozenset(piece.goods for piece, _ in lot.pieces)
    pairs = [*problem.apart, *((other, one) for one, other in problem.apart)]
    return _Stuff(
        pieces=tuple(sorted(lot.pieces, key=lambda each: _weak(each[0]))),
        mass_g=lot.mass_g,
        volume_mm3=lot.volume_mm3,
        hazards=sum(qty for piece, qty in lot.pieces if piece.hazardous),
        kit=len(lot.pieces) > 1 or lot.pieces[0][1] > 1,
        goods=goods,
        clashes=frozenset(other for one, other in pairs if one in goods),
    )


class _Hurry:
    """One order and what is known of it."""

    def __init__(self, problem: Problem, site: Site, lots: Sequence[Lot]) -> None:
        self._problem, self._site, self._lots = problem, site, lots
        self._looks = 0
        self._stuff = [_stuff(problem, lot) for lot in lots]
        self._order = sorted(
            range(len(lots)),
            key=lambda at: (_weak(self._stuff[at].pieces[0][0]), -lots[at].volume_mm3, at),
        )

    def found(self) -> Found:
        """The cheapest of the divisions led by each carton, the most promising first."""
        wanted = tuple(lot.count for lot in self._lots)
        best = self._divided(wanted, 0)
        for lead in range(1, len(self._problem.cartons)):
            if self._looks >= LOOKS_MAX or (not best.left and best.cents <= best.least_cents):
                break
            other = self._divided(wanted, lead)
            if (other.left, other.cents) < (best.left, best.cents):
                best = other
        return best

    def _divided(self, wanted: Counts, lead: int) -> Found:
        rest, parts = wanted, list[Part]()
        used = [0] * len(self._problem.cartons)
        leads = self._by_promise(wanted)
        while any(rest):
            part = self._whole(rest, used)
            for carton in leads[lead:] + leads[:lead] if part is None else ():
                if used[carton] < self._stock(carton) and (part := self._filled(carton, rest)):
                    part = self._whole(part.counts, used, part.cents) or part
                    break
            if part is None:
                break
            times = min(
                [self._stock(part.carton) - used[part.carton]]
                + [have // take for have, take in zip(rest, part.counts, strict=True) if take]
            )
            used[part.carton] += times
            parts += [part] * times
            rest = tuple(have - times * take for have, take in zip(rest, part.counts, strict=True))
        return Found(parts=parts, left=self._units(rest), least_cents=self._least(wanted))

    def _stock(self, carton: int) -> int:
        stock = self._problem.cartons[carton].stock
        return 1 << 40 if stock is None else stock

    def _units(self, counts: Counts) -> int:
        return sum(
            count * qty
            for lot, count in zip(self._lots, counts, strict=True)
            for _, qty in lot.pieces
        )

    def _whole(self, counts: Counts, used: Sequence[int], limit: int | None = None) -> Part | None:
        """All of these in the cheapest carton that is found to take them, below a limit."""
        for cents, carton in self._options(counts):
            if limit is not None and cents >= limit:
                break
            if used[carton] < self._stock(carton):
                part = self._filled(carton, counts, whole=True)
                if part:
                    return part
        return None

    def _sums(self, counts: Counts) -> tuple[int, int]:
        """Mass and volume together."""
        pairs = [*zip(self._lots, counts, strict=True)]
        mass_g = sum(lot.mass_g * count for lot, count in pairs)
        return mass_g, sum(lot.volume_mm3 * count for lot, count in pairs)

    def _options(self, counts: Counts) -> list[tuple[int, int]]:
        """Cartons that are not out of the question at sight, with what they would cost."""
        goods_g, goods_mm3 = self._sums(counts)
        cartons = self._site.taking(goods_g, goods_mm3).intersection(
            *(
                self._site.holding(piece)
                for lot, count in zip(self._lots, counts, strict=True)
                if count
                for piece, _ in lot.pieces
            )
        )
        return sorted((self._cents(carton, goods_g, goods_mm3), carton) for carton in cartons)

    def _cents(self, carton: int, goods_g: int, goods_mm3: int) -> int:
        return carton_cents(self._problem, self._problem.cartons[carton], goods_g, goods_mm3)

    def _by_promise(self, counts: Counts) -> list[int]:
        """Cartons by what all would cost in as many of them as take their mass and volume."""
        goods_g, goods_mm3 = self._sums(counts)
        costs = []
        for at, carton in enumerate(self._problem.cartons):
            room_mm3 = carton.room_mm3 * self._problem.fill_percent // 100
            count = max(
                1,
                -(-goods_mm3 * 100 // max(1, room_mm3 * FULL_PERCENT)),
                -(-goods_g // max(1, carton.mass_max_g)),
            )
            costs.append((count * self._cents(at, goods_g // count, goods_mm3 // count), at))
        return [at for _, at in sorted(costs)]

    def _least(self, counts: Counts) -> int:
        """What no answer costs less than: one carton for all, or several by mass and volume."""
        goods_g, goods_mm3 = self._sums(counts)
        rates = [2.0 * min(self._site.least_cents)]
        for most, goods in zip(self._site.limits, (goods_g, goods_mm3), strict=True):
            costs = zip(self._site.least_cents, most, strict=True)
            rates.append(min((goods * cents / top for cents, top in costs if top), default=0))
        options = self._options(counts)
        return min([-int(-max(rates) // 1), *(cents for cents, _ in options)])

    def _filled(self, carton: int, counts: Counts, whole: bool = False) -> Part | None:
        """As much of these as goes into a carton, or all of it; nothing when that is none."""
        piles = [self._pile(carton, room, counts, whole) for room in self._site.rooms[carton]]
        taken, pile = min(piles, key=lambda each: each[1].volume_left_mm3)
        if not any(taken) or (whole and taken != counts):
            return None
        places = sorted(pile.placements, key=lambda each: (each.z_mm, each.y_mm, each.x_mm))
        cents = self._cents(carton, *self._sums(taken))
        return Part(carton=carton, counts=taken, cents=cents, placements=tuple(places))

    def _pile(
        self, carton: int, room: tuple[int, int, int], counts: Counts, whole: bool
    ) -> tuple[Counts, Pile]:
        hazards = self._problem.hazardous_max
        pile = Pile(
            rooms=[(0, 0, 0, *room)],
            mass_left_g=self._site.limits[0][carton],
            volume_left_mm3=self._site.limits[1][carton],
            hazards_left=1 << 40 if hazards is None else hazards,
        )
        taken = [0] * len(counts)
        for at in self._order:
            if counts[at]:
                taken[at], pile = self._added(pile, at, counts[at])
                if whole and taken[at] < counts[at]:
                    break
        return tuple(taken), pile

    def _added(self, pile: Pile, at: int, wanted: int) -> tuple[int, Pile]:
        """How many of a lot find a place, all units of a kit or none, and the pile with them."""
        mine = self._stuff[at]
        self._looks += 1
        for each, left in (
            (mine.mass_g, pile.mass_left_g),
            (mine.volume_mm3, pile.volume_left_mm3),
            (mine.hazards, pile.hazards_left),
        ):
            if each and left < each * wanted:
                wanted = left // each
        if wanted <= 0 or not mine.clashes.isdisjoint(pile.goods):
            return 0, pile
        before, left = pile.copy() if mine.kit else pile, 0
        for piece, qty in mine.pieces:
            left = self._put(pile, piece, qty if mine.kit else wanted)
            if mine.kit and left:
                return 0, before
        pile.goods |= mine.goods
        return (1 if mine.kit else wanted - left), pile

    def _put(self, pile: Pile, piece: Piece, qty: int) -> int:
        """Sets units down as long as there are places; how many are left."""
        while qty:
            placed, looks = pile.put(piece, qty)
            self._looks += looks
            qty -= placed
            if not placed:
                break
        return qty


def _weak(piece: Piece) -> bool:
    """Whether nothing is laid on a unit in a hurry."""
    return piece.fragile or piece.load_max_g is not None
