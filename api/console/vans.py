"""Owns the console's routes about own vans: tours on a map, and what a dispatcher changes."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from api.console.acts import Act, Number, Reasoned
from api.console.desk import Lead, Open
from api.fields import Code, Words
from controller.messages import (
    AssignVan,
    CancelVanStop,
    Done,
    LockVanTour,
    PlanVans,
    ReportVan,
    Spot,
    WishDelivery,
)
from controller.views.van_tours import VansLook, look

router = APIRouter(prefix="/vans")

VanCode = Annotated[str, Field(max_length=100, examples=["VAN-1"])]
Degrees = Annotated[float, Field(ge=-180, le=180, examples=[53.96])]
Millis = Annotated[int, Field(ge=0, le=1 << 52)]
E6 = 1_000_000


class Lock(Act):
    tour: Number
    locked: bool = True


class Assign(Act):
    """`van` is the only one that goes there; "" any that can."""

    kind: Literal["order", "return"] = "order"
    ref: Annotated[Code, Field(examples=["web/1001"])]
    van: VanCode = ""


class CancelStop(Reasoned):
    stop: Number


class Report(Act):
    van: Annotated[Code, Field(examples=["VAN-1"])]
    down: bool = True
    replacement: VanCode = ""


class Wish(Act):
    """A window of 0 is the site's; latitude and longitude 0, 0 are nowhere."""

    kind: Literal["order", "return"] = "order"
    ref: Annotated[Code, Field(examples=["web/1001"])]
    latitude: Annotated[Degrees, Field(ge=-90, le=90)] = 0
    longitude: Degrees = 0
    note: Words = ""
    opens_ms: Millis = 0
    closes_ms: Millis = 0
    skill: Annotated[str, Field(max_length=40, pattern="^[A-Za-z0-9_-]*$")] = ""


@router.get("")
async def vans(console: Open) -> VansLook:
    """The fleet, the tours of now and of the last day, and what no tour serves."""
    return await console.runtime.desk.read(look, console.runtime.clock.now_ms())


@router.post("/plan")
async def plan(given: Act, console: Open, who: Lead) -> Done:
    """Tours that nobody loads yet are planned anew."""
    return await console.runtime.desk.handle(PlanVans(id=given.id, actor=who.actor))


@router.post("/lock")
async def lock(given: Lock, console: Open, who: Lead) -> Done:
    """Plans leave a tour as it is, or may change it again."""
    return await console.runtime.desk.handle(
        LockVanTour(id=given.id, actor=who.actor, tour=int(given.tour), locked=given.locked)
    )


@router.post("/assign")
async def assign(given: Assign, console: Open, who: Lead) -> Done:
    """Only this van goes to an order or return, from the plan on that is made now."""
    fields = given.model_dump(exclude={"id"})
    return await console.runtime.desk.handle(AssignVan(id=given.id, actor=who.actor, **fields))


@router.post("/cancel-stop")
async def cancel_stop(given: CancelStop, console: Open, who: Lead) -> Done:
    """The van does not go there today."""
    return await console.runtime.desk.handle(
        CancelVanStop(id=given.id, actor=who.actor, stop=int(given.stop), reason=given.reason)
    )


@router.post("/report")
async def report(given: Report, console: Open, who: Lead) -> Done:
    """A van is out of order, another may take over where it stands; or it works again."""
    fields = given.model_dump(exclude={"id"})
    return await console.runtime.desk.handle(ReportVan(id=given.id, actor=who.actor, **fields))


@router.post("/wish")
async def wish(given: Wish, console: Open, who: Lead) -> Done:
    """Where and when an order is to be visited, or a return to be collected."""
    spot = Spot(
        lat_e6=round(given.latitude * E6), lon_e6=round(given.longitude * E6), note=given.note
    )
    fields = given.model_dump(exclude={"id", "latitude", "longitude", "note"})
    return await console.runtime.desk.handle(
        WishDelivery(id=given.id, actor=who.actor, spot=spot, **fields)
    )
