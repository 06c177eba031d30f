"""Owns what a lead may do from the console: each route is one command under the caller's id.

The page makes the id and sends it again until it is answered, so a click is carried out once.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.console.desk import Lead, Open
from api.fields import Code, Said
from controller.messages import (
    AcknowledgeAlarm,
    BlockWay,
    CancelOrder,
    Done,
    GiveUpJob,
    OrderCancelled,
    PrioritiseOrder,
    RepeatJob,
    ReprintLabel,
    StartBelt,
    StopBelt,
)

router = APIRouter()

Number = Annotated[str, Field(pattern=r"^[0-9]{1,18}$", examples=["9437189"])]
CommandId = Annotated[Code, Field(examples=["5f0c1c9e-6a0e-4f0e-9d2b-2c6f3f1f6a11"])]


class Act(Said):
    """`id` is made by the caller and sent again unchanged until an answer comes."""

    id: CommandId


class Reasoned(Act):
    """An act of which others will read why it was done."""

    reason: Annotated[
        str, Field(min_length=1, max_length=200, examples=["customer collects today"])
    ]


class Cancel(Act):
    order: Annotated[Code, Field(examples=["web/1001"])]


class Prioritise(Cancel):
    priority: Annotated[int, Field(ge=0, le=1_000)]


class Reprint(Act):
    parcel: Number


class Acknowledge(Act):
    device: Annotated[Code, Field(examples=["printer-bench-01"])]
    fault: Annotated[Code, Field(examples=["paper_out"])]


class OfBelt(Act):
    device: Annotated[Code, Field(examples=["belt-01"])]


class OfJob(Act):
    job: Number


class Block(Reasoned):
    """Without `y_mm` the whole way; in a rectangle a way is named aisle/block, such as `3/0`."""

    way: Annotated[Code, Field(examples=["3/0"])]
    y_mm: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    blocked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The tours under way that go on in another order. Ids are text for JavaScript."""

    tours: tuple[str, ...]


@router.post("/orders/cancel")
async def cancel(given: Cancel, console: Open, who: Lead) -> OrderCancelled:
    """Takes back everything of an order that has not shipped."""
    return await console.runtime.desk.handle(
        CancelOrder(id=given.id, actor=who.actor, order=given.order, reason=f"by {who.actor}")
    )


@router.post("/orders/prioritise")
async def prioritise(given: Prioritise, console: Open, who: Lead) -> Done:
    """An order that waits is released before others, or as usual again (0)."""
    return await console.runtime.desk.handle(
        PrioritiseOrder(id=given.id, actor=who.actor, order=given.order, priority=given.priority)
    )


@router.post("/labels/reprint")
async def reprint(given: Reprint, console: Open, who: Lead) -> Done:
    """A parcel's label comes out once more at its bench; it is recorded as a reprint."""
    return await console.runtime.desk.handle(
        ReprintLabel(id=given.id, actor=who.actor, parcel=int(given.parcel))
    )


@router.post("/alarms/acknowledge")
async def acknowledge(given: Acknowledge, console: Open, who: Lead) -> Done:
    """The caller takes care of an open alarm."""
    return await console.runtime.desk.handle(
        AcknowledgeAlarm(id=given.id, actor=who.actor, device=given.device, fault=given.fault)
    )


@router.post("/jobs/repeat")
async def repeat(given: OfJob, console: Open, who: Lead) -> Done:
    """A job that was given up goes out again."""
    return await console.runtime.desk.handle(
        RepeatJob(id=given.id, actor=who.actor, outbox=int(given.job))
    )


@router.post("/jobs/give-up")
async def give_up(given: OfJob, console: Open, who: Lead) -> Done:
    """Nobody waits for this job any more."""
    return await console.runtime.desk.handle(
        GiveUpJob(id=given.id, actor=who.actor, outbox=int(given.job))
    )


@router.post("/belts/start")
async def start_belt(given: OfBelt, console: Open, who: Lead) -> Done:
    """A section that stands and is armed at its own panel is asked to run."""
    return await console.runtime.desk.handle(
        StartBelt(id=given.id, actor=who.actor, device=given.device)
    )


@router.post("/belts/stop")
async def stop_belt(given: OfBelt, console: Open, who: Lead) -> Done:
    """The flow of goods on a section is stopped; no emergency stop."""
    return await console.runtime.desk.handle(
        StopBelt(id=given.id, actor=who.actor, device=given.device)
    )


@router.post("/ways/block")
async def block_way(given: Block, console: Open, who: Lead) -> Blocked:
    """Nobody can pass a way or a spot of it, or somebody can again; tours go round it."""
    done = await console.runtime.desk.handle(
        BlockWay(
            id=given.id,
            actor=who.actor,
            way=given.way,
            y_mm=-1 if given.y_mm is None else given.y_mm,
            blocked=given.blocked,
            why=given.reason,
        )
    )
    return Blocked(tours=tuple(map(str, done.tours)))
