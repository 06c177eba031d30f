"""Owns the routes of orders: place, look, change, cancel, pay. A key of a shop sees its own."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from api.callers import At, Caller, Page, mine, needs, only
from api.fields import Ask, Code, Count, Said, Time, Words
from controller.errors import NotFound
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Done,
    OrderCancelled,
    OrderLine,
    OrderPlaced,
    PayOrder,
    PlaceOrder,
    Recipient,
)
from controller.views import papers

router = APIRouter(prefix="/api/orders", tags=["orders"])
Anybody = Annotated[Caller, needs("picker", "orders", by=("shop", "owner"))]
Lead = Annotated[Caller, needs("lead", "orders", by=("shop", "owner"))]
Shop = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^/\x00-\x1f\x7f]+$")]
State = Literal["held", "open", "released", "shipped", "cancelled"]


class Line(Said):
    line: Count
    sku: Code
    qty: Annotated[int, Field(ge=0, le=100_000, description="Units; 0 takes a line out.")]
    price_cents: Count = 0


class To(Said):
    """Where it goes; personal data, kept apart and erasable."""

    name: Words = ""
    street: Words = ""
    city: Words = ""
    phone: Words = ""
    email: Words = ""
    language: Annotated[str, Field(pattern="^([a-z]{2})?$")] = ""
    gift_message: Words = ""


class NewOrder(Ask):
    shop: Annotated[Shop, Field(examples=["web"])]
    number: Annotated[Code, Field(examples=["1001"])]
    lines: Annotated[
        list[Line],
        Field(min_length=1, max_length=5_000, examples=[[{"line": 1, "sku": "S1", "qty": 2}]]),
    ]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "GB"
    postcode: Words = ""
    recipient: To = To()
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    owner: Annotated[str, Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    due_ms: Time = 0
    hold_ms: Annotated[Count, Field(description="Unpaid: the promise lapses after this.")] = 0
    arrive_by_ms: Annotated[Time, Field(description="Promised to the customer; 0: no day.")] = 0
    service: Annotated[
        Words, Field(description="Paid for: a service, or any of a carrier; none: whatever.")
    ] = ""
    pickup_node: Annotated[Words, Field(description="The customer collects it there.")] = ""


class Changed(Ask):
    """Lines that are not named stay as they are."""

    lines: Annotated[list[Line], Field(min_length=1, max_length=5_000)]


class Cancelled(Ask):
    """Without lines, the whole order."""

    reason: Words = "customer"
    lines: Annotated[list[Line], Field(max_length=5_000)] = []


def lines_of(given: list[Line]) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(line=each.line, sku=each.sku, qty=each.qty, price_cents=each.price_cents)
        for each in given
    )


@router.post("", status_code=201)
async def place(given: NewOrder, caller: Lead) -> OrderPlaced:
    """Place an order: what is free is promised at once, the rest is backordered and said so.

    The answer is durable. Send the same `Idempotency-Key` again after a lost answer.
    """
    only(caller.who, "shop", given.shop)
    return await caller.send(
        PlaceOrder,
        given.id,
        shop=given.shop,
        number=given.number,
        lines=lines_of(given.lines),
        country=given.country,
        postcode=given.postcode,
        recipient=Recipient(**given.recipient.model_dump()),
        priority=given.priority,
        owner=only(caller.who, "owner", given.owner) or "",
        due_ms=given.due_ms,
        hold_ms=given.hold_ms,
        arrive_by_ms=given.arrive_by_ms,
        service=given.service,
        pickup_node=given.pickup_node,
    )


@router.get("")
async def orders(
    caller: Anybody,
    at: At,
    state: State | None = None,
    shop: str | None = None,
    owner: str | None = None,
) -> Page[papers.OrderRow]:
    """List orders, by state, shop or owner."""
    return await caller.page(
        papers.ORDERS,
        at,
        state=state,
        shop=only(caller.who, "shop", shop),
        owner=only(caller.who, "owner", owner),
    )


async def own(caller: Caller, order_id: str) -> papers.OrderStory:
    """The order, if it is there and the caller's. Raises: NotFound."""
    story = await caller.found(papers.order_story, order_id, order=order_id)
    if not mine(caller.who, {"shop": story.order.shop, "owner": story.order.owner}):
        raise NotFound("unknown_order", order=order_id)
    return story


@router.get("/{shop}/{number:path}")
async def order(shop: str, number: str, caller: Anybody) -> papers.OrderStory:
    """One order: its lines, parcels, and all that happened to it with the reasons."""
    return await own(caller, f"{shop}/{number}")


@router.patch("/{shop}/{number:path}")
async def change(shop: str, number: str, given: Changed, caller: Lead) -> OrderPlaced:
    """Set the wanted quantity of lines, while their units are not packed."""
    story = await own(caller, f"{shop}/{number}")
    return await caller.send(
        ChangeOrder, given.id, order=story.order.id, lines=lines_of(given.lines)
    )


@router.post("/{shop}/{number:path}/cancel")
async def cancel(shop: str, number: str, given: Cancelled, caller: Lead) -> OrderCancelled:
    """Cancel lines, or the whole order; what has left is not taken back and is told."""
    story = await own(caller, f"{shop}/{number}")
    return await caller.send(
        CancelOrder,
        given.id,
        order=story.order.id,
        reason=given.reason,
        lines=lines_of(given.lines),
    )


@router.post("/{shop}/{number:path}/pay")
async def pay(shop: str, number: str, caller: Lead) -> Done:
    """An unpaid order is paid: its promise no longer lapses."""
    story = await own(caller, f"{shop}/{number}")
    return await caller.send(PayOrder, order=story.order.id)
