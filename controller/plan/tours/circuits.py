"""From what a tour does in each block to its stops in walking order.

Owns the walks between corners and the round that uses each of them once. Refuses to choose: the
programme has chosen.

Source: Hierholzer 1873.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from controller.plan.walks.frontier import BACK, DOUBLE, FRONT, GAP, THROUGH, State, walks_along

Corner = tuple[int, int]
Walk = tuple[Corner, Corner, tuple[int, ...]]
Held = Sequence[tuple[int, int]]

STAND: Corner = (-1, -1)
STANDING_FRONT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A way through a block, or the state `across` to an aisle."""

    aisle: int
    block: int
    way: int
    across: State
    standing: bool


def walks_of(
    choices: Sequence[Choice],
    served: Mapping[Corner, Held],
    lengths_mm: Sequence[int],
    stand_mm: int,
) -> Iterator[Walk]:
    """The walks of a tour between corners (aisle, crossing), with the stops on their way.

    Shapes: `served` maps (aisle, block) to (y, stop), ascending.
    """
    before = choices[0].aisle
    for choice in choices:
        if choice.across:
            for cross, label in enumerate(choice.across):
                for _ in range(walks_along(label)):
                    yield (before, cross), (choice.aisle, cross), ()
            before = choice.aisle
        elif choice.block >= 0:
            held = served.get((choice.aisle, choice.block), ())
            length = lengths_mm[choice.block]
            yield from (
                _standing(choice, held, stand_mm)
                if choice.standing
                else _ways(choice, held, length)
            )


def _ways(choice: Choice, held: Held, length_mm: int) -> Iterator[Walk]:
    front, back = (choice.aisle, choice.block), (choice.aisle, choice.block + 1)
    stops = _stops(held)
    if choice.way in (THROUGH, DOUBLE):
        yield front, back, stops
        if choice.way == DOUBLE:
            yield front, back, ()
    elif held:
        cut = {FRONT: len(held), BACK: 0}.get(choice.way)
        if cut is None:
            cut = _widest(choice.way, [0, *[y for y, _ in held], length_mm])
        yield front, front, stops[:cut]
        yield back, back, stops[cut:][::-1]


def _widest(way: int, ys: Sequence[int]) -> int:
    assert way == GAP, f"no way {way} leaves a gap"
    gaps = [b - a for a, b in pairwise(ys)]
    return gaps.index(max(gaps))


def _standing(choice: Choice, held: Held, stand_mm: int) -> Iterator[Walk]:
    """One end is walked to and not back; the other side is served out and back."""
    front, back = (choice.aisle, choice.block), (choice.aisle, choice.block + 1)
    below = [each for each in held if each[0] <= stand_mm][::-1]
    above = [each for each in held if each[0] > stand_mm]
    toward, away, way = (front, back, choice.way)
    if choice.way >= STANDING_FRONT:
        below, above = above, below
        toward, away, way = back, front, choice.way - STANDING_FRONT
    yield STAND, toward, _stops(below)
    if way == 2:
        yield STAND, away, _stops(above)
        yield away, STAND, ()
        return
    cut = len(above)
    if way == 1:
        gaps = [abs(b - a) for a, b in pairwise([stand_mm, *[y for y, _ in above]])]
        cut = gaps.index(max(gaps))
    yield STAND, STAND, _stops(above[:cut])
    yield away, away, _stops(above[cut:][::-1])


def _stops(held: Held) -> tuple[int, ...]:
    return tuple([stop for _, stop in held])


def circuit(start: Corner, walks: Sequence[Walk]) -> tuple[int, ...]:
    """The stops along one walk from `start` that uses every walk once."""
    leaving: dict[Corner, list[int]] = {start: []}
    for index in reversed(range(len(walks))):
        begin, end, _ = walks[index]
        leaving.setdefault(begin, []).append(index)
        if end != begin:
            leaving.setdefault(end, []).append(index)
    done = [False] * len(walks)
    trail: list[tuple[Corner, tuple[int, ...]]] = [(start, ())]
    visited: list[tuple[int, ...]] = []
    while trail:
        here = trail[-1][0]
        while leaving[here] and done[leaving[here][-1]]:
            leaving[here].pop()
        if not leaving[here]:
            visited.append(trail.pop()[1])
            continue
        index = leaving[here].pop()
        done[index] = True
        begin, end, stops = walks[index]
        trail.append((end, stops) if here == begin else (begin, stops[::-1]))
    return tuple([stop for stops in reversed(visited) for stop in stops])
