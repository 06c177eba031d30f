"""Owns what a match of a cancellation with a sale becomes: a cancelled order line, or a return.

A sale of the same day may still be in the house, so its order is cancelled; older goods come back
by parcel. A return names its order only where the run contains that order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from controller.messages import AnnounceReturn, CancelOrder, OrderLine
from controller.units import DAY
from simulation.orders.sold import Line, Match
from simulation.timed import Timed


def order_key(shop: str, number: str) -> str:
    """The key under which the controller keeps the order of a shop."""
    return f"{shop}/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Commands made of the cancellations of one shop; `placed` are the sales in the run."""

    shop: str
    placed: Mapping[int, Line]

    def cancellations(self, found: Iterable[Match]) -> list[Timed]:
        """One CancelOrder for each cancellation and order of the same day."""
        grouped = self._grouped(each for each in found if self._same_day(each))
        return [self._cancel(invoice, order, parts) for (invoice, order), parts in grouped.items()]

    def returns(self, found: Iterable[Match]) -> list[Timed]:
        """One AnnounceReturn for each cancellation and known order; "" is no known order."""
        grouped = self._grouped(each for each in found if not self._same_day(each))
        return [self._return(invoice, order, parts) for (invoice, order), parts in grouped.items()]

    def _order(self, match: Match) -> str:
        known = match.sale is not None and match.sale.number in self.placed
        return match.sale.invoice if match.sale and known else ""

    def _same_day(self, match: Match) -> bool:
        return (
            match.sale is not None
            and match.sale.number in self.placed
            and match.sale.at_ms // DAY == match.cancellation.at_ms // DAY
        )

    def _grouped(self, found: Iterable[Match]) -> dict[tuple[str, str], list[Match]]:
        grouped: dict[tuple[str, str], list[Match]] = defaultdict(list)
        for each in found:
            grouped[each.cancellation.invoice, self._order(each)].append(each)
        return grouped

    def _lines(self, parts: list[Match]) -> tuple[OrderLine, ...]:
        """The quantities by order line; without a known order the lines are counted from 1."""
        qty: dict[tuple[int, str, int], int] = defaultdict(int)
        for each in parts:
            sale = self.placed.get(each.sale.number) if each.sale else None
            position = sale.position if sale else 0
            price_cents = sale.price_cents if sale else each.cancellation.price_cents
            qty[position, each.cancellation.sku, price_cents] += each.qty
        return tuple(
            OrderLine(line=position or nth, sku=sku, qty=units, price_cents=price_cents)
            for nth, ((position, sku, price_cents), units) in enumerate(qty.items(), 1)
        )

    def _cancel(self, invoice: str, order: str, parts: list[Match]) -> Timed:
        return Timed(
            at_ms=parts[0].cancellation.at_ms,
            command=CancelOrder(
                id=f"{self.shop}/{invoice}/cancel/{order}",
                actor=self.shop,
                order=order_key(self.shop, order),
                lines=self._lines(parts),
            ),
        )

    def _return(self, invoice: str, order: str, parts: list[Match]) -> Timed:
        number = f"{invoice}-{order}" if order else invoice
        return Timed(
            at_ms=parts[0].cancellation.at_ms,
            command=AnnounceReturn(
                id=f"{self.shop}/{number}/return",
                actor=self.shop,
                number=number,
                order=order_key(self.shop, order) if order else "",
                lines=self._lines(parts),
                reason=_bought(parts),
            ),
        )


def _bought(parts: list[Match]) -> str:
    invoices = sorted({each.sale.invoice for each in parts if each.sale})
    return f"bought with {', '.join(invoices)}" if invoices else "no earlier sale found"
