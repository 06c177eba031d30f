"""Owns the words of set-up: what the warehouse consists of."""

from dataclasses import dataclass
from typing import ClassVar

from controller.messages.command import Command, Done


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
    storage: str = ""  # how it must be kept: frozen, hazard, ...; "" is as usual
    goods: str = ""  # what may be kept apart from other goods: food, chemicals, ...
    flat: bool = False  # lies on its largest side
    hazardous: bool = False
    own_carton: bool = False  # ships as it is
    load_max_g: int = -1  # what may rest on a unit; -1: anything, 0: nothing
    hs_code: str = ""  # what customs asks: the code of its kind, where it was made, what it is
    origin_country: str = ""
    customs_words: str = ""
    un_number: str = ""  # dangerous goods: UN3481 and its like, and what is said of them
    danger_class: str = ""  # 2.1, 3, 9, ...; that of lithium batteries is known
    packing_group: str = ""  # I, II, III
    shipping_name: str = ""  # the proper one; that of lithium batteries is known
    lithium: str = ""  # alone, packed_with or contained_in (equipment)
    lithium_cell: bool = False  # a single cell; else a battery
    watt_hours: int = 0  # of the largest lithium ion battery
    lithium_mg: int = 0  # of the largest lithium metal battery
    limited_quantity: bool = False
    inner_max: int = 0  # what its entry allows for an inner packaging, in the unit of the net
    net_g: int = 0  # what a unit holds of it; of a liquid net_ml
    net_ml: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A spot in the building; `aisle`, `block`, `y_mm` put it on the walking grid.

    `height_mm` is that of its level above the floor, `storage` what it is made for (frozen,
    hazard, ...); 0 and "" say nothing. On a floor with a layout, `way` names
    its way and `y_mm` counts from the start of it; a `zone` of "" is that of the way.
    """

    name: str
    # pick, reserve, dock, bench, buffer, belt, lane, freight, returns, put_back, wall, hand_over,
    # station (goods come to it), pod (a bin on a pod), spot (where a pod stands),
    # supplies (cartons to ship in)
    kind: str
    aisle: int = 0
    block: int = 0
    y_mm: int = 0
    volume_ml: int = 0
    mass_max_g: int = 0
    height_mm: int = 0
    storage: str = ""
    way: str = ""
    zone: str = ""
    pod: str = ""  # the pod, or tote, on which this bin is


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    badge: str
    role: str = "picker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    lpn: str
    # tote, cage, cart (for totes), truck (for cages), slot (of a wall or station), pod,
    # carton (a plate for one)
    kind: str
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
    outer_length_mm: int = 0  # outer measures of 0: as inside
    outer_width_mm: int = 0
    outer_height_mm: int = 0
    flexible: bool = False  # an envelope or bag: the height is what it may swell to


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingService:
    """One service of a carrier; countries `("*",)` are all, capacity 0 and divisor 0 are off.

    A service that a rate card prices has its prices and transit days from there. Times of day are
    milliseconds after local midnight; `pickups_ms` and `delivery_days` of () are every day, and
    then the vehicle leaves when the site's does. Measures and values of 0 limit nothing.
    """

    code: str
    carrier: str
    countries: tuple[str, ...]
    base_cents: int
    per_kg_cents: int
    divisor_cm3_per_kg: int
    mass_max_g: int
    girth_max_mm: int
    transit_days: int
    lane: str = ""
    capacity: int = 0
    pickup: str = ""  # services with the same one share a vehicle; "": its own
    pickups_ms: tuple[int, ...] = ()  # when it leaves, Monday to Sunday; -1: not that day
    delivery_days: tuple[int, ...] = ()  # 0 is Monday; transit days count these days alone
    arrives_by_ms: int = 72_000_000
    mass_min_g: int = 0
    length_max_mm: int = 0  # the longest side, the second, the third
    width_max_mm: int = 0
    height_max_mm: int = 0
    length_min_mm: int = 0
    width_min_mm: int = 0
    hazardous: bool = True  # takes hazardous goods
    dangers: tuple[str, ...] = ("*",)  # which: LQ, classes, lithium sections; * is all
    po_box: bool = True  # delivers to PO boxes
    insured_max_cents: int = 0
    pieces_max: int = 0  # of one shipment; 0 and 1: each parcel is one
    per: str = "piece"  # what the base price is for: each piece, or the mass of a "shipment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The figures that a site chooses; times of day are milliseconds after local midnight."""

    node: str = "main"
    country: str = "GB"  # where parcels come from
    postcode: str = ""
    currency: str = "GBP"  # that of all cents
    gs1_prefix: str = ""
    utc_offset_ms: int = 0
    cutoff_ms: int = 18 * 3_600_000
    departure_ms: int = 21 * 3_600_000
    aisles: int = 10
    block_lengths_mm: tuple[int, ...] = (20_000,)
    aisle_pitch_mm: int = 3_500
    depot_aisle: int = 0
    narrow_aisles: bool = False  # one cart at a time fits into a block of an aisle
    wip_orders_max: int = 200  # started and not packed yet: no parcel that waits for a vehicle
    zone_picks_max: int = 0  # orders wait while a zone of theirs has so many open picks; 0: none
    plan_every_ms: int = 300_000
    carriers_every_ms: int = 900_000  # carriers of all parcels are planned so often
    # parcels whose orders come until the cut-off: Monday to Sunday, on a site too new to know its
    # weekdays; and on days known beforehand, such as ("2026-11-27", 900)
    expected_parcels: tuple[int, ...] = ()
    expected_on: tuple[tuple[str, int], ...] = ()
    release: str = "waveless"  # or in waves: every, cut_off, aisles
    wave_every_ms: int = 3_600_000  # every: from local midnight on
    wave_lead_ms: int = 7_200_000  # cut_off, aisles: what is due within goes now
    wave_units_min: int = 100  # aisles: a wave waits for so many units
    wave_units_max: int = 1_000
    pool_carts: int = 0  # so many carts full wait for company while all are on time; 0: none waits
    walk_mm_s: int = 1_000
    stop_ms: int = 10_000  # a picker's time at a bin
    tour_ms: int = 60_000  # and around a tour: cart, totes, setting down
    tote_volume_ml: int = 55_000
    tote_mass_max_g: int = 20_000
    cage_volume_ml: int = 900_000
    cage_mass_max_g: int = 350_000
    cart_slots: int = 12
    slot_length_mm: int = 600  # the room of one slot of a cart; slots stand along their width
    slot_width_mm: int = 400
    slot_height_mm: int = 400
    pick_to_carton: bool = False  # orders are picked into their shipping cartons
    layering_percent: int = 5  # how much longer a tour may be so that cartons fill from the bottom
    lights: tuple[str, ...] = ()  # walls and stations whose slots have lights
    pod_carrier: str = ""  # the device that brings pods to stations; "": people do
    singles_tote_orders: int = 30
    case_units_min: int = 12  # packs of so many units are picked whole from reserve; 0: none
    wall_units_max: int = 10  # orders of 2 to so many units are sorted at a put wall; 0: none
    heavy_unit_g: int = 3_000  # units of so much lie below all others in a tote; 0: none
    cold_storages: tuple[str, ...] = ("frozen",)  # storages whose goods are fetched last
    precedence_mm: int = 15_000  # what a tour may walk more for each pick out of turn; 0: nothing
    apart: tuple[tuple[str, str], ...] = ()  # goods that share no carton, tote or cart
    # a shop named here ships in these cartons alone, a carrier named here takes them alone
    channel_cartons: tuple[tuple[str, tuple[str, ...]], ...] = ()
    carrier_cartons: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cartons_min: int = 20  # a counted carton of which so few are left raises an alarm
    hazardous_max: int = 0  # hazardous units that share a carton; 0: any number
    void_cents_per_l: int = 0  # what fills the voids of a carton
    void_g_per_l: int = 0
    weight_window_percent: int = 5
    weight_window_g: int = 30
    count_from_units: int = 4
    zero_check: bool = False  # the picker says whether a bin that the books empty is empty
    recirculations_max: int = 3
    insure_from_cents: int = 0  # parcels whose goods are worth so much are insured; 0: none is
    split_cents: int = 100  # what a further parcel of an order costs beside its freight
    replenish_percent: int = 30
    tariff_base_cents: int = 395
    tariff_per_kg_cents: int = 62
    company: str = ""  # the sender on papers, where a shop does not say
    street: str = ""
    city: str = ""
    eori: str = ""
    public_url: str = ""  # where customers reach the tracking page
    # countries that goods reach without customs papers, EU for all of it; (): no papers at all
    customs_free: tuple[str, ...] = ()
    erase_after_days: int = 0  # who the customers of orders were, once over for so long; 0: kept
    sdr_cents: int = 106  # of a special drawing right: up to 300 a CN22 will do
    eur_ppm: int = 0  # what a euro is in the currency, where that is another; 0: not said


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpSite(Command[Done]):
    settings: SiteSettings
    cartons: tuple[CartonType, ...] = ()
    services: tuple[ShippingService, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCartons(Command[Done]):
    cartons: tuple[CartonType, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonRule:
    """A channel (a shop) or a carrier takes these cartons alone; none: it takes all."""

    kind: str  # channel, carrier
    name: str
    cartons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCartonRules(Command[Done]):
    rules: tuple[CartonRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCartons(Command[Done]):
    """So many cartons of a type are at a place; -1: they are not counted any more.

    Place "" is where they are counted already, or usually are.
    """

    carton: str
    on_hand: int
    place: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyCartons(Command[Done]):
    """A place with fewer cartons than `units_min` is refilled to `units_max`; 0: not any more.

    Place "" is the house: at `units_min` an alarm says to order more, 0 is as the site says.
    """

    carton: str
    place: str
    units_min: int
    units_max: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCartonFill(Command[Done]):
    """Plans fill a carton of this type to so much of its height; 100: to the lid."""

    carton: str
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureItem(Command[Done]):
    """An item measures this as it is packed; parcels that nobody has begun are planned anew."""

    sku: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoMeasurement(Command[Done]):
    """The item measures what it did before."""

    measurement: int


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
