"""Stacking: places blocks of equal units into one carton, each on the floor or fully supported.

Owns the free area of a carton as maximal rectangles per level: a rectangle is a part of the floor
or of equal tops with nothing above it up to the lid. Gravity needs no check, because a block only
ever stands on one rectangle. It refuses to choose cartons and knows no money.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from controller.plan.packages import Carton, Piece, Placement, orientations

Rect = tuple[int, int, int, int]
"""x0, y0, x1, y1."""
Free = dict[int, list[Rect]]
"""The maximal free rectangles of each level z."""

Size = tuple[int, int, int]
Rule = Callable[[Rect, int, Size, int], tuple[int, ...]]
"""Rectangle, its level, block and units in it -> score, lowest is best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A piece with what stacking asks of it again and again."""

    piece: Piece
    ways: tuple[Size, ...]
    volume_mm3: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A block of a load on a free rectangle."""

    x: int
    y: int
    z: int
    unit: Size
    count: Size

    @property
    def qty(self) -> int:
        """Units in the block."""
        return self.count[0] * self.count[1] * self.count[2]


def load(piece: Piece) -> Load:
    """Prepare a piece for stacking."""
    ways = tuple(orientations(piece))
    volume_mm3 = piece.length_mm * piece.width_mm * piece.height_mm
    return Load(piece=piece, ways=ways, volume_mm3=volume_mm3)


def flush(rect: Rect, z: int, block: Size, qty: int) -> tuple[int, ...]:
    """Prefer low tops, then blocks that leave the narrowest strip."""
    strip = min(rect[2] - rect[0] - block[0], rect[3] - rect[1] - block[1])
    return (z + block[2], strip, -qty, rect[1], rect[0])


def deep(rect: Rect, z: int, block: Size, qty: int) -> tuple[int, ...]:
    """Prefer low levels, then blocks that leave the narrowest strip."""
    strip = min(rect[2] - rect[0] - block[0], rect[3] - rect[1] - block[1])
    return (z, strip, -qty, rect[1], rect[0])


def bulky(rect: Rect, z: int, block: Size, qty: int) -> tuple[int, ...]:
    """Prefer many units at once, then low tops."""
    strip = min(rect[2] - rect[0] - block[0], rect[3] - rect[1] - block[1])
    return (-qty, z + block[2], strip, rect[1], rect[0])


def blocks(room: Size, unit: Size, qty: int, fragile: bool) -> Iterator[Size]:
    """Full blocks of at most `qty` units that fit the room; fragile ones are one layer."""
    most = [room[0] // unit[0], room[1] // unit[1], room[2] // unit[2]]
    if fragile:
        most[2] = min(most[2], 1)
    if qty == 1 or most == [1, 1, 1]:
        yield (1, 1, 1)
        return
    seen = set()
    for first, second, third in ((0, 1, 2), (1, 0, 2), (2, 0, 1), (2, 1, 0)):
        count = [1, 1, 1]
        count[first] = min(most[first], qty)
        count[second] = min(most[second], qty // count[first])
        count[third] = min(most[third], qty // count[first] // count[second])
        block = (count[0], count[1], count[2])
        if block not in seen:
            seen.add(block)
            yield block


def best_spot(free: Free, height: int, item: Load, qty: int, rule: Rule) -> Spot | None:
    """The spot the rule likes best for up to `qty` units of a load."""
    best: tuple[Rect, int, Size, Size] | None = None
    best_score: tuple[int, ...] = ()
    for rect, z, unit in _corners(free, height, item):
        room = (rect[2] - rect[0], rect[3] - rect[1], height - z)
        for count in blocks(room, unit, qty, item.piece.fragile):
            block = (unit[0] * count[0], unit[1] * count[1], unit[2] * count[2])
            score = rule(rect, z, block, count[0] * count[1] * count[2])
            if best is None or score < best_score:
                best, best_score = (rect, z, unit, count), score
    if best is None:
        return None
    rect, z, unit, count = best
    return Spot(x=rect[0], y=rect[1], z=z, unit=unit, count=count)


def _corners(free: Free, height: int, item: Load) -> Iterator[tuple[Rect, int, Size]]:
    """Every free rectangle with every way that a unit fits on it."""
    for z, rects in free.items():
        ways = [way for way in item.ways if way[2] <= height - z]
        for rect in rects if ways else ():
            length, width = rect[2] - rect[0], rect[3] - rect[1]
            for way in ways:
                if way[0] <= length and way[1] <= width:
                    yield rect, z, way


def occupy(free: Free, spot: Spot, height: int, fragile: bool) -> None:
    """Take the base of a block out of its level and add its top to the level of the top."""
    x0, y0 = spot.x, spot.y
    x1, y1 = x0 + spot.unit[0] * spot.count[0], y0 + spot.unit[1] * spot.count[1]
    kept: list[Rect] = []
    cut: list[Rect] = []
    for rect in free.pop(spot.z):
        a0, b0, a1, b1 = rect
        if a0 >= x1 or a1 <= x0 or b0 >= y1 or b1 <= y0:
            kept.append(rect)
            continue
        sides = (a0, b0, x0, b1), (x1, b0, a1, b1), (a0, b0, a1, y0), (a0, y1, a1, b1)
        cut += [side for side in sides if side[0] < side[2] and side[1] < side[3]]
    for rect in cut:
        _keep(kept, rect)
    if kept:
        free[spot.z] = kept
    top = spot.z + spot.unit[2] * spot.count[2]
    if top < height and not fragile:
        _join(free.setdefault(top, []), (x0, y0, x1, y1))


def _keep(rects: list[Rect], new: Rect) -> bool:
    """Add a rectangle unless another holds it, and drop those that it holds."""
    x0, y0, x1, y1 = new
    for a0, b0, a1, b1 in rects:
        if a0 <= x0 and b0 <= y0 and a1 >= x1 and b1 >= y1:
            return False
    rects[:] = [
        (a0, b0, a1, b1) for a0, b0, a1, b1 in rects if a0 < x0 or b0 < y0 or a1 > x1 or b1 > y1
    ]
    rects.append(new)
    return True


def _join(rects: list[Rect], new: Rect) -> None:
    """Add a top, and every maximal rectangle it forms with tops of the same level."""
    queue = [new]
    while queue:
        rect = queue.pop()
        if _keep(rects, rect):
            queue += [union for other in rects for union in _unions(rect, other)]


def _unions(a: Rect, b: Rect) -> Iterator[Rect]:
    """Rectangles that reach across two which touch or overlap."""
    left, front = max(a[0], b[0]), max(a[1], b[1])
    right, back = min(a[2], b[2]), min(a[3], b[3])
    if left <= right and front < back:
        yield (min(a[0], b[0]), front, max(a[2], b[2]), back)
    if front <= back and left < right:
        yield (left, min(a[1], b[1]), right, max(a[3], b[3]))


@dataclass(slots=True, kw_only=True)
class Stack:
    """One carton while it is filled: what is placed and what mass and volume are left."""

    carton: Carton
    mass_left_g: int
    volume_left_mm3: int
    free: Free
    placements: list[Placement]

    @classmethod
    def empty(cls, carton: Carton, fill_percent: int) -> "Stack":
        """An empty carton."""
        return cls(
            carton=carton,
            mass_left_g=carton.mass_max_g,
            volume_left_mm3=carton.room_mm3 * fill_percent // 100,
            free={0: [(0, 0, carton.length_mm, carton.width_mm)]},
            placements=[],
        )

    def add(self, item: Load, qty: int, rule: Rule) -> int:
        """Set down up to `qty` units and answer how many found a place."""
        piece = item.piece
        qty = min(qty, self.volume_left_mm3 // item.volume_mm3)
        if piece.mass_g:
            qty = min(qty, self.mass_left_g // piece.mass_g)
        left = qty
        while left > 0:
            spot = best_spot(self.free, self.carton.height_mm, item, left, rule)
            if spot is None:
                break
            occupy(self.free, spot, self.carton.height_mm, piece.fragile)
            self.placements.append(_placement(piece.ref, spot))
            left -= spot.qty
        self.mass_left_g -= (qty - left) * piece.mass_g
        self.volume_left_mm3 -= (qty - left) * item.volume_mm3
        return qty - left


def _placement(ref: str, spot: Spot) -> Placement:
    dx, dy, dz = spot.unit
    nx, ny, nz = spot.count
    return Placement(
        ref=ref,
        x_mm=spot.x,
        y_mm=spot.y,
        z_mm=spot.z,
        dx_mm=dx,
        dy_mm=dy,
        dz_mm=dz,
        nx=nx,
        ny=ny,
        nz=nz,
    )
