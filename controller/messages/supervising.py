"""Owns the words of leads: what a person at the console may ask for, besides looking."""

from dataclasses import dataclass

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlarm(Command[Done]):
    """The actor takes care of an open alarm; it ends when the device works again."""

    device: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBelt(Command[Done]):
    """A conveyor section that stands is asked to run; it must be armed at its own panel."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBelt(Command[Done]):
    """The flow of goods on a section is stopped; this protects nobody."""

    device: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTour(Command[Done]):
    """A tour stays as it is, whatever a later plan or person would change; False lets go."""

    tour: int
    locked: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOrder(Command[Done]):
    """An order leaves a tour on which nothing of it is picked, and waits.

    No plan starts it until `until_ms`, or until a lead lets it go; 0 sets no time.
    """

    tour: int
    order: str
    reason: str
    until_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LetGoOrder(Command[Done]):
    """An order that was pulled may be planned again."""

    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderJoined:
    """Where an order is picked now: `late_ms` is what others of the tour are late for it."""

    tour: int
    extra_mm: int
    ready_ms: int
    late_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinOrder(Command[OrderJoined]):
    """An order joins a tour that is being walked; `tour` 0 is the one that suits best."""

    order: str
    tour: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrioritiseOrder(Command[Done]):
    """Orders of a higher priority are released first; 0 is the usual one."""

    order: str
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintLabel(Command[Done]):
    """The label of a parcel that is still in the house comes out once more, at its bench."""

    parcel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatJob(Command[Done]):
    """A row of the outbox that was given up goes out again; somebody has looked."""

    outbox: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveUpJob(Command[Done]):
    """Nobody waits any more for a row of the outbox."""

    outbox: int
