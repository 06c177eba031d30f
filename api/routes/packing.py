"""Owns the routes of packing: how a parcel is packed, as data and as a sheet to print."""

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from api.callers import Caller, needs
from api.packing_sheet import sheet
from controller.errors import NotFound
from controller.store import Db
from controller.views.stowage import Stowage, stowage

router = APIRouter(prefix="/api/packing", tags=["packing"])
Floor = Annotated[Caller, needs("picker")]


def _found(db: Db, name: str) -> tuple[Stowage, ...]:
    parcels = stowage(db, name)
    if not parcels:
        raise NotFound("unknown_parcel", parcel=name, fix="name a parcel's plate or its order")
    return parcels


def _sheet(db: Db, name: str) -> str:
    return sheet(_found(db, name))


@router.get("/{name:path}/picture.svg", responses={200: {"content": {"image/svg+xml": {}}}})
async def picture(name: str, caller: Floor) -> Response:
    """How a parcel, or each parcel of an order, is packed: a picture for every step, to print."""
    return Response(await caller.read(_sheet, name), media_type="image/svg+xml")


@router.get("/{name:path}")
async def packing(name: str, caller: Floor) -> tuple[Stowage, ...]:
    """How a parcel, or each parcel of an order, is packed: the steps, and where each unit lies."""
    return await caller.read(_found, name)
