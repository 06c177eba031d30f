"""Owns the words between carriers and the warehouse: labels, manifests, and news of parcels."""

from dataclasses import dataclass
from typing import ClassVar, Final

from controller.messages.command import Command, Done

OF_CARRIER: Final = "carrier"  # words of no parcel are erased by age


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingReport:
    """`status` is one of ours, or "" for a word of the carrier that nobody has mapped yet."""

    status: str
    at_ms: int
    place: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingReported(Command[Done]):
    """What a carrier says of the parcel with this tracking number; a repeat adds nothing.

    `said`: the (place, words) of each report, which may name somebody; see `of_carrier`.
    """

    personal: ClassVar[tuple[str, ...]] = ("said",)
    tracking: str
    carrier: str
    reports: tuple[TrackingReport, ...]
    said: tuple[tuple[str, str], ...] = ()

    @property
    def whose(self) -> str:
        return f"tracking/{self.carrier}/{self.tracking}"

    @classmethod
    def of_carrier(
        cls, id: str, carrier: str, tracking: str, reports: tuple[TrackingReport, ...]
    ) -> "TrackingReported":
        """With the free words of a carrier apart, so that the journal keeps none of them."""
        return cls(
            id=id,
            actor=carrier,
            tracking=tracking,
            carrier=carrier,
            reports=tuple(TrackingReport(status=r.status, at_ms=r.at_ms) for r in reports),
            said=tuple((r.place, r.words) for r in reports),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierTerms:
    """`offers`: buy, add (a piece), find, void, void_all (pieces at once), track, tell (it reports
    by itself), manifest, rate, validate, pickup, cancel_pickup.

    A pickup is booked `ahead_ms` before it leaves (0: it comes without), and may come `window_ms`
    before.
    """

    name: str
    offers: tuple[str, ...]
    dearer_percent: int = 10
    elsewhere_percent: int = 200  # so much more another may cost, where it sells no label
    stuck_days: int = 3
    ahead_ms: int = 0
    window_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectCarriers(Command[Done]):
    """These carriers are connected from now on, and no others."""

    carriers: tuple[CarrierTerms, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierState(Command[Done]):
    """A carrier does not answer any more, or does again.

    `trial`: it is asked again, and nobody knows yet whether it answers.
    """

    personal: ClassVar[tuple[str, ...]] = ("why",)
    carrier: str
    down: bool
    why: str = ""
    trial: bool = False

    @property
    def whose(self) -> str:
        return OF_CARRIER


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRefused(Command[Done]):
    """No label comes of this purchase. `unclear`: the carrier may have sold one nevertheless.

    `declined`: the carrier has said no. `tracking` is that of a label that was sold and cannot be
    used.
    """

    personal: ClassVar[tuple[str, ...]] = ("detail",)
    reference: str
    why: str
    detail: str = ""
    unclear: bool = False
    declined: bool = False
    tracking: str = ""

    @property
    def whose(self) -> str:
        return f"label/{self.reference}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelVoided(Command[Done]):
    """A carrier took a label back, or has none; or refuses to (`voided` is false).

    Of a `shipment` all pieces were to be given back at once.
    """

    personal: ClassVar[tuple[str, ...]] = ("detail",)
    reference: str
    voided: bool
    tracking: str = ""
    detail: str = ""
    shipment: str = ""

    @property
    def whose(self) -> str:
        return f"label/{self.reference}"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidLabel(Command[Done]):
    """The label of a parcel that is still here is not to be used."""

    parcel: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidShipment(Command[Done]):
    """No label of a shipment of several pieces, all of them still here, is to be used."""

    shipment: str
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

    personal: ClassVar[tuple[str, ...]] = ("detail",)
    departure: int
    carrier: str
    accepted: bool
    number: str = ""
    detail: str = ""

    @property
    def whose(self) -> str:
        return OF_CARRIER


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupAnswered(Command[Done]):
    """What a carrier says to a pickup; `outcome`: booked, refused, cancelled.

    `number` is its confirmation (of a refusal, what is booked all the same), and it comes between
    `from_ms` and `until_ms` (0: not said).
    """

    personal: ClassVar[tuple[str, ...]] = ("detail",)
    reference: str
    outcome: str
    number: str = ""
    from_ms: int = 0
    until_ms: int = 0
    why: str = ""
    detail: str = ""

    @property
    def whose(self) -> str:
        return OF_CARRIER


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePickup(Command[Done]):
    """A person has called a carrier: it comes for the next departure, or no more."""

    carrier: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleCase(Command[Done]):
    """What a person did about a parcel under way: contacted, reshipped, claimed, closed."""

    case: int
    step: str
    reason: str
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a carrier grants and wants.

    From so many parcels of a `period` (day, week, month) on, a tier takes hundredths of a percent
    off the base price; each parcel under `parcels_min` costs `missing_cents`. It takes `daily_max`
    parcels a day (0: any number), and a pickup takes so many at once.
    """

    carrier: str
    period: str = "day"
    tiers: tuple[tuple[int, int], ...] = ()
    parcels_min: int = 0
    missing_cents: int = 0
    daily_max: int = 0
    pickups: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A shop (or "" for all) would pay `penalty_cents` to avoid a service, or never takes it.

    `name` is a service, or a carrier with all of its services.
    """

    name: str
    shop: str = ""
    penalty_cents: int = 0
    barred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpContracts(Command[Done]):
    """The contracts of the site from now on; one that is not named has ended."""

    contracts: tuple[Contract, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpPreferences(Command[Done]):
    """What shops prefer from now on; what is not named is over."""

    preferences: tuple[Preference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChoice:
    """The service planned for a parcel that has no label yet; "": every pickup is full."""

    parcel: int
    service: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCarriers(Command["CarriersApplied"]):
    """Planned services; the handler drops those of parcels that have moved on."""

    plan: int
    choices: tuple[ServiceChoice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriersApplied:
    """How many services were set, and which parcels were dropped, with the reason."""

    applied: int
    dropped: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierOutlook:
    """What a carrier will have got of a cut-off, by the plan.

    `tier` and `next_tier` are hundredths of a percent; the next is reached by `next_parcels` in
    all, 0 where there is none. `most` of 0 is any number. `charge_cents` is what one parcel more
    costs beside its price, or under 0 saves, as it keeps the carrier within its limits or tier.
    """

    carrier: str
    sent: int
    planned: int
    expected: int
    cost_cents: int
    tier: int
    next_parcels: int
    next_tier: int
    most: int
    charge_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupOutlook:
    """How full a pickup will be, by the plan, and what one parcel more costs beside its price."""

    pickup: str
    carrier: str
    most: int
    sent: int
    planned: int
    expected: int
    charge_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCarriers(Command[Done]):
    """A plan's word on itself: all costs are of the whole cut-off, with what is expected yet.

    `greedy_cents` is what the cheapest service first would cost; no plan costs less than
    `bound_cents`.
    """

    plan: int
    leaves_ms: int
    cost_cents: int
    greedy_cents: int
    bound_cents: int
    parcels: int
    expected: int
    left_out: int
    late: int
    carriers: tuple[CarrierOutlook, ...]
    pickups: tuple[PickupOutlook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetParcelService(Command[Done]):
    """A lead sets the service of a parcel that has no label yet; "" leaves it to the plan."""

    parcel: int
    service: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarCarrier(Command[Done]):
    """A carrier does not come until `until_ms` (0: the site's midnight), or comes after all."""

    carrier: str
    barred: bool = True
    until_ms: int = 0
    reason: str = ""
