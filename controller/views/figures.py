"""Owns the figures of a day, read once: each look takes up where the one before ended.

Rows of the journal, events and movements are made in the sequence of time with growing keys, so
"since midnight" and "since my last look" are ranges of primary keys and need no other index.
Whoever asks keeps the `Day` and adds to it.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from controller.store import Db
from controller.turn import IDS_PER_COMMAND
from controller.units import HOUR

PAGE = 20_000  # commands per look: a long day is read in short steps

_LAST = "SELECT COALESCE(MAX(seq), 0) FROM journal"
_AT = "SELECT now_ms FROM journal WHERE seq >= :seq ORDER BY seq LIMIT 1"
_EVENTS = (
    f"SELECT kind, at_ms / {HOUR} AS hour, COUNT(*) AS n FROM event "
    "WHERE id > :after AND id <= :upto GROUP BY 1, 2 ORDER BY 1, 2"
)
_MOVED = (
    f"SELECT cause, recorded_ms / {HOUR} AS hour, COUNT(*) AS n, "
    "CAST(SUM(qty) AS BIGINT) AS units FROM movement "
    "WHERE id > :after AND id <= :upto AND reverses_id = 0 GROUP BY 1, 2 ORDER BY 1, 2"
)
_SCANS = (
    f"SELECT now_ms / {HOUR} AS hour, COUNT(*) AS n, "
    """SUM(CASE WHEN reply LIKE '%"tone":"error"%' THEN 1 ELSE 0 END) AS wrong, """
    """SUM(CASE WHEN reply LIKE '%"message":"undone"%' THEN 1 ELSE 0 END) AS undone """
    "FROM journal WHERE seq > :after AND seq <= :upto AND name = 'Scan' GROUP BY 1 ORDER BY 1"
)
_CYCLES = (
    "SELECT o.shipped_ms - o.placed_ms AS cycle_ms, "
    "CASE WHEN o.shipped_ms > o.due_ms THEN 1 ELSE 0 END AS late FROM event e "
    "JOIN customer_order o ON o.id = e.order_id WHERE e.id > :after AND e.id <= :upto "
    "AND e.kind = 'order_shipped' ORDER BY e.id"
)
_HEAT = (
    "SELECT from_place AS place, COUNT(*) AS n FROM movement "
    "WHERE id > :after AND cause = 'pick' GROUP BY from_place ORDER BY from_place"
)
_DEPARTURES = (
    "SELECT lane, carrier, leaves_ms, state, parcels, mass_g FROM departure "
    "WHERE leaves_ms >= :since ORDER BY leaves_ms, lane, id LIMIT 200"
)
_LANES = (
    "SELECT lane, state, COUNT(*) AS n FROM parcel "
    "WHERE state IN ('planned', 'packing', 'packed', 'labelled', 'sorted') "
    "GROUP BY lane, state ORDER BY lane, state"
)
_DUE = (
    "SELECT due_ms, COUNT(*) AS n FROM customer_order "
    "WHERE state IN ('open', 'released') GROUP BY due_ms ORDER BY due_ms LIMIT 20"
)
_MEDIAN, _P90, _P95 = 0.5, 0.9, 0.95


@dataclass(slots=True)
class Day:
    """What a day has had so far; counters are by (name, hour since the epoch)."""

    after: int
    events: Counter[tuple[str, int]] = field(default_factory=Counter)
    moves: Counter[tuple[str, int]] = field(default_factory=Counter)
    units: Counter[tuple[str, int]] = field(default_factory=Counter)
    scans: Counter[tuple[str, int]] = field(default_factory=Counter)
    cycles_ms: list[int] = field(default_factory=list)
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    lane: str
    carrier: str
    leaves_ms: int
    state: str
    parcels: int
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What has to leave: orders in work by their due time, parcels by lane and state."""

    departures: tuple[Departure, ...]
    due: tuple[tuple[int, int], ...]
    lanes: dict[str, dict[str, int]]


def command_at(db: Db, since_ms: int) -> int:
    """The last command before this time, by halving; 0 when there is none."""
    last = int(db.value(_LAST))
    return bisect_left(range(1, last + 1), since_ms, key=lambda seq: int(db.value(_AT, seq=seq)))


def day_since(db: Db, since_ms: int) -> Day:
    return Day(after=command_at(db, since_ms))


def add(db: Db, day: Day) -> bool:
    """Adds what has happened since the last look; True when there is more to read."""
    last = int(db.value(_LAST))
    upto = min(last, day.after + PAGE)
    ids = {
        "after": (day.after + 1) * IDS_PER_COMMAND - 1,
        "upto": (upto + 1) * IDS_PER_COMMAND - 1,
    }
    events, moved = db.all(_EVENTS, **ids), db.all(_MOVED, **ids)
    scans = db.all(_SCANS, after=day.after, upto=upto)
    cycles = db.all(_CYCLES, **ids)  # all is read before anything is counted: a look may fail
    for row in events:
        day.events[row.kind, row.hour] += int(row.n)
    for row in moved:
        day.moves[row.cause, row.hour] += int(row.n)
        day.units[row.cause, row.hour] += int(row.units)
    for row in scans:
        for name, n in (("scans", row.n), ("wrong", row.wrong), ("undone", row.undone)):
            day.scans[name, row.hour] += int(n)
    day.cycles_ms += [row.cycle_ms for row in cycles]
    day.late += sum(row.late for row in cycles)
    day.after = upto
    return upto < last


def percentiles(day: Day) -> tuple[int, int, int]:
    """Median, 90th and 95th percentile of the time from order to shipment, in ms."""
    if not day.cycles_ms:
        return (0, 0, 0)
    ordered = sorted(day.cycles_ms)
    median, p90, p95 = (ordered[int(q * (len(ordered) - 1))] for q in (_MEDIAN, _P90, _P95))
    return (median, p90, p95)


def heat(db: Db, since_ms: int) -> dict[str, int]:
    """Picks per place since then."""
    after = (command_at(db, since_ms) + 1) * IDS_PER_COMMAND - 1
    return {row.place: int(row.n) for row in db.all(_HEAT, after=after)}


def ahead(db: Db, since_ms: int) -> Ahead:
    """The departures from `since_ms` on, and what is still to leave."""
    lanes: dict[str, dict[str, int]] = {}
    for row in db.all(_LANES):
        lanes.setdefault(row.lane, {})[row.state] = int(row.n)
    return Ahead(
        departures=tuple(
            Departure(**row._asdict()) for row in db.all(_DEPARTURES, since=since_ms)
        ),
        due=tuple((row.due_ms, int(row.n)) for row in db.all(_DUE)),
        lanes=lanes,
    )
