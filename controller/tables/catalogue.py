"""Owns what the warehouse consists of: items, codes, places, people, containers, cartons."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, text, text_key, whole, whole_key


class Setting(SQLModel, table=True):
    """One JSON value per name: the site's settings, the salt of personal data."""

    name: str = text_key()
    value: str = text()


class Item(SQLModel, table=True):
    sku: str = text_key()
    name: str = text()
    length_mm: int = whole()
    width_mm: int = whole()
    height_mm: int = whole()
    mass_g: int = whole()
    upright: int = flag()
    fragile: int = flag()
    lot_tracked: int = flag()
    storage: str = text()  # how it must be kept; a place of the same storage takes it
    goods: str = text()  # what may be kept apart from other goods
    flat: int = flag()
    hazardous: int = flag()
    own_carton: int = flag()  # ships as it is
    load_max_g: int = whole(-1)  # what may rest on a unit; -1: anything
    hs_code: str = text()
    origin_country: str = text()
    customs_words: str = text()
    un_number: str = text()
    danger_class: str = text()
    packing_group: str = text()
    shipping_name: str = text()
    lithium: str = text()
    lithium_cell: int = flag()
    watt_hours: int = whole()
    lithium_mg: int = whole()
    limited_quantity: int = flag()
    inner_max: int = whole()
    net_g: int = whole()
    net_ml: int = whole()
    danger: int = whole()  # the bit of its kind of danger, by which services take it


class Measurement(SQLModel, table=True):
    """An item was measured anew: what it measures now and did before; undone by a lead, or ""."""

    __table_args__ = (Index("measurement_by_sku", "sku", "id"),)

    id: int = whole_key()
    at_ms: int = whole()
    sku: str = text()
    worker: str = text()
    place: str = text()
    length_mm: int = whole()
    width_mm: int = whole()
    height_mm: int = whole()
    mass_g: int = whole()
    old_length_mm: int = whole()
    old_width_mm: int = whole()
    old_height_mm: int = whole()
    old_mass_g: int = whole()
    undone_by: str = text()
    undone_ms: int = whole()


class ItemMass(SQLModel, table=True):
    """What units of a SKU weighed at the benches, in mg: how often, their sum and squares."""

    __tablename__ = "item_mass"

    sku: str = text_key()
    times: int = whole()
    sum_mg: int = whole()
    squares: int = whole()


class Barcode(SQLModel, table=True):
    """Every code that can be scanned here, whatever it names: one look-up resolves a scan."""

    __table_args__ = (Index("barcode_by_ref", "ref", "code"),)

    code: str = text_key()
    kind: str = text()  # item, place, container, worker, order, parcel
    ref: str = text()
    units: int = whole(1)


class Place(SQLModel, table=True):
    name: str = text_key()
    node: str = text()
    kind: str = text(index=True)
    aisle: int = whole()
    block: int = whole()
    y_mm: int = whole()
    volume_ml: int = whole()
    mass_max_g: int = whole()
    height_mm: int = whole()  # of its level above the floor; 0: not said
    storage: str = text()
    way: str = text()  # "" on the grid of the site's figures
    zone: str = text()
    pod: str = text(index=True)  # "" for a place that stands


class Face(SQLModel, table=True):
    """The pick face of a SKU and the units that it holds when full."""

    sku: str = text_key()
    place: str = text(index=True)
    units_max: int = whole()


class Worker(SQLModel, table=True):
    badge: str = text_key()
    role: str = text()
    personal: str = text()  # key of the personal row with the names of its import
    nth: int = whole()  # which of those names


class Container(SQLModel, table=True):
    """A tote, cage, cart, carton or pallet; at a place or inside another container."""

    __table_args__ = (Index("container_by_state", "kind", "state", "lpn"),)

    lpn: str = text_key()
    kind: str = text()
    place: str = text(index=True)
    parent: str = text(index=True)
    volume_ml: int = whole()
    mass_max_g: int = whole()
    slots: int = whole()
    state: str = text()  # "" is free; in_use, gone


class CartonType(SQLModel, table=True):
    __tablename__ = "carton_type"

    code: str = text_key()
    length_mm: int = whole()
    width_mm: int = whole()
    height_mm: int = whole()
    tare_g: int = whole()
    mass_max_g: int = whole()
    cost_cents: int = whole()
    outer_length_mm: int = whole()  # outer measures of 0: as inside
    outer_width_mm: int = whole()
    outer_height_mm: int = whole()
    flexible: int = flag()  # an envelope or bag


class CartonSupply(SQLModel, table=True):
    """A counted carton: a place that is refilled to `units_max` from below `units_min`.

    Place "" is the house: who buys cartons is told at `units_min`; 0 is as the site says.
    """

    __tablename__ = "carton_supply"

    carton: str = text_key()
    place: str = text_key()
    units_min: int = whole()
    units_max: int = whole()


class CartonFill(SQLModel, table=True):
    """Plans fill cartons of a type to so much of their height."""

    __tablename__ = "carton_fill"

    carton: str = text_key()
    percent: int = whole(100)
