"""Owns the small warehouse of the browser's tests: goods with real barcodes, a cart, a bench."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from api.pins import pin_hash
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
    SetPin,
    SetUpSite,
    SiteSettings,
    StockLine,
    Worker,
)
from tests.workflows.floor import CARTONS, ECO, FAST

PIN: Final = "482915"
PIN_HASH: Final = pin_hash(PIN)
BADGES: Final = ("PICKER-001", "PICKER-002", "PACKER-001", "LOADER-001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    sku: str
    name: str
    gtin: str
    place: str
    size_mm: tuple[int, int, int]
    mass_g: int
    lot: str = ""


WARES: Final = (
    Ware(
        sku="MUG-RED",
        name="Red enamel mug, 300 ml",
        gtin="4006381333931",
        place="A01-03-2",
        size_mm=(120, 90, 100),
        mass_g=340,
    ),
    Ware(
        sku="PEN-BLUE",
        name="Ballpoint pen, blue, pack of ten",
        gtin="4012345678901",
        place="A02-07-1",
        size_mm=(150, 60, 20),
        mass_g=120,
    ),
    Ware(
        sku="MILK-1L",
        name="Oat milk, 1 litre carton",
        gtin="9521234567899",
        place="B05-01-4",
        size_mm=(95, 65, 200),
        mass_g=1_050,
        lot="L7",
    ),
    Ware(
        sku="SOAP-22",
        name="Olive soap",
        gtin="5901234123457",
        place="B05-02-1",
        size_mm=(90, 60, 40),
        mass_g=110,
    ),
)
BY_SKU: Final = {ware.sku: ware for ware in WARES}


def code_of(target: str) -> str:
    """What a scanner reads there: goods carry their GTIN, not our SKU."""
    return BY_SKU[target].gtin if target in BY_SKU else target


def set_up() -> Iterator[Command[Any]]:
    settings = SiteSettings(gs1_prefix="4012345", cart_slots=6)
    yield SetUpSite(id="site", settings=settings, cartons=CARTONS, services=(ECO, FAST))
    yield ImportItems(id="items", items=tuple(map(_item, WARES)))
    yield ImportPlaces(id="places", places=tuple(_places()))
    yield ImportWorkers(id="workers", workers=tuple(Worker(badge=badge) for badge in BADGES))
    yield ImportContainers(id="containers", containers=tuple(_containers()))
    yield ImportStock(id="stock", lines=tuple(map(_stock, WARES)))
    for badge in BADGES:
        yield SetPin(id=f"pin/{badge}", badge=badge, pin_hash=PIN_HASH)


def _item(ware: Ware) -> Item:
    length_mm, width_mm, height_mm = ware.size_mm
    return Item(
        sku=ware.sku,
        name=ware.name,
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        mass_g=ware.mass_g,
        barcodes=((ware.gtin, 1), (f"{ware.sku}-2PACK", 2)),
        lot_tracked=bool(ware.lot),
    )


def _stock(ware: Ware) -> StockLine:
    return StockLine(sku=ware.sku, place=ware.place, qty=200, lot=ware.lot, face=True)


def _places() -> Iterator[Place]:
    for nth, ware in enumerate(WARES):
        yield Place(name=ware.place, kind="pick", aisle=nth // 2 + 1, y_mm=1_000 * nth)
    for name, kind in (
        ("BENCH-01", "bench"),
        ("BELT-01", "belt"),
        ("BUFFER-01", "buffer"),
        ("PUT-BACK", "put_back"),
        ("DOCK-01", "dock"),
        ("RETURNS", "returns"),
        ("LANE-01", "lane"),
        ("LANE-02", "lane"),
    ):
        yield Place(name=name, kind=kind)


def _containers() -> Iterator[Container]:
    for cart in ("CART-1", "CART-2"):
        yield Container(lpn=cart, kind="cart", place="BUFFER-01", slots=6)
    for nth in range(1, 13):
        yield Container(lpn=f"TOTE-{nth:02}", kind="tote", place="BUFFER-01", volume_ml=55_000)
