"""Owns the warehouse of the monkey: a little of everything, and the codes that lie around."""

from dataclasses import replace
from typing import Any

from controller import barcodes
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
    Worker,
)
from tests.workflows.floor import CARTONS, ECO, FAST

FREIGHT = replace(
    FAST, code="FREIGHT", base_cents=5_000, mass_max_g=500_000, girth_max_mm=9_000, lane="FREIGHT"
)

WORKERS = ("W1", "W2", "W3", "W4")
CARTS = ("CART-1", "CART-2")
TRUCK = "TRUCK-1"
LANES = ("LANE-01", "LANE-02", "FREIGHT")
BENCHES = ("BENCH-01", "BENCH-02")
WALL = "WALL-01"
SLOTS = tuple(f"{WALL}-{n}" for n in range(1, 5))
SIZES_MM = {"MUG": 100, "PEN": 20, "BOOK": 150, "MILK": 90, "SOFA": 900, "22423": 60}
MASS_G = {"MUG": 350, "PEN": 20, "BOOK": 500, "MILK": 1_000, "SOFA": 15_000, "22423": 200}
STOCK = {"MUG": 60, "PEN": 400, "BOOK": 12, "MILK": 20, "SOFA": 3, "22423": 5}
SKUS = tuple(STOCK)
PLACES = (
    *(Place(name=f"P-{sku}", kind="pick", aisle=1, y_mm=1_000) for sku in SKUS),
    Place(name="P-SPARE", kind="pick", aisle=3, y_mm=1_000),
    *(
        Place(name=f"R{n}", kind="reserve", aisle=2, volume_ml=0 if n > 3 else 9_000)
        for n in range(1, 25)
    ),
    *(Place(name=name, kind="bench") for name in BENCHES),
    *(Place(name=name, kind="lane") for name in ("LANE-01", "LANE-02", "RUNOUT")),
    Place(name="FREIGHT", kind="freight"),
    Place(name="BELT-01", kind="belt"),
    Place(name="BUFFER", kind="buffer"),
    Place(name="PUT-BACK", kind="put_back"),
    Place(name="DOCK", kind="dock"),
    Place(name=WALL, kind="wall"),
    Place(name="DESK", kind="returns"),
)
TOTES = tuple(f"TOTE-{n}" for n in range(1, 11))
CAGES = ("CAGE-1", "CAGE-2", "CAGE-3")
CONTAINERS = (
    *(Container(lpn=lpn, kind="tote", place="BUFFER", volume_ml=55_000) for lpn in TOTES),
    *(Container(lpn=lpn, kind="cage", place="BUFFER", volume_ml=900_000) for lpn in CAGES),
    *(Container(lpn=lpn, kind="cart", place="BUFFER", slots=6) for lpn in CARTS),
    Container(lpn=TRUCK, kind="truck", place="BUFFER", slots=2),
    *(Container(lpn=lpn, kind="slot", place=WALL, volume_ml=15_000) for lpn in SLOTS),
)
SITE = SetUpSite(
    id="site",
    settings=SiteSettings(
        gs1_prefix="4012345", cart_slots=3, tote_volume_ml=20_000, singles_tote_orders=4
    ),
    cartons=CARTONS,
    services=(ECO, FAST, FREIGHT),
)
SETUP: tuple[Command[Any], ...] = (
    SITE,
    ImportItems(
        id="items",
        items=tuple(
            Item(
                sku=sku,
                name=sku.title(),
                length_mm=side_mm,
                width_mm=side_mm,
                height_mm=side_mm,
                mass_g=MASS_G[sku],
                barcodes=((f"{sku}-PACK", 3),),
                lot_tracked=sku == "MILK",
            )
            for sku, side_mm in SIZES_MM.items()
        ),
    ),
    ImportPlaces(id="places", places=PLACES),
    ImportWorkers(id="workers", workers=tuple(Worker(badge=badge) for badge in WORKERS)),
    ImportContainers(id="containers", containers=CONTAINERS),
    ImportStock(
        id="stock",
        lines=(
            *(
                StockLine(sku=sku, place=f"P-{sku}", qty=qty, face=True)
                for sku, qty in STOCK.items()
            ),
            *(
                StockLine(sku=sku, place=f"R{n}", qty=qty)
                for n, (sku, qty) in enumerate(STOCK.items(), 4)
            ),
            StockLine(sku="MILK", place="P-MILK", qty=5, lot="L1", expiry_ms=1_800_000_000_000),
        ),
    ),
)
ZONES = ImportPlaces(
    id="zones",
    places=(
        *(
            Place(name=f"P-{sku}", kind="pick", aisle=3 * nth % 10, y_mm=1_000)
            for nth, sku in enumerate(SKUS)
        ),
        *(Place(name=f"HAND-{nth}", kind="hand_over", aisle=5 * nth - 5) for nth in (1, 2)),
    ),
)
"""Faces spread over the aisles, and carts that pass between two zones."""
PLATES = tuple(f"PLATE-{n}" for n in range(1, 9))
CARTONS_ON_CARTS: tuple[Command[Any], ...] = (
    replace(SITE, id="cartons", settings=replace(SITE.settings, pick_to_carton=True)),
    ImportContainers(
        id="plates",
        containers=tuple(Container(lpn=lpn, kind="carton", place="BUFFER") for lpn in PLATES),
    ),
)
"""Orders are picked into their shipping cartons while plates last."""
STATION = "STATION-1"
PODS = ("POD-1", "POD-2")
STATIONS: tuple[Command[Any], ...] = (
    ImportPlaces(
        id="stations",
        places=(
            Place(name=STATION, kind="station"),
            *(Place(name=f"SPOT-{n}", kind="spot", aisle=n) for n in (1, 2, 3)),
            *(Place(name=f"{pod}-{bin_}", kind="pod", pod=pod) for pod in PODS for bin_ in "AB"),
        ),
    ),
    ImportContainers(
        id="pods",
        containers=(
            *(Container(lpn=pod, kind="pod", place=f"SPOT-{n}") for n, pod in enumerate(PODS, 1)),
            *(Container(lpn=f"{STATION}-{n}", kind="slot", place=STATION) for n in (1, 2)),
        ),
    ),
    ImportStock(
        id="pod stock",
        lines=(
            StockLine(sku="MUG", place="POD-1-A", qty=20),
            StockLine(sku="BOOK", place="POD-1-B", qty=4),
            StockLine(sku="PEN", place="POD-2-B", qty=20),
        ),
    ),
)
"""Pods with goods of their own are brought to a station of two slots."""
NUMBERS = ("0", "1", "2", "3", "5", "12", "999999")
GARBAGE = (
    *("", " ", "garbage", "CMD:FLY", "\x00", "\x1d10", "x" * 2_000, "]C1", "(01)", "~lost"),
    *("-1", "1.5", "9999999999", "'; DROP TABLE stock; --", "\N{PILE OF POO}", "TASK:1"),
    *("(01)09506000134352(17)261231(10)L7", "]C10109506000134352\x1d10L7", "4006381333932"),
)
FIXED_CODES = {
    "place": tuple(place.name for place in PLACES),
    "item": (*SKUS, *(f"{sku}-PACK" for sku in SKUS)),
    "pod": (*PODS, f"{STATION}-1", f"{STATION}-2"),
    "bin": ("POD-1-A", "POD-2-B", STATION, "SPOT-1"),
    "tote": TOTES,
    "plate": PLATES,
    "cage": CAGES,
    "cart": (*CARTS, TRUCK),
    "slot": SLOTS,
    "badge": WORKERS,
    "carton": tuple(carton.code for carton in CARTONS),
    "number": NUMBERS,
    "command": barcodes.COMMANDS,
    "garbage": GARBAGE,
}
