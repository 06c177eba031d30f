"""Owns the data of one simulated run: site, demand, people, machines, street and faults.

A scenario is frozen and complete: together with its seed it decides everything that happens. It
refuses behaviour; people, machines and faults read their figures here. Times are UTC epoch
milliseconds, except where a name says otherwise.
"""

from dataclasses import dataclass, field
from typing import Any

from controller.messages import Command
from controller.units import DAY
from simulation.orders.report import InputReport
from simulation.timed import Timed


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One shift of one worker; who works several days has several shifts under one badge.

    Units: `pace_percent` scales all handling times, 100 is the plan.
    """

    badge: str
    role: str  # picker, packer, replenisher, receiver, loader, returns
    starts_ms: int
    ends_ms: int
    speed_mm_s: int = 1_200
    pace_percent: int = 100
    scan_ms: int = 1_500
    read_ms: int = 1_000
    unit_ms: int = 700
    key_ms: int = 2_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Divert:
    """Where on the sorter, counted from the induct, parcels leave it for a lane."""

    lane: str
    at_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorter:
    """A loop: induct, scanner, diverts in sequence, then back to the induct."""

    device: str = "SORTER-01"
    induct: str = "BELT-01"
    length_mm: int = 60_000
    speed_mm_s: int = 1_000
    gap_mm: int = 1_200
    scanner_at_mm: int = 6_000
    diverts: tuple[Divert, ...] = ()
    run_out: str = "RUNOUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A packing bench with its own scale and label printer, and its way to the sorter."""

    name: str
    scale: str
    printer: str
    to_sorter_mm: int = 8_000
    settle_ms: int = 800
    print_ms: int = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of belt with a drive of its own."""

    device: str
    length_mm: int
    speed_mm_s: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Machines:
    """`sections` carry parcels from the benches to the sorter, one after the other.

    `lights` names walls and stations whose slots have lights.
    """

    benches: tuple[Bench, ...]
    sorter: Sorter
    sections: tuple[Section, ...] = ()
    freight_lanes: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong; all zero is the perfect floor (`NO_FAULTS`).

    Units: `_ppm` is per million events of the kind, `_every_ms` a mean time between failures
    with 0 for never.
    """

    no_read_ppm: int = 5_000
    misread_ppm: int = 200
    wrong_scan_ppm: int = 3_000
    wrong_pick_ppm: int = 500
    empty_place_ppm: int = 1_000
    missed_divert_ppm: int = 1_000
    message_lost_ppm: int = 500
    message_late_ppm: int = 1_000
    message_twice_ppm: int = 1_000
    message_overtakes_ppm: int = 500
    late_ms: int = 4_000
    jam_every_ms: int = 14_400_000
    jam_ms: int = 90_000
    paper_labels: int = 1_000
    paper_ms: int = 60_000
    scale_drift_g: int = 5  # how far a bench scale wanders in a day
    device_reboot_every_ms: int = 28_800_000
    controller_crash_every_ms: int = 0
    dead_zone_ppm: int = 500  # of picks: no Wi-Fi at the bin
    dead_zone_ms: int = 30_000
    carrier_down_every_ms: int = 0
    carrier_down_ms: int = 1_200_000
    carrier_slow_ppm: int = 0
    carrier_refuses_ppm: int = 0
    partner_short_ppm: int = 0  # of consignments: something of them is not there


NO_FAULTS = Faults(
    no_read_ppm=0,
    misread_ppm=0,
    wrong_scan_ppm=0,
    wrong_pick_ppm=0,
    empty_place_ppm=0,
    missed_divert_ppm=0,
    message_lost_ppm=0,
    message_late_ppm=0,
    message_twice_ppm=0,
    message_overtakes_ppm=0,
    jam_every_ms=0,
    paper_labels=0,
    scale_drift_g=0,
    device_reboot_every_ms=0,
    dead_zone_ppm=0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who works off the floor: a driver in a van, a clerk in a store, a partner, a lead.

    One who `waits` takes a van at the start of its tour and not before.
    """

    badge: str
    role: str  # driver, clerk, partner, lead
    at: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A carrier or partner answers nothing, a van is down, or a store is closed, for a while."""

    kind: str  # carrier, van, node, partner
    name: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """What is outside the house: carriers that sell labels and tell news, vans, stores.

    Loaders leave `van_lanes` to the drivers.
    """

    posts: tuple[Post, ...] = ()
    carriers: tuple[str, ...] = ()
    van_lanes: tuple[str, ...] = ()
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One run: `setup` is handled in its sequence at the start, `demand` is sorted by time.

    In `narrow_aisles` carts wait for one another, whether the site's plans know it or not.
    `kept_free` names carts and benches that no simulated person takes. Without a `street` a
    parcel that has left is of no more concern.
    """

    name: str
    seed: int
    day_start_ms: int
    days: int = 1
    setup: tuple[Command[Any], ...]
    demand: tuple[Timed, ...]
    staff: tuple[Person, ...]
    machines: Machines
    faults: Faults = field(default_factory=Faults)
    kept_free: frozenset[str] = frozenset()
    narrow_aisles: bool = False
    street: Street | None = None
    input_report: InputReport

    @property
    def end_ms(self) -> int:
        """The midnight after the last day."""
        return self.day_start_ms + self.days * DAY
