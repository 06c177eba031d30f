"""Tours by rule: S-shape, largest gap, and any tour improved by 2-opt and or-opt.

Owns the tours where the exact programme is too dear, and a lower bound to judge them by. Refuses
nothing: any stops in the layout have a tour here.
"""

from collections.abc import Sequence
from itertools import pairwise

from controller.plan import Effort
from controller.plan.walks.programme import Segments, ways_mm
from controller.plan.walks.rectangle import (
    DEPOT,
    Ends,
    Layout,
    Stop,
    distance_mm,
    end_distance_mm,
    length_of,
)

Matrix = list[list[int]]

CHAIN_MAX = 3


def best_known(
    layout: Layout,
    stops: Sequence[Stop],
    effort: Effort,
    prices_per_unit: int,
    ends: Ends = DEPOT,
) -> tuple[str, tuple[int, ...]]:
    """The shortest of all rules, each improved while the effort lasts: (method, sequence)."""
    tours = [("s-shape", s_shape(stops)), ("largest gap", largest_gap(layout, stops))]
    prices = effort.work * prices_per_unit - len(stops) * (len(stops) + 1)
    if prices > 0 and not effort.should_stop():
        matrix = _matrix(layout, stops, ends)
        starts = [tour for _, tour in tours] + [_nearest_neighbour(matrix)]
        for start in starts:
            better = _improved(matrix, start, prices // len(starts), effort)
            tours.append(("2-opt", better))
    return min(tours, key=lambda tour: length_of(layout, stops, tour[1], ends))


def s_shape(stops: Sequence[Stop]) -> tuple[int, ...]:
    """Block after block from the back, through each aisle with stops, up and down by turns."""
    walk: list[int] = []
    for held in _blocks_from_back(stops):
        down = bool(walk)
        for aisle in _from_nearer_end(held, stops, walk):
            walk += aisle[::-1] if down else aisle
            down = not down
    return tuple(walk)


def largest_gap(layout: Layout, stops: Sequence[Stop]) -> tuple[int, ...]:
    """Block after block from the back: along its far side, then along its near side.

    Every aisle is left at its largest gap; the first one of the farthest block leads to the
    far side.
    """
    walk: list[int] = []
    for held in _blocks_from_back(stops):
        near: list[int] = []
        for aisle in _from_nearer_end(held, stops, walk):
            if not walk:
                walk += aisle
                continue
            ys = [stops[index].y_mm for index in aisle]
            edges = [0, *ys, layout.block_lengths_mm[stops[aisle[0]].block]]
            gaps = [b - a for a, b in pairwise(edges)]
            cut = gaps.index(max(gaps))
            walk += aisle[cut:][::-1]
            near = aisle[:cut] + near
        walk += near
    return tuple(walk)


def lower_bound_mm(layout: Layout, stops: Sequence[Stop], ends: Ends = DEPOT) -> int:
    """A length that no tour through the stops can go below.

    The most of: the farthest stop from both ends; the least tree that joins all stops and an
    end; and from the depot and back, the least way through each block of an aisle with the walks
    from the first aisle to the last and back.
    """
    if not stops:
        return 0
    matrix = _matrix(layout, stops, ends)
    farthest = max(matrix[0][place] + matrix[place][0] for place in range(1, len(matrix)))
    swept = swept_mm(layout, segments_of(stops)) if ends == DEPOT else 0
    return max(farthest, swept, _tree_mm(matrix))


def swept_mm(layout: Layout, segments: Segments) -> int:
    """The least way through each block of an aisle, and from the first aisle to the last and back.

    No tour is shorter. Shapes: segments maps (aisle, block) to ascending y.
    """
    aisles = [aisle for aisle, _ in segments]
    if not layout.depot_mm:
        aisles.append(layout.depot_aisle)
    lengths = layout.block_lengths_mm
    inside = sum([min(ways_mm(lengths[block], ys)) for (_, block), ys in segments.items()])
    return inside + 2 * (max(aisles, default=0) - min(aisles, default=0)) * layout.aisle_pitch_mm


def segments_of(stops: Sequence[Stop]) -> dict[tuple[int, int], list[int]]:
    """The places of stops as (aisle, block) -> ascending y, each place once."""
    segments: dict[tuple[int, int], list[int]] = {}
    for aisle, block, y in sorted({(stop.aisle, stop.block, stop.y_mm) for stop in stops}):
        segments.setdefault((aisle, block), []).append(y)
    return segments


def _blocks_from_back(stops: Sequence[Stop]) -> list[list[list[int]]]:
    """Stop indices: blocks from the back, aisles from the left, stops from the front."""
    blocks: dict[int, dict[int, list[int]]] = {}
    order = sorted(range(len(stops)), key=lambda i: (stops[i].aisle, stops[i].y_mm, i))
    for index in order:
        aisles = blocks.setdefault(stops[index].block, {})
        aisles.setdefault(stops[index].aisle, []).append(index)
    return [list(blocks[block].values()) for block in sorted(blocks, reverse=True)]


def _from_nearer_end(
    held: list[list[int]], stops: Sequence[Stop], walk: Sequence[int]
) -> list[list[int]]:
    here = stops[walk[-1]].aisle if walk else 0
    left, right = stops[held[0][0]].aisle, stops[held[-1][0]].aisle
    return held if abs(here - left) <= abs(here - right) else held[::-1]


def _matrix(layout: Layout, stops: Sequence[Stop], ends: Ends) -> Matrix:
    """Distances from place to place: place i + 1 is stop i, place 0 both ends of the tour."""
    start, end = ends
    matrix = [[0, *[end_distance_mm(layout, start, stop) for stop in stops]]]
    for stop in stops:
        home = end_distance_mm(layout, end, stop)
        matrix.append([home, *[distance_mm(layout, stop, other) for other in stops]])
    return matrix


def _nearest_neighbour(matrix: Matrix) -> tuple[int, ...]:
    left, here, walk = list(range(1, len(matrix))), 0, []
    while left:
        row = matrix[here]
        here = min(left, key=lambda place: (row[place], place))
        left.remove(here)
        walk.append(here - 1)
    return tuple(walk)


def _tree_mm(matrix: Matrix) -> int:
    """The length of the least tree over all places. Source: Prim 1957."""
    nearest, total = dict(enumerate(matrix[0])), 0
    while nearest:
        place = min(nearest, key=lambda place: (nearest[place], place))
        total += nearest.pop(place)
        for other in nearest:
            nearest[other] = min(nearest[other], matrix[place][other])
    return total


def _improved(
    matrix: Matrix, start: Sequence[int], prices: int, effort: Effort
) -> tuple[int, ...]:
    """The tour after 2-opt and or-opt moves, until none helps or `prices` are spent."""
    walk = [0, *(stop + 1 for stop in start), 0]
    while prices > 0 and not effort.should_stop():
        prices -= len(walk) ** 2 * (CHAIN_MAX + 1)
        if not (_reverse_stretches(matrix, walk) or _move_chains(matrix, walk)):
            break
    return tuple(place - 1 for place in walk[1:-1])


def _reverse_stretches(matrix: Matrix, walk: list[int]) -> bool:
    """Reverse every stretch that gets shorter so (2-opt), in one sweep."""
    changed = False
    for i in range(len(walk) - 3):
        for j in range(i + 2, len(walk) - 1):
            a, b, c, d = walk[i], walk[i + 1], walk[j], walk[j + 1]
            if matrix[a][c] + matrix[b][d] < matrix[a][b] + matrix[c][d]:
                walk[i + 1 : j + 1] = walk[i + 1 : j + 1][::-1]
                changed = True
    return changed


def _move_chains(matrix: Matrix, walk: list[int]) -> bool:
    """Move every chain of a few stops to where it is shorter (or-opt), in one sweep."""
    changed = False
    for size in range(1, min(CHAIN_MAX, len(walk) - 2) + 1):
        for i in range(1, len(walk) - size):
            changed |= _move_chain(matrix, walk, i, size)
    return changed


def _move_chain(matrix: Matrix, walk: list[int], i: int, size: int) -> bool:
    first, last = walk[i], walk[i + size - 1]
    rest = walk[:i] + walk[i + size :]
    before, after = walk[i - 1], walk[i + size]
    saved = matrix[before][first] + matrix[last][after] - matrix[before][after]
    best, place, turned = saved, -1, False
    for j in range(len(rest) - 1):
        a, b = rest[j], rest[j + 1]
        ahead = matrix[a][first] + matrix[last][b] - matrix[a][b]
        back = matrix[a][last] + matrix[first][b] - matrix[a][b]
        if min(ahead, back) < best:
            best, place, turned = min(ahead, back), j + 1, back < ahead
    if place < 0:
        return False
    chain = walk[i : i + size]
    walk[:] = rest[:place] + (chain[::-1] if turned else chain) + rest[place:]
    return True
