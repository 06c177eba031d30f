"""Owns the route by which shops ask at checkout what an order ships in."""

from enum import StrEnum
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import Field

from api.callers import Caller, needs, only
from api.fields import Code, Kept, Said
from api.quoting import Quote, quote
from api.solved import quoted
from controller.errors import LimitReached
from controller.plan import cartonizing as planner
from controller.workflows.packing import cartonizing

router = APIRouter(prefix="/api/packing", tags=["packing"])
Asker = Annotated[Caller, needs("picker", "orders", by=("shop", "owner"))]
Side = Annotated[int, Field(ge=0, le=10_000, description="Millimetres; 0: as the books say.")]
UNITS_MAX: Final = 2_000


class Effort(StrEnum):
    """`fast` answers within milliseconds; `normal` looks longer for a cheaper packing."""

    FAST = "fast"
    NORMAL = "normal"


class Wanted(Said):
    """A SKU as the books know it, or any name with its own measures."""

    item: Annotated[Code, Field(examples=["S1"])]
    qty: Annotated[int, Field(ge=1, le=UNITS_MAX)] = 1
    length_mm: Side = 0
    width_mm: Side = 0
    height_mm: Side = 0
    mass_g: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    upright: bool = False
    flat: bool = False
    fragile: bool = False
    hazardous: bool = False
    own_carton: bool = False
    load_max_g: Annotated[
        int, Field(ge=-1, le=1_000_000, description="May rest on a unit; -1: anything.")
    ] = -1
    goods: Kept = ""


class Basket(Said):
    items: Annotated[list[Wanted], Field(min_length=1, max_length=200)]
    effort: Effort = Effort.NORMAL
    shop: Annotated[
        str, Field(max_length=100, description="Its cartons alone; a key's own shop is known.")
    ] = ""
    carrier: Annotated[str, Field(max_length=100, description="The cartons it takes.")] = ""


@router.post("/quote")
async def packing_quote(given: Basket, caller: Asker) -> Quote:
    """The cartons that an order would ship in, with mass and dimensional mass.

    Nothing is reserved or kept. What fits no carton is named with the reason.
    """
    units = sum(each.qty for each in given.items)
    if units > UNITS_MAX:
        raise LimitReached("too_many_units", units=units, units_max=UNITS_MAX, fix="ask in parts")
    wants = tuple(
        cartonizing.Want(ref=each.item, **each.model_dump(exclude={"item"}))
        for each in given.items
    )
    shop = only(caller.who, "shop", given.shop) or ""
    problem = await caller.read(cartonizing.of_wants, wants, shop, given.carrier)
    plan = await quoted(planner.solve, problem, planner.EFFORTS[given.effort])
    return quote(problem, plan)
