"""Owns the check of the books over HTTP: all invariants, asked one by one in the background."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from api.callers import Caller, needs
from api.fields import Told
from api.problems import Problem
from controller.errors import ControllerError
from controller.views import checks

router = APIRouter(prefix="/api/checks", tags=["about"])
Lead = Annotated[Caller, needs("lead")]


class Check(Told):
    """`violations` are sentences by invariant; an invariant that holds is not named."""

    state: Literal["none", "running", "done", "failed"]
    done: int = 0
    of: Annotated[int, Field(description="Invariants in all.")] = 0
    violations: dict[str, list[str]] = {}


@router.post("", status_code=202)
async def start(request: Request, caller: Lead) -> Check:
    """Start a check of all invariants; look at its progress with GET."""
    state = request.app.state
    running: asyncio.Task[None] | None = getattr(state, "checking", None)
    if running is not None and not running.done():
        raise Problem(409, "check_runs_already", "wait for its end: GET /api/checks/last")
    state.check = Check(state="running", of=len(checks.NAMES))
    state.checking = asyncio.create_task(_run(request, caller))
    return _last(request)


@router.get("/last")
async def last(request: Request, _caller: Lead) -> Check:
    """The check that runs, or the last one."""
    return _last(request)


def _last(request: Request) -> Check:
    check: Check = getattr(request.app.state, "check", Check(state="none"))
    return check


async def _run(request: Request, caller: Caller) -> None:
    """One invariant after another, so that readers in between are not held up."""
    state = request.app.state
    violations: dict[str, list[str]] = {}
    try:
        for number, name in enumerate(checks.NAMES, 1):
            found = await caller.read(checks.check_one, name)
            violations |= {name: found} if found else {}
            state.check = Check(
                state="running", done=number, of=len(checks.NAMES), violations=violations
            )
        state.check = state.check.model_copy(update={"state": "done"})
    except ControllerError:
        state.check = state.check.model_copy(update={"state": "failed"})
