"""Owns the approval of moves of pick faces, and taking it back.

Each move is checked against the house as it will be after those before it; what cannot be made is
dropped with its reason, and so is what depends on it. Whatever is approved runs by itself: a move
waits until its target is empty, so that some may be cancelled and the rest still be right.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    ApproveMoves,
    CancelMoves,
    Command,
    Done,
    FaceMove,
    MovesApproved,
)
from controller.turn import Turn
from controller.workflows import errands, moving

MOVES_MAX = 1_000

_ITEM = (
    "SELECT storage, length_mm * width_mm * height_mm AS unit_mm3, mass_g FROM item "
    "WHERE sku = :sku"
)
_PLACE = "SELECT kind, storage, volume_ml, mass_max_g FROM place WHERE name = :name"
_THERE = (
    "SELECT sku FROM stock WHERE place = :place UNION SELECT sku FROM face WHERE place = :place "
    "UNION SELECT sku FROM task WHERE to_place = :place AND state = 'open' AND kind = 'move' "
    "ORDER BY sku"
)
_UNITS = (
    "SELECT CAST(COALESCE(SUM(qty), 0) AS BIGINT) FROM stock WHERE place = :place AND sku = :sku"
)
_FACE = "SELECT units_max FROM face WHERE sku = :sku AND place = :place"
_MOVING = "SELECT id FROM task WHERE kind = 'move' AND state = 'open' AND sku = :sku LIMIT 1"
_OPEN = "SELECT * FROM task WHERE kind = 'move' AND state = 'open' ORDER BY id"


@dataclass(slots=True)
class _House:
    """What lies where, as it will be after the moves so far."""

    turn: Turn
    at: dict[str, set[str]] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)

    def there(self, place: str) -> set[str]:
        if place not in self.at:
            self.at[place] = {row.sku for row in self.turn.db.all(_THERE, place=place)}
        return self.at[place]

    def why_not(self, move: FaceMove) -> str:
        """Why a move cannot be made, or "" when it can."""
        db = self.turn.db
        item, target = db.one(_ITEM, sku=move.sku), db.one(_PLACE, name=move.target)
        source = db.one(_PLACE, name=move.source)
        if item is None or target is None or source is None:
            return "unknown"
        if (source.kind, target.kind) != ("pick", "pick"):
            return "not_a_pick_place"
        if move.sku not in self.there(move.source):
            return "not_there"
        if self.there(move.target):
            return "target_not_empty"
        if move.sku not in self.approved and db.value(_MOVING, sku=move.sku) is not None:
            return "already_moving"
        if item.storage != target.storage:
            return "wrong_storage"
        return self._too_small(move, item, target)

    def _too_small(self, move: FaceMove, item: Any, target: Any) -> str:
        at = {"sku": move.sku, "place": move.source}
        units = max(int(self.turn.db.value(_UNITS, **at)), self.turn.db.value(_FACE, **at) or 0)
        if 0 < target.volume_ml * 1_000 < units * item.unit_mm3:
            return "too_small"
        return "too_heavy" if 0 < target.mass_max_g < units * item.mass_g else ""

    def make(self, move: FaceMove) -> None:
        self.there(move.source).discard(move.sku)
        self.there(move.target).add(move.sku)
        self.approved.add(move.sku)


def approve_moves(turn: Turn, command: ApproveMoves) -> MovesApproved:
    """Makes the tasks of all moves that can be made.

    Raises: Refused when none can, or when they are too many at once.
    """
    if len(command.moves) > MOVES_MAX:
        raise Refused("too_many_moves", moves=len(command.moves), most=MOVES_MAX)
    house, tasks, dropped = _House(turn), [], []
    for move in command.moves:
        reason = house.why_not(move)
        if reason:
            dropped.append((move.sku, move.target, reason))
            continue
        house.make(move)
        tasks.append(_add_task(turn, move))
    if not tasks:
        why = dropped[0][2] if dropped else "none given"
        raise Refused("no_move_possible", moves=len(command.moves), why=why)
    return MovesApproved(tasks=tuple(tasks), dropped=tuple(dropped))


def _add_task(turn: Turn, move: FaceMove) -> int:
    task_id = turn.new_id()
    turn.add(
        tables.task,
        id=task_id,
        kind="move",
        state="open",
        sku=move.sku,
        qty=int(turn.db.value(_UNITS, place=move.source, sku=move.sku)),
        from_place=move.source,
        to_place=move.target,
        due_ms=turn.now_ms,
        created_ms=turn.now_ms,
    )
    turn.event(
        "move_approved",
        subject=task_id,
        sku=move.sku,
        source=move.source,
        target=move.target,
        why=move.why,
        by=turn.actor,
    )
    return task_id


def cancel_moves(turn: Turn, command: CancelMoves) -> Done:
    """Raises: NotFound naming a move that is not open."""
    rows = {row.id: row for row in turn.db.all(_OPEN)}
    unknown = [task for task in command.tasks if task not in rows]
    if unknown:
        raise NotFound("no_open_move", move=unknown[0], fix="look at the list again")
    ended = _with_waiting(rows, set(command.tasks or rows))
    for task_id in sorted(ended):
        moving.release(turn, rows[task_id])
        errands.close(turn, task_id, "cancelled")
        turn.event("move_cancelled", subject=task_id, sku=rows[task_id].sku, by=turn.actor)
    return Done(note=f"{len(ended)} moves")


def _with_waiting(rows: Mapping[int, Any], ended: set[int]) -> set[int]:
    """Moves, and those that need the place or the goods that these would have moved."""
    while True:
        freed = {rows[each].from_place for each in ended}
        brought = {(rows[each].sku, rows[each].to_place) for each in ended}
        more = {
            row.id
            for row in rows.values()
            if row.to_place in freed or (row.sku, row.from_place) in brought
        } - ended
        if not more:
            return ended
        ended |= more


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ApproveMoves: handler(approve_moves),
    CancelMoves: handler(cancel_moves),
}
