"""Owns the routes of nodes: where goods ship from, what each has, how an order is sourced."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from api.callers import Caller, needs, only
from api.fields import Ask, Code, Said, Words
from controller.messages import (
    CountNode,
    Done,
    Node,
    NodeCounted,
    NodeStock,
    RefuseConsignment,
    SetUpNodes,
    ShipConsignment,
)
from controller.views.nodes import Network, NodeAsked, ToShip, asked, network, to_ship

router = APIRouter(prefix="/api", tags=["nodes"])
Lead = Annotated[Caller, needs("lead")]
Partner = Annotated[Caller, needs("lead", "nodes", by=("node",))]
Admin = Annotated[Caller, needs("admin")]
Units = Annotated[int, Field(ge=0, le=1_000_000)]


class NodeIn(Ask):
    name: Words = ""
    kind: Literal["warehouse", "store", "partner"] = "warehouse"
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    postcode: Annotated[str, Field(max_length=20)] = ""
    lat_e6: Annotated[int, Field(ge=-90_000_000, le=90_000_000)] = 0
    lon_e6: Annotated[int, Field(ge=-180_000_000, le=180_000_000)] = 0
    parcels_max: Annotated[Units, Field(description="A working day; 0: any number.")] = 0
    safety_units: Annotated[Units, Field(description="Of each SKU, kept back.")] = 0
    handling_cents: Annotated[Units, Field(description="Of a parcel, beside freight.")] = 0
    unit_cents: Annotated[Units, Field(description="Of each unit.")] = 0
    cutoff_ms: Annotated[int, Field(ge=0, le=86_400_000)] = 57_600_000
    days: Annotated[str, Field(pattern="^[1-7]{1,7}$", description="1 is Monday.")] = "123456"
    hours: Words = ""
    countries: Annotated[list[str], Field(min_length=1, max_length=300)] = ["*"]
    services: Annotated[list[Code], Field(max_length=300)] = []
    collects: Annotated[bool, Field(description="Customers may collect here.")] = False
    active: bool = True


class Stock(Said):
    sku: Code
    qty: Units
    owner: Annotated[str, Field(max_length=100)] = ""


class Counted(Ask):
    """SKUs that are not named stay as they are."""

    lines: Annotated[list[Stock], Field(min_length=1, max_length=5_000)]
    reason: Annotated[Code, Field(examples=["count"])] = "count"


class Shipped(Ask):
    order: Code
    tracking: Code
    carrier: Annotated[
        str, Field(max_length=100, description="A connected one is asked where the parcel is.")
    ] = ""
    cost_cents: Units = 0


class NotShipped(Ask):
    order: Code
    reason: Words = ""
    missing: Annotated[
        list[Code], Field(max_length=5_000, description="SKUs of which no unit is left.")
    ] = []


@router.get("/nodes")
async def all_nodes(caller: Lead) -> Network:
    """Every node with its figures of today, and the orders sourced last."""
    now_ms = caller.runtime.controller.clock.now_ms()
    return await caller.read(network, now_ms)


@router.put("/nodes/{code}")
async def put_node(code: Code, given: NodeIn, caller: Admin) -> Done:
    """Add a node, or overwrite it; one that is not active gets no further orders."""
    fields: dict[str, Any] = given.model_dump(exclude={"id"})
    fields |= {name: tuple(fields[name]) for name in ("countries", "services")}
    return await caller.send(SetUpNodes, given.id, nodes=(Node(code=code, **fields),))


@router.put("/nodes/{code}/stock")
async def count_node(code: Code, given: Counted, caller: Partner) -> NodeCounted:
    """Tell how many units of SKUs are at a node: the books are corrected at once.

    Orders whose units are missing there are sourced elsewhere.
    """
    only(caller.who, "node", code)
    lines = tuple(NodeStock(**each.model_dump()) for each in given.lines)
    return await caller.send(CountNode, given.id, node=code, lines=lines, reason=given.reason)


@router.get("/nodes/{code}/orders")
async def orders_of_node(code: Code, caller: Partner) -> tuple[ToShip, ...]:
    """Read what a partner was told to ship, and has neither shipped nor refused; the oldest first.

    `state` recalled: the customer has cancelled it; refuse it unless it has left.
    """
    only(caller.who, "node", code)
    return await caller.read(to_ship, code)


@router.post("/nodes/{code}/shipped")
async def ship_order(code: Code, given: Shipped, caller: Partner) -> Done:
    """Tell that an order has left a node, and its tracking number."""
    only(caller.who, "node", code)
    fields = given.model_dump(exclude={"id"})
    return await caller.send(ShipConsignment, given.id, node=code, **fields)


@router.post("/nodes/{code}/refused")
async def refuse_order(code: Code, given: NotShipped, caller: Partner) -> Done:
    """Tell that a node does not ship an order: it is sourced elsewhere at once."""
    only(caller.who, "node", code)
    missing = tuple(given.missing)
    return await caller.send(
        RefuseConsignment,
        given.id,
        node=code,
        order=given.order,
        reason=given.reason,
        missing=missing,
    )


@router.get("/sourcing/{order:path}")
async def sourcing_of(order: Code, caller: Lead) -> tuple[NodeAsked, ...]:
    """Read which nodes were asked for an order, what each would cost, and why others were not."""
    return await caller.read(asked, order)
