"""Owns the words of who may do what: PINs, sessions of people, keys of shops."""

from dataclasses import dataclass
from typing import ClassVar

from controller.messages.command import Command, Done

MINUTE_MS = 60_000
IDLE_MS = 30 * MINUTE_MS
LIFE_MS = 12 * 60 * MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPin(Command[Done]):
    """`pin_hash` is made at the edge, slow to compute; it ends the worker's sessions and lock.

    `once`: somebody else has read this PIN, so no session opens before the worker has set another.
    """

    personal: ClassVar[tuple[str, ...]] = ("pin_hash",)
    badge: str
    pin_hash: str
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSignIn(Command[Done]):
    """An attempt is counted before the PIN is looked at, so parallel guesses count too."""

    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession(Command["SessionOpened"]):
    """The PIN was right. `token_hash` is the SHA-256 of a token that only the worker holds."""

    badge: str
    token_hash: str
    idle_ms: int = IDLE_MS
    life_ms: int = LIFE_MS
    floor: bool = False  # a handheld: its end gives claimed work back


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened:
    role: str
    expires_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSession(Command[Done]):
    """A sign of life; coarse, so that not every request is a command."""

    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession(Command[Done]):
    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateWorker(Command[Done]):
    """Takes the PIN away and ends all sessions; what the worker did stays in the records."""

    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddApiKey(Command[Done]):
    """A key of a program; `shop`, `owner` and `node` restrict what it sees ("": all)."""

    key: str
    name: str
    secret_hash: str
    scopes: tuple[str, ...]
    shop: str = ""
    owner: str = ""
    node: str = ""
    expires_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey(Command[Done]):
    key: str
