"""Owns which parts of an order share a tote: as few totes as can be, heavy and fragile apart.

A tote in which something heavy lies with something fragile counts as one more tote, so they are
parted where one further tote is enough for that. Few parts are shared out exactly. It refuses to
divide a part, and to fill a tote above its volume or mass.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan import Effort

EXACT_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What stays together, such as the goods of one carton."""

    volume_mm3: int
    mass_g: int
    heavy: bool = False
    fragile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Parts, and what a tote can hold; each part fits a tote of its own."""

    parts: tuple[Part, ...]
    volume_mm3: int
    mass_max_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The parts of each tote by index; no plan has fewer totes than `bound`."""

    totes: tuple[tuple[int, ...], ...]
    mixed: int
    bound: int
    why: str


def solve(problem: Problem, _effort: Effort) -> Plan:
    """Totes for the parts, in the sequence of their first parts."""
    every = range(len(problem.parts))
    totes = _exact(problem) if len(every) <= EXACT_MAX else _filled(problem)
    mixed = sum(_is_mixed(problem, tote) for tote in totes)
    volume = sum(part.volume_mm3 for part in problem.parts)
    mass = sum(part.mass_g for part in problem.parts)
    bound = max(-(-volume // problem.volume_mm3), -(-mass // problem.mass_max_g), bool(every))
    said = f"{len(totes)} totes, {bound} at least"
    if any(part.heavy for part in problem.parts) and any(part.fragile for part in problem.parts):
        said += f"; heavy and fragile goods lie together in {mixed}"
    return Plan(totes=tuple(sorted(totes)), mixed=mixed, bound=bound, why=said)


def fits(problem: Problem, tote: Sequence[int]) -> bool:
    parts = [problem.parts[at] for at in tote]
    return (
        sum(part.volume_mm3 for part in parts) <= problem.volume_mm3
        and sum(part.mass_g for part in parts) <= problem.mass_max_g
    )


def cost(problem: Problem, totes: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Totes and mixtures, then mixtures alone."""
    mixed = sum(_is_mixed(problem, tote) for tote in totes)
    return len(totes) + mixed, mixed


def _is_mixed(problem: Problem, tote: Sequence[int]) -> bool:
    parts = [problem.parts[at] for at in tote]
    return any(part.heavy for part in parts) and any(part.fragile for part in parts)


def _exact(problem: Problem) -> list[tuple[int, ...]]:
    """The cheapest way for every set of parts, from those for smaller sets."""
    count = len(problem.parts)
    members = {
        mask: tuple(at for at in range(count) if mask >> at & 1) for mask in range(1 << count)
    }
    usable = {mask for mask, tote in members.items() if mask and fits(problem, tote)}
    best: list[list[tuple[int, ...]]] = [[]]
    for mask in range(1, 1 << count):
        lowest, ways = mask & -mask, []
        tote = mask
        while tote:
            if tote & lowest and tote in usable:
                ways.append([members[tote], *best[mask ^ tote]])
            tote = (tote - 1) & mask
        best.append(min(ways, key=lambda way: (cost(problem, way), way)))
    return best[-1]


def _filled(problem: Problem) -> list[tuple[int, ...]]:
    """The largest parts first, into the first tote with room; once mixed, once apart."""
    order = sorted(range(len(problem.parts)), key=lambda at: (-problem.parts[at].volume_mm3, at))
    answers = []
    for apart in (False, True):
        totes: list[list[int]] = []
        for at in order:
            room = [tote for tote in totes if fits(problem, [*tote, at])]
            if apart:
                room = [tote for tote in room if not _is_mixed(problem, [*tote, at])]
            if room:
                room[0].append(at)
            else:
                totes.append([at])
        answers.append([tuple(sorted(tote)) for tote in totes])
    return min(answers, key=lambda totes: (cost(problem, totes), totes))
