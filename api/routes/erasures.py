"""Owns erasure over HTTP: an administrator ends what is known of who a customer was."""

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.callers import Caller, needs
from api.erasing import erase
from api.fields import Code, Said, Told
from api.problems import Problem
from controller.views.persons import orders_of

router = APIRouter(prefix="/api", tags=["access"])
Admin = Annotated[Caller, needs("admin")]


class Whom(Said):
    """Orders (shop/number), or all orders of a person."""

    orders: Annotated[list[Code], Field(max_length=1_000)] = []
    email: Annotated[str, Field(max_length=320)] = ""


class Erased(Told):
    orders: int


@router.post("/erasures")
async def erase_persons(given: Whom, caller: Admin) -> Erased:
    """Erase names, addresses, labels and words about orders that are shipped or cancelled."""
    if bool(given.orders) == bool(given.email):
        raise Problem(422, "whom", "send either orders or email", field="orders")
    orders = given.orders or await caller.read(orders_of, given.email)
    controller, actor = caller.runtime.controller, caller.who.actor
    count = await asyncio.to_thread(erase, controller, sorted(set(orders)), actor=actor)
    return Erased(orders=count)
