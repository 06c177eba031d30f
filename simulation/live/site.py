"""Owns the living warehouse as the commands that set it up, and its machines.

It puts together what zones, goods and crew decide, and sizes the opening stock by what sells.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from controller.messages import (
    Command,
    Container,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    Place,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from controller.units import DAY, HOUR, MINUTE
from simulation.catalogue import volume_ml
from simulation.live.crew import KEPT_FREE, workers
from simulation.live.wants import Wants
from simulation.live.zones import AISLES, BLOCKS_MM, DEPOT_AISLE, PITCH_MM, ZONES, Racks, racks_of
from simulation.orders.report import InputReport
from simulation.outside import store
from simulation.scenario import Bench, Divert, Faults, Machines, Scenario, Section, Sorter
from simulation.site import CAGE_G, CAGE_ML, GS1_PREFIX, TOTE_G, TOTE_ML
from simulation.terms import FREIGHT_LANES, PARCEL_LANES, cartons, services

HOME: Final = "GB"
NAME: Final = "living"
DEPOT: Final = "DEPOT"
VAN_LANE: Final = "LANE-05"  # own vans fetch their parcels here; loaders leave it to them
LANES: Final = (*PARCEL_LANES, VAN_LANE, Sorter().run_out)
BENCHES: Final = tuple(f"BENCH-{nth:02}" for nth in range(1, 5))
BUFFERS: Final = ("BUFFER-01", "BUFFER-02")
DOCKS: Final = ("DOCK-01", "DOCK-02", "DOCK-03")
CARTS, TRUCKS, TOTES, CAGES = 16, 4, 400, 40
CART_SLOTS: Final = 8
FACE_DAYS: Final = 0.8
FACE_MIN: Final = 30
LOW_EVERY, LOW_PERCENT = 12, 40  # of the items so many have little stock: the first truck's load
FILL_PERCENT: Final = 80
LIFE_DAYS: Final = (12, 45)  # of cold goods
LINES_A_COMMAND: Final = 200
# mild, and often enough that a visitor sees some
FAULTS: Final = Faults(
    message_lost_ppm=0,
    message_late_ppm=0,
    message_overtakes_ppm=0,
    jam_every_ms=3 * HOUR,
    jam_ms=MINUTE,
    paper_labels=120,
    paper_ms=90_000,
    device_reboot_every_ms=10 * HOUR,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the units of an item are when the house opens: the face, then the reserve."""

    item: Item
    place: str
    qty: int
    face_max: int = 0


def scenario_of(seed: int, wants: Wants, start_ms: int) -> Scenario:
    """The warehouse at the beginning; demand and staff come day by day, without end."""
    return Scenario(
        name=NAME,
        seed=seed,
        day_start_ms=start_ms,
        days=365,
        setup=tuple(_setup(wants, start_ms)),
        demand=(),
        staff=(),
        machines=machines(),
        faults=FAULTS,
        kept_free=KEPT_FREE | {store.CODE},
        input_report=InputReport(source="invented, day after day", read=0, used=0),
    )


def _setup(wants: Wants, start_ms: int) -> Iterator[Command[Any]]:
    racks = [racks_of(zone) for zone in ZONES]
    stored = [place for each in racks for place in (*each.faces, *each.reserves)]
    team = tuple(workers())
    yield SetUpSite(
        id="setup/site", settings=settings(), cartons=cartons(), services=services(HOME)
    )
    yield ImportItems(id="setup/items", items=tuple(each.item for each in wants.goods))
    yield ImportPlaces(id="setup/places", places=(*stored, *_front()))
    yield ImportContainers(id="setup/containers", containers=tuple(_containers()))
    yield ImportWorkers(
        id="setup/workers",
        workers=team,
        names=tuple(each.badge.replace("-", " ").title() for each in team),
    )
    lines = [line for each in racks for line in _stock(wants, each, start_ms)]
    for start in range(0, len(lines), LINES_A_COMMAND):
        some = tuple(lines[start : start + LINES_A_COMMAND])
        yield ImportStock(id=f"setup/stock/{start // LINES_A_COMMAND}", lines=some)


def settings() -> SiteSettings:
    return SiteSettings(
        gs1_prefix=GS1_PREFIX,
        cutoff_ms=17 * HOUR,
        departure_ms=21 * HOUR,
        aisles=AISLES,
        block_lengths_mm=BLOCKS_MM,
        aisle_pitch_mm=PITCH_MM,
        depot_aisle=DEPOT_AISLE,
        tote_volume_ml=TOTE_ML,
        tote_mass_max_g=TOTE_G,
        cage_volume_ml=CAGE_ML,
        cage_mass_max_g=CAGE_G,
        cart_slots=CART_SLOTS,
        singles_tote_orders=12,
        wip_orders_max=140,
        plan_every_ms=3 * MINUTE,
    )


def _front() -> Iterator[Place]:
    """What stands along the front cross-aisle, spread over the aisles by kind."""
    for kind, names in (
        ("dock", DOCKS),
        ("bench", BENCHES),
        ("buffer", BUFFERS),
        ("lane", LANES),
        ("freight", FREIGHT_LANES),
    ):
        for nth, name in enumerate(names):
            yield Place(name=name, kind=kind, aisle=nth * AISLES // len(names))
    for kind, name in (
        ("belt", Sorter().induct),
        ("buffer", DEPOT),
        ("returns", "RETURNS"),
        ("put_back", "PUT-BACK"),
    ):
        yield Place(name=name, kind=kind, aisle=DEPOT_AISLE)


def _containers() -> Iterator[Container]:
    for nth in range(1, CARTS + 1):
        yield Container(lpn=f"CART-{nth:03}", kind="cart", place=DEPOT, slots=CART_SLOTS)
    for nth in range(1, TRUCKS + 1):
        yield Container(lpn=f"TRUCK-{nth:03}", kind="truck", place=DEPOT, slots=2)
    for kind, count, millilitres, grams in (
        ("tote", TOTES, TOTE_ML, TOTE_G),
        ("cage", CAGES, CAGE_ML, CAGE_G),
    ):
        for nth in range(1, count + 1):
            yield Container(
                lpn=f"{kind.upper()}-{nth:04}",
                kind=kind,
                place=DEPOT,
                volume_ml=millilitres,
                mass_max_g=grams,
            )


def _stock(wants: Wants, racks: Racks, start_ms: int) -> Iterator[StockLine]:
    """Faces near the depot for what sells; each cold shelf is one lot, the oldest in the face."""
    for nth, shelf in enumerate(_shelves(wants, racks), 1):
        lot = f"L{nth:05}" if shelf.item.lot_tracked else ""
        life = LIFE_DAYS[0] + nth % (LIFE_DAYS[1] - LIFE_DAYS[0])
        days = life if shelf.face_max else life + LIFE_DAYS[1]
        yield StockLine(
            sku=shelf.item.sku,
            place=shelf.place,
            qty=shelf.qty,
            lot=lot,
            expiry_ms=start_ms // DAY * DAY + days * DAY if lot else 0,
            face=shelf.face_max > 0,
            face_max=shelf.face_max,
        )


def _shelves(wants: Wants, racks: Racks) -> Iterator[Shelf]:
    reserves = iter(racks.reserves)
    mine = [
        (each.item, share, level)
        for each, share, level in zip(wants.goods, wants.shares, wants.levels, strict=True)
        if each.zone == racks.zone.name
    ]
    for nth, ((item, share, level), face) in enumerate(zip(mine, racks.faces, strict=False)):
        fits = max(1, face.volume_ml * FILL_PERCENT // 100 // volume_ml(item))
        face_max = min(fits, max(FACE_MIN, ceil(share * wants.units_a_day * FACE_DAYS)))
        units = level * (LOW_PERCENT if nth % LOW_EVERY == 0 else 100) // 100
        yield Shelf(item=item, place=face.name, qty=min(face_max, units), face_max=face_max)
        units -= face_max
        while units > 0 and (reserve := next(reserves, None)):
            fits = max(1, reserve.volume_ml * FILL_PERCENT // 100 // volume_ml(item))
            yield Shelf(item=item, place=reserve.name, qty=min(fits, units))
            units -= fits


def machines() -> Machines:
    """What stands between the benches and the lanes, and the store's scale and printer."""
    return Machines(
        benches=tuple(
            Bench(name=name, scale=f"SCALE-{name[-2:]}", printer=f"PRINTER-{name[-2:]}")
            for name in (*BENCHES, store.CODE)
        ),
        sorter=Sorter(
            diverts=tuple(
                Divert(lane=lane, at_mm=15_000 + nth * 6_000) for nth, lane in enumerate(LANES)
            )
        ),
        sections=(
            Section(device="belt-01", length_mm=12_000),
            Section(device="belt-02", length_mm=4_000),
        ),
        freight_lanes=FREIGHT_LANES,
    )
