"""Owns the route by which shops ask at checkout what shipping costs, and when it arrives."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import Field, model_validator

from api import advice
from api.callers import Caller, needs, only
from api.fields import NO_CONTROLS, Count, Said, Time, Told
from api.routes.quotes import UNITS_MAX, Effort, Wanted
from api.solved import quoted
from controller.errors import LimitReached
from controller.plan import cartonizing as planner
from controller.plan.rates.advising import Price, Threshold
from controller.plan.rating import Parcel
from controller.plan.together import Shipment
from controller.store import Db
from controller.workflows.carriers import advising, offering
from controller.workflows.carriers.insuring import Prices
from controller.workflows.packing import cartonizing

router = APIRouter(prefix="/api/shipping", tags=["shipping"])
Asker = Annotated[Caller, needs("picker", "orders", by=("shop", "owner"))]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["GB"])]
Postcode = Annotated[str, Field(max_length=20, pattern=NO_CONTROLS)]
Side = Annotated[int, Field(ge=1, le=20_000, description="Millimetres.")]
Owner = Annotated[Caller, needs("lead", "export")]
Cents = Annotated[int, Field(ge=1, le=1_000_000_000)]
PARCELS_MAX: Final = 100
ADVISED_MAX: Final = 1_000
_WORTH: Final = {"value_cents", "goods_cents"}
INSURED: Final = "To be insured for; not said: as the site insures such goods."


class Box(Said):
    """A parcel as it measures outside."""

    length_mm: Side
    width_mm: Side
    height_mm: Side
    mass_g: Annotated[int, Field(ge=1, le=10_000_000)]
    value_cents: Annotated[Count | None, Field(description=INSURED)] = None
    goods_cents: Annotated[Count, Field(description="What its goods are worth.")] = 0
    hazardous: bool = False


class Priced(Wanted):
    """Wanted goods as they are sold."""

    price_cents: Annotated[Count, Field(description="Of a unit; for insurance.")] = 0


class Shipping(Said):
    """Items of a cart, or parcels, or an order that exists; an order has its own address."""

    items: Annotated[list[Priced], Field(max_length=200)] = []
    parcels: Annotated[list[Box], Field(max_length=PARCELS_MAX)] = []
    order: Annotated[str, Field(max_length=200, pattern=NO_CONTROLS)] = ""
    country: Country = "GB"
    postcode: Postcode = ""
    residential: bool = False
    po_box: bool = False
    value_cents: Annotated[Count | None, Field(description=f"All items. {INSURED}")] = None
    shop: Annotated[str, Field(max_length=100)] = ""
    owner: Annotated[str, Field(max_length=100)] = ""
    ready_ms: Annotated[Time, Field(description="When it is packed; 0: now.")] = 0
    arrive_by_ms: Annotated[Time, Field(description="0: whenever.")] = 0
    effort: Effort = Effort.FAST

    @model_validator(mode="after")
    def one_of_three(self) -> "Shipping":
        if sum(map(bool, (self.items, self.parcels, self.order))) != 1:
            raise ValueError("say items, or parcels, or an order: one of the three")
        if self.parcels and self.value_cents is not None:
            raise ValueError("value_cents is of all items: say it of each of the parcels")
        return self


class Line(Told):
    what: str
    cents: int


class ParcelPrice(Told):
    """The sum of the lines is the cost."""

    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    insured_cents: int
    cost_cents: int
    lines: list[Line]


class ShippingOffer(Told):
    """`saved_cents`: spared as its parcels are pieces of one shipment, and in the cost already."""

    service: str
    carrier: str
    cost_cents: int
    saved_cents: int
    leaves_ms: int
    arrives_ms: int
    parcels: list[ParcelPrice]


class NotOffered(Told):
    service: str
    why: str


class Unpackable(Told):
    item: str
    why: str


class Offers(Told):
    """Offers from the cheapest on; `unpackable` items fit no carton, and nothing is offered."""

    currency: str
    offers: list[ShippingOffer]
    not_offered: list[NotOffered]
    unpackable: list[Unpackable]


class Advice(Told):
    """Prices by zone and mass, thresholds with their effect, and what the figures rest on."""

    currency: str
    orders: int
    margin_cents: int
    prices: list[Price]
    thresholds: list[Threshold]
    left_out: dict[str, int]
    assumed: list[str]


@router.get("/advice")
async def shipping_advice(
    caller: Owner,
    orders: Annotated[int, Query(ge=1, le=ADVISED_MAX, description="The latest ones.")] = 200,
    margin_percent: Annotated[int, Query(ge=0, le=100, description="Of prices of goods.")] = 40,
    threshold: Annotated[list[Cents] | None, Query(max_length=20)] = None,
) -> Advice:
    """What to charge for shipping by zone and mass, and what free shipping would cost.

    From the latest orders, each packed and priced by itself. Nothing is foretold of buyers.
    """
    sold = await caller.read(advising.sold, orders)
    known = advising.Costs(margin_percent=margin_percent)
    now_ms = caller.runtime.clock.now_ms()
    told = await caller.read(advising.advise, sold, known, now_ms, tuple(threshold or ()))
    return Advice(**advice.as_fields(told, margin_percent))


@router.post("/quote")
async def shipping_quote(given: Shipping, caller: Asker) -> Offers:
    """What each service asks and when it arrives, and why each other one is not offered.

    Items are packed as the packing quote would. Nothing is reserved or kept.
    """
    to = Parcel(
        length_mm=0,
        width_mm=0,
        height_mm=0,
        mass_g=0,
        country=given.country,
        postcode=given.postcode,
        owner=only(caller.who, "owner", given.owner) or "",
        value_cents=given.value_cents or 0,
        po_box=given.po_box,
        residential=given.residential,
        ready_ms=given.ready_ms or caller.runtime.clock.now_ms(),
        arrive_by_ms=given.arrive_by_ms,
    )
    unpackable: list[Unpackable] = []
    if given.parcels:
        parcels = await caller.read(_as_measured, given, to)
    else:
        parcels, unpackable = await _packed(given, caller, to)
    if unpackable:
        return Offers(currency="", offers=[], not_offered=[], unpackable=unpackable)
    shipments, refusals, currency = await caller.read(offering.offers, parcels)
    return Offers(
        currency=currency,
        offers=[_offer(each, parcels) for each in shipments],
        not_offered=[NotOffered(service=each.service, why=each.why) for each in refusals],
        unpackable=[],
    )


def _as_measured(db: Db, given: Shipping, to: Parcel) -> tuple[Parcel, ...]:
    """Parcels insured for what they say, else as the site insures their goods."""
    boxes = [replace(to, **each.model_dump(exclude=_WORTH)) for each in given.parcels]
    by_worth = offering.insured(db, boxes, [each.goods_cents for each in given.parcels])
    return tuple(
        parcel if box.value_cents is None else replace(parcel, value_cents=box.value_cents)
        for parcel, box in zip(by_worth, given.parcels, strict=True)
    )


async def _packed(
    given: Shipping, caller: Caller, to: Parcel
) -> tuple[tuple[Parcel, ...], list[Unpackable]]:
    """The parcels that a cart or an order is packed into, and what fits no carton."""
    shop = only(caller.who, "shop", given.shop or None)
    wants = tuple(
        cartonizing.Want(ref=each.item, **each.model_dump(exclude={"item", "price_cents"}))
        for each in given.items
    )
    prices: Prices | None = {each.item: [(each.qty, each.price_cents)] for each in given.items}
    if given.order:
        owner = only(caller.who, "owner", None)
        order = await caller.read(offering.of_order, given.order, to, shop, owner)
        shop, wants, to, prices = order.shop, order.wants, order.to, order.prices
    units = sum(each.qty for each in wants)
    if units > UNITS_MAX:
        raise LimitReached("too_many_units", units=units, units_max=UNITS_MAX, fix="ask in parts")
    problem = await caller.read(cartonizing.of_wants, wants, shop or "")
    plan = await quoted(planner.solve, problem, planner.EFFORTS[given.effort])
    if plan.refused:
        return (), [Unpackable(item=item, why=why) for item, why in plan.refused]
    prices = prices if given.value_cents is None else None
    return await caller.read(offering.packed, problem, plan, to, prices), []


def _offer(shipment: Shipment, parcels: tuple[Parcel, ...]) -> ShippingOffer:
    return ShippingOffer(
        service=shipment.service,
        carrier=shipment.carrier,
        cost_cents=shipment.cost_cents,
        saved_cents=shipment.saved_cents,
        leaves_ms=shipment.leaves_ms,
        arrives_ms=shipment.arrives_ms,
        parcels=[
            ParcelPrice(
                length_mm=parcel.length_mm,
                width_mm=parcel.width_mm,
                height_mm=parcel.height_mm,
                mass_g=parcel.mass_g,
                insured_cents=parcel.value_cents,
                cost_cents=offer.cost_cents,
                lines=[Line(what=what, cents=cents) for what, cents in offer.lines],
            )
            for parcel, offer in zip(parcels, shipment.offers, strict=True)
        ],
    )
