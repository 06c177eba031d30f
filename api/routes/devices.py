"""Owns the routes of devices: which there are, what is wrong with them, who looks after it."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from api.callers import At, Caller, Page, needs
from api.fields import Ask, Code, Text, Told
from controller.messages import AcknowledgeAlarm, Done
from controller.views import traffic

router = APIRouter(prefix="/api", tags=["devices"])
Floor = Annotated[Caller, needs("picker")]
Lead = Annotated[Caller, needs("lead")]


class Device(Told):
    """`online`: nothing is known that its wire is cut."""

    name: str
    driver: str
    addresses: list[str]
    online: bool


class Fault(Ask):
    device: Annotated[Code, Field(examples=["printer-bench1"])]
    fault: Annotated[Code, Field(examples=["paper_out"])]


@router.get("/devices")
async def devices(caller: Floor) -> list[Device]:
    """List the devices of this controller."""
    return [
        Device(
            name=each.name,
            driver=type(each).__name__.lower(),
            addresses=list(each.addresses),
            online=online,
        )
        for each, online in caller.runtime.hub.devices()
    ]


@router.get("/alarms")
async def alarms(
    caller: Floor,
    at: At,
    state: Text = "open",
    device: Text = None,
) -> Page[traffic.AlarmRow]:
    """List alarms: what a person must look at, since when, how often, and who does."""
    return await caller.page(traffic.ALARMS, at, state=state, device=device)


@router.post("/alarms/acknowledge")
async def acknowledge(given: Fault, caller: Lead) -> Done:
    """Say that you look after an alarm; it stays open until the device works again."""
    return await caller.send(AcknowledgeAlarm, given.id, device=given.device, fault=given.fault)
