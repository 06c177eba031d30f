"""Owns the words between carriers and the warehouse: labels, manifests, and news of parcels."""

from dataclasses import dataclass

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingReport:
    """`status` is one of ours, or "" for a word of the carrier that nobody has mapped yet."""

    status: str
    at_ms: int
    place: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingReported(Command[Done]):
    """What a carrier says of the parcel with this tracking number; a repeat adds nothing."""

    tracking: str
    carrier: str
    reports: tuple[TrackingReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierTerms:
    """`offers`: buy, find, void, track, tell (it reports by itself), manifest, rate, validate."""

    name: str
    offers: tuple[str, ...]
    dearer_percent: int = 10
    stuck_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectCarriers(Command[Done]):
    """These carriers are connected from now on, and no others."""

    carriers: tuple[CarrierTerms, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierState(Command[Done]):
    """A carrier does not answer any more, or does again."""

    carrier: str
    down: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRefused(Command[Done]):
    """No label comes of this purchase. `unclear`: the carrier may have sold one nevertheless.

    `tracking` is that of a label that was sold and cannot be used.
    """

    reference: str
    why: str
    detail: str = ""
    unclear: bool = False
    tracking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelVoided(Command[Done]):
    """A carrier took a label back, or has none; or refuses to (`voided` is false)."""

    reference: str
    voided: bool
    tracking: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidLabel(Command[Done]):
    """The label of a parcel that is still here is not to be used."""

    parcel: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelabelParcel(Command[Done]):
    """A parcel that is still here gets another label; the one before is voided."""

    parcel: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeNumber(Command["NumberTaken"]):
    """The next number of a range that a carrier gave us; none is taken twice."""

    carrier: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTaken:
    number: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestAnswered(Command[Done]):
    """A carrier has taken the announcement of a departure's parcels, or refuses it."""

    departure: int
    carrier: str
    accepted: bool
    number: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleCase(Command[Done]):
    """What a person did about a parcel under way: contacted, reshipped, claimed, closed."""

    case: int
    step: str
    reason: str
    ref: str = ""
