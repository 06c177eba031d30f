"""The states of a tour that is cut at one aisle, and the transitions between them.

Owns the tables, made once for each number of blocks. Refuses more than `BLOCKS_MAX` blocks,
where the states are too many.

A state has one label for each cross-aisle: 0 while the tour has not touched it, else twice the
number of its connected part, plus one while an odd number of walks ends there.

Source: Ratliff & Rosenthal 1983; Roodbergen & de Koster 2001; any number of cross-aisles.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

State = tuple[int, ...]
Arcs = tuple[tuple[tuple[int, int], ...], ...]

BLOCKS_MAX = 5
ARCS_PER_AISLE = (0, 38, 285, 1_968, 13_333, 89_947)

THROUGH, DOUBLE, FRONT, BACK, GAP = range(5)
IDLE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Transitions for one number of blocks: for each state its pairs of (cost index, target)."""

    states: tuple[State, ...]
    busy: tuple[Arcs, ...]
    idle: tuple[Arcs, ...]
    across: Arcs
    depot: Arcs
    closed: frozenset[int]


def _numbered(labels: Sequence[int]) -> State:
    names: dict[int, int] = {}
    return tuple(
        2 * names.setdefault(label >> 1, len(names) + 1) + (label & 1) if label else 0
        for label in labels
    )


def _touched(state: State, *crosses: int) -> State:
    labels = list(state)
    for cross in crosses:
        if not labels[cross]:
            labels[cross] = 2 * (max(labels) // 2 + 1)
    return _numbered(labels)


def _joined(state: State, cross: int, walks: int) -> State:
    touched = _touched(state, cross, cross + 1)
    kept, lost = touched[cross] >> 1, touched[cross + 1] >> 1
    labels = [2 * kept + (label & 1) if label >> 1 == lost else label for label in touched]
    labels[cross] ^= walks & 1
    labels[cross + 1] ^= walks & 1
    return _numbered(labels)


def _ways(state: State, block: int) -> tuple[State, ...]:
    return (
        _joined(state, block, 1),
        _joined(state, block, 2),
        _touched(state, block),
        _touched(state, block + 1),
        _touched(state, block, block + 1),
    )


def _crossings(state: State) -> Iterator[tuple[int, State]]:
    """Walks to the next aisle: two or none from an even end, and no part may be left behind."""
    parts = {label >> 1 for label in state}
    options = [(label,) if not label or label & 1 else (label, 0) for label in state]
    for labels in product(*options):
        if {label >> 1 for label in labels} | {0} == parts | {0}:
            yield walks_across(labels), _numbered(labels)


def walks_along(label: int) -> int:
    """How many walks reach a cross-aisle with this label from the aisle before."""
    return 2 - (label & 1) if label else 0


def walks_across(state: State) -> int:
    """How many walks lead from the aisle before to this one."""
    return sum(map(walks_along, state))


@lru_cache(maxsize=BLOCKS_MAX)
def table(blocks: int) -> Table:
    """All states that a tour in this number of blocks can reach, and their transitions."""
    first: State = (0,) * (blocks + 1)
    numbers, states = {first: 0}, [first]

    def number(state: State) -> int:
        if state not in numbers:
            numbers[state] = len(states)
            states.append(state)
        return numbers[state]

    across, depot = [], []
    busy: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in range(blocks)]
    idle: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in range(blocks)]
    for state in states:
        here = number(state)
        depot.append(((0, number(_touched(state, 0))),))
        across.append(tuple((walks, number(to)) for walks, to in _crossings(state)))
        for block in range(blocks):
            ways = tuple((way, number(to)) for way, to in enumerate(_ways(state, block)))
            busy[block].append(ways)
            idle[block].append(((IDLE, here), *ways[:IDLE]))
    closed = {n for s, n in numbers.items() if max(s) == 2}
    return Table(
        states=tuple(states),
        busy=tuple(map(tuple, busy)),
        idle=tuple(map(tuple, idle)),
        across=tuple(across),
        depot=tuple(depot),
        closed=frozenset(closed),
    )
