"""Owns what a command is, and how messages become JSON and back."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

R = TypeVar("R")
Fields = dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[R]):
    """What somebody asks for.

    `personal` names the fields that hold personal data: the journal stores their digest only.
    `whose` is what they are about, by which erasure finds them; "" is no order and no carrier.
    """

    personal: ClassVar[tuple[str, ...]] = ()
    urgent: ClassVar[bool] = False

    id: str
    actor: str = "system"

    @property
    def whose(self) -> str:
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The plain yes."""

    note: str = ""


_encode = msgspec.json.Encoder().encode


def to_json(message: object) -> bytes:
    """The message as JSON bytes, equal for equal messages (fields in order of declaration)."""
    return _encode(message)


def from_json(payload: bytes | str, kind: type[R]) -> R:
    """The message of `kind` in `payload`. Raises: msgspec.ValidationError naming the field."""
    return msgspec.json.decode(payload, type=kind)


def without_personal(command: Command[Any], mark: str) -> dict[str, Any]:
    """The command as a plain mapping in which `mark` stands for the personal fields."""
    kind: Any = type(command)
    names, values = _shape(kind)
    found = dict(zip(names, values(command), strict=True))
    for name in command.personal:
        found[name] = mark
    return found


C = TypeVar("C", bound=Command[Any])


def nothing_personal(command: C) -> C:
    """The command as if its personal fields said nothing."""
    kept = without_personal(command, "")
    return type(command)(**{n: kept[n] for n in kept if n not in command.personal})


@cache
def _shape(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of a command's fields, and what gets all of them."""
    names = tuple(each.name for each in fields(kind))
    return names, attrgetter(*names)
