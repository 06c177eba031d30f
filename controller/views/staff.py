"""Owns who works now, and the figures of teams: people are counted, never listed by speed."""

from dataclasses import dataclass

from controller.store import Db
from controller.views.live_floor import Worker, workers

_TEAM = "SELECT role, COUNT(*) AS n FROM worker GROUP BY role ORDER BY role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """`teams` counts all badges of a role, `present` those that are signed in."""

    present: tuple[Worker, ...]
    teams: dict[str, int]


def staff(db: Db) -> Staff:
    return Staff(present=workers(db), teams={row.role: int(row.n) for row in db.all(_TEAM)})
