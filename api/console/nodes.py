"""Owns the console's routes about nodes: each with its figures, why an order ships from it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.console.acts import Reasoned
from api.console.desk import Lead, Open
from api.fields import NO_CONTROLS, Code
from controller.messages import Done, TakeBackConsignment
from controller.views.nodes import Network, NodeAsked, asked, network

router = APIRouter(prefix="/nodes")
Order = Annotated[str, Query(max_length=201, pattern=NO_CONTROLS)]


class TakeBack(Reasoned):
    order: Annotated[Code, Field(examples=["web/1001"])]
    node: Annotated[Code, Field(examples=["3PL"])]


@router.get("")
async def nodes(console: Open) -> Network:
    """Every node with its figures of today, and the orders sourced last."""
    return await console.runtime.desk.read(network, console.runtime.clock.now_ms())


@router.get("/order")
async def of_order(order: Order, console: Open) -> tuple[NodeAsked, ...]:
    """The nodes that were asked for an order, what each would cost, why others were not asked."""
    return await console.runtime.desk.read(asked, order)


@router.post("/take-back")
async def take_back(given: TakeBack, console: Open, who: Lead) -> Done:
    """Takes an order back from a partner that does not answer: it is sourced elsewhere at once."""
    return await console.runtime.desk.handle(
        TakeBackConsignment(
            id=given.id, actor=who.actor, order=given.order, node=given.node, reason=given.reason
        )
    )
