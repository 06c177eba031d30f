"""Owns what a route works with: who calls, the id of the command they send, the page they want.

The same caller sending the same id again gets the first answer; ids of different callers never
meet, and none can be mistaken for one of the house's own.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from fastapi import Depends, Header, Query, Request
from pydantic import Field

from api.access import Rule, Who, guarded, signed_in
from api.edge import PAGE_MAX
from api.fields import NO_CONTROLS, Told
from api.problems import Problem
from api.runtime import Runtime
from controller.errors import NotFound
from controller.messages import Command
from controller.views.listings import Key, Listing, page

R = TypeVar("R")
T = TypeVar("T")
ID_MAX: Final = 200
CURSOR_MAX: Final = 2_000
BOUND_BY: Final = ("shop", "owner", "node")
_NUMBERS: Final = count(1)

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=ID_MAX,
        pattern=NO_CONTROLS,
        description="The same key with the same content gets the first answer again.",
    ),
]
After = Annotated[
    str, Query(max_length=CURSOR_MAX, description="`next` of the page before; none: the first.")
]
Most = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Rows of one page at most.")]


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list is asked for."""

    after: After = ""
    most: Most = PAGE_MAX


At = Annotated[Paging, Depends()]


class Page(Told, Generic[T]):
    """`next` is `after` of the page that follows; "" at the end."""

    rows: list[T]
    next: str = Field(examples=["WyJ3ZWIvMTAwMSJd"])


@dataclass(frozen=True, slots=True)
class Caller:
    who: Who
    runtime: Runtime
    key: str

    def new_id(self, given: str = "") -> str:
        """The id of the command that this request sends."""
        own = self.key or given or f"{self.runtime.boot}-{next(_NUMBERS)}"
        return f"http/{self.who.actor}/{own}"

    async def send(self, kind: Callable[..., Command[R]], given: str = "", /, **fields: Any) -> R:
        """Sends a command in the caller's name. Raises: Refused and its kin."""
        command = kind(id=self.new_id(given), actor=self.who.actor, **fields)
        return await self.runtime.desk.handle(command)

    async def read(self, view: Callable[..., R], *args: Any) -> R:
        return await self.runtime.desk.read(view, *args)

    async def found(self, view: Callable[..., R | None], *args: Any, **named: str) -> R:
        """What the view finds. Raises: NotFound naming what was looked for."""
        shown = await self.read(view, *args)
        if shown is None:
            (what,) = named
            raise NotFound(f"unknown_{what}", **named)
        return shown

    async def page(
        self,
        listing: Listing[R],
        at: Paging,
        view: Callable[..., tuple[list[R], Key]] = page,
        **wanted: str | None,
    ) -> Page[R]:
        """One page of a listing, narrowed by what is wanted."""
        filters = {name: value for name, value in wanted.items() if value is not None}
        key = read_cursor(at.after, listing)
        rows, last = await self.read(view, listing, filters, key, at.most)
        return Page[Any].model_construct(rows=rows, next=write_cursor(last))


def needs(role: str, scope: str = "", by: tuple[str, ...] = ()) -> Any:
    """The dependency of a route: who may call it, ready to send and read.

    The route shows a key of one shop, owner or node only what is theirs where it says so in `by`;
    every other bound key is refused.
    """

    async def caller(request: Request, idempotency_key: IdempotencyKey = "") -> Caller:
        who = guarded(await signed_in(request), role, scope)
        for field in BOUND_BY:
            if getattr(who, field) and field not in by:
                fix = f"this key is for one {field}: ask the warehouse"
                raise Problem(403, "not_yours", fix, **{field: getattr(who, field)})
        return Caller(who, request.app.state.runtime, idempotency_key)

    caller.rule = Rule(role, scope, by)  # type: ignore[attr-defined]
    return Depends(caller)


def write_cursor(key: Key) -> str:
    return urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=") if key else ""


def read_cursor(text: str, listing: Listing[Any]) -> Key:
    """The key in a cursor. Raises: Problem for one that this list has not given."""
    if not text:
        return ()
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        key: Key = msgspec.json.decode(raw, type=tuple[*listing.key_kinds()])  # type: ignore[misc]
    except ValueError as error:
        raise _bad_cursor() from error
    if any("\0" in part if isinstance(part, str) else abs(part) >> 62 for part in key):
        raise _bad_cursor()
    return key


def _bad_cursor() -> Problem:
    return Problem(422, "bad_cursor", "send `next` of the page before, unchanged", field="after")


def only(who: Who, field: str, given: str | None) -> str | None:
    """What a caller may see of one shop, owner or node: a key that is bound to one sees no other.

    Raises: Problem 403.
    """
    own: str = getattr(who, field)
    if own and given not in (None, "", own):
        raise Problem(403, "not_yours", f"leave {field} out, or use {own}", **{field: given})
    return own or given


def mine(who: Who, fields: Mapping[str, str]) -> bool:
    """Whether a thing belongs to the shop and owner that a key is bound to."""
    return all(not getattr(who, name) or getattr(who, name) == fields[name] for name in fields)
