"""Owns the invented day: what shops would ask of a warehouse when no file is at hand.

Arrivals are a Poisson process whose rate follows the hours of a web shop, given its total; SKUs
follow Zipf's law. It refuses to be realistic beyond that and says so in its report.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from controller.messages import AnnounceReturn, CancelOrder, OrderLine, PlaceOrder
from controller.units import DAY, HOUR, MINUTE
from simulation.orders.addresses import Addresses
from simulation.orders.report import Goods, InputReport, OrderFile
from simulation.orders.taken_back import order_key
from simulation.streams import Streams, drawn_count
from simulation.timed import Timed, by_time

HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 10, 9, 9, 10, 11, 12, 6, 4, 3, 3, 2)
ZIPF = 0.85
HUGE_PERCENT = 2  # of wholesale lines
CANCELLED_PERCENT = 2
CANCEL_WITHIN_MS = 90 * MINUTE
RETURNED_PERCENT = 3
DAY_LAST_MS = DAY - MINUTE
WORDS = (
    ("RED", "BLUE", "GREEN", "WHITE", "SILVER", "VINTAGE", "SMALL", "LARGE"),
    ("GLASS", "CERAMIC", "WOODEN", "PAPER", "COTTON", "METAL", "WICKER"),
    ("MUG", "LANTERN", "CUSHION", "CLOCK", "FRAME", "CANDLE", "BASKET", "TEAPOT", "RIBBON"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A shop's manner of ordering: its share, its customers' countries, its lines per order."""

    name: str
    weight: int
    countries: tuple[str, ...]
    lines_mean: int
    wholesale_percent: int


SHOPS = (
    Shop(name="web", weight=6, countries=("GB",), lines_mean=2, wholesale_percent=0),
    Shop(name="market", weight=3, countries=("GB", "DE", "FR"), lines_mean=1, wholesale_percent=0),
    Shop(
        name="trade",
        weight=2,
        countries=("GB", "IE", "DE", "US"),
        lines_mean=12,
        wholesale_percent=30,
    ),
)


def generated_day(streams: Streams, orders: int, day_start_ms: int) -> OrderFile:
    """A believable day of so many orders, with cancellations and returns."""
    goods = _goods(orders)
    placed = by_time(_placed(streams, orders, day_start_ms, goods))
    lines = [line for each in placed for line in _order(each).lines]
    return OrderFile(
        day_start_ms=day_start_ms,
        days=1,
        orders=placed,
        cancellations=by_time(_cancellations(streams.stream("demand/cancel"), placed)),
        returns=by_time(_returns(streams.stream("demand/return"), orders, day_start_ms, goods)),
        goods=goods,
        report=InputReport(
            source=f"a generated day of {len(placed)} orders, seed {streams.seed}",
            read=len(lines),
            used=len(lines),
            sale_orders=len(placed),
            sale_lines=len(lines),
            sale_units=sum(line.qty for line in lines),
            used_orders=len(placed),
            used_lines=len(lines),
            used_units=sum(line.qty for line in lines),
            notes=("invented: hours of a web shop, SKUs by Zipf's law",),
        ),
    )


def _goods(orders: int) -> tuple[Goods, ...]:
    return tuple(
        Goods(sku=f"SKU-{nth:05}", name=" ".join(_words(nth)))
        for nth in range(1, 200 + orders // 2 + 1)
    )


def _words(nth: int) -> Iterator[str]:
    for words in WORDS:
        nth, word = divmod(nth, len(words))
        yield words[word]


def _placed(
    streams: Streams, orders: int, day_start_ms: int, goods: Sequence[Goods]
) -> Iterator[Timed]:
    addresses = Addresses()
    weights = list(accumulate(nth**-ZIPF for nth in range(1, len(goods) + 1)))
    for nth in range(1, orders + 1):
        stream = streams.stream(f"demand/{nth}")
        at_ms = day_start_ms + _time_of_day_ms(stream)
        shop = stream.choices(SHOPS, [each.weight for each in SHOPS])[0]
        customer = f"{shop.name}-{stream.randint(1, orders * 2)}"
        country = shop.countries[0] if stream.random() < 0.8 else stream.choice(shop.countries)
        postcode, recipient = addresses.of(customer, country)
        number = f"{nth:06}"
        command = PlaceOrder(
            id=f"{shop.name}/{number}/0",
            actor=shop.name,
            shop=shop.name,
            number=number,
            country=country,
            postcode=postcode,
            recipient=recipient,
            lines=tuple(_lines(stream, shop, goods, weights)),
            arrive_by_ms=_promised_ms(streams.stream(f"promise/{nth}"), at_ms)
            if country == shop.countries[0]
            else 0,
        )
        yield Timed(at_ms=at_ms, command=command)


def _promised_ms(stream: Random, at_ms: int) -> int:
    """The end of the third day after an order, or of the second for some; others are told none."""
    days = stream.choices((0, 3, 4), (20, 10, 70))[0]
    return (at_ms // DAY + days) * DAY - 1 if days else 0


def _time_of_day_ms(stream: Random) -> int:
    return stream.choices(range(24), HOUR_WEIGHTS)[0] * HOUR + stream.randrange(HOUR)


def _lines(
    stream: Random, shop: Shop, goods: Sequence[Goods], weights: Sequence[float]
) -> Iterator[OrderLine]:
    wholesale = stream.random() * 100 < shop.wholesale_percent
    count = 1 + drawn_count(stream, (shop.lines_mean - 1) * (3 if wholesale else 1))
    ranks = {bisect_left(weights, stream.random() * weights[-1]) for _ in range(count)}
    for line, rank in enumerate(sorted(ranks), 1):
        yield OrderLine(
            line=line,
            sku=goods[rank].sku,
            qty=_wholesale_qty(stream) if wholesale else 1 + drawn_count(stream, 0.4),
            price_cents=95 + rank * 37 % 1_900,
        )


def _wholesale_qty(stream: Random) -> int:
    if stream.random() * 100 < HUGE_PERCENT:
        return stream.choice((144, 240, 480))
    return stream.choice((6, 6, 6, 12, 12, 24))


def _order(each: Timed) -> PlaceOrder:
    assert isinstance(each.command, PlaceOrder)
    return each.command


def _cancellations(stream: Random, placed: Sequence[Timed]) -> Iterator[Timed]:
    for each in placed:
        if stream.random() * 100 >= CANCELLED_PERCENT:
            continue
        order = _order(each)
        last_ms = each.at_ms // DAY * DAY + DAY_LAST_MS
        lines = () if stream.random() < 0.5 else (order.lines[0],)
        yield Timed(
            at_ms=min(each.at_ms + stream.randint(MINUTE, CANCEL_WITHIN_MS), last_ms),
            command=CancelOrder(
                id=f"{order.shop}/{order.number}/cancel",
                actor=order.shop,
                order=order_key(order.shop, order.number),
                lines=lines,
            ),
        )


def _returns(
    stream: Random, orders: int, day_start_ms: int, goods: Sequence[Goods]
) -> Iterator[Timed]:
    """Goods bought before this day come back."""
    for nth in range(1, orders * RETURNED_PERCENT // 100 + 1):
        number = f"RET-{nth:05}"
        yield Timed(
            at_ms=day_start_ms + 8 * HOUR + stream.randrange(6 * HOUR),
            command=AnnounceReturn(
                id=f"web/{number}/return",
                actor="web",
                number=number,
                lines=(OrderLine(line=1, sku=stream.choice(goods).sku, qty=stream.randint(1, 2)),),
                reason="did not fit",
            ),
        )
