"""The zone of a destination, as seen from an origin.

Owns zone charts: a card's own and those of single services. The longest postcode of the
destination wins, then that of the origin; a country without rows is that of "*".
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from controller.messages.rates import ZoneRow
from controller.plan.rates.postcodes import Lookup, Span, span

ORIGINS_MAX = 1_000
PLACES_MAX = 50_000
NOWHERE = " "  # no zone is called so: names have no spaces
OriginKey = tuple[str, Span]


def origin_of(row: ZoneRow) -> OriginKey:
    return row.origin_country, span(row.origin_postcodes)


class Chart:
    """The zones of one rate card, or of one service of it."""

    def __init__(self, rows: Iterable[ZoneRow]) -> None:
        self._by_origin: dict[OriginKey, list[tuple[str, Span, str]]] = {}
        for row in rows:
            to = (row.country, span(row.postcodes), row.zone)
            self._by_origin.setdefault(origin_of(row), []).append(to)
        self._seen_from = lru_cache(maxsize=ORIGINS_MAX)(self._from)
        self.find = lru_cache(maxsize=PLACES_MAX)(self._find)

    def _find(self, origin_country: str, origin_postcode: str, country: str, postcode: str) -> str:
        """The zone of a plain postcode, or NOWHERE."""
        if not self._by_origin:
            return ""
        countries = self._seen_from(origin_country, origin_postcode)
        found = countries.get(country) or countries.get("*")
        return (found and found.find(postcode)) or NOWHERE

    def _from(self, country: str, postcode: str) -> dict[str, Lookup[str]]:
        """The chart as a parcel from there reads it."""
        keys = [key for key in self._by_origin if _starts(key, country, postcode)]
        rows: dict[str, list[tuple[Span, str]]] = {}
        for key in sorted(keys, key=_narrowness, reverse=True):
            for to, codes, zone in self._by_origin[key]:
                rows.setdefault(to, []).append((codes, zone))
        return {to: Lookup(found) for to, found in rows.items()}


def _narrowness(key: OriginKey) -> Any:
    return key[0] != "", key[1].narrowness()


def _starts(key: OriginKey, country: str, postcode: str) -> bool:
    return key[0] in ("", country) and key[1].holds(postcode)
