"""The exact tour of a rectangle: a dynamic programme, aisle after aisle.

Owns the costs of the ways through a block and the two passes over the states: the length alone,
or the choices that lead to it. Refuses more than `BLOCKS_MAX` blocks.

Aisles without stops are skipped: the walks along them can be slid to a neighbour aisle without
making the tour longer, because its length is linear in where they stand.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from controller.plan import never
from controller.plan.walks.frontier import Arcs, State, table
from controller.plan.walks.rectangle import Layout

Costs = tuple[int, ...]
Segments = Mapping[tuple[int, int], Sequence[int]]
Step = tuple[Arcs, Costs, int, int]
Values = dict[int, int]

FAR = 1 << 60
ACROSS, DEPOT = -1, -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the best tour does at one step: a way through a block, or a state after ACROSS."""

    aisle: int
    block: int
    way: int
    state: State


def ways_mm(length_mm: int, ys: Sequence[int]) -> Costs:
    """The cost of each way to serve a block of one aisle.

    Shapes: ys ascending; without any, only the ways that an idle block has.
    """
    if not ys:
        return length_mm, 2 * length_mm, 0
    gap = 0
    before = ys[0]
    for y in ys:
        if y - before > gap:
            gap = y - before
        before = y
    front, back = 2 * before, 2 * (length_mm - ys[0])
    return length_mm, 2 * length_mm, front, back, min(front, back, 2 * (length_mm - gap))


def _steps(layout: Layout, segments: Segments) -> Iterator[Step]:
    lengths, pitch = layout.block_lengths_mm, layout.aisle_pitch_mm
    tables = table(len(lengths))
    walks = range(2 * len(lengths) + 3)
    before = -1
    for aisle in sorted({layout.depot_aisle, *[aisle for aisle, _ in segments]}):
        if before >= 0:
            gap = (aisle - before) * pitch
            yield tables.across, tuple([gap * n for n in walks]), aisle, ACROSS
        if aisle == layout.depot_aisle:
            yield tables.touched[0], (0,), aisle, DEPOT
        for block, length in enumerate(lengths):
            ys = segments.get((aisle, block), ())
            arcs = tables.busy if ys else tables.idle
            yield arcs[block], ways_mm(length, ys), aisle, block
        before = aisle


def _advance(values: Values, arcs: Arcs, costs: Costs) -> Values:
    """The cheapest way into each state one step further."""
    reached: Values = {}
    known = reached.get
    for state, value in values.items():
        for index, target in arcs[state]:
            price = value + costs[index]
            if price < known(target, FAR):
                reached[target] = price
    return reached


def tour_mm(layout: Layout, segments: Segments) -> int:
    """The length of the shortest tour.

    Shapes: segments maps (aisle, block) to ascending y.
    """
    values = {0: 0}
    for arcs, costs, _, _ in _steps(layout, segments):
        values = _advance(values, arcs, costs)
    closed = table(len(layout.block_lengths_mm)).closed
    return min([value for state, value in values.items() if state in closed])


def best_choices(
    layout: Layout, segments: Segments, should_stop: Callable[[], bool] = never
) -> tuple[int, list[Choice]] | None:
    """The length of the shortest tour and what it does at each step; None when stopped."""
    tables = table(len(layout.block_lengths_mm))
    steps, layers = list(_steps(layout, segments)), [{0: 0}]
    for arcs, costs, _, _ in steps:
        if should_stop():
            return None
        layers.append(_advance(layers[-1], arcs, costs))
    length, state = min((v, s) for s, v in layers[-1].items() if s in tables.closed)
    choices = []
    for step, values, after in zip(steps[::-1], layers[-2::-1], layers[:0:-1], strict=True):
        before, way = _into(step, values, state, after[state])
        choices.append(Choice(aisle=step[2], block=step[3], way=way, state=tables.states[state]))
        state = before
    return length, choices[::-1]


def _into(step: Step, values: Values, state: int, value: int) -> tuple[int, int]:
    """The first state, in numbering, and the way that lead into `state` at this value."""
    arcs, costs, _, _ = step
    return next(
        (before, way)
        for before in sorted(values)
        for way, target in arcs[before]
        if target == state and values[before] + costs[way] == value
    )
