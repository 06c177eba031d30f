"""Owns what happens later: durable rows that fire as commands when their time has come."""

from typing import Any, Final

from controller import tables
from controller.store import Db
from controller.turn import Turn
from controller.units import MINUTE

AGAIN_MS: Final = 10 * MINUTE

_DUE = "SELECT id FROM timer WHERE due_ms <= :now ORDER BY due_ms, id LIMIT 100"
_NEXT = "SELECT min(due_ms) FROM timer"
_TAKE = "DELETE FROM timer WHERE id = :id RETURNING name, ref, due_ms"
_CANCEL = "DELETE FROM timer WHERE name = :name AND ref = :ref"
_SET = "SELECT due_ms FROM timer WHERE name = :name AND ref = :ref ORDER BY due_ms LIMIT 1"


def set_timer(turn: Turn, name: str, ref: str, due_ms: int) -> None:
    turn.add(tables.timer, id=turn.new_id(), name=name, ref=ref, due_ms=due_ms)
    turn.news.add("timer")


def cancel(turn: Turn, name: str, ref: str) -> None:
    turn.db.run(_CANCEL, name=name, ref=ref)


def due_of(turn: Turn, name: str, ref: str) -> int | None:
    """When a timer fires next, or None where none is set."""
    value = turn.db.value(_SET, name=name, ref=ref)
    return None if value is None else int(value)


def is_set(turn: Turn, name: str, ref: str) -> bool:
    return due_of(turn, name, ref) is not None


def due(db: Db, now_ms: int) -> list[int]:
    return [row.id for row in db.all(_DUE, now=now_ms)]


def next_due_ms(db: Db) -> int | None:
    value = db.value(_NEXT)
    return None if value is None else int(value)


def take(turn: Turn, timer_id: int) -> Any:
    """The timer's row, removed; None when it was cancelled or has fired before."""
    return turn.db.one(_TAKE, id=timer_id)


def postpone(turn: Turn, row: Any) -> None:
    """A timer whose work failed comes again."""
    set_timer(turn, row.name, row.ref, turn.now_ms + AGAIN_MS)
