"""Owns the look at who may come in: what a PIN is checked against, who a token or key is."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db

_ACCOUNT = (
    "SELECT w.role, c.pin_hash, c.once FROM worker w JOIN credential c ON c.badge = w.badge "
    "WHERE w.badge = :badge"
)
_LOCKED = "SELECT locked_until_ms FROM sign_in_attempt WHERE badge = :badge"
_SESSION = (
    "SELECT s.badge, s.seen_ms, s.floor, w.role, w.personal, w.nth FROM access_session s "
    "JOIN worker w ON w.badge = s.badge "
    "WHERE s.token_hash = :token AND s.expires_ms > :now AND s.seen_ms + s.idle_ms > :now"
)
_KEY = (
    "SELECT key, name, secret_hash, scopes, shop, owner, node FROM api_key "
    "WHERE key = :key AND revoked_ms = 0 AND (expires_ms = 0 OR expires_ms > :now)"
)
_OPEN = (
    "SELECT token_hash AS id FROM access_session "
    "WHERE expires_ms > :now AND seen_ms + idle_ms > :now UNION ALL SELECT key FROM api_key "
    "WHERE revoked_ms = 0 AND (expires_ms = 0 OR expires_ms > :now) ORDER BY id"
)
_ADMIN = (
    "SELECT w.badge FROM worker w JOIN credential c ON c.badge = w.badge "
    "WHERE w.role = 'admin' ORDER BY w.badge LIMIT 1"
)
_PIN_OF = (
    "SELECT c.badge FROM credential c JOIN journal j ON j.now_ms = c.set_ms "
    "AND j.command_id >= :prefix AND j.command_id < :beyond AND j.name = 'SetPin' "
    "WHERE j.command_id = :prefix || c.badge ORDER BY c.badge"
)
_PERSONAL = "SELECT data FROM personal WHERE key = :key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a sign-in is judged by; `pin_hash` is "" for a badge that cannot sign in.

    `once`: the PIN is good for nothing but to set another.
    """

    role: str
    pin_hash: str
    once: bool
    locked_until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The worker of a session that is still good, and when it was last seen."""

    badge: str
    role: str
    name: str
    seen_ms: int
    floor: bool


def account(db: Db, badge: str) -> Account:
    row = db.one(_ACCOUNT, badge=badge)
    return Account(
        role=row.role if row else "",
        pin_hash=row.pin_hash if row else "",
        once=bool(row and row.once),
        locked_until_ms=int(db.value(_LOCKED, badge=badge) or 0),
    )


def session_of(db: Db, token_hash: str, now_ms: int) -> Seen | None:
    """Who this token is; None when it is closed, expired, idle too long, or was never given."""
    row = db.one(_SESSION, token=token_hash, now=now_ms)
    if row is None:
        return None
    return Seen(
        badge=row.badge,
        role=row.role,
        name=name_of(db, row.personal, row.nth),
        seen_ms=row.seen_ms,
        floor=bool(row.floor),
    )


def api_key_of(db: Db, key: str, now_ms: int) -> Any | None:
    """The row of a key that is neither revoked nor expired."""
    return db.one(_KEY, key=key, now=now_ms)


def open_now(db: Db, now_ms: int) -> frozenset[str]:
    """The hashes of all tokens, and the names of all keys, that are good now."""
    return frozenset(row.id for row in db.all(_OPEN, now=now_ms))


def name_of(db: Db, personal: str, nth: int) -> str:
    """A worker's name, or "" where none was given or it was erased."""
    data = db.value(_PERSONAL, key=personal)
    names = msgspec.json.decode(data).get("names", []) if data else []
    return str(names[nth]) if nth < len(names) else ""


def has_admin(db: Db) -> bool:
    """Whether an administrator can sign in."""
    return db.value(_ADMIN) is not None


def with_pin_of(db: Db, prefix: str) -> list[str]:
    """Badges whose PIN is still the one of a command with this beginning of its id."""
    return [row.badge for row in db.all(_PIN_OF, prefix=prefix, beyond=prefix + "\x7f")]
