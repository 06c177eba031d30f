"""Owns the routes of people and programs that may come in: workers, PINs, API keys."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from api.access import of
from api.callers import At, Caller, Page, needs
from api.fields import Ask, Code, Text, Time, Told, Words
from api.keys import new_key
from api.pins import check_pin
from controller.messages import (
    DeactivateWorker,
    Done,
    ImportWorkers,
    RevokeApiKey,
    SetPin,
    Worker,
)
from controller.views import catalogue

router = APIRouter(prefix="/api", tags=["access"])
Admin = Annotated[Caller, needs("admin")]
Lead = Annotated[Caller, needs("lead")]
Scope = Literal[
    "orders", "stock", "feed", "receipts", "returns", "import", "export", "metrics", "nodes"
]


class WorkerIn(Ask):
    role: Annotated[str, Field(pattern="^[a-z_]{1,30}$", examples=["picker"])] = "picker"
    name: Words = ""


class PinIn(Ask):
    pin: Annotated[str, Field(min_length=1, max_length=32, examples=["482915"])]


class KeyIn(Ask):
    name: Annotated[Code, Field(examples=["web shop"])]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=9)]
    shop: Annotated[str, Field(max_length=50, description="Sees this shop only.")] = ""
    owner: Annotated[str, Field(max_length=100, description="Sees this owner only.")] = ""
    node: Annotated[str, Field(max_length=50, description="Works for this node only.")] = ""
    expires_ms: Time = 0


class NewKey(Told):
    """`token` is shown this once: send it as `Authorization: Bearer <token>`."""

    key: str
    token: str


@router.get("/workers")
async def workers(caller: Lead, at: At, role: Text = None) -> Page[catalogue.WorkerRow]:
    """List workers: role, whether they can sign in, open sessions, locks."""
    return await caller.page(catalogue.WORKERS, at, catalogue.workers, role=role)


@router.put("/workers/{badge}")
async def put_worker(badge: Code, given: WorkerIn, caller: Admin) -> Done:
    """Add a worker, or change role and name. They can sign in once they have a PIN."""
    one = Worker(badge=badge, role=given.role)
    return await caller.send(ImportWorkers, given.id, workers=(one,), names=(given.name,))


@router.put("/workers/{badge}/pin")
async def set_pin(badge: Code, given: PinIn, request: Request, caller: Admin) -> Done:
    """Give a worker a new PIN; it ends their sessions and their lock."""
    check_pin(given.pin)
    hashed = await of(request).pins.hashed(given.pin)
    return await caller.send(SetPin, badge=badge, pin_hash=hashed)


@router.post("/workers/{badge}/deactivate")
async def deactivate(badge: Code, caller: Admin) -> Done:
    """Take the PIN away and end all sessions at once."""
    return await caller.send(DeactivateWorker, badge=badge)


@router.get("/keys")
async def keys(caller: Admin, at: At) -> Page[catalogue.ApiKeyRow]:
    """List API keys, without their secrets."""
    return await caller.page(catalogue.API_KEYS, at)


@router.post("/keys", status_code=201)
async def add_key(given: KeyIn, caller: Admin) -> NewKey:
    """Make a key for a program. Its token is shown once and never again."""
    fields = given.model_dump(exclude={"id"})
    command, token = new_key(caller.who.actor, **fields)
    await caller.runtime.desk.handle(command)
    return NewKey(key=command.key, token=token)


@router.post("/keys/{key}/revoke")
async def revoke_key(key: Code, caller: Admin) -> Done:
    """End a key at once."""
    return await caller.send(RevokeApiKey, key=key)
