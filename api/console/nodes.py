"""Owns the console's routes about nodes: each with its figures, why an order ships from it."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.console.desk import Open
from api.fields import NO_CONTROLS
from controller.views.nodes import Network, NodeAsked, asked, network

router = APIRouter(prefix="/nodes")
Order = Annotated[str, Query(max_length=201, pattern=NO_CONTROLS)]


@router.get("")
async def nodes(console: Open) -> Network:
    """Every node with its figures of today, and the orders sourced last."""
    return await console.runtime.desk.read(network, console.runtime.clock.now_ms())


@router.get("/order")
async def of_order(order: Order, console: Open) -> tuple[NodeAsked, ...]:
    """The nodes that were asked for an order, what each would cost, why others were not asked."""
    return await console.runtime.desk.read(asked, order)
