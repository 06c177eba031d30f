"""The zone of a destination, as seen from an origin.

Owns zone charts: a card's own and those of single services. The longest postcode of the
destination wins, then that of the origin; a country without rows is that of "*".
"""

from collections.abc import Iterable
from typing import Any

from controller.messages.rates import ZoneRow
from controller.plan.rates.postcodes import Lookup, Span, Stretches, span

EVERY_OTHER = "*"
NOWHERE = " "  # no zone is called so: names have no spaces
OriginKey = tuple[str, Span]
Rows = dict[str, list[tuple[Span, str]]]


def origin_of(row: ZoneRow) -> OriginKey:
    return row.origin_country, span(row.origin_postcodes)


class Chart:
    """The zones of one rate card, or of one service of it."""

    def __init__(self, rows: Iterable[ZoneRow]) -> None:
        self._by_origin: dict[OriginKey, Rows] = {}
        for row in rows:
            to = self._by_origin.setdefault(origin_of(row), {}).setdefault(row.country, [])
            to.append((span(row.postcodes), row.zone))

    def towards(self, country: str, origin_country: str, origin_postcode: str) -> Stretches[str]:
        """The zones of a country as a parcel from there sees them; else NOWHERE."""
        keys = [key for key in self._by_origin if _starts(key, origin_country, origin_postcode)]
        seen = [self._by_origin[key] for key in sorted(keys, key=_narrowness, reverse=True)]
        to = country if any(country in rows for rows in seen) else EVERY_OTHER
        found = [row for rows in seen for row in rows.get(to, ())]
        lookup, otherwise = Lookup(found), NOWHERE if self._by_origin else ""
        return Stretches((each for each, _ in found), lambda code: lookup.find(code) or otherwise)


def _narrowness(key: OriginKey) -> Any:
    return key[0] != "", key[1].narrowness()


def _starts(key: OriginKey, country: str, postcode: str) -> bool:
    return key[0] in ("", country) and key[1].holds(postcode)
