"""Owns what an emulated machine is: a state machine that is told what happens and when.

A machine refuses to wait, draw from a random stream that is not its own, or know who runs it:
the same machine runs in virtual time and as a stand-in on real wires. Units: microseconds since
the epoch for the machine, milliseconds on the wire.
"""

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Heard:
    """Bytes came in over the wire."""

    address: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Woken:
    """A `Wake` that was asked for is due; one that came too late changes nothing."""

    token: str


@dataclass(frozen=True, slots=True)
class Emit:
    """Bytes to send over the wire."""

    address: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Wake:
    at_us: int
    token: str


@dataclass(frozen=True, slots=True)
class Physical:
    """Something became true in the building: a label hangs out, a parcel slid into a lane."""

    kind: str
    data: dict[str, Any]


Effect = Emit | Wake | Physical


class Machine(Protocol):
    @property
    def addresses(self) -> tuple[str, ...]: ...

    def handle(self, now_us: int, happening: object, /) -> tuple[Effect, ...]:
        """Takes one happening: `Heard`, `Woken`, or one of the machine's own kinds."""
