"""Owns how well carriers keep what they promise: per service and lane, from parcels delivered.

A lane is a country, or a country with the first letters of the postcode. It counts parcels that
have left within a span and tells nothing of fewer than it has seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from controller.store import Db
from controller.units import DAY
from controller.workflows.carriers.learning import percentile

PARCELS_MAX = 200_000
ZONE = 2  # characters of a postcode

_JOURNEYS = (
    "SELECT carrier, service, country, postcode, left_ms, promised_ms, delivered_ms "
    "FROM journey WHERE left_ms >= :since AND left_ms > 0 "
    "ORDER BY left_ms DESC, parcel LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """`parcels` left, of them `delivered`, of these `on_time`; `open_late` are overdue still.

    Units: tenths of days from leaving to the door, `p50`, `p80` and `p95` of the delivered ones.
    """

    carrier: str
    service: str
    country: str
    zone: str
    parcels: int
    delivered: int
    on_time: int
    open_late: int
    p50: int
    p80: int
    p95: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What is asked of a journey."""

    carrier: str
    service: str
    country: str
    zone: str
    left_ms: int
    promised_ms: int
    delivered_ms: int


def on_time(db: Db, since_ms: int, now_ms: int, *, zones: bool = False) -> tuple[Lane, ...]:
    """The lanes of parcels that left since then, by carrier, service and place."""
    groups: dict[tuple[str, str, str, str], list[Kept]] = {}
    for each in _kept(db.all(_JOURNEYS, since=since_ms, most=PARCELS_MAX), zones):
        key = (each.carrier, each.service, each.country, each.zone)
        groups.setdefault(key, []).append(each)
    return tuple(_lane(key, groups[key], now_ms) for key in sorted(groups))


def _kept(rows: Iterable[Any], zones: bool) -> Iterable[Kept]:
    for row in rows:
        zone = row.postcode[:ZONE].strip().upper() if zones else ""
        yield Kept(
            row.carrier,
            row.service,
            row.country,
            zone,
            row.left_ms,
            row.promised_ms,
            row.delivered_ms,
        )


def _lane(key: tuple[str, str, str, str], parcels: list[Kept], now_ms: int) -> Lane:
    there = [each for each in parcels if each.delivered_ms]
    tenths = sorted((each.delivered_ms - each.left_ms) * 10 // DAY for each in there)
    carrier, service, country, zone = key
    return Lane(
        carrier=carrier,
        service=service,
        country=country,
        zone=zone,
        parcels=len(parcels),
        delivered=len(there),
        on_time=sum(not e.promised_ms or e.delivered_ms <= e.promised_ms for e in there),
        open_late=sum(not e.delivered_ms and 0 < e.promised_ms < now_ms for e in parcels),
        p50=percentile(tenths, 50),
        p80=percentile(tenths, 80),
        p95=percentile(tenths, 95),
    )
