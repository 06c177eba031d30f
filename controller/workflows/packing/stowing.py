"""Owns how a parcel is packed: the steps in which its units go in, and where each of them lies.

A step is units of one line that go in together. A line takes a second step only where goods of
others must lie beneath its later units. It refuses to decide what lies where: a plan has done it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from controller.messages import Block, from_json
from controller.store import Db

_BLOCKS = "SELECT blocks FROM parcel WHERE id = :parcel"
_LINES = (
    "SELECT l.line, l.sku, i.name, l.planned, l.packed FROM parcel_line l "
    "JOIN item i ON i.sku = l.sku WHERE l.parcel = :parcel ORDER BY l.line"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`qty` units of a line, of which `packed` are in; without blocks they lie where they fit."""

    step: int
    line: int
    sku: str
    name: str
    qty: int
    packed: int
    blocks: tuple[Block, ...]


def steps(db: Db, parcel: int) -> list[Step]:
    """The steps of a parcel in the sequence of packing, counted from 1."""
    lines = db.all(_LINES, parcel=parcel)
    left = {row.line: int(row.planned) for row in lines}
    taken = []
    for run in runs(from_json(db.value(_BLOCKS, parcel=parcel), tuple[Block, ...])):
        qty = min(sum(block.qty for block in run), left.get(run[0].line, 0))
        if qty:
            left[run[0].line] -= qty
            taken.append((run[0].line, qty, tuple(run)))
    taken += [(line, qty, ()) for line, qty in left.items() if qty]
    return _told(taken, {row.line: row for row in lines})


def _told(taken: Iterable[tuple[int, int, tuple[Block, ...]]], rows: dict[int, Any]) -> list[Step]:
    """The steps with what is packed of each: a line's first step is filled first."""
    in_it = {line: int(row.packed) for line, row in rows.items()}
    told = []
    for number, (line, qty, blocks) in enumerate(taken, 1):
        row, packed = rows[line], min(qty, in_it[line])
        in_it[line] -= packed
        told.append(
            Step(
                step=number,
                line=line,
                sku=row.sku,
                name=row.name,
                qty=qty,
                packed=packed,
                blocks=blocks,
            )
        )
    return told


def rest(db: Db, parcel: int) -> list[dict[str, Any]]:
    """What still has to go in, step by step, as screens show it."""
    names = ("step", "line", "sku", "name")
    return [
        {name: getattr(step, name) for name in names} | {"qty": step.qty - step.packed, "got": 0}
        for step in steps(db, parcel)
        if step.qty > step.packed
    ]


def runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks of a line that can go in together, in the sequence of packing."""
    found: list[list[Block]] = []
    for block in blocks:
        for run in reversed(found):
            if run[0].line == block.line:
                run.append(block)
                break
            if any(other.z < block.z and other.overlaps(block) for other in run):
                found.append([block])
                break
        else:
            found.append([block])
    return found
