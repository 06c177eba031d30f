"""Owns which goods may not lie together: in a carton, a tote or on a cart.

Refuses to know why; a site names the pairs.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

Pairs = frozenset[frozenset[str]]


def pairs_of(apart: Iterable[tuple[str, str]]) -> Pairs:
    return frozenset(frozenset(pair) for pair in apart)


def clash(one: Collection[str], other: Collection[str], pairs: Pairs) -> bool:
    """Whether something of the one may not lie with something of the other."""
    return bool(pairs) and any(frozenset((a, b)) in pairs for a in one for b in other)


def together(kinds: Sequence[str], pairs: Pairs) -> list[list[int]]:
    """Few groups of these kinds in which nothing clashes, each kind in the first that takes it."""
    groups: list[list[int]] = []
    for at, kind in enumerate(kinds):
        for group in groups:
            if not clash([kind], [kinds[other] for other in group], pairs):
                group.append(at)
                break
        else:
            groups.append([at])
    return groups


def named(kinds: Collection[str]) -> str:
    """One name for goods of several kinds."""
    return "+".join(sorted(kinds))


def pairs_of_names(held: Iterable[Collection[str]], pairs: Pairs) -> tuple[tuple[str, str], ...]:
    """The names of what clashes, of all goods of several kinds each."""
    every = {named(kinds): kinds for kinds in held}
    return tuple(
        (a, b) for a, b in combinations(sorted(every), 2) if clash(every[a], every[b], pairs)
    )
