"""Owns the division of a row of pieces of work into runs that take equally long.

Exact: no division into so many runs has a shorter longest run.
"""

from collections.abc import Sequence


def even_runs(work: Sequence[int], runs: int) -> list[tuple[int, int]]:
    """Ranges [from, to) of at most `runs` runs whose largest sum is least.

    The longest run is searched by halving: runs filled greedily need the fewest of them.
    """
    least, most = max(work, default=0), sum(work)
    while least < most:
        middle = (least + most) // 2
        if len(_filled(work, middle)) <= runs:
            most = middle
        else:
            least = middle + 1
    return _filled(work, least)


def _filled(work: Sequence[int], most: int) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    start = total = 0
    for at, each in enumerate(work):
        if at > start and total + each > most:
            ranges.append((start, at))
            start, total = at, 0
        total += each
    if start < len(work):
        ranges.append((start, len(work)))
    return ranges
