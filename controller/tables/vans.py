"""Owns own vans and their tours: which van, which stops, which parcels, and their outcome."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, text, text_key, whole, whole_key


class Van(SQLModel, table=True):
    """`state`: "" works, down, gone (out of the fleet). Times are after local midnight."""

    code: str = text_key()
    depot: str = text()
    starts_ms: int = whole()
    ends_ms: int = whole()
    parcels_max: int = whole()
    volume_max_ml: int = whole()
    mass_max_g: int = whole()
    skills: str = text()  # parted by spaces
    area: str = text()  # beginnings of postcodes, parted by commas
    stays: int = flag()
    state: str = text()


class VanDepot(SQLModel, table=True):
    __tablename__ = "van_depot"

    code: str = text_key()
    lat_e6: int = whole()
    lon_e6: int = whole()


class Postcode(SQLModel, table=True):
    country: str = text_key()
    code: str = text_key()  # without spaces, in capitals
    lat_e6: int = whole()
    lon_e6: int = whole()


class VanWay(SQLModel, table=True):
    __tablename__ = "van_way"

    origin: str = text_key()
    target: str = text_key()
    distance_m: int = whole()
    duration_s: int = whole()


class DeliveryWish(SQLModel, table=True):
    """How an order (`kind` order) or a return to collect (`kind` return) is to be visited."""

    __tablename__ = "delivery_wish"

    kind: str = text_key()
    ref: str = text_key()
    personal: str = text()  # key of the personal row of its spot
    opens_ms: int = whole()
    closes_ms: int = whole()
    skill: str = text()
    van: str = text()


class VanPlan(SQLModel, table=True):
    """What a plan said of itself; `by_savings_*`: of tours by savings, 0 unknown."""

    __tablename__ = "van_plan"

    id: int = whole_key()
    at_ms: int = whole()
    tours: int = whole()
    cost_cents: int = whole()
    distance_m: int = whole()
    by_savings_cents: int = whole()
    by_savings_m: int = whole()
    left_out: str = text("[]")  # JSON: [call, why]


class VanTour(SQLModel, table=True):
    """`state`: planned, loading, driving, back (something is to be unloaded), done, cancelled."""

    __tablename__ = "van_tour"
    __table_args__ = (Index("van_tour_by_state", "state", "van", "id"),)

    id: int = whole_key()
    plan: int = whole()
    van: str = text()
    driver: str = text()
    state: str = text()
    locked_by: str = text()
    starts_ms: int = whole()  # as planned, like the columns that follow
    back_ms: int = whole()
    rest_ms: int = whole()
    distance_m: int = whole()
    cost_cents: int = whole()
    departure: int = whole()  # 0 until it leaves
    left_ms: int = whole()
    rested_ms: int = whole()  # when the driver's rest began; 0: not yet
    ended_ms: int = whole()
    replan: int = flag()  # what is left of it is to be planned anew


class VanStop(SQLModel, table=True):
    """`kind`: order, return. `state`: planned, done, failed, cancelled."""

    __tablename__ = "van_stop"
    __table_args__ = (
        Index("van_stop_by_tour", "tour", "seq", "id"),
        Index("van_stop_by_ref", "ref", "kind"),
    )

    id: int = whole_key()
    tour: int = whole()
    seq: int = whole()
    kind: str = text()
    ref: str = text()
    state: str = text()
    eta_ms: int = whole()
    opens_ms: int = whole()
    closes_ms: int = whole()
    at_ms: int = whole()  # when it was over
    outcome: str = text()


class VanDrop(SQLModel, table=True):
    """A parcel on a stop.

    `state`: planned, loaded, then delivered, attempted, refused or damaged, back (in the house
    again), cancelled.
    """

    __tablename__ = "van_drop"
    __table_args__ = (Index("van_drop_by_parcel", "parcel", "state"),)

    stop: int = whole_key()
    parcel: int = whole_key()
    state: str = text()
    at_ms: int = whole()
