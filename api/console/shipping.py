"""Owns the console's routes about carriers: what was planned and why, and what a lead changes."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.console.acts import Act, Number
from api.console.desk import Lead, Most, Open
from api.fields import Code, Time, Words
from controller.errors import NotFound
from controller.messages import BarCarrier, Done, SetParcelService
from controller.plan.rating import Offer, Refusal
from controller.store import Db
from controller.views import tenders as views
from controller.workflows.carriers import choosing

router = APIRouter(prefix="/shipping")

Id = Annotated[str, Query(pattern=r"^[0-9]{1,18}$", examples=["9437189"])]
After = Annotated[str, Query(pattern=r"^[0-9]{0,18}$")]
ServiceAsked = Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcels:
    """`next` is where the page after this one begins; "" at the end."""

    parcels: tuple[views.TenderParcel, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service says to a parcel now: its price by lines and its arrival, or why not."""

    service: str
    carrier: str = ""
    cost_cents: int = 0
    leaves_ms: int = 0
    arrives_ms: int = 0
    lines: tuple[tuple[str, int], ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelTold:
    parcel: views.TenderParcel
    answers: tuple[Answer, ...]


class ForParcel(Act):
    """Service "" leaves the parcel to the plan again."""

    parcel: Number
    service: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    reason: Words = ""


class Comes(Act):
    """Without `until_ms` a barred carrier comes again tomorrow."""

    carrier: Annotated[Code, Field(examples=["Albion Parcels"])]
    barred: bool = True
    until_ms: Time = 0
    reason: Words = ""


@router.get("")
async def outlook(console: Open) -> views.Tenders:
    """The latest plans of carriers: tiers, pickups, costs; and carriers that do not come."""
    return await console.runtime.desk.read(views.tenders, console.runtime.clock.now_ms())


@router.get("/parcels")
async def parcels(
    console: Open,
    which: Literal["waiting", "labelled"] = "waiting",
    service: ServiceAsked = "",
    after: After = "",
    most: Most = 50,
) -> Parcels:
    """Parcels in the house, with the service that they have or will have."""

    def read(db: Db) -> Parcels:
        found, following = views.parcels(db, which, service, int(after or 0), most)
        return Parcels(parcels=found, next=following)

    return await console.runtime.desk.read(read)


@router.get("/parcel")
async def parcel(console: Open, parcel: Id) -> ParcelTold:
    """One parcel: why its service, and what each other one would cost now."""
    now_ms = console.runtime.clock.now_ms()

    def read(db: Db) -> ParcelTold:
        found = views.parcel(db, int(parcel))
        if found is None:
            raise NotFound("unknown_parcel", parcel=parcel)
        answers = choosing.answers_now(db, now_ms, int(parcel))
        return ParcelTold(parcel=found, answers=tuple(map(_answer, answers)))

    return await console.runtime.desk.read(read)


def _answer(each: Offer | Refusal) -> Answer:
    if isinstance(each, Refusal):
        return Answer(service=each.service, why_not=each.why)
    return Answer(
        service=each.service,
        carrier=each.carrier,
        cost_cents=each.cost_cents,
        leaves_ms=each.leaves_ms,
        arrives_ms=each.arrives_ms,
        lines=each.lines,
    )


@router.post("/service")
async def set_service(given: ForParcel, console: Open, who: Lead) -> Done:
    """A parcel without a label goes with this service, or as the plan says again."""
    return await console.runtime.desk.handle(
        SetParcelService(
            id=given.id,
            actor=who.actor,
            parcel=int(given.parcel),
            service=given.service,
            reason=given.reason,
        )
    )


@router.post("/carrier")
async def bar_carrier(given: Comes, console: Open, who: Lead) -> Done:
    """A carrier does not come, or comes after all; what has no label is planned again."""
    fields = given.model_dump(exclude={"id"})
    return await console.runtime.desk.handle(BarCarrier(id=given.id, actor=who.actor, **fields))
