"""Owns the console's routes about carriers: their state, parcels without labels, cases."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.console.acts import Act, Number, Reasoned
from api.console.desk import Lead, Most, Open
from controller.messages import (
    Done,
    NotePickup,
    RelabelParcel,
    SettleCase,
    VoidLabel,
    VoidShipment,
)
from controller.store import Db
from controller.units import DAY
from controller.views import carriers, pickups
from controller.views.carriers import Carrier, Case, Manifest, Unlabelled
from controller.views.on_time import Lane, on_time
from controller.views.pickups import Pickup

router = APIRouter(prefix="/carriers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`now_ms` is the controller's time, from which ages are reckoned."""

    now_ms: int
    carriers: tuple[Carrier, ...]
    unlabelled: tuple[Unlabelled, ...]
    manifests: tuple[Manifest, ...]
    cases: tuple[Case, ...]


class OfParcel(Act):
    parcel: Number


class Void(Reasoned):
    parcel: Number


class VoidAll(Reasoned):
    shipment: Annotated[str, Field(min_length=1, max_length=200)]


class Called(Reasoned):
    """The reason is what the carrier has confirmed: a number, or who said so."""

    carrier: Annotated[str, Field(min_length=1, max_length=200)]


class Settle(Reasoned):
    case: Number
    step: Literal["contacted", "reshipped", "claimed", "closed"]
    ref: Annotated[str, Field(max_length=200)] = ""


@router.get("")
async def overview(
    console: Open, state: Literal["open", "closed"] = "open", most: Most = 200
) -> Overview:
    """Which carriers answer, what has no label, what was announced, and what went wrong."""

    def read(db: Db) -> Overview:
        return Overview(
            now_ms=console.runtime.clock.now_ms(),
            carriers=carriers.carriers(db),
            unlabelled=carriers.unlabelled(db, most),
            manifests=carriers.manifests(db),
            cases=carriers.cases(db, state, most),
        )

    return await console.runtime.desk.read(read)


@router.get("/on-time")
async def kept_promises(
    console: Open, days: Annotated[int, Query(ge=1, le=366)] = 28, zones: bool = False
) -> tuple[Lane, ...]:
    """Promised and delivered, per carrier, service and country, or first letters of postcodes."""
    now_ms = console.runtime.clock.now_ms()

    def read(db: Db) -> tuple[Lane, ...]:
        return on_time(db, now_ms - days * DAY, now_ms, zones=zones)

    return await console.runtime.desk.read(read)


@router.post("/void")
async def void(given: Void, console: Open, who: Lead) -> Done:
    """The label of a parcel that is here is given back; no vehicle takes it without another."""
    return await console.runtime.desk.handle(
        VoidLabel(id=given.id, actor=who.actor, parcel=int(given.parcel), reason=given.reason)
    )


@router.post("/void-shipment")
async def void_shipment(given: VoidAll, console: Open, who: Lead) -> Done:
    """All pieces of a shipment are given back at once, while all of it is here."""
    return await console.runtime.desk.handle(
        VoidShipment(id=given.id, actor=who.actor, shipment=given.shipment, reason=given.reason)
    )


@router.get("/pickups")
async def on_call(console: Open) -> tuple[Pickup, ...]:
    """Pickups that carriers make on call, the latest first."""
    return await console.runtime.desk.read(pickups.pickups)


@router.post("/pickup-by-hand")
async def pickup_by_hand(given: Called, console: Open, who: Lead) -> Done:
    """Somebody has called a carrier, which comes for the next departure."""
    return await console.runtime.desk.handle(
        NotePickup(id=given.id, actor=who.actor, carrier=given.carrier, number=given.reason)
    )


@router.post("/label-anew")
async def label_anew(given: OfParcel, console: Open, who: Lead) -> Done:
    """A parcel that is here gets another label; it comes out at the bench that packed it."""
    return await console.runtime.desk.handle(
        RelabelParcel(id=given.id, actor=who.actor, parcel=int(given.parcel))
    )


@router.post("/settle")
async def settle(given: Settle, console: Open, who: Lead) -> Done:
    """What was done about a parcel under way; sent again, its goods are an order of their own."""
    return await console.runtime.desk.handle(
        SettleCase(
            id=given.id,
            actor=who.actor,
            case=int(given.case),
            step=given.step,
            reason=given.reason,
            ref=given.ref,
        )
    )
