"""What is wrong in a rate card, told by sheet, row and column, all of it at once.

Owns the sense of a card: brackets without gaps, zones that have prices, postcodes that do not
cross, names that are known. Refuses to know files.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, Final, NamedTuple

from controller.messages.rates import RateCard, ZoneRow
from controller.plan.rates.brackets import ENDLESS
from controller.plan.rates.masses import LENGTH_UNITS_MM, MASS_UNITS_G
from controller.plan.rates.postcodes import Span, crossing, span
from controller.plan.rates.zones import OriginKey, origin_of


class Fault(NamedTuple):
    """`row` counts from 0 within its sheet; -1: the sheet as a whole."""

    sheet: str
    row: int
    column: str
    got: str
    fix: str


Place = tuple[str, int, str]
"""A cell of a card: sheet, row from 0, field."""
_BRACKET: Final = frozenset(("service", "zone", "size", "mass_over", "mass_to"))


def faults(
    card: RateCard, services: Iterable[str], unread: frozenset[Place] = frozenset()
) -> list[Fault]:
    """Everything that is wrong in a card; `services` are those that are known.

    Cells that are `unread` have a blank, and nothing is said of what hangs on them.
    """
    known = frozenset(services)
    columns = frozenset((sheet, column) for sheet, _, column in unread)
    checks: Sequence[Callable[[], Iterator[Fault]]] = (
        partial(_header, card),
        partial(_patterns, card),
        partial(_names, card, known, columns),
        partial(_numbers, card),
        partial(_tiers, card, columns),
        partial(_repeats, card, columns),
    )
    found = [fault for check in checks for fault in check() if fault[:3] not in unread]
    wrong = columns | {(fault.sheet, fault.column) for fault in found}
    if not any(sheet == "zones" for sheet, _ in wrong):
        found += _zones(card)
    if not any(sheet == "rates" and column in _BRACKET for sheet, column in wrong):
        found += _brackets(card)
    return found


def _header(card: RateCard) -> Iterator[Fault]:
    fault = partial(Fault, "card", 0)
    if not card.code or not card.carrier:
        yield fault("code" if not card.code else "carrier", "", "is empty; write a name")
    if not (len(card.currency) == 3 and card.currency.isupper()):
        yield fault("currency", card.currency, "is no currency; write three letters like EUR")
    if card.until_day and card.until_day < card.from_day:
        yield fault("until_day", "", "is before the card begins; write a later date")
    if card.mass_unit not in MASS_UNITS_G:
        yield fault("mass_unit", card.mass_unit, f"write one of {', '.join(MASS_UNITS_G)}")
    if card.length_unit not in LENGTH_UNITS_MM:
        yield fault("length_unit", card.length_unit, f"write one of {', '.join(LENGTH_UNITS_MM)}")
    if card.exchange_ppm <= 0:
        fix = f"is not told; write what 1 {card.currency} is in the site's currency"
        yield fault("exchange_ppm", "", fix)
    for name in ("divisor", "dimensional_over", "step"):
        if getattr(card, name) < 0:
            yield fault(name, str(getattr(card, name)), "must not be negative")
    if not card.rates:
        yield Fault("rates", -1, "", "", "has no row; write at least one price")


def _patterns(card: RateCard) -> Iterator[Fault]:
    for sheet, column in (
        ("zones", "postcodes"),
        ("zones", "origin_postcodes"),
        ("areas", "postcodes"),
    ):
        for nth, row in enumerate(getattr(card, sheet)):
            pattern = getattr(row, column)
            try:
                span(pattern)
            except ValueError as error:
                yield Fault(sheet, nth, column, pattern, str(error))


_NAMED: Final = {
    "service": ("services", "code"),
    "zone": ("zones", "zone"),
    "size": ("sizes", "size"),
    "area": ("areas", "area"),
}


def _names(
    card: RateCard, known: frozenset[str], unread: frozenset[tuple[str, str]]
) -> Iterator[Fault]:
    zones = {row.zone for row in card.zones} or {""}
    names = {
        "service": (known, "import this service first, or add it to the sheet services"),
        "zone": (zones, "is no zone of the sheet zones"),
        "size": ({row.size for row in card.sizes}, "is no class of the sheet sizes"),
        "area": ({row.area for row in card.areas}, "is no area of the sheet areas"),
    }
    optional = {("rates", "size"), ("zones", "service"), ("fuel", "service")}
    optional |= {("surcharges", name) for name in names}
    for sheet, columns in (
        ("zones", ("service",)),
        ("rates", ("service", "zone", "size")),
        ("transit", ("service", "zone")),
        ("surcharges", ("service", "zone", "area")),
        ("fuel", ("service",)),
        ("terms", ("service",)),
    ):
        for nth, row in enumerate(getattr(card, sheet)):
            for column in columns:
                got, (there, fix) = getattr(row, column), names[column]
                if _NAMED[column] in unread:
                    continue  # it may be the name that cannot be read
                if got not in there and (got or (sheet, column) not in optional):
                    yield Fault(sheet, nth, column, got, f"is unknown; {fix}")


_LEAST = {"exchange_ppm": 1, "divisor": -1, "days": 0}
_SHARES = frozenset(("discount_ppm",))


def _numbers(card: RateCard) -> Iterator[Fault]:
    for sheet in ("rates", "sizes", "transit", "surcharges", "fuel", "terms", "tiers"):
        for nth, row in enumerate(getattr(card, sheet)):
            for name in row.__slots__:
                number: Any = getattr(row, name)
                if not isinstance(number, int) or isinstance(number, bool):
                    continue
                if number < _LEAST.get(name, 0):
                    yield Fault(sheet, nth, name, str(number), "must not be negative")
                if name in _SHARES and number > 1_000_000:
                    yield Fault(sheet, nth, name, str(number), "is more than 100%")
    for nth, rate in enumerate(card.rates):
        if rate.step_cents and not rate.step:
            yield Fault("rates", nth, "step", "", "is empty; write what each step price is for")
        if rate.mass_to and rate.mass_to <= rate.mass_over:
            fix = "is not above mass_over; write a larger mass, or nothing for no end"
            yield Fault("rates", nth, "mass_to", f"{rate.mass_to / 1_000:g}", fix)


def _tiers(card: RateCard, unread: frozenset[tuple[str, str]]) -> Iterator[Fault]:
    if any(sheet == "tiers" for sheet, _ in unread):
        return
    discounts = [row.discount_ppm for row in sorted(card.tiers, key=lambda r: r.parcels_min)]
    if discounts != sorted(discounts):
        yield Fault("tiers", -1, "discount", "", "must not fall where parcels_min rises")


_KEYS: dict[str, tuple[str, ...]] = {
    "sizes": ("size",),
    "transit": ("service", "zone"),
    "fuel": ("service", "from_day"),
    "terms": ("service",),
    "tiers": ("parcels_min",),
    "surcharges": ("code",),
}


def _repeats(card: RateCard, unread: frozenset[tuple[str, str]]) -> Iterator[Fault]:
    for sheet, names in _KEYS.items():
        if any((sheet, name) in unread for name in names):
            continue
        keys = [tuple(getattr(row, name) for name in names) for row in getattr(card, sheet)]
        counted = Counter(keys)
        for nth, key in enumerate(keys):
            if counted[key] > 1 and keys.index(key) < nth:
                fix = "stands in an earlier row already; keep one"
                yield Fault(sheet, nth, names[0], str(key[0]), fix)


ZoneRows = list[tuple[int, ZoneRow, Span]]


def _zones(card: RateCard) -> Iterator[Fault]:
    """Rows that say different zones of the same place, as some origin reads them."""
    charts: dict[str, dict[OriginKey, ZoneRows]] = {}
    for nth, row in enumerate(card.zones):
        chart = charts.setdefault(row.service, {})
        chart.setdefault(origin_of(row), []).append((nth, row, span(row.postcodes)))
    for chart in charts.values():
        yield from _crossing_origins(chart)
        for origin, own in chart.items():
            yield from _repeated(own)
            around = (rows for key, rows in chart.items() if _around(key, origin))
            yield from _crossing(own, chain.from_iterable(around))


def _around(key: OriginKey, origin: OriginKey) -> bool:
    """Whether all that comes from an origin comes from this wider one, too."""
    wider = key != origin and key[0] in ("", origin[0])
    return wider and key[1].holds(origin[1].first) and key[1].holds(origin[1].last)


def _crossing_origins(chart: dict[OriginKey, ZoneRows]) -> Iterator[Fault]:
    for country in {key[0] for key in chart}:
        crossed = crossing(codes for to, codes in chart if to == country)
        if crossed:
            nth = chart[country, crossed[1]][0][0]
            yield Fault("zones", nth, "origin_postcodes", _told(crossed[1]), _crosses(crossed[0]))


def _repeated(rows: ZoneRows) -> Iterator[Fault]:
    seen: dict[tuple[str, Span], ZoneRow] = {}
    for nth, row, codes in rows:
        other = seen.setdefault((row.country, codes), row)
        if other is not row:
            fix = f"stands in zone {other.zone} already; keep one of the two rows"
            yield Fault("zones", nth, "postcodes", row.postcodes or row.country, fix)


def _crossing(own: ZoneRows, around: Iterable[tuple[int, ZoneRow, Span]]) -> Iterator[Fault]:
    places: dict[str, dict[Span, int]] = {}
    for nth, row, codes in (*own, *around):
        places.setdefault(row.country, {}).setdefault(codes, nth)
    for country in {row.country for _, row, _ in own}:
        crossed = crossing(places[country])
        if crossed:
            nth = places[country][crossed[1]]
            yield Fault("zones", nth, "postcodes", _told(crossed[1]), _crosses(crossed[0]))


def _told(codes: Span) -> str:
    return codes.first if codes.first == codes.last else f"{codes.first}-{codes.last}"


def _crosses(codes: Span) -> str:
    return f"crosses {_told(codes)}; part the ranges where they overlap"


def _brackets(card: RateCard) -> Iterator[Fault]:
    """Brackets of a service, a zone and a size that leave a gap, or overlap."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for nth, row in enumerate(card.rates):
        groups.setdefault((row.service, row.zone, row.size), []).append(nth)
    for places in groups.values():
        below = 0
        for nth in sorted(places, key=lambda n: (card.rates[n].mass_over, n)):
            row = card.rates[nth]
            if row.mass_over != below:
                what = "leaves a gap from" if row.mass_over > below else "overlaps the one up to"
                top = "no end" if below == ENDLESS else f"{below / 1_000:g}"
                fix = f"{what} {top}; begin where the bracket before ends"
                yield Fault("rates", nth, "mass_over", f"{row.mass_over / 1_000:g}", fix)
            below = row.mass_to or ENDLESS
