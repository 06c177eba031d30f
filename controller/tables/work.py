"""Owns the work on the floor: tours, loads, tasks, parcels, departures, and who does what."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, some_of, text, text_key, whole, whole_key


class Tour(SQLModel, table=True):
    """`kind`: cluster, singles, bulk, batch. `state`: planned, active, done."""

    __table_args__ = (
        Index("tour_by_state", "state", "go_ms", "id"),
        Index("tour_by_plan", "plan", "id"),
    )

    id: int = whole_key()
    kind: str = text()
    container: str = text()  # tote: for a cart; cage: for a truck
    state: str = text()
    worker: str = text()
    cart: str = text()
    due_ms: int = whole()
    go_ms: int = whole()  # tours start in this order: due times, its own or that of its place
    length_mm: int = whole()
    why: str = text()
    plan: int = whole()  # 0: of none
    locked_by: str = text()  # the badge of who wants it left as it is


class Plan(SQLModel, table=True):
    """What a release plan said of itself (JSON): its kinds of tours, and what it left out."""

    id: int = whole_key()
    at_ms: int = whole()
    tours: int = whole()
    kinds: str = text("[]")
    left_out: str = text("[]")
    waiting: str = text("[]")


class Load(SQLModel, table=True):
    """One container of a tour. `state`: planned, picking, picked, packing, packed.

    A tote for a put wall goes from picked to sorting and packed; an order's slot at the wall is a
    load, too, and goes from filling to picked, packing and packed.
    """

    __table_args__ = (
        Index("load_by_lpn", "lpn", "state"),
        Index("load_by_tour", "tour"),
        Index("load_by_state", "state", "due_ms", "id"),
    )

    id: int = whole_key()
    tour: int = whole()
    slot: int = whole()
    kind: str = text()  # tote, cage, slot
    lpn: str = text()
    wall: str = text()  # the put wall at which the goods are sorted
    order_id: str = text()  # "" for a tote of many one-unit orders
    state: str = text()
    due_ms: int = whole()


class Task(SQLModel, table=True):
    """One thing to fetch: pick, replenish, putaway. `state`: open, done, short, cancelled."""

    __table_args__ = (
        Index("task_by_tour", "tour", "state", "seq"),
        Index("task_by_kind", "kind", "state", "due_ms", "id"),
        Index("task_by_order", "order_id", "line"),
        Index("task_by_place", "from_place", "sku"),
        Index("task_by_load", "load", "id"),
    )

    id: int = whole_key()
    kind: str = text()
    state: str = text()
    tour: int = whole()
    seq: int = whole()
    load: int = whole()
    order_id: str = text()
    line: int = whole()
    sku: str = text()
    lot: str = text()
    owner: str = text()
    qty: int = whole()
    done_qty: int = whole()
    from_place: str = text()
    from_container: str = text()
    to_place: str = text()
    worker: str = text()
    zone: int = whole()  # of a pick: the cart passes from zone to zone
    due_ms: int = whole()
    created_ms: int = whole()


class Parcel(SQLModel, table=True):
    """`state`: planned, packing, packed, labelled, sorted, shipped, cancelled."""

    __table_args__ = (
        Index("parcel_by_load", "load", "state", "id"),
        Index("parcel_by_order", "order_id"),
        Index("parcel_by_lpn", "lpn"),
        Index("parcel_by_state", "state", "lane"),
        Index("parcel_by_departure", "departure", "id"),
        some_of("parcel_in_sequence", ("lane", "id"), "loading_step > 0"),
        some_of("parcel_sent", ("sent_day", "lane", "id"), "sent_day > 0"),
        some_of("parcel_sent_elsewhere", ("tracking", "id"), "carton = ''"),
    )

    id: int = whole_key()
    order_id: str = text()
    load: int = whole()
    carton: str = text()  # "": a partner has sent it from `lane`
    lpn: str = text()  # licence plate: the SSCC where the site has a GS1 prefix
    state: str = text()
    planned_mass_g: int = whole()
    mass_g: int = whole()
    service: str = text()
    lane: str = text()
    tracking: str = text()
    cost_cents: int = whole()
    label: int = whole()  # outbox row of its label: the purchase, then the latest print
    departure: int = whole()
    recirculations: int = whole()
    why: str = text()
    blocks: str = text("[]")  # JSON: where its units lie, in the sequence of packing
    passed_over: str = text("[]")  # JSON: each cheaper carton, and why not that
    loading_step: int = whole()  # in the planned sequence of its lane, 0 for none
    planned_service: str = text()  # by a plan, or by `set_by`; "": nobody planned one
    planned_why: str = text()
    set_by: str = text()
    base_cents: int = whole()  # the part of its cost that volume tiers discount
    insured_cents: int = whole()  # what its service insures it for; 0: nothing
    sent_day: int = whole()  # local day, counted from 1970, on which it counts for its carrier


class ParcelLine(SQLModel, table=True):
    __tablename__ = "parcel_line"

    parcel: int = whole_key()
    line: int = whole_key()
    sku: str = text()
    planned: int = whole()
    packed: int = whole()


class Overrule(SQLModel, table=True):
    """A packer took another carton than planned, for a `reason` that has a button."""

    __table_args__ = (
        Index("overrule_by_time", "at_ms", "id"),
        Index("overrule_by_parcel", "parcel"),
    )

    id: int = whole_key()
    at_ms: int = whole()
    parcel: int = whole()
    order_id: str = text()
    planned: str = text()
    taken: str = text()
    reason: str = text()
    fill_percent: int = whole()  # goods of the planned carton's volume
    worker: str = text()


class Departure(SQLModel, table=True):
    """A carrier's pickup: its manifest. `state`: open, closed."""

    __table_args__ = (
        Index("departure_by_lane", "lane", "leaves_ms"),
        Index("departure_by_time", "leaves_ms", "id"),
    )

    id: int = whole_key()
    carrier: str = text()
    lane: str = text()
    leaves_ms: int = whole()
    state: str = text()
    parcels: int = whole()
    mass_g: int = whole()


class Session(SQLModel, table=True):
    """Where one worker is: workflow, step and what the step knows (JSON)."""

    worker: str = text_key()
    workflow: str = text()
    step: str = text()
    version: int = whole()
    data: str = text("{}")
    undo: str = text()  # JSON: how to take the last action back; "" when nothing can be
    last: str = text()
    last_command: str = text()
    place: str = text(index=True)  # the bench or desk where the worker stands


class Alarm(SQLModel, table=True):
    """Something that a person must look at; one row per device and fault."""

    device: str = text_key()
    fault: str = text_key()
    detail: str = text()
    since_ms: int = whole()
    times: int = whole(1)
    state: str = text("open")
    acknowledged_by: str = text()
    acknowledged_ms: int = whole()


class Occurrence(SQLModel, table=True):
    """An alarm from its beginning to its end; `cleared_ms` is 0 while it lasts."""

    __table_args__ = (Index("occurrence_by_end", "cleared_ms", "raised_ms"),)

    device: str = text_key()
    fault: str = text_key()
    raised_ms: int = whole_key()
    detail: str = text()
    times: int = whole(1)
    acknowledged_by: str = text()
    acknowledged_ms: int = whole()
    cleared_ms: int = whole()


class Belt(SQLModel, table=True):
    """A conveyor section as it has last said; `since_ms`: so long it runs, or stands."""

    device: str = text_key()
    running: int = flag()
    armed: int = flag()
    since_ms: int = whole()
