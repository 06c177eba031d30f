"""Owns signing in and out: badge and PIN in, a session cookie out.

Unknown badges, badges without a PIN and wrong PINs get the same answer after the same work.
"""

import uuid
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api.access import COOKIE, Access, Who, needs, of
from api.fields import Code, Said, Told
from api.pins import check_new, new_token, token_hash
from api.problems import Problem, later
from controller.errors import LimitReached
from controller.messages import (
    CloseSession,
    CountSignIn,
    Done,
    OpenSession,
    SessionOpened,
    SetPin,
    SignIn,
    SignOut,
)
from controller.views import accounts

router = APIRouter(prefix="/api", tags=["access"])
OWN: Final = needs("picker")
Pin = Annotated[str, Field(min_length=1, max_length=32, examples=["482915"])]


class Credentials(Said):
    """`floor`: this is a handheld, so the floor session is opened too.

    `new_pin`: the one from now on; a one-time PIN needs it (`pin_must_change`).
    """

    badge: Annotated[Code, Field(examples=["PICKER-001"])]
    pin: Pin
    new_pin: Annotated[str, Field(max_length=32)] = ""
    floor: bool = False


class NewPin(Said):
    pin: Pin
    new_pin: Pin


class Me(Told):
    badge: str
    role: str
    name: str
    floor: bool = False


@router.post("/sign-in", openapi_extra={"security": []})
async def sign_in(given: Credentials, request: Request, response: Response) -> Me:
    """Opens a session; the cookie is the key to everything else. 5 failures lock the badge."""
    access = of(request)
    _limit(access, request)
    if given.new_pin:
        check_new(given.pin, given.new_pin)
    await judge(access, given.badge, given.pin)
    if given.new_pin:
        await _set_pin(access, given.badge, given.new_pin)
    await _close_before(access, request)
    token = new_token()
    opened = await _open(access, given, token)
    response.set_cookie(
        COOKIE,
        token,
        max_age=access.edge.session_life_ms // 1_000,
        **_attributes(access),
    )
    who = await access.look_up(token)
    return Me(
        badge=given.badge,
        role=opened.role,
        name=who.name if who else "",
        floor=given.floor,
    )


def _attributes(access: Access) -> dict[str, Any]:
    """Of the cookie, the same when it is set and when it is cleared."""
    return {"httponly": True, "samesite": "strict", "secure": access.edge.secure}


def _limit(access: Access, request: Request) -> None:
    """Raises: Problem 429 for an address that tries too often."""
    wait_s = access.addresses.take(request.client.host if request.client else "")
    if wait_s:
        raise later(429, "too_many_sign_ins", round(wait_s), "wait a moment")


async def judge(access: Access, badge: str, pin: str) -> None:
    """Counts the attempt, then looks at the PIN. Raises: Problem 401, LimitReached."""
    desk, now_ms = access.runtime.desk, access.runtime.clock.now_ms()
    account = await desk.read(accounts.account, badge)
    if account.locked_until_ms > now_ms:
        raise LimitReached("badge_locked", retry_ms=account.locked_until_ms - now_ms)
    await desk.handle(CountSignIn(id=new_id("attempt"), actor=badge, badge=badge))
    if not await access.pins.right(pin, account.pin_hash):
        raise Problem(401, "wrong_badge_or_pin", "check the badge and type the PIN again")


async def _close_before(access: Access, request: Request) -> None:
    """A session that this browser had is over: no token outlives a sign-in."""
    before = request.cookies.get(COOKIE)
    if before:
        await access.runtime.desk.handle(
            CloseSession(id=new_id("close"), token_hash=token_hash(before))
        )


async def _open(access: Access, given: Credentials, token: str) -> SessionOpened:
    desk, badge = access.runtime.desk, given.badge
    opened = await desk.handle(
        OpenSession(
            id=new_id("open"),
            actor=badge,
            badge=badge,
            token_hash=token_hash(token),
            idle_ms=access.edge.session_idle_ms,
            life_ms=access.edge.session_life_ms,
            floor=given.floor,
        )
    )
    if given.floor:
        await desk.handle(SignIn(id=new_id("floor"), actor=badge, badge=badge))
    return opened


@router.post("/sign-out", status_code=204)
async def sign_out(response: Response, request: Request, who: Annotated[Who, OWN]) -> None:
    """Ends this session; a handheld gives claimed work back."""
    access = of(request)
    desk = access.runtime.desk
    if who.floor:
        await desk.handle(SignOut(id=new_id("out"), actor=who.actor, badge=who.badge))
    await desk.handle(CloseSession(id=new_id("close"), actor=who.actor, token_hash=who.token_hash))
    response.delete_cookie(COOKIE, **_attributes(access))


@router.get("/me")
async def me(who: Annotated[Who, OWN]) -> Me:
    """Who is signed in here."""
    return Me(badge=who.badge, role=who.role, name=who.name, floor=who.floor)


@router.post("/pin")
async def change_pin(given: NewPin, request: Request, who: Annotated[Who, OWN]) -> Done:
    """A worker's own new PIN; it ends all of the worker's sessions, this one included."""
    access = of(request)
    _limit(access, request)
    check_new(given.pin, given.new_pin)
    await judge(access, who.badge, given.pin)
    return await _set_pin(access, who.badge, given.new_pin)


async def _set_pin(access: Access, badge: str, pin: str) -> Done:
    hashed = await access.pins.hashed(pin)
    command = SetPin(id=new_id("pin"), actor=badge, badge=badge, pin_hash=hashed)
    return await access.runtime.desk.handle(command)


def new_id(what: str) -> str:
    """The id of a command that the edge itself thinks of."""
    return f"{what}/{uuid.uuid4().hex}"
