"""Sets of services or surcharges as whole numbers, a bit for each, by what a parcel measures.

Owns the way from a measure to such a set in one look. Refuses to know what the bits stand for.
"""

from collections.abc import Iterable, Sequence


def bits_of(flags: Iterable[bool]) -> int:
    """The first flag is the lowest bit."""
    return sum(flag << nth for nth, flag in enumerate(flags))


def steps(limits: Sequence[int]) -> tuple[list[int], list[int]]:
    """Which of several limits lie below a value; a limit is a bit.

    The limits in their order, and by how many of them a value is above, the set of these.
    """
    ordered = sorted(set(limits))
    return ordered, [bits_of(limit < value for limit in limits) for value in (*ordered, 1 << 62)]
