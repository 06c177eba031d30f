"""Owns the routes of what comes in: announced receipts (ASN) and returns (RMA)."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.callers import At, Caller, Page, needs, only
from api.fields import Ask, Code, Count, Said, Text, Time, Told, Words
from api.problems import Problem
from api.routes.orders import own
from controller.messages import (
    AnnounceReceipt,
    AnnounceReturn,
    Done,
    OrderLine,
    ReturnAnnounced,
)
from controller.views import papers

router = APIRouter(prefix="/api", tags=["inbound"])
Receipts = Annotated[Caller, needs("picker", "receipts")]
ReceiptsLead = Annotated[Caller, needs("lead", "receipts")]
Returns = Annotated[Caller, needs("picker", "returns", by=("shop", "owner"))]
ReturnsLead = Annotated[Caller, needs("lead", "returns", by=("shop", "owner"))]


class Unit(Said):
    line: Count
    sku: Code
    qty: Annotated[int, Field(ge=1, le=1_000_000)]


Units = Annotated[
    list[Unit],
    Field(min_length=1, max_length=5_000, examples=[[{"line": 1, "sku": "S1", "qty": 24}]]),
]


class NewReceipt(Ask):
    asn: Annotated[Code, Field(examples=["ASN-7001"])]
    lines: Units
    expected_ms: Time = 0


class NewReturn(Ask):
    number: Annotated[Code, Field(examples=["RMA-31"])]
    lines: Units
    order: Annotated[str, Field(max_length=200, description="May be empty: an old sale.")] = ""
    reason: Words = ""


class Receipt(Told):
    receipt: papers.ReceiptRow
    lines: list[papers.InboundLine]


class Return(Told):
    announced: papers.ReturnRow
    lines: list[papers.InboundLine]


def _lines(given: list[Unit]) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(line=each.line, sku=each.sku, qty=each.qty) for each in given)


async def _see(caller: Caller, order: str) -> None:
    """A key of one shop or owner knows returns of their orders only. Raises: Problem, NotFound."""
    if caller.who.shop or caller.who.owner:
        if not order:
            raise Problem(403, "not_yours", "name the order that goods come back of")
        await own(caller, order)


@router.post("/receipts", status_code=201)
async def announce_receipt(given: NewReceipt, caller: ReceiptsLead) -> Done:
    """Announce a delivery of a supplier; receivers scan its number at the dock."""
    return await caller.send(
        AnnounceReceipt,
        given.id,
        asn=given.asn,
        lines=_lines(given.lines),
        expected_ms=given.expected_ms,
    )


@router.get("/receipts")
async def receipts(caller: Receipts, at: At, state: Text = None) -> Page[papers.ReceiptRow]:
    """List announced deliveries: announced, receiving, received."""
    return await caller.page(papers.RECEIPTS, at, state=state)


@router.get("/receipts/{asn:path}")
async def receipt(asn: str, caller: Receipts) -> Receipt:
    """One delivery with its lines, and what was received of each."""
    found = await caller.found(
        papers.with_lines, papers.RECEIPTS, papers.RECEIPT_LINES, (asn,), asn=asn
    )
    return Receipt(receipt=found[0], lines=found[1])


@router.post("/returns", status_code=201)
async def announce_return(given: NewReturn, caller: ReturnsLead) -> ReturnAnnounced:
    """Announce that a customer sends goods back; the desk scans its number."""
    await _see(caller, given.order)
    return await caller.send(
        AnnounceReturn,
        given.id,
        number=given.number,
        lines=_lines(given.lines),
        order=given.order,
        reason=given.reason,
    )


@router.get("/returns")
async def returns(caller: Returns, at: At, state: Text = None) -> Page[papers.ReturnRow]:
    """List announced returns: announced, received."""
    return await caller.page(
        papers.RETURNS,
        at,
        state=state,
        shop=only(caller.who, "shop", None),
        owner=only(caller.who, "owner", None),
    )


@router.get("/returns/{rma:path}")
async def one_return(rma: str, caller: Returns) -> Return:
    """One return with its lines."""
    found = await caller.found(
        papers.with_lines, papers.RETURNS, papers.RETURN_LINES, (rma,), rma=rma
    )
    await _see(caller, found[0].order)
    return Return(announced=found[0], lines=found[1])
