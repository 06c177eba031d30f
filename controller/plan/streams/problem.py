"""What streaming is asked and what it answers.

Owns the words alone. Refuses contradictions in what is asked.
"""

from dataclasses import dataclass

from controller.plan.batching import Cart, Load
from controller.plan.graphs.graph import Graph, check_on_graph
from controller.plan.walks.rectangle import Layout, check_stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast people walk and pick: learned by the site, or set."""

    walk_mm_s: int = 1_000
    stop_ms: int = 10_000
    tour_ms: int = 60_000

    def __post_init__(self) -> None:
        if self.walk_mm_s < 1 or min(self.stop_ms, self.tour_ms) < 0:
            raise ValueError(f"{self}: give walk_mm_s of 1 or more, and no time below 0")

    def duration_ms(self, length_mm: int, stops: int) -> int:
        """How long a tour takes."""
        return self.tour_ms + self.stop_ms * stops + 1_000 * length_mm // self.walk_mm_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Who picks, at what pace, and how a site wants to be streamed.

    `pool_carts` 0 holds nothing back; `soon_ms` is the next plan; `urgent` orders go first.
    """

    now_ms: int
    soon_ms: int
    pickers_ms: tuple[int, ...]
    pace: Pace
    pool_carts: int
    urgent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`loads` wait; `pickers_ms` is when each picker is free; no more than `tours_max` may start.

    `pool_carts` is how many carts full of loads may wait for denser tours; 0 never lets a free
    picker wait. The next tour takes the `urgent` loads before all others. `soon_ms` is when the
    question is asked again in any case; 0: whenever something changes.
    """

    layout: Layout | Graph
    cart: Cart
    loads: tuple[Load, ...]
    now_ms: int
    pickers_ms: tuple[int, ...]
    pace: Pace = Pace()
    pool_carts: int = 4
    tours_max: int = 1 << 30
    urgent: frozenset[str] = frozenset()
    soon_ms: int = 0
    apart: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if len({load.id for load in self.loads}) < len(self.loads):
            raise ValueError("a load is given twice: give each id once")
        if min(self.pool_carts, self.tours_max) < 0:
            raise ValueError("pool_carts or tours_max is below 0: give 0 or more")
        for load in self.loads:
            if isinstance(self.layout, Graph):
                check_on_graph(self.layout, load.stops)
            else:
                check_stops(self.layout, load.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """What one free picker starts: loads by due time, stops as (load id, stop index)."""

    loads: tuple[str, ...]
    sequence: tuple[tuple[str, int], ...]
    length_mm: int
    done_ms: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A load that does not start now, when it should be done, and why it waits."""

    load: str
    done_ms: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`again_ms`: when to ask again though nothing new has come; 0 where nothing waits."""

    tours: tuple[Tour, ...]
    waiting: tuple[Waiting, ...]
    again_ms: int
