"""Owns what each row for a carrier asks of its adapter, and the commands that its answer becomes.

A purchase whose answer is not known is looked up by its reference before it is made again; one
that was given up is looked up before it is called void. It decides nothing about retries.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from api.carriers.adapter import (
    Adapter,
    Booked,
    CarrierError,
    CutShort,
    Declined,
    Label,
    Tracked,
    Unavailable,
    Unusable,
)
from controller.core import Controller
from controller.messages import (
    Command,
    Event,
    LabelBought,
    LabelRefused,
    LabelVoided,
    ManifestAnswered,
    PickupAnswered,
    TrackingReported,
    to_json,
)
from controller.views import carriers, consignments, pickups
from controller.views.pickups import Collection

BUY: Final = "carrier/buy"
VOID: Final = "carrier/void"
TRACK: Final = "carrier/track"
MANIFEST: Final = "carrier/manifest"
PICKUP: Final = "carrier/pickup"

Commands = list[Command[Any]]


@dataclass(slots=True, eq=False)
class Job:
    """A row on its way to a carrier. `unclear`: an earlier try may have been carried out.

    `given_up`: nobody waits for the answer any more; a label that comes is given back. `faults`:
    tries on which a carrier that was up, or on `trial` with this job, stumbled, the first one at
    `since_ms`. `left`: numbers whose news are still to be asked for, where the others' were heard.
    `called_off`: what this pickup takes the place of is booked no more.
    """

    event: Event
    tries: int = 0
    unclear: bool = False
    running: bool = False
    given_up: bool = False
    trial: bool = False
    faults: int = 0
    since_ms: int = 0
    left: tuple[str, ...] = ()
    called_off: bool = False
    pause_s: float = 0.0

    @property
    def buys(self) -> bool:
        return self.event.topic == BUY


def ask(job: Job, adapter: Adapter, controller: Controller) -> Commands:
    """Asks the carrier, in a thread that may wait. Raises: CarrierError."""
    return _ASK[job.event.topic](job, adapter, controller)


def _buy(job: Job, adapter: Adapter, controller: Controller) -> Commands:
    asked, label = job.event.payload, None
    if job.unclear and "find" in adapter.offers:
        label = adapter.find(str(asked["reference"]))
    elif job.unclear and not adapter.repeats:
        raise Declined("unclear", "a label may have been sold: look the reference up")
    label = label or _purchase(asked, adapter, controller)
    return [
        LabelBought(
            id=f"carrier/{job.event.id}",
            actor=adapter.name,
            parcel=int(asked["parcel"]),
            tracking=label.tracking,
            cost_cents=label.cost_cents or int(asked["cost_cents"]),
            reference=str(asked["reference"]),
            label=base64.b64encode(label.data).decode(),
            form=label.form,
            master=label.master,
        )
    ]


def _purchase(asked: Mapping[str, Any], adapter: Adapter, controller: Controller) -> Label:
    with controller.reading() as db:
        parcel = consignments.consignment(
            db, int(asked["parcel"]), str(asked["reference"]), str(asked["service"])
        )
    if parcel is None:
        raise Declined("unknown_parcel", str(asked["parcel"]))
    if parcel.shipment == parcel.reference:
        return adapter.buy(parcel)
    if not parcel.master:
        raise Declined("no_shipment", f"no piece of {parcel.shipment} has been sold")
    return adapter.add(parcel)


def _void(job: Job, adapter: Adapter, controller: Controller) -> Commands:
    asked = job.event.payload
    reference, tracking = str(asked["reference"]), str(asked["tracking"])
    named = {"id": f"carrier/{job.event.id}", "actor": adapter.name, "reference": reference}
    if "shipment" in asked:
        adapter.void_all(reference, tracking)
        shipment = str(asked["shipment"])
        return [LabelVoided(**named, voided=True, tracking=tracking, shipment=shipment)]
    if not tracking:
        tracking = _sold(asked, adapter, controller)
        if not tracking:
            return [LabelVoided(**named, voided=True, detail="none was sold")]
        with controller.reading() as db:
            valid = carriers.valid_reference(db, adapter.name, tracking)
        if valid:
            raise Declined("label_of_another_parcel", f"{tracking} is the label of {valid}")
    adapter.void(reference, tracking)
    return [LabelVoided(**named, voided=True, tracking=tracking)]


def _sold(asked: Mapping[str, Any], adapter: Adapter, controller: Controller) -> str:
    """The number that a purchase which nobody answered has brought about, "" for none."""
    try:
        if "find" in adapter.offers:
            label = adapter.find(str(asked["reference"]))
        elif adapter.repeats and {"parcel", "service"} <= asked.keys():
            label = _purchase(asked, adapter, controller)
        else:
            raise Declined("cannot_be_found", "look the reference up at the carrier")
    except Unusable as error:
        if not error.tracking:
            raise
        return error.tracking
    return label.tracking if label else ""


def _track(job: Job, adapter: Adapter, _controller: Controller) -> Commands:
    """What was heard is told; the rest is asked for next, and not by what failed last first."""
    numbers = job.left or tuple(str(each) for each in job.event.payload["tracking"])
    job.left = ()
    try:
        news = adapter.track(numbers)
    except CutShort as cut:
        news, job.left, job.pause_s = cut.found, cut.left, cut.retry_after_s
    except Unavailable:
        job.left = numbers[1:] + numbers[:1]
        raise
    return [
        TrackingReported.of_carrier(
            f"carrier/{job.event.id}/{_digest(found)}",
            adapter.name,
            found.tracking,
            found.reports,
        )
        for found in news
        if found.reports
    ]


def _digest(found: Tracked) -> str:
    """Other news after a repeat of the question are told anew, the same ones are not."""
    return hashlib.sha256(to_json(found)).hexdigest()[:16]


def _manifest(job: Job, adapter: Adapter, controller: Controller) -> Commands:
    departure = int(job.event.payload["departure"])
    with controller.reading() as db:
        announced = consignments.announcement(db, departure, adapter.name)
    if announced is None:
        raise Declined("unknown_departure", str(departure))
    number = adapter.manifest(announced)
    return [
        ManifestAnswered(
            id=f"carrier/{job.event.id}",
            actor=adapter.name,
            departure=departure,
            carrier=adapter.name,
            accepted=True,
            number=number,
        )
    ]


def _pickup(job: Job, adapter: Adapter, controller: Controller) -> Commands:
    """What was booked before is called off first; then it is booked anew, if anything is there."""
    asked = job.event.payload
    if job.unclear and not adapter.repeats:
        raise Declined("unclear", "a pickup may be booked: ask the carrier")
    if controller.clock.now_ms() > int(asked["latest_ms"]):
        raise Declined("too_late", "the departure is over")
    with controller.reading() as db:
        place, utc_offset_ms = pickups.place(db)
    names = ("reference", "carrier", "ready_ms", "latest_ms", "parcels", "mass_g", "replaces")
    known = {name: asked[name] for name in names}
    collection = Collection(place=place, utc_offset_ms=utc_offset_ms, **known)
    if collection.replaces and not job.called_off:
        adapter.cancel_pickup(collection)
        job.called_off = True
    booked = adapter.pickup(collection) if collection.parcels else Booked(number="")
    return [
        PickupAnswered(
            id=f"carrier/{job.event.id}",
            actor=adapter.name,
            reference=collection.reference,
            outcome="booked" if collection.parcels else "cancelled",
            number=booked.number,
            from_ms=booked.from_ms,
            until_ms=booked.until_ms,
        )
    ]


_ASK: Final[Mapping[str, Callable[[Job, Adapter, Controller], Commands]]] = {
    BUY: _buy,
    VOID: _void,
    TRACK: _track,
    MANIFEST: _manifest,
    PICKUP: _pickup,
}


def refused(job: Job, error: CarrierError) -> Commands:
    """What a definite no means, or no answer after all patience."""
    asked = job.event.payload
    sold = error.tracking if isinstance(error, Unusable) else ""
    named: dict[str, Any] = {
        "id": f"carrier/{job.event.id}/refused{'/' if sold else ''}{sold}",
        "actor": str(asked["carrier"]),
        "detail": error.detail,
    }
    if job.event.topic == BUY:
        unclear = job.unclear or isinstance(error, Unusable)
        named |= {"why": error.why, "unclear": unclear, "tracking": sold}
        named |= {"declined": isinstance(error, Declined)}
        return [LabelRefused(**named, reference=str(asked["reference"]))]
    if job.event.topic == VOID:
        named |= {"reference": str(asked["reference"]), "tracking": str(asked["tracking"])}
        named |= {"shipment": str(asked.get("shipment", ""))}
        return [LabelVoided(**named | {"detail": str(error)}, voided=False)]
    if job.event.topic == MANIFEST:
        named |= {"departure": int(asked["departure"]), "carrier": str(asked["carrier"])}
        return [ManifestAnswered(**named | {"detail": str(error)}, accepted=False)]
    if job.event.topic == PICKUP:
        named |= {"reference": str(asked["reference"]), "why": error.why}
        named |= {"number": "" if job.called_off else str(asked["replaces"])}
        return [PickupAnswered(**named, outcome="refused")]
    return []
