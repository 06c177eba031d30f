"""Owns the routes of carriers: what they tell us by themselves, their state, their rates now.

News of parcels are let in by the carrier's signature alone. It refuses bodies that nobody signed,
and tells a forger nothing but that.
"""

import asyncio
import hashlib
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request
from pydantic import Field

from api.callers import Caller, needs
from api.carriers.adapter import Unavailable
from api.carriers.deliverer import State
from api.carriers.tellers import Forged
from api.fields import Code, Told
from api.problems import Problem
from controller.errors import NotFound, Refused
from controller.messages import TrackingReported
from controller.store import Db
from controller.units import MINUTE
from controller.views import consignments

router = APIRouter(prefix="/api/carriers", tags=["carriers"])
OPEN: dict[str, Any] = {
    "security": [],
    "requestBody": {"content": {"application/json": {"schema": {}}}, "required": True},
}
Lead = Annotated[Caller, needs("lead")]
log = structlog.get_logger("pickwright.http")


class Heard(Told):
    """How many shipments were of ours, and how many nobody here knows."""

    known: int
    unknown: int


class QuoteTold(Told):
    carrier: str
    service: str
    cost_cents: int
    days: int


class Rates(Told):
    """`silent` says of each other carrier why it gave no price: its rate card holds alone."""

    quotes: list[QuoteTold]
    silent: dict[str, str]


@router.post("/{name}/tracking", openapi_extra=OPEN)
async def tracking(name: Annotated[Code, Path()], request: Request) -> Heard:
    """News of parcels, signed by their carrier."""
    runtime = request.app.state.runtime
    teller = runtime.tellers.get(name)
    body = await request.body()
    now_ms = runtime.clock.now_ms()
    if teller is None:
        raise Problem(401, "not_signed", "sign the body as agreed")
    try:
        told = teller.read(body, request.headers, now_ms)
    except Forged as error:
        log.warning("forged_tracking", carrier=name, why=str(error))
        raise Problem(401, "not_signed", "sign the body as agreed") from None
    except Unavailable as error:
        raise Problem(422, "unreadable_tracking", error.detail) from None
    known = 0
    digest = f"{hashlib.sha256(body).hexdigest()}/{now_ms // MINUTE}"  # asked again later: anew
    for n, each in enumerate(told, 1):
        report = TrackingReported.of_carrier(
            f"carrier-told/{name}/{digest}/{n}", name, each.tracking, each.reports
        )
        known += await _taken(runtime, report)
    return Heard(known=known, unknown=len(told) - known)


async def _taken(runtime: Any, report: TrackingReported) -> int:
    try:
        await runtime.desk.handle(report)
    except (NotFound, Refused) as error:
        log.info("unknown_tracking", carrier=report.carrier, why=error.code)
        return 0
    return 1


@router.get("")
async def states(caller: Lead) -> list[State]:
    """Each connected carrier: whether it answers, and how much waits for it."""
    return list(caller.runtime.carriers.states())


@router.get("/rates")
async def rates(caller: Lead, parcel: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]) -> Rates:
    """What carriers ask for a parcel right now; after two seconds nobody is waited for."""

    def read(db: Db) -> consignments.Consignment | None:
        return consignments.consignment(db, int(parcel), "", "")

    asked = await caller.read(read)
    if asked is None:
        raise NotFound("unknown_parcel", parcel=parcel)
    told, silent = await asyncio.to_thread(caller.runtime.carriers.rates, asked)
    return Rates(
        quotes=[
            QuoteTold(
                carrier=name, service=each.service, cost_cents=each.cost_cents, days=each.days
            )
            for name, quotes in sorted(told.items())
            for each in quotes
        ],
        silent=silent,
    )
