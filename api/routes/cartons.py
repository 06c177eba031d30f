"""Owns the routes of carton types: what they are, who takes them, how many there are and where."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from api.callers import Caller, needs
from api.fields import Ask, Code, Count, Words
from controller.messages import (
    CartonRule,
    CartonType,
    CountCartons,
    Done,
    ImportCartonRules,
    ImportCartons,
    SupplyCartons,
)
from controller.views.cartons import CartonRow, cartons

router = APIRouter(prefix="/api", tags=["cartons"])
Floor = Annotated[Caller, needs("picker")]
Lead = Annotated[Caller, needs("lead")]
Admin = Annotated[Caller, needs("admin")]
Side = Annotated[int, Field(ge=1, le=10_000, description="Millimetres, inside.")]
Outer = Annotated[int, Field(ge=0, le=10_000, description="Millimetres; 0: as inside.")]
Units = Annotated[int, Field(ge=0, le=1_000_000)]
Where = Annotated[str, Field(max_length=60)]


class CartonIn(Ask):
    length_mm: Side
    width_mm: Side
    height_mm: Side
    tare_g: Annotated[int, Field(ge=0, le=100_000)] = 0
    mass_max_g: Annotated[int, Field(ge=1, le=1_000_000)]
    cost_cents: Count = 0
    outer_length_mm: Outer = 0
    outer_width_mm: Outer = 0
    outer_height_mm: Outer = 0
    flexible: Annotated[
        bool, Field(description="An envelope or bag; its height is what it may swell to.")
    ] = False


class CartonsCounted(Ask):
    on_hand: Annotated[int, Field(ge=-1, le=1_000_000, description="-1: not counted any more.")]
    place: Annotated[Where, Field(description='"" where only one place has some.')] = ""
    reason: Words = ""


class Supply(Ask):
    """At fewer than `units_min` a place is refilled to `units_max`, 0: not any more.

    Without a place: so few left in the house raise an alarm.
    """

    place: Where = ""
    units_min: Units
    units_max: Units = 0


class Rule(Ask):
    cartons: Annotated[list[Code], Field(max_length=200, description="None: it takes all.")]


@router.get("/cartons")
async def all_cartons(caller: Floor) -> tuple[CartonRow, ...]:
    """Every carton type, with its stock at each place and the limits of it."""
    return await caller.read(cartons)


@router.put("/cartons/{code:path}/on-hand")
async def count_cartons(code: Code, given: CartonsCounted, caller: Lead) -> Done:
    """Say how many cartons of a type are at a place: a correction of the stock."""
    fields = given.model_dump(exclude={"id"})
    return await caller.send(CountCartons, given.id, carton=code, **fields)


@router.put("/cartons/{code:path}/supply")
async def supply_cartons(code: Code, given: Supply, caller: Lead) -> Done:
    """Say at how many cartons a place is refilled, or the house orders more."""
    fields = given.model_dump(exclude={"id"})
    return await caller.send(SupplyCartons, given.id, carton=code, **fields)


@router.put("/cartons/{code:path}")
async def put_carton(code: Code, given: CartonIn, caller: Lead) -> Done:
    """Add a carton type, or overwrite it; how many there are stays."""
    one = CartonType(code=code, **given.model_dump(exclude={"id"}))
    return await caller.send(ImportCartons, given.id, cartons=(one,))


@router.put("/carton-rules/{kind}/{name:path}")
async def put_rule(
    kind: Literal["channel", "carrier"], name: Code, given: Rule, caller: Admin
) -> Done:
    """Say which cartons a shop (channel) or a carrier takes alone."""
    rule = CartonRule(kind=kind, name=name, cartons=tuple(given.cartons))
    return await caller.send(ImportCartonRules, given.id, rules=(rule,))
