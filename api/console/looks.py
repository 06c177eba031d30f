"""Owns the console's routes that only look: floor, orders, stock, devices, figures, people.

What they show is in controller.views; here it gets its address, its limits and its "not found".
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.console.day import Figures, midnight_ms
from api.console.desk import Lead, Most, Open, Text
from api.console.live import TOPICS
from api.console.words import Told, tell
from api.events import STREAM, Events
from controller.errors import NotFound
from controller.store import Db
from controller.units import DAY, MINUTE
from controller.views import (
    figures,
    finding,
    holdings,
    machines,
    order_list,
    order_story,
    site_map,
    staff,
)

router = APIRouter()

Which = Literal["work", "late", "waiting", "short", "held", "shipped", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryTold:
    """One order: what is wanted, its parcels, and what happened, in words."""

    order: order_list.Order
    lines: tuple[order_story.Line, ...]
    parcels: tuple[order_story.Parcel, ...]
    entries: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """`heard_ms` is when it last said something since this process began; 0: not yet."""

    name: str
    heard_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """`now_ms` is the controller's time, from which ages are reckoned."""

    now_ms: int
    devices: tuple[Device, ...]
    belts: tuple[machines.Belt, ...]
    alarms: tuple[machines.Alarm, ...]
    queues: tuple[machines.Queue, ...]
    jobs: tuple[machines.Job, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmDay:
    """What was wrong at any time since `since_ms`, which is a midnight of the site."""

    now_ms: int
    since_ms: int
    occurrences: tuple[machines.Occurrence, ...]


@router.get("/site")
async def site(console: Open) -> site_map.SiteMap:
    """The building: every place on the walking grid, and the site's hours."""
    return await console.runtime.desk.read(site_map.site_map)


@router.get("/events", responses=STREAM, response_class=Response)
async def events(request: Request, who: Lead) -> Response:
    """The floor (`now`) and the tours under way, as server-sent events."""
    live: Events = request.app.state.events
    return await live.stream(who, TOPICS)


@router.get("/heat")
async def heat(
    console: Open, minutes: Annotated[int, Query(ge=1, le=1_440)] = 60
) -> dict[str, int]:
    """Picks per place in the last minutes."""
    since_ms = console.runtime.clock.now_ms() - minutes * MINUTE
    return await console.runtime.desk.read(figures.heat, since_ms)


@router.get("/figures")
async def day_figures(console: Open) -> Figures:
    """The figures of the running day; `complete` is false while a long day is still being read."""
    return await console.figures.now()


@router.get("/orders")
async def orders(
    console: Open, which: Which = "work", text: Text = "", after: Text = "", most: Most = 50
) -> order_list.Orders:
    """A page of orders; with `text`, those whose id (shop/number) starts with it."""
    read = console.runtime.desk.read
    if text:
        return await read(order_list.orders_by_id, text, after, most)
    if which in ("shipped", "cancelled"):
        return await read(order_list.closed_orders, which, after, most)
    now_ms = console.runtime.clock.now_ms()
    return await read(order_list.open_orders, which, now_ms, after, most)


@router.get("/orders/story")
async def story(console: Open, order: Text) -> StoryTold:
    """All that is known of one order, with the reason of each decision."""
    found = await console.runtime.desk.read(order_story.story, order)
    if found is None:
        raise NotFound("unknown_order", order=order)
    return StoryTold(
        order=found.order,
        lines=found.lines,
        parcels=found.parcels,
        entries=tuple(tell(fact) for fact in found.facts),
    )


@router.get("/devices")
async def devices(console: Open) -> Machines:
    """Belts, alarms, what waits for each device or partner, what was given up in the last day."""
    read, heard_ms = console.runtime.desk.read, console.runtime.hub.heard_ms
    now_ms = console.runtime.clock.now_ms()
    return Machines(
        now_ms=now_ms,
        devices=tuple(Device(name=name, heard_ms=at) for name, at in sorted(heard_ms.items())),
        belts=await read(machines.belts),
        alarms=await read(machines.alarms),
        queues=await read(machines.queues),
        jobs=await read(machines.jobs, now_ms - DAY),
    )


@router.get("/alarms")
async def alarms(
    console: Open, days: Annotated[int, Query(ge=1, le=31)] = 1, most: Most = 200
) -> AlarmDay:
    """Each alarm of today, or of so many days, from raised to cleared; the latest first."""

    def read(db: Db) -> AlarmDay:
        now_ms = console.runtime.clock.now_ms()
        since_ms = midnight_ms(db, now_ms) - (days - 1) * DAY
        found = machines.occurrences(db, since_ms, most)
        return AlarmDay(now_ms=now_ms, since_ms=since_ms, occurrences=found)

    return await console.runtime.desk.read(read)


@router.get("/stock/sku")
async def stock_of_sku(console: Open, sku: Text) -> holdings.SkuStock:
    """A SKU with everything of it in the house."""
    found = await console.runtime.desk.read(holdings.stock_of_sku, sku)
    if found is None:
        raise NotFound("unknown_sku", sku=sku)
    return found


@router.get("/stock/place")
async def stock_at_place(console: Open, place: Text) -> holdings.PlaceStock:
    """What stands and lies at a place."""
    found = await console.runtime.desk.read(holdings.stock_at_place, place)
    if found is None:
        raise NotFound("unknown_place", place=place)
    return found


@router.get("/stock/container")
async def stock_in_container(console: Open, container: Text) -> holdings.ContainerStock:
    """What is in a tote, cage, cart or carton."""
    found = await console.runtime.desk.read(holdings.stock_in_container, container)
    if found is None:
        raise NotFound("unknown_container", container=container)
    return found


@router.get("/stock/history")
async def history(
    console: Open, sku: Text, place: Text = "", before: Text = "", most: Most = 50
) -> holdings.History:
    """Movements of a SKU, the latest first; with `place`, those into and out of it."""
    return await console.runtime.desk.read(holdings.history, sku, place, before, most)


@router.get("/people")
async def people(console: Open) -> staff.Staff:
    """Who is signed in and doing what; figures are per team."""
    return await console.runtime.desk.read(staff.staff)


@router.get("/find")
async def find(console: Open, text: Text) -> tuple[finding.Found, ...]:
    """Anything by what is typed or scanned."""
    return await console.runtime.desk.read(finding.find, text)
