"""The price of a billed mass within one zone of one service.

Owns brackets of mass, and what a contract makes of their prices: discount, then minimum.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from controller.messages.rates import RateRow, TermRow
from controller.plan.rates.parcels import Part, share

ENDLESS = 1 << 60


class Net(NamedTuple):
    """A price of the card after what the contract takes off it and what its minimum adds."""

    cents: int
    parts: tuple[Part, ...]


class Brackets:
    """All brackets of one service, zone and class of sizes."""

    def __init__(self, rows: Iterable[RateRow], term: TermRow) -> None:
        self._rows = sorted(rows, key=lambda row: row.mass_over)
        self._tops = [row.mass_to or ENDLESS for row in self._rows]
        self._term = term
        nets = (None if row.step else self._net(row.price_cents) for row in self._rows)
        self._nets = [*nets, None]

    @property
    def most(self) -> int:
        """The largest mass that has a price."""
        return self._tops[-1]

    def price(self, billed: int) -> Net | None:
        """None where the mass is above the last bracket."""
        at = bisect_left(self._tops, billed)
        return self._nets[at] or self._stepped(at, billed)

    def _stepped(self, at: int, billed: int) -> Net | None:
        if at == len(self._rows):
            return None
        row = self._rows[at]
        steps = -(-(billed - row.mass_over) // row.step)
        return self._net(row.price_cents + steps * row.step_cents)

    def further(self, before: int, billed: int) -> Net | None:
        """What a piece adds to a shipment that is priced by the mass of all its pieces."""
        so_far, then = self.price(before), self.price(before + billed)
        if so_far is None or then is None:
            return None
        cents = max(0, then.cents - so_far.cents)
        return Net(cents, (("base", cents),))

    def _net(self, list_cents: int) -> Net:
        off_cents = share(list_cents, self._term.discount_ppm)
        cents = max(list_cents - off_cents, self._term.least_cents)
        parts = [("base", list_cents)]
        if off_cents:
            parts.append(("discount", -off_cents))
        if cents > list_cents - off_cents:
            parts.append(("minimum", cents - list_cents + off_cents))
        return Net(cents, tuple(parts))
