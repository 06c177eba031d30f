"""Owns the routes of what leaves: parcels and their labels, departures, the queue of printers."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.callers import At, Caller, Page, needs
from api.fields import Text
from controller.messages import Done, ReprintLabel
from controller.views import papers, traffic

router = APIRouter(prefix="/api", tags=["outbound"])
Floor = Annotated[Caller, needs("picker")]
Lead = Annotated[Caller, needs("lead")]
Number = Annotated[int, Path(ge=0, lt=1 << 62)]


@router.get("/parcels")
async def parcels(
    caller: Floor,
    at: At,
    state: Text = None,
    lane: Text = None,
    order: Text = None,
) -> Page[papers.ParcelRow]:
    """List parcels, with the reason of each choice in `why`."""
    return await caller.page(papers.PARCELS, at, state=state, lane=lane, order=order)


@router.post("/parcels/{parcel}/print")
async def print_again(parcel: Number, caller: Lead) -> Done:
    """Print the label of a parcel once more, at its bench; it is recorded as a reprint."""
    return await caller.send(ReprintLabel, parcel=parcel)


@router.get("/departures")
async def departures(
    caller: Floor,
    at: At,
    state: Text = None,
    lane: Text = None,
) -> Page[traffic.DepartureRow]:
    """List departures, with parcels and mass on their manifest."""
    return await caller.page(traffic.DEPARTURES, at, state=state, lane=lane)


@router.get("/outbox")
async def outbox(caller: Lead, at: At, state: Text = None) -> Page[traffic.OutboxRow]:
    """List what waits for devices, carriers and shops, and what became of it."""
    return await caller.page(traffic.OUTBOX, at, state=state)


@router.get("/prints")
async def prints(caller: Floor, at: At, state: Text = None) -> Page[traffic.OutboxRow]:
    """List the queue of the printers."""
    return await caller.page(traffic.PRINTS, at, state=state)
