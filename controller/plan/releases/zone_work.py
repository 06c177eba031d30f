"""Owns what zones admit: at most so many open picks each, and an idle zone is fed first.

An order whose picks would pass the limit of a zone waits, and less urgent ones for other zones
start. It refuses to starve an order: a zone without picks takes one of any size.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from controller.plan.cutting import Need, Problem, Row
from controller.plan.zoning import zone_of

FULL = "zone_full"

Order = tuple[str, list[Need]]


@dataclass(slots=True)
class ZoneWork:
    """Open picks by zone, with those that this plan adds; `fed` are orders that went first.

    `row_of` has the first row of each SKU and owner: where its picks are made.
    """

    picks_max: int
    firsts: Sequence[int]
    open: Counter[int]
    fed: dict[str, int] = field(default_factory=dict)
    row_of: dict[tuple[str, str], Row] = field(default_factory=dict)

    def fed_first(self, orders: Iterable[Order], urgent: frozenset[str]) -> list[Order]:
        """Each zone without a pick gets its most urgent order; those of priority stay first."""
        listed = list(orders)
        for zone in sorted(zone for zone, picks in self.open.items() if not picks):
            for order, needs in listed:
                if zone in self.picks(needs) and order not in urgent:
                    self.fed.setdefault(order, zone)
                    break
        if not self.fed:
            return listed
        place = {order: (order not in urgent, order not in self.fed) for order, _ in listed}
        return sorted(listed, key=lambda each: place[each[0]])

    def why_not(self, needs: Sequence[Need]) -> str:
        """Why these goods wait: a zone has as many open picks as it may."""
        full = any(
            0 < self.picks_max < self.open[zone] + picks and self.open[zone]
            for zone, picks in self.picks(needs).items()
        )
        return FULL if full else ""

    def add(self, needs: Sequence[Need]) -> None:
        self.open.update(self.picks(needs))

    def picks(self, needs: Sequence[Need]) -> Counter[int]:
        """Picks by zone, each from the first row of its goods."""
        rows = (self.row_of.get((need.sku, need.owner)) for need in needs)
        zones = (row.zone or zone_of(self.firsts, row.stop.aisle) for row in rows if row)
        return Counter(zone for zone in zones if zone)


def zone_work(problem: Problem, firsts: Sequence[int]) -> ZoneWork:
    """The work of the zones as it is; without zones everything is admitted."""
    now = Counter(dict(enumerate(problem.zone_picks, 1)))
    work = ZoneWork(problem.zone_picks_max, firsts, now)
    for row in problem.rows:
        work.row_of.setdefault((row.sku, row.owner), row)
    return work
