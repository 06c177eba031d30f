"""Owns the lists of what leaves: departures, the outbox, what shops are told; and open alarms."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db
from controller.views.listings import listing


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartureRow:
    id: int
    carrier: str
    lane: str
    leaves_ms: int
    state: str
    parcels: int
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """`state`: waiting, sent, delivered, done, failed. `about` is the parcel concerned."""

    id: int
    topic: str
    state: str
    created_ms: int
    next_ms: int
    attempts: int
    about: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """`state`: open, cleared; `acknowledged_by` looks after it while it is open."""

    device: str
    fault: str
    detail: str
    since_ms: int
    times: int
    state: str
    acknowledged_by: str
    acknowledged_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """`topic`: stock (units free to sell by SKU) or tracking (a parcel has left)."""

    id: int
    topic: str
    at_ms: int
    data: dict[str, Any]


DEPARTURES = listing(DepartureRow, "departure", ("id",), by=("state", "lane"))
OUTBOX = listing(OutboxRow, "outbox", ("id",), by=("state",))
PRINTS = listing(
    OutboxRow, "outbox", ("id",), by=("state",), where="substr(topic, 1, 15) = 'device/printer-'"
)
ALARMS = listing(AlarmRow, "alarm", ("device", "fault"), by=("state", "device"))

_FEED = (
    "SELECT id, topic, payload, created_ms FROM outbox WHERE id > :after "
    "AND substr(topic, 1, 8) = 'channel/' ORDER BY id LIMIT :most"
)
_OPEN_ALARMS = "SELECT COUNT(*) FROM alarm WHERE state = 'open'"
_DEPTH = (
    "SELECT topic, state, COUNT(*) AS n FROM outbox WHERE state IN ('waiting', 'sent') "
    "GROUP BY topic, state ORDER BY topic, state"
)


def feed(db: Db, shop: str, after: int, most: int) -> tuple[list[FeedEvent], int]:
    """What shops are told after an event, of one shop or ("") all; where to go on."""
    told = []
    for row in db.all(_FEED, after=after, most=most):
        after = row.id
        data = msgspec.json.decode(row.payload)
        if shop in ("", data.get("shop")):
            topic = row.topic.partition("/")[2]
            told.append(FeedEvent(id=row.id, topic=topic, at_ms=row.created_ms, data=data))
    return told, after


def depth(db: Db) -> dict[tuple[str, str], int]:
    """Rows that are not answered, by the first word of their topic and state."""
    counts: dict[tuple[str, str], int] = {}
    for row in db.all(_DEPTH):
        name = (row.topic.partition("/")[0], row.state)
        counts[name] = counts.get(name, 0) + row.n
    return counts


def open_alarms(db: Db) -> int:
    return int(db.value(_OPEN_ALARMS))
