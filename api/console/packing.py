"""Owns the console's routes about packing: cartons overruled, how many are where, measures."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.console.acts import Act
from api.console.desk import Lead, Open
from api.fields import Code, Words
from controller.messages import CountCartons, Done, SetCartonFill, UndoMeasurement
from controller.views.cartons import CartonRow, cartons
from controller.views.measurements import MeasurementRow, measurements
from controller.views.overrules import Overrules, overrules

router = APIRouter(prefix="/packing")


class Fill(Act):
    carton: Annotated[Code, Field(examples=["BOX-S"])]
    percent: Annotated[int, Field(ge=1, le=100, description="Of its height.")]


class Count(Act):
    carton: Annotated[Code, Field(examples=["BOX-S"])]
    place: Code
    on_hand: Annotated[int, Field(ge=0, le=1_000_000)]
    reason: Words = ""


class Undo(Act):
    measurement: Annotated[str, Field(pattern="^[0-9]{1,18}$")]


@router.get("/overrules")
async def overruled(console: Open) -> Overrules:
    """Cartons that packers took instead of the planned ones in the last 90 days, and why."""
    return await console.runtime.desk.read(overrules, console.runtime.clock.now_ms())


@router.get("/cartons")
async def carton_stock(console: Open) -> tuple[CartonRow, ...]:
    """Every carton type, with its stock at each place and the limits of it."""
    return await console.runtime.desk.read(cartons)


@router.get("/measured")
async def measured(console: Open) -> tuple[MeasurementRow, ...]:
    """What items were measured anew, the latest first."""
    return await console.runtime.desk.read(measurements)


@router.post("/count")
async def count(given: Count, console: Open, who: Lead) -> Done:
    """Correct how many cartons of a type are at a place."""
    fields = given.model_dump(exclude={"id"})
    return await console.runtime.desk.handle(CountCartons(id=given.id, actor=who.actor, **fields))


@router.post("/undo-measurement")
async def undo_measurement(given: Undo, console: Open, who: Lead) -> Done:
    """The item measures what it did before."""
    return await console.runtime.desk.handle(
        UndoMeasurement(id=given.id, actor=who.actor, measurement=int(given.measurement))
    )


@router.post("/fill")
async def fill(given: Fill, console: Open, who: Lead) -> Done:
    """Plan a carton type with so much of its height from now on."""
    return await console.runtime.desk.handle(
        SetCartonFill(id=given.id, actor=who.actor, carton=given.carton, percent=given.percent)
    )
