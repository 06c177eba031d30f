"""Owns the opening stock: how much of the demand it covers, how big each pick face is, and which
trucks bring more during the day. Times are UTC epoch milliseconds.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from controller.messages import AnnounceReceipt, OrderLine
from controller.units import DAY, HOUR, MINUTE
from simulation.streams import Streams
from simulation.timed import Timed
from simulation.wanted import Want

FACE_ML = (5_000, 15_000, 40_000, 100_000, 300_000, 1_200_000)
PALLET_ML = 1_200_000
FILL_PERCENT = 85
BUSY_ML = 40_000  # wanted in a day; a busy SKU's face is kept small, so that more faces are near
BUSY_PERCENT = 55
RECEIPTS_PER_DAY = 3
RECEIPT_LINES_PERCENT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """One SKU on opening: units in its face, units on each reserve pallet, units never there."""

    want: Want
    face_ml: int
    face_max: int
    face_units: int
    pallets: tuple[int, ...]
    short_units: int


def shelve(streams: Streams, wants: Sequence[Want], covered_percent: int) -> list[Shelved]:
    """Opening stock for about this share of the wanted units, in the sequence of `wants`."""
    stock = opening_units(streams, wants, covered_percent)
    return [_shelved(want, stock[want.item.sku]) for want in wants]


def opening_units(
    streams: Streams, wants: Sequence[Want], covered_percent: int
) -> Mapping[str, int]:
    """Units by SKU: most SKUs have more than is wanted, some have none, some too few."""
    stream = streams.stream("stock/short")
    left = sum(want.units for want in wants) * (100 - covered_percent) // 100
    short: dict[str, int] = {}
    candidates = sorted((want for want in wants if want.units), key=lambda each: each.item.sku)
    stream.shuffle(candidates)
    for want in candidates:
        gone = want.units if stream.random() < 0.5 else -(-want.units * 4 // 10)
        if gone <= left:
            short[want.item.sku] = want.units - gone
            left -= gone
    return {want.item.sku: short.get(want.item.sku, _plenty(streams, want)) for want in wants}


def receipts(
    streams: Streams, shelved: Sequence[Shelved], day_start_ms: int, days: int
) -> list[Timed]:
    """Shipping notices for some of what is short; each comes early on the day of its truck."""
    stream = streams.stream("receipts")
    by_truck: dict[int, list[OrderLine]] = {}
    for each in sorted(shelved, key=lambda one: one.want.item.sku):
        if each.short_units and stream.random() * 100 < RECEIPT_LINES_PERCENT:
            lines = by_truck.setdefault(stream.randrange(days * RECEIPTS_PER_DAY), [])
            qty = each.short_units * stream.randint(100, 130) // 100
            lines.append(OrderLine(line=len(lines) + 1, sku=each.want.item.sku, qty=qty))
    return [_notice(nth, lines, day_start_ms) for nth, lines in sorted(by_truck.items())]


def _notice(nth: int, lines: list[OrderLine], day_start_ms: int) -> Timed:
    day, truck = divmod(nth, RECEIPTS_PER_DAY)
    at_ms = day_start_ms + day * DAY + 6 * HOUR + truck * MINUTE
    asn = f"ASN-{nth + 1:04}"
    return Timed(
        at_ms=at_ms,
        command=AnnounceReceipt(
            id=f"supplier/{asn}/0",
            actor="supplier",
            asn=asn,
            lines=tuple(lines),
            expected_ms=at_ms + (5 + 3 * truck) * HOUR // 2,
        ),
    )


def _plenty(streams: Streams, want: Want) -> int:
    stream = streams.stream(f"stock/{want.item.sku}")
    return -(-want.units * stream.randint(105, 160) // 100) + stream.randint(1, 6)


def _shelved(want: Want, units: int) -> Shelved:
    face_ml = _face_ml(want, units)
    face_max = _holds(face_ml, want.unit_ml)
    face_units = min(units, face_max)
    return Shelved(
        want=want,
        face_ml=face_ml,
        face_max=face_max,
        face_units=face_units,
        pallets=tuple(_pallets(units - face_units, _holds(PALLET_ML, want.unit_ml))),
        short_units=max(0, want.units - units),
    )


def _holds(millilitres: int, unit_ml: int) -> int:
    return millilitres * FILL_PERCENT // 100 // unit_ml


def _face_ml(want: Want, units: int) -> int:
    """The smallest face for all units; of a busy SKU the largest for part of a day's demand."""
    fitting = [size for size in FACE_ML if _holds(size, want.unit_ml)]
    part = want.day_units_max * BUSY_PERCENT // 100
    if want.day_units_max * want.unit_ml > BUSY_ML:
        small = [size for size in fitting if _holds(size, want.unit_ml) <= part]
        return small[-1] if small else fitting[0]
    enough = (size for size in fitting if _holds(size, want.unit_ml) >= units)
    return next(enough, fitting[-1])


def _pallets(units: int, pallet_units: int) -> Iterator[int]:
    while units > 0:
        yield min(units, pallet_units)
        units -= pallet_units
