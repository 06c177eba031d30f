"""Owns the console's routes about release plans: why work is cut as it is, drawn and in words.

What a lead may change of a plan is one command each, with a reason that the journal keeps.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import Field

from api.console.acts import Act, Number, Reasoned
from api.console.desk import Lead, Most, Open
from api.console.plan_words import plan_says, tour_says
from api.fields import NO_CONTROLS, Code
from controller.errors import NotFound
from controller.messages import (
    Done,
    JoinOrder,
    LetGoOrder,
    LockTour,
    PlannedKind,
    PullOrder,
)
from controller.views import plans as views
from controller.workflows import joining

router = APIRouter()

Id = Annotated[str, Query(pattern=r"^[0-9]{1,18}$", examples=["9437189"])]
Before = Annotated[str, Query(pattern=r"^[0-9]{0,18}$", examples=["9437189"])]
OrderId = Annotated[Code, Field(examples=["web/1001"])]
OrderAsked = Annotated[str, Query(min_length=1, max_length=200, pattern=NO_CONTROLS)]


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


class OfTour(Reasoned):
    tour: Number


class Lock(OfTour):
    locked: bool = True


class Pull(OfTour):
    """It waits until `until_ms`, or without it until somebody lets it go."""

    order: OrderId
    until_ms: Annotated[int, Field(ge=0, le=1 << 52)] = 0


class LetGo(Act):
    order: OrderId


class Join(Reasoned):
    """Without a tour the order joins the one that suits best."""

    order: OrderId
    tour: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinOffer:
    """`late_ms`: so much later than due others of the tour would be."""

    tour: str
    worker: str
    extra_mm: int
    ready_ms: int
    late_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinOffers:
    """The best first; `refused` are tours that cannot take the order, each with the reason."""

    offers: tuple[JoinOffer, ...]
    refused: tuple[tuple[str, str], ...]


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
    """An order leaves a tour on which nothing of it is picked, and waits."""
    return await console.runtime.desk.handle(
        PullOrder(
            id=given.id,
            actor=who.actor,
            tour=int(given.tour),
            order=given.order,
            reason=given.reason,
            until_ms=given.until_ms,
        )
    )


@router.post("/tours/let-go")
async def let_go(given: LetGo, console: Open, who: Lead) -> Done:
    """An order that was taken out of a tour may start with the next plan."""
    return await console.runtime.desk.handle(
        LetGoOrder(id=given.id, actor=who.actor, order=given.order)
    )


@router.get("/tours/offers")
async def offers(console: Open, order: OrderAsked) -> JoinOffers:
    """Which tours under way an order could join now: so much way more, so done, who is late."""
    now_ms = console.runtime.clock.now_ms()

    def read(db: Any) -> JoinOffers:
        plan = joining.offers(db, now_ms, order)
        walked_by = {tour: views.worker_of(db, tour) for tour in (o.tour for o in plan.offers)}
        return JoinOffers(
            offers=tuple(
                JoinOffer(
                    tour=str(each.tour),
                    worker=walked_by[each.tour],
                    extra_mm=each.extra_mm,
                    ready_ms=each.done_ms,
                    late_ms=each.late_ms,
                )
                for each in plan.offers
            ),
            refused=tuple((str(tour), reason) for tour, reason in plan.refused),
        )

    return await console.runtime.desk.read(read)


@router.post("/tours/join-order")
async def join_order(given: Join, console: Open, who: Lead) -> JoinOffer:
    """An order that waits joins a tour that is being walked; its picker's screen tells it."""
    joined = await console.runtime.desk.handle(
        JoinOrder(
            id=given.id,
            actor=who.actor,
            order=given.order,
            tour=int(given.tour or 0),
            reason=given.reason,
        )
    )
    return JoinOffer(
        tour=str(joined.tour),
        worker=await console.runtime.desk.read(views.worker_of, joined.tour),
        extra_mm=joined.extra_mm,
        ready_ms=joined.ready_ms,
        late_ms=joined.late_ms,
    )
