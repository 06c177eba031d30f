"""A length that no set of batches can go below.

Owns the proof side of batching; it reads loads, never tours.
"""

from collections.abc import Iterable, Sequence

from controller.plan._batch_pricing import Pricing
from controller.plan._heuristics import swept_mm
from controller.plan._programme import Segments, ways_mm
from controller.plan._rectangle import Layout


def batches_bound_mm(pricing: Pricing, farthest_mm: Sequence[int], slots: int) -> int:
    """The larger of two bounds.

    Every tour is at least as long as what its longest load alone needs, and holds at most
    `slots` loads. And every stretch that m loads need, between two aisles or into a block of an
    aisle, is walked by at least m / slots tours.
    """
    layout, visits = pricing.layout, pricing.visits
    alone = [max(far, swept_mm(layout, v)) for far, v in zip(farthest_mm, visits, strict=True)]
    if pricing.exact:
        alone = [pricing.price_mm((load,)) for load in range(len(visits))]
    return max(
        _every(slots, alone), _across_mm(pricing, slots) + _inside_mm(layout, visits, slots)
    )


def _every(slots: int, needs: Iterable[int]) -> int:
    """The least sum of group maxima when at most `slots` needs share a group."""
    return sum(sorted(needs, reverse=True)[::slots])


def _across_mm(pricing: Pricing, slots: int) -> int:
    left = _every(slots, [left for _, left, _ in pricing.shapes])
    right = _every(slots, [right for _, _, right in pricing.shapes])
    return 2 * pricing.layout.aisle_pitch_mm * (left + right)


def _inside_mm(layout: Layout, visits: Sequence[Segments], slots: int) -> int:
    needs: dict[tuple[int, int], list[int]] = {}
    for visit in visits:
        for key, ys in visit.items():
            least = min(ways_mm(layout.block_lengths_mm[key[1]], ys))
            needs.setdefault(key, []).append(least)
    return sum(_every(slots, held) for held in needs.values())
