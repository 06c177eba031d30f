"""A length that no set of batches can go below.

Owns the proof side of batching; it reads loads, never tours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from controller.plan.walks.heuristics import segments_of
from controller.plan.walks.programme import ways_mm
from controller.plan.walks.rectangle import Layout, Stop

Need = tuple[int, int]
Segments = Mapping[tuple[int, int], Sequence[int]]
Least = Callable[[Iterable[Need]], int]
Capacities = Sequence[tuple[int, ...]]


def batches_bound_mm(
    layout: Layout,
    visits: Sequence[Sequence[Stop]],
    alone_mm: Sequence[int],
    needs: Capacities,
    limits: Sequence[int],
) -> int:
    """The larger of two bounds.

    Every tour is at least as long as what its longest load alone needs. And the walks over each
    gap between aisles and through each row of blocks are at least those of the loads that lie
    behind, by as many tours as their number, volume and mass fill.
    Shapes: needs[load] and limits are of the same kinds, as slots, volume and mass.
    """
    segments = [segments_of(stops) for stops in visits]

    def least(wanted: Iterable[Need]) -> int:
        return _least_sum(wanted, needs, limits)

    longest = least((length, load) for load, length in enumerate(alone_mm))
    across = 0 if layout.depot_mm else _across_mm(layout, segments, least)
    return max(longest, across + _inside_mm(layout, segments, least))


def _least_sum(wanted: Iterable[Need], needs: Capacities, limits: Sequence[int]) -> int:
    """The least sum of what tours need, when a tour needs as much as the most of its loads.

    Shapes: wanted are (mm, load).
    """
    ranked = sorted(wanted, reverse=True)
    filled = [0] * len(limits)
    total = 0
    for (length, load), (shorter, _) in pairwise([*ranked, (0, 0)]):
        filled = [have + need for have, need in zip(filled, needs[load], strict=True)]
        tours = max(-(-have // limit) for have, limit in zip(filled, limits, strict=True))
        total += (length - shorter) * tours
    return total


def _across_mm(layout: Layout, segments: Sequence[Segments], least: Least) -> int:
    """From the depot to the farthest aisle on either side and back."""
    depot, total = layout.depot_aisle, 0
    for side in (-1, 1):
        total += least(
            (max((side * (aisle - depot) for aisle, _ in held), default=0), load)
            for load, held in enumerate(segments)
            if any(side * (aisle - depot) > 0 for aisle, _ in held)
        )
    return 2 * layout.aisle_pitch_mm * total


def _inside_mm(layout: Layout, segments: Sequence[Segments], least: Least) -> int:
    """In each row of blocks, what the picks there need, or the way through to those behind."""
    total = 0
    for block, length in enumerate(layout.block_lengths_mm):
        served: dict[int, list[Need]] = {}
        behind = []
        for load, held in enumerate(segments):
            for (aisle, row), ys in held.items():
                if row == block:
                    need = min(ways_mm(length, ys))
                    served.setdefault(aisle, []).append((need, load))
            if any(row > block for _, row in held):
                behind.append((2 * length, load))
        total += max(least(behind), sum(map(least, served.values())))
    return total
