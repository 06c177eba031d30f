"""The zone of a destination, as seen from an origin.

Owns zone charts: a card's own and those of single services. The longest postcode of the
destination wins, then that of the origin; a country without rows is that of "*".
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from controller.messages.rates import ZoneRow
from controller.plan.rates.postcodes import Lookup, Span, Stretches, span

ORIGINS_MAX = 1_000
EVERY_OTHER = "*"
NOWHERE = " "  # no zone is called so: names have no spaces
OriginKey = tuple[str, Span]
Seen = Mapping[str, Stretches[str]]


def origin_of(row: ZoneRow) -> OriginKey:
    return row.origin_country, span(row.origin_postcodes)


class Chart:
    """The zones of one rate card, or of one service of it."""

    def __init__(self, rows: Iterable[ZoneRow]) -> None:
        self._by_origin: dict[OriginKey, list[tuple[str, Span, str]]] = {}
        for row in rows:
            to = (row.country, span(row.postcodes), row.zone)
            self._by_origin.setdefault(origin_of(row), []).append(to)
        self.seen_from = lru_cache(maxsize=ORIGINS_MAX)(self._from)

    def find(self, origin_country: str, origin_postcode: str, country: str, postcode: str) -> str:
        """The zone of a plain postcode, or NOWHERE."""
        countries = self.seen_from(origin_country, origin_postcode)
        return (countries.get(country) or countries[EVERY_OTHER]).find(postcode)

    def _from(self, country: str, postcode: str) -> Seen:
        """The chart as a parcel from there reads it, by country."""
        if not self._by_origin:
            return {EVERY_OTHER: _stretches([], "")}
        keys = [key for key in self._by_origin if _starts(key, country, postcode)]
        rows: dict[str, list[tuple[Span, str]]] = {EVERY_OTHER: []}
        for key in sorted(keys, key=_narrowness, reverse=True):
            for to, codes, zone in self._by_origin[key]:
                rows.setdefault(to, []).append((codes, zone))
        return {to: _stretches(found, NOWHERE) for to, found in rows.items()}


def _stretches(rows: Sequence[tuple[Span, str]], otherwise: str) -> Stretches[str]:
    found = Lookup(rows)
    return Stretches((each for each, _ in rows), lambda code: found.find(code) or otherwise)


def _narrowness(key: OriginKey) -> Any:
    return key[0] != "", key[1].narrowness()


def _starts(key: OriginKey, country: str, postcode: str) -> bool:
    return key[0] in ("", country) and key[1].holds(postcode)
