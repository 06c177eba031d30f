"""Owns the console's routes about pick faces: moves that would pay, their approval, their end."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field

from api.console.acts import Act, Number
from api.console.desk import Lead, Most, Open
from api.fields import NO_CONTROLS, Code, Said
from api.solved import solved
from controller.messages import ApproveMoves, CancelMoves, Done, FaceMove, MovesApproved
from controller.plan import Effort, slotting
from controller.units import DAY
from controller.views import pick_faces

router = APIRouter(prefix="/slotting")

WORK: Final = 40_000
Days = Annotated[int, Query(ge=1, le=366)]
Skus = Annotated[str, Query(max_length=4_000, pattern=NO_CONTROLS, examples=["S1 S2"])]

_CHAIN: Final[dict[str, Any]] = {
    "moves": [
        {
            "sku": "S1",
            "source": "A-09-01",
            "target": "A-01-03",
            "way_mm": 61_000,
            "time_ms": 125_000,
            "between": False,
            "why": "visited by 45 of 120 tours; a visit adds 0.4 m to a tour there, 17.2 m here",
        }
    ],
    "saves_mm_day": 179_805,
    "costs_mm": 61_000,
    "costs_ms": 125_000,
    "pays_back_days": 1,
}
_PLAN: Final[dict[str, Any]] = {
    "chains": [_CHAIN],
    "walked_before_mm_day": 5_431_000,
    "walked_after_mm_day": 5_251_195,
    "reached_before_mm_day": 851_000,
    "reached_after_mm_day": 851_000,
    "linear_mm_day": 1_990_000,
    "bound_mm_day": 1_752_000,
    "proven": False,
    "left_out": [],
}
_EXAMPLE: Final[dict[str, Any]] = {
    "plan": _PLAN,
    "tours": 120,
    "days": 5,
    "places": 400,
    "visits": {"A-09-01": 45},
    "golden": ["A-01-03"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slotting:
    """A plan of moves, and what it was measured on.

    `visits` counts the tours that visited each place, as it is; `golden` are the places between
    hip and shoulder.
    """

    plan: slotting.Plan
    tours: int
    days: int
    places: int
    visits: dict[str, int]
    golden: tuple[str, ...]


class Moved(Said):
    sku: Annotated[Code, Field(examples=["S1"])]
    source: Annotated[Code, Field(examples=["A-09-01"])]
    target: Annotated[Code, Field(examples=["A-01-03"])]
    why: Annotated[str, Field(max_length=500)] = ""


class Approve(Act):
    """Moves in the order of the plan; any of its chains may be left out."""

    moves: Annotated[list[Moved], Field(min_length=1, max_length=1_000)]


class CancelSome(Act):
    """None named: all that are open."""

    tasks: Annotated[list[Number], Field(max_length=1_000)] = []


@router.get("", responses={200: {"content": {"application/json": {"example": _EXAMPLE}}}})
async def plan(
    console: Open,
    hours: Annotated[int, Query(ge=1, le=366 * 24)] = 28 * 24,
    skus: Skus = "",
    horizon_days: Days = 30,
    moves_max: Most = 20,
) -> Slotting:
    """Moves of pick faces that pay within the horizon, measured on the tours of the last hours.

    `skus` names those that may move, apart by spaces or commas; all when it is empty.
    """
    asked = pick_faces.Asked(
        hours=hours,
        skus=frozenset(skus.replace(",", " ").split()),
        horizon_days=horizon_days,
        moves_max=moves_max,
    )
    now_ms = console.runtime.clock.now_ms()
    problem = await console.runtime.desk.read(pick_faces.slotting_problem, now_ms, asked)
    if problem.trips:
        found = await solved(slotting.solve, problem, Effort(work=WORK))
    else:
        found = slotting.NOTHING
    return Slotting(
        plan=found,
        tours=len(problem.trips),
        days=problem.days,
        places=len(problem.spots),
        visits=pick_faces.visits(problem),
        golden=pick_faces.golden(problem),
    )


@router.get("/moves")
async def moves(console: Open, days: Days = 7, most: Most = 200) -> tuple[pick_faces.MoveRow, ...]:
    """Moves that are open, and those approved in the last days."""
    since_ms = console.runtime.clock.now_ms() - days * DAY
    return await console.runtime.desk.read(pick_faces.moves, since_ms, most)


@router.post("/approve")
async def approve(given: Approve, console: Open, who: Lead) -> MovesApproved:
    """Makes moves into tasks; those that cannot be made are told with the reason."""
    named = tuple(FaceMove(**each.model_dump()) for each in given.moves)
    return await console.runtime.desk.handle(
        ApproveMoves(id=given.id, actor=who.actor, moves=named)
    )


@router.post("/cancel")
async def cancel(given: CancelSome, console: Open, who: Lead) -> Done:
    """Ends moves that are not made yet, with those that wait for them."""
    return await console.runtime.desk.handle(
        CancelMoves(id=given.id, actor=who.actor, tasks=tuple(map(int, given.tasks)))
    )
