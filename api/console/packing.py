"""Owns the console's routes about packing: cartons overruled at benches, how full they get."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.console.acts import Act
from api.console.desk import Lead, Open
from api.fields import Code
from controller.messages import Done, SetCartonFill
from controller.views.overrules import Overrules, overrules

router = APIRouter(prefix="/packing")


class Fill(Act):
    carton: Annotated[Code, Field(examples=["BOX-S"])]
    percent: Annotated[int, Field(ge=1, le=100, description="Of its height.")]


@router.get("/overrules")
async def overruled(console: Open) -> Overrules:
    """Cartons that packers took instead of the planned ones in the last 90 days, and why."""
    return await console.runtime.desk.read(overrules, console.runtime.clock.now_ms())


@router.post("/fill")
async def fill(given: Fill, console: Open, who: Lead) -> Done:
    """Plan a carton type with so much of its height from now on."""
    return await console.runtime.desk.handle(
        SetCartonFill(id=given.id, actor=who.actor, carton=given.carton, percent=given.percent)
    )
