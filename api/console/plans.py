"""Owns the console's routes about release plans: why work is cut as it is, drawn and in words.

What a lead may change of a plan is one command each, with a reason that the journal keeps.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field

from api.console.acts import Act, Number
from api.console.desk import Lead, Most, Open
from api.console.plan_words import plan_says, tour_says
from api.fields import Code
from controller.errors import NotFound
from controller.messages import Done, LockTour, PlannedKind, PullOrder
from controller.views import plans as views

router = APIRouter()

Id = Annotated[str, Query(pattern=r"^[0-9]{1,18}$", examples=["9437189"])]
Before = Annotated[str, Query(pattern=r"^[0-9]{0,18}$", examples=["9437189"])]
Reason = Annotated[str, Field(min_length=1, max_length=200, examples=["customer collects today"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """`next` is where the page after this one begins; "" at the end."""

    plans: tuple[views.PlanHead, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTold:
    """`says` explains the plan in sentences; `waiting` names orders left out, with the reason."""

    plan: views.PlanHead
    kinds: tuple[PlannedKind, ...]
    tours: tuple[views.TourHead, ...]
    waiting: tuple[tuple[str, str], ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TourTold:
    tour: views.TourHead
    slots: tuple[views.Slot, ...]
    stops: tuple[views.TourStop, ...]
    says: tuple[str, ...]


class OfTour(Act):
    tour: Number
    reason: Reason


class Lock(OfTour):
    locked: bool = True


class Pull(OfTour):
    order: Annotated[Code, Field(examples=["web/1001"])]


_HEAD: Final[dict[str, Any]] = {
    "id": "9437189",
    "at_ms": 1767600000000,
    "tours": 3,
    "loads": 21,
    "length_mm": 402_500,
    "first_come_mm": 561_000,
    "bound_mm": 352_000,
    "states": {"planned": 1, "active": 2},
    "left_out": {"work_in_process_full": 4},
}
_KIND: Final[dict[str, Any]] = {
    "kind": "cluster",
    "tours": 3,
    "loads": 21,
    "length_mm": 402_500,
    "first_come_mm": 561_000,
    "bound_mm": 352_000,
}
_TOUR: Final[dict[str, Any]] = {
    "id": "9438190",
    "plan": "9437189",
    "kind": "cluster",
    "state": "planned",
    "worker": "",
    "cart": "",
    "due_ms": 1767632400000,
    "length_mm": 134_000,
    "locked_by": "",
    "orders": 7,
    "loads": 7,
    "picks": 19,
    "done": 0,
}
_STOP: Final[dict[str, Any]] = {
    "place": "A-03-07L-2",
    "sku": "S1",
    "name": "Mug",
    "qty": 2,
    "order": "web/1001",
    "slot": 1,
    "state": "open",
}
_SLOT: Final[dict[str, Any]] = {
    "number": 1,
    "kind": "tote",
    "lpn": "TOTE-0001",
    "state": "picking",
    "orders": ["web/1001"],
}


def _example(body: Any) -> Any:
    return {200: {"content": {"application/json": {"example": body}}}}


@router.get("/plans", responses=_example({"plans": [_HEAD], "next": ""}))
async def plans(
    console: Open, before: Before = "", most: Most = 50, with_empty: bool = False
) -> Plans:
    """The latest release plans; `with_empty` adds those that could start nothing."""

    def read(db: Any) -> Plans:
        found, more = views.plans(db, int(before or 0), most, with_empty=with_empty)
        return Plans(plans=found, next=more)

    return await console.runtime.desk.read(read)


@router.get(
    "/plans/plan",
    responses=_example(
        {
            "plan": _HEAD,
            "kinds": [_KIND],
            "tours": [_TOUR],
            "waiting": [["web/1002", "work_in_process_full"]],
            "says": ["3 tours of 402 m in all fetch 21 totes."],
        }
    ),
)
async def plan(console: Open, plan: Id) -> PlanTold:
    """One plan: its tours, what it saves, how far from the optimum it may be, what waits."""
    found = await console.runtime.desk.read(views.plan, int(plan))
    if found is None:
        raise NotFound("unknown_plan", plan=plan)
    return PlanTold(
        plan=found.plan,
        kinds=found.kinds,
        tours=found.tours,
        waiting=found.waiting,
        says=tuple(plan_says(found)),
    )


@router.get(
    "/plans/tour",
    responses=_example(
        {"tour": _TOUR, "slots": [_SLOT], "stops": [_STOP], "says": ["19 picks on 134 m."]}
    ),
)
async def tour(console: Open, tour: Id) -> TourTold:
    """One tour: its containers with their orders, and its picks in walking order."""
    found = await console.runtime.desk.read(views.tour, int(tour))
    if found is None:
        raise NotFound("unknown_tour", tour=tour)
    return TourTold(
        tour=found.tour, slots=found.slots, stops=found.stops, says=tuple(tour_says(found))
    )


@router.post("/tours/lock")
async def lock(given: Lock, console: Open, who: Lead) -> Done:
    """A tour is left as it is (or let go again): no order leaves or joins it."""
    return await console.runtime.desk.handle(
        LockTour(
            id=given.id,
            actor=who.actor,
            tour=int(given.tour),
            locked=given.locked,
            reason=given.reason,
        )
    )


@router.post("/tours/pull-order")
async def pull_order(given: Pull, console: Open, who: Lead) -> Done:
    """An order leaves a tour that nobody has begun, and waits for the next plan."""
    return await console.runtime.desk.handle(
        PullOrder(
            id=given.id,
            actor=who.actor,
            tour=int(given.tour),
            order=given.order,
            reason=given.reason,
        )
    )
