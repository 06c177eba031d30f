"""The Foodmart instances of order batching, read as batching problems.

Owns their format. Refuses the graph of a warehouse that is no rectangle.

Source: Valle, Beasley & da Cunha 2017.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.picking.forms import UNLIMITED
from benchmarks.picking.public_sets import MM_PER_M, Instance
from controller.plan import batching
from controller.plan.walking import Layout, Stop

ITEMS_PER_PICKER = 320
WAREHOUSE = "warehouse_8_1_3_1560"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """`stops` are where each location is picked."""

    layout: Layout
    stops: dict[int, Stop]


def foodmart(folder: Path) -> Iterator[Instance]:
    """The order files in a folder, or below it, in the two-block warehouse beside them."""
    home = next((f for f in (folder, folder.parent) if (f / WAREHOUSE).exists()), None)
    if home is None:
        raise SystemExit(f"{folder}: no {WAREHOUSE} here or above")
    warehouse = read_warehouse(home / WAREHOUSE)
    rows = (home / "productsDB_1560_locations").read_text().splitlines()[2:]
    products = {int(product): int(place) for product, place in map(str.split, rows)}
    for path in sorted(folder.rglob("instances_*")):
        yield _instance(path, warehouse, products)


def read_warehouse(path: Path) -> Warehouse:
    """A warehouse file: positions of its parameters and the ways of its depot."""
    parts = _parts(path)
    head = dict(line.split(" ", 1) for line in [*parts["INPUT_PARAMETERS"], *parts["DATA"]])
    aisles, positions = int(head["numAisles"]), int(head["numLocationsPerAisleSide"])
    step = round(MM_PER_M * float(head["locationWidth"]))
    edge = (step + round(MM_PER_M * float(head["crossAisleWidth"]))) // 2
    pitch = round(MM_PER_M * (float(head["aisleWidth"]) + 2 * float(head["rackDepth"])))
    ends = [int(end) for end in head["crossAislesPositions"].split()[1:]]
    starts = [0, *[end + 1 for end in ends[:-1]]]
    assert ends[-1] == positions - 1, f"{path}: aisles end at {ends[-1]} of {positions}"
    blocks = list(zip(starts, ends, strict=True))
    words = parts["arcs_distances"][0].split()
    layout = Layout(
        aisles=aisles,
        block_lengths_mm=tuple((end - start) * step + 2 * edge for start, end in blocks),
        aisle_pitch_mm=pitch,
        depot_aisle=0,
        depot_mm=tuple(round(MM_PER_M * float(way)) for way in words[3::2]),
    )
    stops = {}
    for line in parts["all_locations_X_aislePos_Y_aisleSide_Z_shelf"][1:]:
        place, position, side, _ = map(int, line.split())
        block = next(i for i, (_, end) in enumerate(blocks) if position <= end)
        y_mm = edge + (position - starts[block]) * step
        stops[place] = Stop(aisle=side // 2, block=block, y_mm=y_mm)
    return Warehouse(layout=layout, stops=stops)


def _parts(path: Path) -> dict[str, list[str]]:
    """The lines below each heading."""
    parts: dict[str, list[str]] = {}
    for block in path.read_text().split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        if lines:
            parts[lines[0]] = lines[1:]
    return parts


def _instance(path: Path, warehouse: Warehouse, products: dict[int, int]) -> Instance:
    loads = []
    for number, line in enumerate(path.read_text().splitlines()[2:]):
        words = [int(word) for word in line.split()]
        if not words:
            continue
        stops = [warehouse.stops[products[product]] for product in words[1::2]]
        loads.append(
            batching.Load(
                id=f"{number:05}",
                stops=tuple(stops),
                volume_ml=sum(words[2::2]),
                mass_g=0,
                due_ms=number,
            )
        )
    cart = batching.Cart(slots=max(1, len(loads)), volume_ml=ITEMS_PER_PICKER, mass_g=UNLIMITED)
    problem = batching.Problem(layout=warehouse.layout, cart=cart, loads=tuple(loads))
    return Instance(name=path.name, problem=problem, unit=MM_PER_M, best=0.0)
