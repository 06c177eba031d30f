"""Owns the routes of what a site consists of: settings, items, places, containers."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from api.callers import At, Caller, Page, needs
from api.fields import Ask, Code, Count, Kept, Said, Text, Words
from controller.errors import NotFound
from controller.messages import (
    Container,
    Done,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    Item,
    MeasureItem,
    Place,
    SetUpSite,
    SiteSettings,
)
from controller.plan.dangers.goods import CLASSES
from controller.views import catalogue
from controller.views.measurements import MeasurementRow, measurements

router = APIRouter(prefix="/api", tags=["site"])
Floor = Annotated[Caller, needs("picker")]
Lead = Annotated[Caller, needs("lead")]
Admin = Annotated[Caller, needs("admin")]
Side = Annotated[int, Field(ge=1, le=10_000, description="Millimetres.")]
KINDS = (
    "pick|reserve|dock|bench|buffer|belt|lane|freight|returns|put_back"
    "|wall|hand_over|station|pod|spot|supplies"
)
CONTAINERS = "tote|cage|cart|truck|carton|slot|pod"
Parcels = Annotated[int, Field(ge=0, le=1_000_000)]
Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-11-27"])]
CartonRules = (
    Annotated[
        list[tuple[Code, Annotated[list[Code], Field(max_length=200)]]], Field(max_length=200)
    ]
    | None
)


class Pack(Said):
    code: Code
    units: Annotated[int, Field(ge=1, le=100_000)] = 1


class MeasuresIn(Ask):
    length_mm: Side
    width_mm: Side
    height_mm: Side
    mass_g: Annotated[int, Field(ge=1, le=1_000_000)]


class ItemIn(MeasuresIn):
    name: Words
    barcodes: Annotated[list[Pack], Field(max_length=50)] = []
    upright: bool = False
    fragile: bool = False
    lot_tracked: bool = False
    storage: Kept = ""
    goods: Kept = ""
    flat: bool = False
    hazardous: bool = False
    own_carton: bool = False
    load_max_g: Annotated[
        int, Field(ge=-1, le=1_000_000, description="May rest on a unit; -1: anything.")
    ] = -1
    hs_code: Annotated[str, Field(pattern="^([0-9]{6,12})?$")] = ""
    origin_country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    customs_words: Words = ""
    un_number: Annotated[str, Field(pattern="^(UN[0-9]{4})?$")] = ""
    danger_class: Annotated[str, Field(pattern=f"^({'|'.join(CLASSES)})?$")] = ""
    packing_group: Annotated[str, Field(pattern="^(I|II|III)?$")] = ""
    shipping_name: Words = ""
    lithium: Annotated[str, Field(pattern="^(alone|packed_with|contained_in)?$")] = ""
    lithium_cell: bool = False
    watt_hours: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    lithium_mg: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    limited_quantity: bool = False
    inner_max: Annotated[int, Field(ge=0, le=5_000, description="In the unit of the net.")] = 0
    net_g: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    net_ml: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class PlaceIn(Ask):
    kind: Annotated[str, Field(pattern=f"^({KINDS})$", examples=["pick"])]
    aisle: Annotated[int, Field(ge=0, le=10_000)] = 0
    block: Annotated[int, Field(ge=0, le=100)] = 0
    y_mm: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    volume_ml: Count = 0
    mass_max_g: Count = 0
    height_mm: Annotated[int, Field(ge=0, le=50_000, description="Of its level.")] = 0
    storage: Kept = ""
    pod: Annotated[str, Field(max_length=60)] = ""


class ContainerIn(Ask):
    kind: Annotated[str, Field(pattern=f"^({CONTAINERS})$", examples=["tote"])]
    place: Code
    volume_ml: Count = 0
    mass_max_g: Count = 0
    slots: Annotated[int, Field(ge=0, le=1_000)] = 0


class Settings(Ask):
    """What is left out stays as it is."""

    utc_offset_ms: Annotated[int, Field(ge=-86_400_000, le=86_400_000)] | None = None
    cutoff_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None
    departure_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None
    plan_every_ms: Annotated[int, Field(ge=1_000, le=86_400_000)] | None = None
    expected_parcels: Annotated[list[Parcels], Field(max_length=7)] | None = None
    expected_on: Annotated[list[tuple[Day, Parcels]], Field(max_length=1_000)] | None = None
    narrow_aisles: bool | None = None
    wip_orders_max: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    release: Annotated[str, Field(pattern="^(waveless|every|cut_off|aisles)$")] | None = None
    wave_every_ms: Annotated[int, Field(ge=60_000, le=86_400_000)] | None = None
    wave_lead_ms: Annotated[int, Field(ge=0, le=604_800_000)] | None = None
    wave_units_min: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    wave_units_max: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    zone_picks_max: Annotated[int, Field(ge=0, le=100_000)] | None = None
    pool_carts: Annotated[int, Field(ge=0, le=1_000)] | None = None
    walk_mm_s: Annotated[int, Field(ge=1, le=20_000)] | None = None
    stop_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None
    tour_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None
    heavy_unit_g: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    cold_storages: Annotated[list[Kept], Field(max_length=20)] | None = None
    precedence_mm: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    apart: Annotated[list[tuple[Kept, Kept]], Field(max_length=200)] | None = None
    pick_to_carton: bool | None = None
    slot_length_mm: Annotated[int, Field(ge=1, le=10_000)] | None = None
    slot_width_mm: Annotated[int, Field(ge=1, le=10_000)] | None = None
    slot_height_mm: Annotated[int, Field(ge=1, le=10_000)] | None = None
    layering_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    lights: Annotated[list[Code], Field(max_length=200)] | None = None
    pod_carrier: Annotated[str, Field(max_length=64)] | None = None
    singles_tote_orders: Annotated[int, Field(ge=1, le=10_000)] | None = None
    channel_cartons: CartonRules = None
    carrier_cartons: CartonRules = None
    cartons_min: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    hazardous_max: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    void_cents_per_l: Annotated[int, Field(ge=0, le=100_000)] | None = None
    void_g_per_l: Annotated[int, Field(ge=0, le=100_000)] | None = None
    weight_window_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    weight_window_g: Annotated[int, Field(ge=0, le=100_000)] | None = None
    count_from_units: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    zero_check: bool | None = None
    recirculations_max: Annotated[int, Field(ge=0, le=100)] | None = None
    replenish_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    insure_from_cents: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    tariff_base_cents: Count | None = None
    tariff_per_kg_cents: Count | None = None
    company: Words | None = None
    street: Words | None = None
    city: Words | None = None
    eori: Annotated[str, Field(pattern="^[A-Z0-9]{0,17}$")] | None = None
    public_url: Annotated[str, Field(pattern="^(https?://[!-~]{1,200})?$")] | None = None
    customs_free: (
        Annotated[list[Annotated[str, Field(pattern="^[A-Z]{2}$")]], Field(max_length=250)] | None
    ) = None
    sdr_cents: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    eur_ppm: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    erase_after_days: Annotated[int, Field(ge=0, le=36_500)] | None = None


@router.get("/site")
async def site(caller: Floor) -> SiteSettings:
    """The figures that this site chose. Times of day are milliseconds after local midnight."""
    found = await caller.read(catalogue.site)
    if found is None:
        raise NotFound("site_not_set_up", fix="import places, or send them with POST")
    return found


@router.patch("/site")
async def change_site(given: Settings, caller: Admin) -> SiteSettings:
    """Choose other figures."""
    given_now = given.model_dump(exclude={"id"}, exclude_none=True)
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in given_now.items()
    }
    changed = replace(await site(caller), **chosen)
    await caller.send(SetUpSite, given.id, settings=changed)
    return changed


@router.get("/items")
async def items(caller: Floor, at: At) -> Page[catalogue.ItemRow]:
    """List items."""
    return await caller.page(catalogue.ITEMS, at)


@router.get("/items/{sku:path}/barcodes")
async def barcodes(sku: str, caller: Floor) -> list[catalogue.BarcodeRow]:
    """The codes of an item, and the units that one scan of each counts."""
    await caller.found(catalogue.item, sku, sku=sku)
    return await caller.read(catalogue.barcodes, sku)


@router.get("/items/{sku:path}/measures")
async def item_measures(sku: str, caller: Floor) -> tuple[MeasurementRow, ...]:
    """What an item was measured anew, the latest first: by whom, from what to what."""
    await caller.found(catalogue.item, sku, sku=sku)
    return await caller.read(measurements, sku)


@router.put("/items/{sku:path}/measures")
async def measure_item(sku: Code, given: MeasuresIn, caller: Lead) -> Done:
    """Say what an item measures; parcels that nobody has begun are planned anew."""
    fields = given.model_dump(exclude={"id"})
    return await caller.send(MeasureItem, given.id, sku=sku, **fields)


@router.get("/items/{sku:path}")
async def item(sku: str, caller: Floor) -> catalogue.ItemRow:
    """One item."""
    return await caller.found(catalogue.item, sku, sku=sku)


@router.put("/items/{sku:path}")
async def put_item(sku: Code, given: ItemIn, caller: Lead) -> Done:
    """Add an item, or overwrite it."""
    fields = given.model_dump(exclude={"id", "barcodes"})
    packs = tuple((each.code, each.units) for each in given.barcodes)
    one = Item(sku=sku, barcodes=packs, **fields)
    return await caller.send(ImportItems, given.id, items=(one,))


@router.get("/places")
async def places(caller: Floor, at: At, kind: Text = None) -> Page[catalogue.PlaceRow]:
    """List places, by kind."""
    return await caller.page(catalogue.PLACES, at, kind=kind)


@router.put("/places/{name:path}")
async def put_place(name: Code, given: PlaceIn, caller: Lead) -> Done:
    """Add a place, or overwrite it."""
    one = Place(name=name, **given.model_dump(exclude={"id"}))
    return await caller.send(ImportPlaces, given.id, places=(one,))


@router.get("/containers")
async def containers(
    caller: Floor,
    at: At,
    kind: Text = None,
    state: Text = None,
    place: Text = None,
) -> Page[catalogue.ContainerRow]:
    """List totes, cages, carts, trucks and cartons; `state` "" is free."""
    return await caller.page(catalogue.CONTAINERS, at, kind=kind, state=state, place=place)


@router.put("/containers/{lpn:path}")
async def put_container(lpn: Code, given: ContainerIn, caller: Lead) -> Done:
    """Add a container, or overwrite it; one in use stays where it is."""
    one = Container(lpn=lpn, **given.model_dump(exclude={"id"}))
    return await caller.send(ImportContainers, given.id, containers=(one,))
