"""Owns who is let in: PINs, attempts to sign in, sessions of people, keys of programs.

It keeps no secret in clear: what it is given is hashed already. Whoever checks a PIN counts the
attempt first; a badge that fails too often is locked for a growing time, whether it exists or not.
"""

from collections.abc import Mapping
from typing import Any

from controller import tables
from controller.errors import LimitReached, NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    AddApiKey,
    CloseSession,
    Command,
    CountSignIn,
    DeactivateWorker,
    Done,
    KeepSession,
    OpenSession,
    RevokeApiKey,
    SessionOpened,
    SetPin,
)
from controller.turn import Turn
from controller.units import DAY, MINUTE
from controller.workflows.handheld import check_badge
from controller.workflows.nodes import nodes

FAILURES_MAX = 5
LOCK_MS = MINUTE
LOCK_DOUBLINGS_MAX = 6  # the longest lock is about an hour
SESSIONS_MAX = 10  # of one worker at a time
TOPIC = "access"  # told after the commit to whoever remembers who is signed in

_ROLE = "SELECT role FROM worker WHERE badge = :badge"
_ONCE = "SELECT once FROM credential WHERE badge = :badge"
_ATTEMPTS = "SELECT times, locked_until_ms FROM sign_in_attempt WHERE badge = :badge"
_FORGET = "DELETE FROM sign_in_attempt WHERE badge = :badge"
_FORGET_OLD = "DELETE FROM sign_in_attempt WHERE last_ms < :before"
_EXPIRED = (
    "DELETE FROM access_session WHERE badge = :badge "
    "AND (expires_ms <= :now OR seen_ms + idle_ms <= :now)"
)
_OF_WORKER = (
    "SELECT token_hash FROM access_session WHERE badge = :badge ORDER BY seen_ms, token_hash"
)
_SEEN = "UPDATE access_session SET seen_ms = :now WHERE token_hash = :token_hash"
_CLOSE = "DELETE FROM access_session WHERE token_hash = :token_hash"
_CLOSE_ALL = "DELETE FROM access_session WHERE badge = :badge"
_NO_PIN = "DELETE FROM credential WHERE badge = :badge"
_REVOKE = "UPDATE api_key SET revoked_ms = :now WHERE key = :key AND revoked_ms = 0"
_KEY = "SELECT name FROM api_key WHERE key = :key"


def set_pin(turn: Turn, command: SetPin) -> Done:
    """Raises: NotFound for a badge that this site has not imported."""
    check_badge(turn, command.badge)
    turn.put(
        tables.credential,
        [
            {
                "badge": command.badge,
                "pin_hash": command.pin_hash,
                "set_ms": turn.now_ms,
                "once": int(command.once),
            }
        ],
    )
    turn.db.run(_FORGET, badge=command.badge)
    _close_all(turn, command.badge)
    turn.event("pin_set", subject=command.badge, by=turn.actor)
    return Done()


def count_sign_in(turn: Turn, command: CountSignIn) -> Done:
    """Raises: LimitReached while the badge is locked; this attempt is then not counted."""
    turn.db.run(_FORGET_OLD, before=turn.now_ms - DAY)
    row = turn.db.one(_ATTEMPTS, badge=command.badge)
    if row is not None and row.locked_until_ms > turn.now_ms:
        raise LimitReached("badge_locked", retry_ms=row.locked_until_ms - turn.now_ms)
    times = 1 + (row.times if row is not None else 0)
    turn.put(
        tables.sign_in_attempt,
        [
            {
                "badge": command.badge,
                "times": times,
                "last_ms": turn.now_ms,
                "locked_until_ms": _locked_until(times, turn.now_ms),
            }
        ],
    )
    if times >= FAILURES_MAX:
        turn.event("badge_locked", subject=command.badge, attempts=times)
    return Done()


def _locked_until(times: int, now_ms: int) -> int:
    if times < FAILURES_MAX:
        return 0
    return now_ms + (LOCK_MS << min(times - FAILURES_MAX, LOCK_DOUBLINGS_MAX))


def open_session(turn: Turn, command: OpenSession) -> SessionOpened:
    """Forgets the failures before, and closes the oldest session of a worker who has many.

    Raises: NotFound; Refused for a PIN that has to be changed first.
    """
    role = turn.db.value(_ROLE, badge=command.badge)
    if role is None:
        raise NotFound("unknown_badge", badge=command.badge, fix="import the worker first")
    if turn.db.value(_ONCE, badge=command.badge):
        raise Refused("pin_must_change", field="new_pin", fix="choose a PIN that only you know")
    turn.db.run(_FORGET, badge=command.badge)
    turn.db.run(_EXPIRED, badge=command.badge, now=turn.now_ms)
    for row in turn.db.all(_OF_WORKER, badge=command.badge)[: -(SESSIONS_MAX - 1)]:
        turn.db.run(_CLOSE, token_hash=row.token_hash)
    expires_ms = turn.now_ms + command.life_ms
    turn.add(
        tables.access_session,
        token_hash=command.token_hash,
        badge=command.badge,
        opened_ms=turn.now_ms,
        seen_ms=turn.now_ms,
        idle_ms=command.idle_ms,
        expires_ms=expires_ms,
        floor=int(command.floor),
    )
    turn.event("signed_in", subject=command.badge)
    turn.news.add(TOPIC)
    return SessionOpened(role=role, expires_ms=expires_ms)


def keep_session(turn: Turn, command: KeepSession) -> Done:
    turn.db.run(_SEEN, token_hash=command.token_hash, now=turn.now_ms)
    return Done()


def close_session(turn: Turn, command: CloseSession) -> Done:
    """Closing twice does nothing."""
    turn.db.run(_CLOSE, token_hash=command.token_hash)
    turn.news.add(TOPIC)
    return Done()


def deactivate_worker(turn: Turn, command: DeactivateWorker) -> Done:
    """Raises: NotFound; Refused when an administrator would shut out themselves."""
    check_badge(turn, command.badge)
    if command.badge == turn.actor:
        raise Refused("own_badge", badge=command.badge, fix="ask another administrator")
    turn.db.run(_NO_PIN, badge=command.badge)
    _close_all(turn, command.badge)
    turn.event("worker_deactivated", subject=command.badge, by=turn.actor)
    return Done()


def _close_all(turn: Turn, badge: str) -> None:
    turn.db.run(_CLOSE_ALL, badge=badge)
    turn.news.add(TOPIC)


def add_api_key(turn: Turn, command: AddApiKey) -> Done:
    """Raises: Refused for a key without a scope or one that has expired already; NotFound."""
    if not command.scopes:
        raise Refused("no_scope", key=command.key, fix="name at least one scope")
    if 0 < command.expires_ms <= turn.now_ms:
        raise Refused("expires_in_the_past", key=command.key, fix="choose a later time")
    if command.node:
        nodes.the_node(turn, command.node)
    turn.add(
        tables.api_key,
        key=command.key,
        name=command.name,
        secret_hash=command.secret_hash,
        scopes=" ".join(command.scopes),
        shop=command.shop,
        owner=command.owner,
        node=command.node,
        created_ms=turn.now_ms,
        expires_ms=command.expires_ms,
    )
    turn.event("api_key_added", subject=command.key, name=command.name, by=turn.actor)
    return Done()


def revoke_api_key(turn: Turn, command: RevokeApiKey) -> Done:
    """Raises: NotFound. Revoking twice does nothing."""
    if turn.db.value(_KEY, key=command.key) is None:
        raise NotFound("unknown_api_key", key=command.key)
    turn.db.run(_REVOKE, key=command.key, now=turn.now_ms)
    turn.event("api_key_revoked", subject=command.key, by=turn.actor)
    turn.news.add(TOPIC)
    return Done()


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetPin: handler(set_pin),
    CountSignIn: handler(count_sign_in),
    OpenSession: handler(open_session),
    KeepSession: handler(keep_session),
    CloseSession: handler(close_session),
    DeactivateWorker: handler(deactivate_worker),
    AddApiKey: handler(add_api_key),
    RevokeApiKey: handler(revoke_api_key),
}
