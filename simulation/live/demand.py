"""Owns what customers ask of the living warehouse, one day at a time and without end.

A day depends on the seed and its date alone, so a house that starts again goes on where it was:
the same orders under the same numbers. It refuses to know what is in stock.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from controller.messages import AnnounceReturn, CancelOrder, OrderLine, PlaceOrder
from controller.units import DAY, HOUR, MINUTE
from simulation.live.wants import Wants
from simulation.orders.taken_back import order_key
from simulation.outside import store
from simulation.outside.customers import LOCAL, NEAR, Customer, customer
from simulation.streams import Streams, drawn_count
from simulation.timed import Timed, by_time

# an even day keeps the house busy from morning to evening; the night's orders fill its first hour
HOUR_WEIGHTS: Final = (
    *(1, 1, 1, 1, 1, 3, 8, 9, 10, 10, 10, 10),
    *(10, 10, 9, 9, 10, 10, 10, 9, 8, 6, 2, 2),
)
CANCELLED_PERCENT: Final = 2
RETURNED_PERCENT: Final = 3
REASONS: Final = ("did not fit", "wrong colour", "arrived too late", "changed my mind", "damaged")
SHOPS: Final = (("web", 6, 1.2), ("market", 3, 0.3), ("trade", 1, 5.0))  # weight, further lines
TRADE: Final = "trade"  # buys by the pallet, and is promised no day
CUSTOMERS: Final = 4_000  # of each shop
LEAVES_BY_MS: Final = 17 * HOUR
DAYS_AT_HOME: Final = (2, 3, 3, 4)
NEXT_DAY_PERCENT: Final = 12
TODAY_PERCENT: Final = 10  # of those nearby who could have it today
TODAY: Final = "ALBION-TODAY"
TODAY_AREAS: Final = frozenset(town.area for town in (*LOCAL, *NEAR[4:]))
SUNDAY: Final = 3  # days since 1970 modulo 7


def demand_of_day(seed: int, wants: Wants, orders: int, day_ms: int) -> tuple[Timed, ...]:
    """Orders, cancellations and returns of the day that begins at `day_ms`."""
    date = f"{datetime.fromtimestamp(day_ms / 1_000, UTC):%y%m%d}"
    streams = Streams(seed)
    day = _Day(streams.stream(f"living/demand/{date}"), date, wants, day_ms)
    return by_time((*day.orders(orders), *day.returns(orders * RETURNED_PERCENT // 100)))


class _Day:
    def __init__(self, stream: Random, date: str, wants: Wants, day_ms: int) -> None:
        self.stream = stream
        self.date = date
        self.wants = wants
        self.day_ms = day_ms

    def orders(self, count: int) -> Iterator[Timed]:
        for nth in range(1, count + 1):
            at_ms = self.day_ms + self._time_of_day_ms()
            order = self._order(nth, at_ms)
            yield Timed(at_ms=at_ms, command=order)
            if self.stream.random() * 100 < CANCELLED_PERCENT:
                yield Timed(
                    at_ms=at_ms + self.stream.randint(MINUTE, HOUR), command=_cancel(order)
                )

    def returns(self, count: int) -> Iterator[Timed]:
        """Goods that were sold long ago come back in the morning."""
        for nth in range(1, count + 1):
            number = f"RET-{self.date}-{nth:03}"
            sku = self.wants.goods[self.wants.draw(self.stream, 1)[0]].item.sku
            yield Timed(
                at_ms=self.day_ms + 7 * HOUR + self.stream.randrange(9 * HOUR),
                command=AnnounceReturn(
                    id=f"web/{number}/return",
                    actor="web",
                    number=number,
                    lines=(OrderLine(line=1, sku=sku, qty=self.stream.randint(1, 2)),),
                    reason=self.stream.choice(REASONS),
                ),
            )

    def _time_of_day_ms(self) -> int:
        hour = self.stream.choices(range(24), HOUR_WEIGHTS)[0]
        return hour * HOUR + self.stream.randrange(HOUR)

    def _order(self, nth: int, at_ms: int) -> PlaceOrder:
        stream = self.stream
        shop, _, further = stream.choices(SHOPS, [weight for _, weight, _ in SHOPS])[0]
        number = f"{shop[0].upper()}-{self.date}-{nth:04}"
        who = customer(f"{shop}-{stream.randint(1, CUSTOMERS)}")
        drawn = self.wants.draw(stream, 1 + drawn_count(stream, further))
        collects = shop == "web" and stream.random() * 100 < store.COLLECT_PERCENT
        if collects:
            drawn = [stream.randrange(store.SKUS)]
        promised = {} if collects or shop == TRADE else self._promise(who, at_ms)
        return PlaceOrder(
            id=f"{shop}/{number}/0",
            actor=shop,
            shop=shop,
            number=number,
            country=who.country,
            postcode=who.postcode,
            recipient=who.recipient,
            pickup_node=store.CODE if collects else "",
            **promised,
            lines=tuple(
                OrderLine(
                    line=line,
                    sku=self.wants.goods[item].item.sku,
                    qty=1 + drawn_count(stream, 2.0 if shop == TRADE else 0.35),
                    price_cents=195 + item * 37 % 2_900,
                )
                for line, item in enumerate(drawn, 1)
            ),
        )

    def _promise(self, who: Customer, at_ms: int) -> dict[str, Any]:
        """The day that the shop has named, and the service that the customer paid for."""
        drawn = self.stream.random() * 100
        leaves = at_ms // DAY + (at_ms % DAY >= LEAVES_BY_MS)
        if who.country != "GB":
            return {"arrive_by_ms": _end_of(leaves + self.stream.randint(8, 12))}
        if who.area in TODAY_AREAS and drawn < TODAY_PERCENT:
            return {"service": TODAY, "arrive_by_ms": _end_of(leaves)}
        if drawn < NEXT_DAY_PERCENT:
            return {"arrive_by_ms": _end_of(leaves + 1)}
        return {"arrive_by_ms": _end_of(leaves + self.stream.choice(DAYS_AT_HOME))}


def _end_of(day: int) -> int:
    """When that day ends; nobody promises a Sunday."""
    return (day + (day % 7 == SUNDAY) + 1) * DAY


def _cancel(order: PlaceOrder) -> CancelOrder:
    return CancelOrder(
        id=f"{order.shop}/{order.number}/cancel",
        actor=order.shop,
        order=order_key(order.shop, order.number),
    )
