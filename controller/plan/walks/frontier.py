"""The states of a tour that is cut at one aisle, and the transitions between them.

Owns the tables, made once for each number of blocks. Refuses more than `BLOCKS_MAX` blocks,
where the states are too many.

A state has one label for each cross-aisle: 0 while the tour has not touched it, else twice the
number of its connected part, plus one while an odd number of walks ends there.

Source: Ratliff & Rosenthal 1983; Roodbergen & de Koster 2001; any number of cross-aisles.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

State = tuple[int, ...]
Arcs = tuple[tuple[tuple[int, int], ...], ...]

BLOCKS_MAX = 5
ARCS_PER_AISLE = (0, 38, 285, 1_968, 13_333, 89_947)

THROUGH, DOUBLE, FRONT, BACK, GAP = range(5)
IDLE = 2
ENDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Transitions for one number of blocks: for each state its pairs of (cost index, target)."""

    states: tuple[State, ...]
    busy: tuple[Arcs, ...]
    idle: tuple[Arcs, ...]
    across: Arcs
    touched: tuple[Arcs, ...]
    turned: tuple[Arcs, ...]
    standing: tuple[Arcs, ...]
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


def _joined(touched: State, cross: int, walks: int) -> State:
    """A state that touches both ends of a block, after so many walks between them."""
    kept, lost = touched[cross] >> 1, touched[cross + 1] >> 1
    labels = [2 * kept + (label & 1) if label >> 1 == lost else label for label in touched]
    labels[cross] ^= walks & 1
    labels[cross + 1] ^= walks & 1
    return _numbered(labels)


def _turned(state: State, cross: int) -> State:
    """The state after a walk begins or ends at a crossing."""
    labels = list(_touched(state, cross))
    labels[cross] ^= 1
    return tuple(labels)


def _loose(state: State) -> int:
    """How many ends of the tour lie behind in parts that an odd number of walks leaves."""
    odd: dict[int, int] = {}
    for label in state:
        odd[label >> 1] = odd.get(label >> 1, 0) ^ (label & 1)
    return sum(odd.values())


def _ways(state: State, block: int) -> tuple[State, ...]:
    both = _touched(state, block, block + 1)
    return (
        _joined(both, block, 1),
        _joined(both, block, 2),
        _touched(state, block),
        _touched(state, block + 1),
        both,
    )


def _undominated(ways: tuple[State, ...]) -> Iterator[tuple[int, State]]:
    """The ways that may be cheapest: serving from any end costs no more than from one.

    A tour that touches both ends of a block is served from both, from either alone if cheaper.
    """
    for way, to in enumerate(ways):
        if way in (THROUGH, GAP) or to != ways[GAP]:
            yield way, to


def _standing(state: State, block: int) -> tuple[State, ...]:
    """Ways from a place inside a block: one end gets a walk, the rest goes out and back."""
    both = _touched(state, block, block + 1)
    double = _joined(both, block, 2)
    return (
        _turned(state, block),
        _turned(both, block),
        _turned(double, block),
        _turned(state, block + 1),
        _turned(both, block + 1),
        _turned(double, block + 1),
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


@lru_cache(maxsize=2 * BLOCKS_MAX)
def table(blocks: int, *, opened: bool = False) -> Table:
    """All states that a tour in this number of blocks can reach, and their transitions.

    An `opened` tour starts and ends at different places.
    """
    first: State = (0,) * (blocks + 1)
    numbers, states = {first: 0}, [first]

    def number(state: State) -> int:
        if state not in numbers:
            numbers[state] = len(states)
            states.append(state)
        return numbers[state]

    def arcs(reached: Iterable[State]) -> tuple[tuple[int, int], ...]:
        return tuple((way, number(to)) for way, to in enumerate(reached))

    across = []
    crossings = range(blocks + 1)
    touched: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in crossings]
    turned: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in crossings]
    busy: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in range(blocks)]
    idle: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in range(blocks)]
    standing: list[list[tuple[tuple[int, int], ...]]] = [[] for _ in range(blocks)]
    for state in states:
        here = number(state)
        ends = opened and _loose(state) < ENDS
        across.append(tuple((walks, number(to)) for walks, to in _crossings(state)))
        for cross in crossings:
            touched[cross].append(arcs((_touched(state, cross),)))
            turned[cross].append(arcs((_turned(state, cross),)) if ends else ())
        for block in range(blocks):
            ways = _ways(state, block)
            kept = tuple((way, number(to)) for way, to in _undominated(ways))
            busy[block].append(kept)
            through = [(way, to) for way, to in kept if way < IDLE and to != here]
            idle[block].append(((IDLE, here), *through))
            standing[block].append(arcs(_standing(state, block)) if ends else ())
    closed = {n for s, n in numbers.items() if max(s) == 2}
    return Table(
        states=tuple(states),
        busy=tuple(map(tuple, busy)),
        idle=tuple(map(tuple, idle)),
        across=tuple(across),
        touched=tuple(map(tuple, touched)),
        turned=tuple(map(tuple, turned)),
        standing=tuple(map(tuple, standing)),
        closed=frozenset(closed),
    )
