"""Postcodes by their beginnings and by ranges of beginnings; the longest and narrowest wins.

Owns how a pattern is read and looked up. Refuses to choose between patterns of the same length
that cross each other.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Falling(str):
    """A text that sorts the other way round."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


class Span(NamedTuple):
    """Beginnings from `first` to `last`, both of the same length."""

    first: str
    last: str

    def holds(self, postcode: str) -> bool:
        begin = postcode[: len(self.first)]
        return len(begin) == len(self.first) and self.first <= begin <= self.last

    def behind(self) -> str:
        """The beginning that comes next; of the span of everything, its own."""
        return self.last and self.last[:-1] + chr(ord(self.last[-1]) + 1)

    def narrowness(self) -> tuple[int, str, "Falling"]:
        """Of spans around one postcode the narrowest has the greatest."""
        return len(self.first), self.first, Falling(self.last)


def plain(postcode: str) -> str:
    """Letters and digits alone, in capitals."""
    if postcode.isalnum():
        return postcode.upper()
    return "".join(filter(str.isalnum, postcode)).upper()


def span(pattern: str) -> Span:
    """What a pattern means: "" everything, AB1 a beginning, 010-045 a range of beginnings.

    Two parts of different lengths are one postcode with a hyphen in it. Raises: ValueError.
    """
    first, hyphen, last = pattern.partition("-")
    one, other = plain(first), plain(last)
    if not hyphen or len(one) != len(other):
        return Span(one + other, one + other)
    if other < one:
        raise ValueError(f"ends before it begins; write {other}-{one}")
    return Span(one, other)


def crossing(spans: Iterable[Span]) -> tuple[Span, Span] | None:
    """Two spans of the same length that overlap without one being inside the other."""
    open_: list[Span] = []
    for each in sorted(set(spans), key=Span.narrowness):
        while open_ and (len(open_[-1].first) != len(each.first) or open_[-1].last < each.first):
            open_.pop()
        if open_ and open_[-1].last < each.last:
            return open_[-1], each
        open_.append(each)
    return None


class Lookup(Generic[T]):
    """Values by postcode."""

    def __init__(self, rows: Iterable[tuple[Span, T]]) -> None:
        by_length: dict[int, dict[Span, T]] = {}
        for key, value in rows:
            by_length.setdefault(len(key.first), {}).setdefault(key, value)
        self._lengths = [(n, *_nested(by_length[n])) for n in sorted(by_length, reverse=True)]

    def find(self, postcode: str) -> T | None:
        """The value of the longest, narrowest span that holds a plain postcode."""
        for length, firsts, spans in self._lengths:
            begin = postcode[:length]
            if len(begin) < length:
                continue
            at = bisect_right(firsts, begin) - 1
            while at >= 0:
                last, outer, value = spans[at]
                if begin <= last:
                    return value
                at = outer
        return None


def _nested(values: dict[Span, T]) -> tuple[list[str], list[tuple[str, int, T]]]:
    """Spans by their first beginning, each with the place of the one around it, or -1."""
    ordered = sorted(values, key=Span.narrowness)
    spans: list[tuple[str, int, T]] = []
    around = -1
    for each in ordered:
        while around >= 0 and spans[around][0] < each.first:
            around = spans[around][1]
        spans.append((each.last, around, values[each]))
        around = len(spans) - 1
    return [each.first for each in ordered], spans


class Stretches(Generic[T]):
    """What is known of postcodes, told once for each stretch of them between two beginnings.

    A postcode shorter than the longest span is asked for by itself.
    """

    def __init__(self, spans: Iterable[Span], told: Callable[[str], T]) -> None:
        self.spans = frozenset(spans)
        self._length = max((len(each.first) for each in self.spans), default=0)
        edges_of = ((each.first, each.behind()) for each in self.spans)
        self._begins = sorted(set(chain.from_iterable(edges_of)))
        edges = (edge.ljust(self._length, "\0") for edge in self._begins)
        self._told = [told(""), *map(told, edges)]
        self._short = told

    def find(self, postcode: str) -> T:
        """What is known of a plain postcode."""
        if len(postcode) < self._length:
            return self._short(postcode)
        return self._told[bisect_right(self._begins, postcode)]
