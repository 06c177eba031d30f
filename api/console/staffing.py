"""Owns the console's route about staffing: people by job and quarter hour, from now on."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from api.console.desk import Open
from api.solved import solved
from controller.plan import Effort, staffing
from controller.views import workload
from controller.views.standards import Standard

router = APIRouter(prefix="/staffing")

WORK: Final = 600_000
_EXAMPLE: Final[dict[str, Any]] = {
    "starts_ms": 1_767_600_000_000,
    "slot_ms": 900_000,
    "plan": {
        "stints": [{"person": "PICKER-001", "job": "picking", "starts": 0, "ends": 4}],
        "crews": [
            {
                "job": "picking",
                "people": [1, 1, 1, 1],
                "done": [22, 22, 22, 10],
                "late": [0, 0, 0, 0],
                "why": "76 units of 40 s in 1.00 hours; 84% of that time is work",
            }
        ],
        "late": 0,
        "late_bound": 0,
        "worked": 4,
        "worked_bound": 4,
        "changes": 1,
        "proven": True,
    },
    "standards": [
        {"job": "picking", "unit_ms": 40_000, "usual_ms": 40_000, "learned_from": 0},
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Slots are counted from `starts_ms`; standards are of teams, never of one person."""

    starts_ms: int
    slot_ms: int
    plan: staffing.Plan
    standards: tuple[Standard, ...]


@router.get("", responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}})
async def plan(console: Open, hours: Annotated[int, Query(ge=1, le=24)] = 8) -> Staffing:
    """Who does which job in each quarter of an hour from now on: lateness first, then hours."""
    now_ms = console.runtime.clock.now_ms()
    starts_ms = -(-now_ms // workload.SLOT_MS) * workload.SLOT_MS
    span = workload.Span(starts_ms, hours * 4)
    shift = await console.runtime.desk.read(workload.shift, now_ms, span)
    if shift.problem.idle:
        found = staffing.solve(shift.problem, Effort(work=0))
    else:
        found = await solved(staffing.solve, shift.problem, Effort(work=WORK))
    return Staffing(
        starts_ms=starts_ms, slot_ms=workload.SLOT_MS, plan=found, standards=shift.standards
    )
