"""Owns who a request comes from and what they may do: sessions, keys, roles, scopes.

Every route says with `needs` which role a person and which scope a program must have; who is not
known gets 401, who may not gets 403. An answer of the database is believed for a second at most.
"""

import time
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Final, NamedTuple

from fastapi import Depends, Request

from api.edge import Edge
from api.pins import PinCheck, token_hash
from api.problems import Problem, later
from api.rates import Rates
from api.runtime import News, Runtime
from controller.messages import KeepSession
from controller.views import accounts

COOKIE: Final = "pickwright_session"
BELIEVED_S: Final = 1.0
REMEMBERED_MAX: Final = 10_000
SEEN_EVERY: Final = 6  # a sign of life is kept this often within the time that a session may idle
RANKS: Final = {"lead": 1, "admin": 2}  # every other role works on the floor
KEY_PREFIX: Final = "pw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A worker by badge, or a program by its key: `scopes`, and the shop, owner or node it has."""

    badge: str = ""
    role: str = ""
    name: str = ""
    token_hash: str = ""
    floor: bool = False
    seen_ms: int = 0
    key: str = ""
    scopes: frozenset[str] = frozenset()
    shop: str = ""
    owner: str = ""
    node: str = ""

    @property
    def actor(self) -> str:
        """As the journal names them."""
        return self.badge or f"key/{self.key}"

    def ranks(self, role: str) -> bool:
        """Whether a person of this role, or a higher one."""
        return bool(self.badge) and RANKS.get(self.role, 0) >= RANKS.get(role, 0)

    def may(self, role: str, scope: str = "") -> bool:
        return self.ranks(role) if self.badge else scope in self.scopes


class Rule(NamedTuple):
    """Who may call a route, and by what a key may be bound (shop, owner, node) that calls it."""

    role: str
    scope: str = ""
    by: tuple[str, ...] = ()


class Access:
    """What the app knows about callers, for a second."""

    def __init__(self, runtime: Runtime, edge: Edge) -> None:
        self.runtime = runtime
        self.edge = edge
        self.pins = PinCheck()
        self.requests = Rates(edge.requests_per_s, edge.requests_at_once)
        self.addresses = Rates(edge.sign_ins_per_minute / 60, edge.sign_ins_at_once)
        self._known: dict[str, tuple[float, Who | None]] = {}
        self._end = runtime.subscribe(self._heard)

    def close(self) -> None:
        self._end()
        self.pins.close()

    def _heard(self, news: News) -> None:
        if "access" in news:
            self._known.clear()

    async def who(self, request: Request) -> Who:
        """Raises: Problem 401."""
        given = request.headers.get("authorization", "")
        token = given.removeprefix("Bearer ") if given else request.cookies.get(COOKIE, "")
        who = await self.look_up(token) if token else None
        if who is None:
            raise Problem(401, "not_signed_in", "sign in, or send a valid API key")
        if who.badge:
            await self._keep(who)
        return who

    async def look_up(self, token: str) -> Who | None:
        """Who holds this token or key now."""
        digest = token_hash(token)
        at_s, who = self._known.get(digest, (0.0, None))
        if at_s and time.monotonic() - at_s < BELIEVED_S:
            return who
        return await self._ask(digest, token)

    async def _ask(self, digest: str, token: str) -> Who | None:
        begun_s = time.monotonic()
        is_key = token.startswith(f"{KEY_PREFIX}_")
        who = await (self._key(token) if is_key else self._session(digest))
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[digest] = (begun_s, who)
        return who

    async def _session(self, digest: str) -> Who | None:
        now_ms = self.runtime.clock.now_ms()
        seen = await self.runtime.desk.read(accounts.session_of, digest, now_ms)
        if seen is None:
            return None
        return Who(
            badge=seen.badge,
            role=seen.role,
            name=seen.name,
            token_hash=digest,
            floor=seen.floor,
            seen_ms=seen.seen_ms,
        )

    async def _key(self, token: str) -> Who | None:
        _, _, rest = token.partition("_")
        key, _, secret = rest.partition("_")
        now_ms = self.runtime.clock.now_ms()
        row = await self.runtime.desk.read(accounts.api_key_of, key, now_ms)
        if row is None or not compare_digest(row.secret_hash, token_hash(secret)):
            return None
        return Who(
            name=row.name,
            key=row.key,
            scopes=frozenset(row.scopes.split()),
            shop=row.shop,
            owner=row.owner,
            node=row.node,
        )

    async def _keep(self, who: Who) -> None:
        """A sign of life is written down now and then, not at every request."""
        now_ms = self.runtime.clock.now_ms()
        if now_ms - who.seen_ms < self.edge.session_idle_ms // SEEN_EVERY:
            return
        self._known.pop(who.token_hash, None)
        await self.runtime.desk.handle(
            KeepSession(
                id=f"keep/{who.token_hash[:16]}/{now_ms}",
                actor=who.actor,
                token_hash=who.token_hash,
            )
        )


def of(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


async def signed_in(request: Request) -> Who:
    """Whoever calls, within the rate that one caller may have. Raises: Problem 401, 429."""
    access = of(request)
    who = await access.who(request)
    wait_s = access.requests.take(who.actor)
    if wait_s:
        raise later(429, "too_many_requests", round(wait_s), "slow down")
    return who


def guarded(who: Who, role: str, scope: str = "") -> Who:
    """The caller, if they may. Raises: Problem 403."""
    if not who.may(role, scope):
        needed = role if who.badge else scope or "a person"
        raise Problem(403, "not_allowed", f"this takes {needed}", needed=needed)
    return who


def needs(role: str, scope: str = "") -> Any:
    """The dependency of a route: a person of this role or higher, or a program with the scope."""

    async def allowed(request: Request) -> Who:
        return guarded(await signed_in(request), role, scope)

    allowed.rule = Rule(role, scope)  # type: ignore[attr-defined]
    return Depends(allowed)
