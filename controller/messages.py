"""Owns the vocabulary: every command, its reply, and the screen that a worker sees.

A command is the only way to change the warehouse. Its `id` is made by the sender and is sent
again unchanged until an answer arrives; a message is plain frozen data, so the same bytes serve
HTTP, MQTT, the journal and the simulator.
"""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

R = TypeVar("R")
Fields = dict[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Generic[R]):
    """What somebody asks for.

    `personal` names the fields that hold personal data: the journal stores their digest only.
    """

    personal: ClassVar[tuple[str, ...]] = ()
    urgent: ClassVar[bool] = False

    id: str
    actor: str = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The plain yes."""

    note: str = ""


# --- set-up: what the warehouse consists of --------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    sku: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    barcodes: tuple[tuple[str, int], ...] = ()  # (code, units per scan)
    upright: bool = False
    fragile: bool = False
    lot_tracked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in the building; `aisle`, `block`, `y_mm` put it on the walking grid."""

    name: str
    kind: str  # pick, reserve, dock, bench, buffer, belt, lane, freight, returns, put_back
    aisle: int = 0
    block: int = 0
    y_mm: int = 0
    volume_ml: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    badge: str
    role: str = "picker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    lpn: str
    kind: str  # tote, cage, cart (carries totes), truck (carries cages), carton
    place: str
    volume_ml: int = 0
    mass_max_g: int = 0
    slots: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonType:
    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_g: int
    mass_max_g: int
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingService:
    code: str
    carrier: str
    countries: tuple[str, ...]
    base_cents: int
    per_kg_cents: int
    divisor_cm3_per_kg: int
    mass_max_g: int
    girth_max_mm: int
    transit_days: int
    lane: str
    capacity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The figures that a site chooses; times of day are milliseconds after local midnight."""

    node: str = "main"
    gs1_prefix: str = ""
    utc_offset_ms: int = 0
    cutoff_ms: int = 18 * 3_600_000
    departure_ms: int = 21 * 3_600_000
    aisles: int = 10
    block_lengths_mm: tuple[int, ...] = (20_000,)
    aisle_pitch_mm: int = 3_500
    depot_aisle: int = 0
    wip_orders_max: int = 200
    plan_every_ms: int = 300_000
    tote_volume_ml: int = 55_000
    tote_mass_max_g: int = 20_000
    cage_volume_ml: int = 900_000
    cage_mass_max_g: int = 350_000
    cart_slots: int = 12
    singles_tote_orders: int = 30
    weight_window_percent: int = 5
    weight_window_g: int = 30
    count_from_units: int = 4
    recirculations_max: int = 3
    replenish_percent: int = 30
    tariff_base_cents: int = 395
    tariff_per_kg_cents: int = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpSite(Command[Done]):
    settings: SiteSettings
    cartons: tuple[CartonType, ...] = ()
    services: tuple[ShippingService, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportItems(Command[Done]):
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlaces(Command[Done]):
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportWorkers(Command[Done]):
    """`names` are personal data, in the order of `workers`."""

    personal: ClassVar[tuple[str, ...]] = ("names",)
    workers: tuple[Worker, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportContainers(Command[Done]):
    containers: tuple[Container, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    sku: str
    place: str
    qty: int
    lot: str = ""
    expiry_ms: int = 0
    owner: str = ""
    status: str = "available"
    face: bool = False  # makes this place the pick face of the SKU
    face_max: int = 0  # units that a full pick face holds


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStock(Command[Done]):
    """Opening balances: movements from the virtual place of adjustments."""

    lines: tuple[StockLine, ...]


# --- orders ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    line: int
    sku: str
    qty: int
    price_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Personal data of one order; the order itself keeps country and postcode only."""

    name: str = ""
    street: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command["OrderPlaced"]):
    personal: ClassVar[tuple[str, ...]] = ("recipient",)
    shop: str
    number: str
    lines: tuple[OrderLine, ...]
    revision: int = 0
    country: str = "GB"
    postcode: str = ""
    recipient: Recipient = field(default_factory=Recipient)
    priority: int = 0
    owner: str = ""
    due_ms: int = 0  # 0: the next departure whose cut-off this order meets
    hold_ms: int = 0  # > 0: unpaid; the promise lapses after this time unless PayOrder comes


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    order: str
    promised_units: int
    backordered_units: int
    due_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOrder(Command[Done]):
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrder(Command["OrderPlaced"]):
    """Sets the wanted quantity of lines; lines that are not named stay as they are."""

    order: str
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Command["OrderCancelled"]):
    """Cancels quantities of an order, or all of it when `lines` is empty."""

    order: str
    reason: str = "customer"
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled:
    order: str
    cancelled_units: int
    too_late_units: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceReturn(Command["ReturnAnnounced"]):
    """A customer sends goods back; `order` may be empty where the sale is older than the data."""

    number: str
    lines: tuple[OrderLine, ...]
    order: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAnnounced:
    rma: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceReceipt(Command[Done]):
    """An advance shipping notice of a supplier."""

    asn: str
    lines: tuple[OrderLine, ...]
    expected_ms: int = 0


# --- planning --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPick:
    """One visit of a tour: `qty` units of one order line from one place into one load."""

    order: str
    line: int
    sku: str
    place: str
    qty: int
    load: int  # index into PlannedTour.loads


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedParcel:
    order: str
    carton: str
    contents: tuple[tuple[int, int], ...]  # (line, qty)
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLoad:
    """What goes into one tote (or cage): parcels of one order, or many one-unit orders."""

    container: str  # tote, cage
    parcels: tuple[PlannedParcel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyTour(Command["TourApplied"]):
    """A planned tour; the handler checks each pick again and drops what no longer holds."""

    kind: str  # cluster, singles, bulk
    loads: tuple[PlannedLoad, ...]
    picks: tuple[PlannedPick, ...]
    length_mm: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TourApplied:
    tour: int
    picks: int
    dropped: tuple[tuple[str, int, str], ...] = ()  # (order, line, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainWaiting(Command[Done]):
    """A plan's word on orders that it could not start: (order, reason)."""

    orders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer(Command[Done]):
    timer: int


# --- handheld --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One instruction as data; the same for pages, JSON clients, simulated people and tests.

    `at` is the place to go to, `target` the code expected to be scanned there, `expects` the
    classes of scan that move on, `buttons` the command codes on offer.
    """

    workflow: str
    step: str
    version: int
    expects: tuple[str, ...] = ()
    at: str = ""
    target: str = ""
    fields: Fields = field(default_factory=dict)
    buttons: tuple[str, ...] = ()
    last: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReply:
    screen: Screen
    message: str  # a key of the words file
    tone: str  # ok, warn, error
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn(Command[ScanReply]):
    """Opens or resumes a worker's session; the edge has checked who it is."""

    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut(Command[Done]):
    badge: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Command[ScanReply]):
    """One scan, key-pad entry or button of a signed-in worker.

    `version` is that of the screen that the worker saw; `after` names the scan before this one
    when the handheld sends a queue that it kept while it was offline.
    """

    worker: str
    version: int
    raw: str
    symbology: str = ""
    after: str = ""


# --- devices ---------------------------------------------------------------------------------


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
    parcel: int
    tracking: str
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFault(Command[Done]):
    """A device or its wire failed; `outbox` names the row that it concerns (0: none)."""

    device: str
    fault: str
    detail: str = ""
    outbox: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxGivenUp(Command[Done]):
    outbox: int
    reason: str


# --- outbox rows, as deliverers and drivers see them -----------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of the outbox on its way to a device, carrier, shop or planner."""

    id: int
    topic: str
    payload: dict[str, Any]
    created_ms: int
    expires_ms: int
    attempts: int = 0


COMMANDS: dict[str, type[Command[Any]]] = {
    name: kind
    for name, kind in list(globals().items())
    if isinstance(kind, type) and issubclass(kind, Command) and kind is not Command
}

_encode = msgspec.json.Encoder().encode


def to_json(message: object) -> bytes:
    """The message as JSON bytes, equal for equal messages (fields in order of declaration)."""
    return _encode(message)


def from_json(payload: bytes | str, kind: type[R]) -> R:
    """The message of `kind` in `payload`. Raises: msgspec.ValidationError naming the field."""
    return msgspec.json.decode(payload, type=kind)


def without_personal(command: Command[Any], mark: str) -> dict[str, Any]:
    """The command as a plain mapping in which `mark` stands for the personal fields."""
    return {
        each.name: mark if each.name in command.personal else getattr(command, each.name)
        for each in fields(command)
    }
