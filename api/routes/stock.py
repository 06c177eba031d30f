"""Owns the routes of stock: balances by SKU, place and container, what is free, movements."""

from typing import Annotated

from fastapi import APIRouter

from api.callers import At, Caller, Page, needs, only
from api.fields import Text
from controller.views import books

router = APIRouter(prefix="/api/stock", tags=["stock"])
Anybody = Annotated[Caller, needs("picker", "stock", by=("shop", "owner"))]
Floor = Annotated[Caller, needs("picker")]


@router.get("")
async def balances(
    caller: Anybody,
    at: At,
    sku: Text = None,
    place: Text = None,
    container: Text = None,
    owner: Text = None,
) -> Page[books.Balance]:
    """What is where: units on hand and reserved."""
    return await caller.page(
        books.BALANCES,
        at,
        sku=sku,
        place=place,
        container=container,
        owner=only(caller.who, "owner", owner),
    )


@router.get("/available")
async def available(
    caller: Anybody,
    at: At,
    sku: Text = None,
    owner: Text = None,
) -> Page[books.Available]:
    """What may still be promised to new orders."""
    return await caller.page(books.AVAILABLE, at, sku=sku, owner=only(caller.who, "owner", owner))


@router.get("/movements")
async def movements(caller: Floor, at: At, sku: Text = None) -> Page[books.MovementRow]:
    """The ledger: every movement, oldest first."""
    return await caller.page(books.MOVEMENTS, at, sku=sku)
