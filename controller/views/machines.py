"""Owns what people must know of devices: alarms, what waits for each device, what was given up."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db

_ALARMS = (
    "SELECT device, fault, detail, since_ms, times, state, acknowledged_by, "
    "acknowledged_ms FROM alarm "
    "ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, since_ms DESC, device, fault LIMIT :most"
)
_OCCURRENCES = (
    "SELECT o.*, COUNT(*) OVER (PARTITION BY o.device, o.fault) AS of_day FROM occurrence o "
    "WHERE o.cleared_ms = 0 OR o.cleared_ms >= :since "
    "ORDER BY o.raised_ms DESC, o.device, o.fault LIMIT :most"
)
_DEPTH = (
    "SELECT topic, state, COUNT(*) AS n, MIN(created_ms) AS oldest_ms FROM outbox "
    "WHERE state IN ('waiting', 'sent') AND topic <> 'plan/release' "
    "GROUP BY topic, state ORDER BY topic, state"
)
_ROWS = (
    "SELECT o.id, o.topic, o.state, o.created_ms, o.expires_ms, o.next_ms, o.attempts, "
    "o.payload, o.about, "
    "COALESCE(p.order_id, '') AS order_id, COALESCE(p.lpn, '') AS lpn, "
    "COALESCE(p.state, '') AS parcel_state, COALESCE(p.label, 0) AS label FROM outbox o "
    "LEFT JOIN parcel p ON p.id = o.about AND o.about <> 0 WHERE o.state = :state "
    "AND o.created_ms >= :since AND o.topic <> 'plan/release' "
    "ORDER BY o.next_ms DESC, o.id DESC LIMIT :most"
)
_BELTS = (
    "SELECT b.device, b.running, b.armed, b.since_ms, a.fault FROM belt b "
    "LEFT JOIN (SELECT device, MAX(fault) AS fault FROM alarm "
    "WHERE state = 'open' AND fault IN ('jam', 'offline') GROUP BY device) a "
    "ON a.device = b.device ORDER BY b.device"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belt:
    """A conveyor section. `state`: running, stopped, jam, offline."""

    device: str
    state: str
    armed: bool
    since_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`state`: open, cleared. `acknowledged_by` takes care of it; "" while nobody does."""

    device: str
    fault: str
    detail: str
    since_ms: int
    times: int
    state: str
    acknowledged_by: str
    acknowledged_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An alarm from raised to cleared (0: it lasts). `state`: active, acknowledged, cleared.

    `times` is how often the device reported it, `of_day` how often it began in the time asked for.
    """

    device: str
    fault: str
    detail: str
    state: str
    raised_ms: int
    acknowledged_by: str
    acknowledged_ms: int
    cleared_ms: int
    times: int
    of_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What of one outbox topic is under way: to go out, gone out without an answer yet."""

    topic: str
    waiting: int
    sent: int
    oldest_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One row of the outbox. `may_repeat`: a lead may ask for it again."""

    id: str
    topic: str
    state: str
    created_ms: int
    expires_ms: int
    attempts: int
    next_ms: int  # of one that waits: not tried before
    does: str
    order: str
    parcel: str
    may_repeat: bool


def belts(db: Db) -> tuple[Belt, ...]:
    """Every conveyor section that has ever told its state."""
    return tuple(
        Belt(
            device=row.device,
            state=row.fault or ("running" if row.running else "stopped"),
            armed=bool(row.armed),
            since_ms=row.since_ms,
        )
        for row in db.all(_BELTS)
    )


def alarms(db: Db, most: int = 200) -> tuple[Alarm, ...]:
    """Open alarms first, each group latest first."""
    return tuple(Alarm(**row._asdict()) for row in db.all(_ALARMS, most=most))


def occurrences(db: Db, since_ms: int, most: int = 200) -> tuple[Occurrence, ...]:
    """Alarms that were active at any time since then, the latest first."""
    return tuple(
        Occurrence(
            device=row.device,
            fault=row.fault,
            detail=row.detail,
            state=_state(row),
            raised_ms=row.raised_ms,
            acknowledged_by=row.acknowledged_by,
            acknowledged_ms=row.acknowledged_ms,
            cleared_ms=row.cleared_ms,
            times=row.times,
            of_day=int(row.of_day),
        )
        for row in db.all(_OCCURRENCES, since=since_ms, most=most)
    )


def _state(row: Any) -> str:
    if row.cleared_ms:
        return "cleared"
    return "acknowledged" if row.acknowledged_by else "active"


def queues(db: Db) -> tuple[Queue, ...]:
    found: dict[str, dict[str, int]] = {}
    for row in db.all(_DEPTH):
        queue = found.setdefault(row.topic, {"waiting": 0, "sent": 0, "oldest_ms": row.oldest_ms})
        queue[row.state] = int(row.n)
        queue["oldest_ms"] = min(queue["oldest_ms"], row.oldest_ms)
    return tuple(Queue(topic=topic, **queue) for topic, queue in found.items())


def jobs(db: Db, since_ms: int = 0, most: int = 50) -> tuple[Job, ...]:
    """The latest rows that wait, that have no answer yet, and that were given up since then."""
    return tuple(
        _job(row)
        for state in ("failed", "sent", "waiting")
        for row in db.all(
            _ROWS, state=state, since=since_ms if state == "failed" else 0, most=most
        )
    )


def _job(row: Any) -> Job:
    payload: dict[str, Any] = msgspec.json.decode(row.payload)
    mine = row.about and row.label == row.id
    prints = row.topic.startswith("device/printer-") and mine and row.parcel_state != "cancelled"
    partner = not row.topic.startswith("device/") and (not row.about or mine)
    return Job(
        id=str(row.id),
        topic=row.topic,
        state=row.state,
        created_ms=row.created_ms,
        expires_ms=row.expires_ms,
        attempts=row.attempts,
        next_ms=row.next_ms if row.state == "waiting" else 0,
        does=str(payload.get("do", row.topic.partition("/")[2])),
        order=row.order_id,
        parcel=row.lpn,
        may_repeat=row.state == "failed" and bool(prints or partner),
    )
