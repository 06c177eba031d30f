"""Owns the simulated site as the commands that set it up, sized from what is wanted of it.

It refuses to decide quantities (stocking), positions (floor_plan) and shifts (staffing); it puts
them together with the front of the house: docks, benches, lanes, carts and totes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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
    SetUpContracts,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from simulation.floor_plan import BLOCK_LENGTHS_MM, PITCH_MM, FloorPlan, floor_plan
from simulation.scenario import Bench, Divert, Machines, Person, Sorter
from simulation.staffing import Hours, at_once, roster
from simulation.stocking import Shelved
from simulation.terms import FREIGHT_LANES, PARCEL_LANES, cartons, contracts, services
from simulation.wanted import Arrival

GS1_PREFIX = "9520123"  # GS1 keeps 952 for examples
CART_SLOTS = 12
TOTE_ML = 55_000
TOTE_G = 20_000
CAGE_ML = 900_000
CAGE_G = 350_000
WIP_ORDERS_MIN = 200
WIP_ORDERS_PER_PICKER = 60  # two totes of single-unit orders
TOTES = (150, 3_000)
CAGES = (12, 300)
GOODS_PER_TOTE_ML = 30_000
TRUCK_SLOTS = 2
SPARE_CARTS = 2
PICKERS_PER_TRUCK = 3
DOCKS = 6
FIRST_DIVERT_MM = 15_000
DIVERT_PITCH_MM = 6_000
DEPOT = "DEPOT"
BUFFERS = ("BUFFER-01", "BUFFER-02")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizing:
    """All that a site is sized from; `home` is the country that most orders go to."""

    items: Sequence[Item]
    shelved: Sequence[Shelved]
    arrivals: Sequence[Arrival]
    staff: Sequence[Person]
    hours: Hours
    home: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The set-up commands in the sequence in which they must be handled, and the machines."""

    setup: tuple[Command[Any], ...]
    machines: Machines


def site_of(sizing: Sizing) -> Site:
    """A site on which the work that it is sized from can be done."""
    plan = floor_plan(sizing.shelved)
    packers = at_once(sizing.staff, "packer")
    benches = tuple(f"BENCH-{nth:02}" for nth in range(1, 1 + max(2, packers)))
    return Site(
        setup=(
            SetUpSite(
                id="setup/site",
                settings=_settings(plan, sizing.hours, at_once(sizing.staff, "picker")),
                cartons=cartons(),
                services=services(sizing.home),
            ),
            SetUpContracts(id="setup/contracts", contracts=contracts()),
            ImportItems(id="setup/items", items=tuple(sizing.items)),
            ImportPlaces(id="setup/places", places=(*plan.places, *_front(plan, benches))),
            ImportContainers(id="setup/containers", containers=tuple(_containers(sizing))),
            _workers(sizing),
            ImportStock(id="setup/stock", lines=tuple(_stock(sizing.shelved, plan))),
        ),
        machines=_machines(benches),
    )


def _settings(plan: FloorPlan, hours: Hours, pickers: int) -> SiteSettings:
    return SiteSettings(
        gs1_prefix=GS1_PREFIX,
        cutoff_ms=hours.cutoff_ms,
        departure_ms=hours.departure_ms,
        aisles=plan.aisles,
        block_lengths_mm=BLOCK_LENGTHS_MM,
        aisle_pitch_mm=PITCH_MM,
        depot_aisle=plan.depot_aisle,
        tote_volume_ml=TOTE_ML,
        tote_mass_max_g=TOTE_G,
        cage_volume_ml=CAGE_ML,
        cage_mass_max_g=CAGE_G,
        cart_slots=CART_SLOTS,
        wip_orders_max=max(WIP_ORDERS_MIN, pickers * WIP_ORDERS_PER_PICKER),
    )


def _front(plan: FloorPlan, benches: Sequence[str]) -> Iterator[Place]:
    """What stands along the front cross-aisle, spread over the aisles by kind."""
    docks = [f"DOCK-{nth:02}" for nth in range(1, DOCKS + 1)]
    for kind, names in (
        ("dock", docks),
        ("bench", benches),
        ("buffer", BUFFERS),
        ("lane", (*PARCEL_LANES, Sorter().run_out)),
        ("freight", FREIGHT_LANES),
    ):
        for nth, name in enumerate(names):
            yield Place(name=name, kind=kind, aisle=nth * plan.aisles // len(names))
    for kind, name in (
        ("belt", Sorter().induct),
        ("buffer", DEPOT),
        ("returns", "RETURNS"),
        ("put_back", "PUT-BACK"),
    ):
        yield Place(name=name, kind=kind, aisle=plan.depot_aisle)


def _workers(sizing: Sizing) -> ImportWorkers:
    workers = roster(sizing.staff)
    return ImportWorkers(
        id="setup/workers",
        workers=workers,
        names=tuple(each.badge.replace("-", " ").title() for each in workers),
    )


def _containers(sizing: Sizing) -> Iterator[Container]:
    """Carts for totes, trucks for cages, and both kinds of loads, all empty at the depot."""
    goods_ml = sum(each.millilitres for each in sizing.arrivals)
    totes = _between(goods_ml // GOODS_PER_TOTE_ML + len(sizing.arrivals) // 20, TOTES)
    large_ml = sum(each.millilitres for each in sizing.arrivals if each.millilitres > CAGE_ML // 3)
    pickers = at_once(sizing.staff, "picker")
    for nth in range(1, pickers + SPARE_CARTS + 1):
        yield Container(lpn=f"CART-{nth:03}", kind="cart", place=DEPOT, slots=CART_SLOTS)
    for nth in range(1, pickers // PICKERS_PER_TRUCK + SPARE_CARTS + 1):
        yield Container(lpn=f"TRUCK-{nth:03}", kind="truck", place=DEPOT, slots=TRUCK_SLOTS)
    for nth in range(1, totes + 1):
        yield Container(
            lpn=f"TOTE-{nth:05}", kind="tote", place=DEPOT, volume_ml=TOTE_ML, mass_max_g=TOTE_G
        )
    for nth in range(1, _between(2 * large_ml // CAGE_ML, CAGES) + 1):
        yield Container(
            lpn=f"CAGE-{nth:04}", kind="cage", place=DEPOT, volume_ml=CAGE_ML, mass_max_g=CAGE_G
        )


def _between(count: int, limits: tuple[int, int]) -> int:
    return min(max(count, limits[0]), limits[1])


def _stock(shelved: Sequence[Shelved], plan: FloorPlan) -> Iterator[StockLine]:
    """The face of every SKU that is in the house, then its pallets."""
    for each, face, reserves in zip(shelved, plan.faces, plan.reserves, strict=True):
        sku = each.want.item.sku
        if each.face_units:
            yield StockLine(
                sku=sku, place=face, qty=each.face_units, face=True, face_max=each.face_max
            )
        for place, qty in zip(reserves, each.pallets, strict=True):
            yield StockLine(sku=sku, place=place, qty=qty)


def _machines(benches: Sequence[str]) -> Machines:
    return Machines(
        benches=tuple(
            Bench(name=name, scale=f"SCALE-{name[-2:]}", printer=f"PRINTER-{name[-2:]}")
            for name in benches
        ),
        sorter=Sorter(
            diverts=tuple(
                Divert(lane=lane, at_mm=FIRST_DIVERT_MM + nth * DIVERT_PITCH_MM)
                for nth, lane in enumerate((*PARCEL_LANES, Sorter().run_out))
            )
        ),
        freight_lanes=FREIGHT_LANES,
    )
