"""Owns the words between machines, partners and the warehouse, and rows of the outbox."""

from dataclasses import dataclass
from typing import Any, ClassVar

from controller.messages.command import Command, Done
from controller.messages.handheld import ScanReply


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerSeen(Command["Decision"]):
    """A scanner on a belt read `codes` (none: a no-read) on the load unit `tracking`."""

    urgent: ClassVar[bool] = True
    device: str
    codes: tuple[str, ...]
    tracking: str = ""
    deadline_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    lane: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DivertConfirmed(Command[Done]):
    urgent: ClassVar[bool] = True
    device: str
    outbox: int
    lane: str  # where it really went; "" when it missed and recirculates


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRead(Command[ScanReply]):
    """A settled weight at a bench; the bench's worker sees the next screen."""

    device: str
    place: str
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPrinted(Command[Done]):
    device: str
    outbox: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBought(Command[Done]):
    """`reference` is that of the purchase, "" for the parcel's latest; `label` is in base64.

    `master` is the carrier's number of the shipment of which the parcel is a piece.
    """

    personal: ClassVar[tuple[str, ...]] = ("label",)
    parcel: int
    tracking: str
    cost_cents: int
    reference: str = ""
    label: str = ""
    form: str = ""  # zpl, pdf, png
    master: str = ""

    @property
    def whose(self) -> str:
        return f"parcel/{self.parcel}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFault(Command[Done]):
    """A device or its wire failed; `outbox` names the row that it concerns (0: none)."""

    device: str
    fault: str
    detail: str = ""
    outbox: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BeltReported(Command[Done]):
    """A conveyor section's own word; `armed`: a person there allows a start from afar."""

    device: str
    running: bool
    armed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(Command[Done]):
    """The confirm button of a light was pressed: as good as a scan of its slot."""

    device: str
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCarried(Command[Done]):
    """A vehicle has set a pod down where outbox row `outbox` wanted it."""

    device: str
    outbox: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxGivenUp(Command[Done]):
    outbox: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the outbox on its way to a device, carrier, shop or planner."""

    id: int
    topic: str
    payload: dict[str, Any]
    created_ms: int
    expires_ms: int
    attempts: int = 0
