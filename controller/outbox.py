"""Owns what leaves the process: rows written with the change that caused them, delivered after.

A row is `waiting` until a transport accepts it, `sent` until the device or partner answers, then
`done`; `failed` when it expired or was given up. Delivery is at least once; the receiver knows a
repeat by the row's id. Deliverers mark rows `sent` and `delivered` outside the journal, so no
handler may tell these two and `waiting` apart: a replay could not.
"""

from typing import Any

import msgspec

from controller import tables
from controller.messages import Event, to_json
from controller.store import Db
from controller.turn import Turn

NEVER = 1 << 52
DUE_MAX = 256  # rows that are given out at once
RETRY_MS = 1_000
RETRY_MAX_MS = 600_000

_DUE = (
    "SELECT * FROM outbox WHERE state = 'waiting' AND next_ms <= :now "
    "AND topic >= :prefix AND topic < :beyond ORDER BY next_ms, id LIMIT :most"
)
_HEARD = (
    "UPDATE outbox SET state = 'delivered' WHERE state = 'waiting' AND next_ms <= :now "
    "AND topic >= :prefix AND topic < :beyond"
)
_EXPIRY = "SELECT min(expires_ms) FROM outbox WHERE state = 'waiting'"
_GET = "SELECT * FROM outbox WHERE id = :id"
_SENT = (
    "UPDATE outbox SET state = 'sent', attempts = attempts + 1 "
    "WHERE id = :id AND state = 'waiting'"
)
_DELIVERED = (
    "UPDATE outbox SET state = 'delivered' WHERE id = :id AND state IN ('waiting', 'sent')"
)
_DONE = "UPDATE outbox SET state = 'done' WHERE id = :id AND state <> 'done'"
_FAILED = "UPDATE outbox SET state = 'failed' WHERE id = :id AND state NOT IN ('done', 'failed')"
_LATER = (
    "UPDATE outbox SET state = 'waiting', attempts = attempts + 1, next_ms = :next "
    "WHERE id = :id AND state IN ('waiting', 'sent')"
)
_PUT_OFF = "UPDATE outbox SET next_ms = :next WHERE id = :id AND state = 'waiting'"
_HASTEN = "UPDATE outbox SET next_ms = :now WHERE id = :id AND state = 'waiting' AND attempts = 0"
_UNANSWERED = (
    "SELECT * FROM outbox WHERE state = 'sent' "
    "AND topic >= :prefix AND topic < :beyond ORDER BY id"
)
_AGAIN = "UPDATE outbox SET state = 'waiting', next_ms = :now WHERE id = :id AND state = 'sent'"
_REVIVE = (
    "UPDATE outbox SET state = 'waiting', attempts = 0, next_ms = :now, expires_ms = :never "
    "WHERE id = :id AND state = 'failed'"
)
_OVERDUE = (
    "SELECT id FROM outbox WHERE state = 'waiting' AND expires_ms <= :now ORDER BY id LIMIT 100"
)


def emit(
    turn: Turn,
    topic: str,
    payload: dict[str, Any],
    *,
    expires_ms: int = NEVER,
    about: int = 0,
    wait_ms: int = 0,
) -> int:
    """A row for the deliverer of `topic`; its id, which the answer will name.

    `about` is the parcel that it concerns: the deliverer does not see it, the answer finds it.
    It goes out after `wait_ms`, or when it is hastened.
    """
    row_id = turn.new_id()
    turn.add(
        tables.outbox,
        id=row_id,
        topic=topic,
        payload=to_json(payload).decode(),
        created_ms=turn.now_ms,
        expires_ms=expires_ms,
        next_ms=turn.now_ms + wait_ms,
        about=about,
    )
    turn.news.add(topic.partition("/")[0])
    return row_id


def due(db: Db, prefix: str, now_ms: int, most: int = DUE_MAX) -> list[Event]:
    beyond = prefix + "\x7f"
    rows = db.all(_DUE, prefix=prefix, beyond=beyond, now=now_ms, most=most)
    return [_event(row) for row in rows]


def next_expiry_ms(db: Db) -> int | None:
    value = db.value(_EXPIRY)
    return None if value is None or value >= NEVER else int(value)


def get(db: Db, row_id: int) -> Event | None:
    row = db.one(_GET, id=row_id)
    return None if row is None else _event(row)


def _event(row: Any) -> Event:
    return Event(
        id=row.id,
        topic=row.topic,
        payload=msgspec.json.decode(row.payload),
        created_ms=row.created_ms,
        expires_ms=row.expires_ms,
        attempts=row.attempts,
    )


def sent(db: Db, row_id: int) -> bool:
    """The transport took it."""
    return db.run(_SENT, id=row_id) == 1


class Taken:
    """Rows that a transport took, to be marked as sent with the next commit."""

    def __init__(self) -> None:
        self._rows: dict[int, None] = {}
        self._seen: int = 0

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row_id: int) -> bool:
        return row_id in self._rows

    def add(self, row_id: int) -> int:
        """How many there are now."""
        self._rows[row_id] = None
        return len(self._rows)

    def kept_waiting(self) -> bool:
        """Whether a row was there at the last question already: no commit has come since."""
        oldest = next(iter(self._rows), 0)
        waited = oldest != 0 and oldest == self._seen
        self._seen = oldest
        return waited

    def mark(self, db: Db) -> list[int]:
        """Within a transaction; after its commit they are to be forgotten."""
        rows = list(self._rows)
        for row_id in rows:
            sent(db, row_id)
        return rows

    def forget(self, rows: list[int]) -> None:
        for row_id in rows:
            self._rows.pop(row_id, None)


def unanswered(db: Db, prefix: str) -> list[Event]:
    """Rows that a transport took and nobody has answered yet, oldest first."""
    return [_event(row) for row in db.all(_UNANSWERED, prefix=prefix, beyond=prefix + "\x7f")]


def again(db: Db, row_id: int, now_ms: int) -> bool:
    """A sent row goes out once more; its receiver knows a repeat."""
    return db.run(_AGAIN, id=row_id, now=now_ms) == 1


def delivered(db: Db, row_id: int) -> bool:
    """The receiver answered a deliverer, and no command follows from it. False for a repeat."""
    return db.run(_DELIVERED, id=row_id) == 1


def heard(db: Db, prefix: str, now_ms: int) -> None:
    """All due rows of these topics at once, as `delivered`."""
    db.run(_HEARD, prefix=prefix, beyond=prefix + "\x7f", now=now_ms)


def done(db: Db, row_id: int) -> bool:
    """A handler takes the answer, even of a row given up before. False for a repeat."""
    return db.run(_DONE, id=row_id) == 1


def later(db: Db, row_id: int, now_ms: int, attempts: int) -> None:
    """A send did not go out: once more after a pause that grows, until the row expires."""
    pause = min(RETRY_MS << min(attempts, 20), RETRY_MAX_MS)
    db.run(_LATER, id=row_id, next=now_ms + pause)


def put_off(db: Db, row_id: int, next_ms: int) -> None:
    """It was not tried, since its receiver is away."""
    db.run(_PUT_OFF, id=row_id, next=next_ms)


def hasten(turn: Turn, row_id: int, topic: str) -> None:
    """What a row has waited for is there."""
    turn.db.run(_HASTEN, id=row_id, now=turn.now_ms)
    turn.news.add(topic.partition("/")[0])


def give_up(db: Db, row_id: int) -> bool:
    return db.run(_FAILED, id=row_id) == 1


def revive(turn: Turn, row_id: int, topic: str) -> None:
    """A row that was given up goes out once more, because somebody has asked for it."""
    turn.db.run(_REVIVE, id=row_id, now=turn.now_ms, never=NEVER)
    turn.news.add(topic.partition("/")[0])


def overdue(db: Db, now_ms: int) -> list[int]:
    """Rows that no transport took before their deadline; the answer to a sent one may follow."""
    return [row.id for row in db.all(_OVERDUE, now=now_ms)]
