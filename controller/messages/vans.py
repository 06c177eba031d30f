"""Owns the words of delivering with own vans: what a site has, what a plan says, what leads do."""

from dataclasses import dataclass, field
from typing import ClassVar

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class VanDepot:
    """Where vans start and end; positions are in micro-degrees."""

    code: str
    lat_e6: int
    lon_e6: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """Scanned by its `code`; its shift is in milliseconds after local midnight.

    `area` names the beginnings of the postcodes of its territory; one that `stays` never leaves
    it. Limits of 0 are none.
    """

    code: str
    depot: str
    starts_ms: int = 8 * 3_600_000
    ends_ms: int = 17 * 3_600_000
    parcels_max: int = 0
    volume_max_ml: int = 0
    mass_max_g: int = 0
    skills: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VanSettings:
    """The figures of delivering; times of day are milliseconds after local midnight.

    Services of the carrier named here are delivered by own vans.
    """

    carrier: str = "own"
    plans_ms: tuple[int, ...] = (6 * 3_600_000,)  # when tours are planned each day
    load_ms: int = 1_800_000  # from a plan to the first van that leaves
    speed_kmh: int = 35
    detour_percent: int = 130  # of the great circle
    opens_ms: int = 8 * 3_600_000  # when customers are at home if nobody says
    closes_ms: int = 18 * 3_600_000
    stop_ms: int = 180_000
    parcel_ms: int = 20_000
    rest_after_ms: int = 4 * 3_600_000 + 1_800_000  # 0: nobody rests
    rest_ms: int = 2_700_000
    van_cents: int = 4_000  # for a van that leaves
    km_cents: int = 30
    hour_cents: int = 2_400
    astray_cents: int = 500  # for a stop out of a van's territory
    attempts_max: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpVans(Command[Done]):
    """Vans that are not named here any more leave the fleet when their tour is over."""

    settings: VanSettings = field(default_factory=VanSettings)
    depots: tuple[VanDepot, ...]
    vans: tuple[Van, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postcode:
    """Where a postcode is; a beginning of postcodes serves those that are not known whole."""

    country: str
    code: str
    lat_e6: int
    lon_e6: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPostcodes(Command[Done]):
    postcodes: tuple[Postcode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VanWay:
    """A way that somebody has measured, between depots and postcodes."""

    origin: str
    target: str
    distance_m: int
    duration_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportVanWays(Command[Done]):
    ways: tuple[VanWay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Personal: where exactly, and what the driver must know; 0, 0 is nowhere."""

    lat_e6: int = 0
    lon_e6: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishDelivery(Command[Done]):
    """How an order, or a return to collect (`kind` return), is to be visited.

    A window of 0 is the site's; a `skill` is one that the van must have.
    """

    personal: ClassVar[tuple[str, ...]] = ("spot",)
    kind: str = "order"
    ref: str
    spot: Spot = field(default_factory=Spot)
    opens_ms: int = 0
    closes_ms: int = 0
    skill: str = ""

    @property
    def whose(self) -> str:
        return f"{self.kind}/{self.ref}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVans(Command[Done]):
    """Tours that nobody loads yet are planned anew now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """`call` is `order:<id>` or `return:<rma>`; `parcels` are those that it was planned with."""

    call: str
    eta_ms: int
    parcels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVanTour:
    """`tour`: the one that goes on in another sequence; 0: a new one."""

    van: str
    tour: int = 0
    starts_ms: int
    back_ms: int
    distance_m: int
    cost_cents: int
    rest_ms: int = 0  # when the driver rests; 0: no rest
    visits: tuple[PlannedVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyVanTours(Command["VanToursApplied"]):
    """A plan of delivering: its tours take the place of those that nobody loads yet."""

    plan: int
    tours: tuple[PlannedVanTour, ...]
    left_out: tuple[tuple[str, str], ...] = ()  # (call, why)
    cost_cents: int = 0
    distance_m: int = 0
    by_savings_cents: int = 0
    by_savings_m: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VanToursApplied:
    tours: tuple[int, ...]
    dropped: tuple[tuple[str, str], ...] = ()  # (call, why)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockVanTour(Command[Done]):
    """Plans leave the tour as it is, or may change it again."""

    tour: int
    locked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignVan(Command[Done]):
    """Only this van visits the order or return, from the next plan on; "" any that can."""

    kind: str = "order"
    ref: str
    van: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelVanStop(Command[Done]):
    """The van does not go there today; its parcels come back if they are aboard."""

    stop: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVan(Command[Done]):
    """A van is out of order, or works again; `replacement` takes its tour over where it stands."""

    van: str
    down: bool
    replacement: str = ""
