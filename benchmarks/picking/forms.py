"""The file forms of the picking benchmarks, in whole millimetres.

Owns reading layouts, pick lists and orders, and writing answers. Refuses files that do not have
the form, by the name of what is missing.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from controller.plan import batching
from controller.plan.walking import Layout, Stop

UNLIMITED = 1 << 40

Json = dict[str, Any]


def read(path: Path) -> Json:
    """The content of a file.

    Raises: SystemExit naming the file where it is no JSON object.
    """
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: {error}") from None
    if not isinstance(content, dict):
        raise SystemExit(f"{path}: give a JSON object")
    return content


def write(path: Path, content: object) -> None:
    """Write an answer."""
    path.write_text(json.dumps(content) + "\n")


def layout(content: Json) -> Layout:
    """A layout of the form {"aisles", "block_lengths_mm", "aisle_pitch_mm", "depot_aisle"}."""
    return Layout(
        aisles=content["aisles"],
        block_lengths_mm=tuple(content["block_lengths_mm"]),
        aisle_pitch_mm=content["aisle_pitch_mm"],
        depot_aisle=content["depot_aisle"],
    )


def stops(picks: Sequence[Sequence[int]]) -> tuple[Stop, ...]:
    """Picks of the form [aisle, block, y_mm]."""
    return tuple(Stop(aisle=aisle, block=block, y_mm=y) for aisle, block, y in picks)


def batch_problem(content: Json) -> batching.Problem:
    """An instance of the form {"layout", "cart", "orders"}; orders are due in the order given."""
    orders, cart = content["orders"], content["cart"]
    return batching.Problem(
        layout=layout(content["layout"]),
        cart=batching.Cart(
            slots=cart.get("orders_max", max(1, len(orders))),
            volume_ml=cart.get("volume_max", UNLIMITED),
            mass_g=UNLIMITED,
        ),
        loads=tuple(
            batching.Load(
                id=order["id"],
                stops=stops(order["picks"]),
                volume_ml=order["volume"],
                mass_g=0,
                due_ms=number,
            )
            for number, order in enumerate(orders)
        ),
    )


def batch_answer(plan: batching.Plan, seconds: float) -> Json:
    """The answer to an instance, with what first come, first served would walk."""
    return {
        "batches": [
            {
                "orders": list(tour.loads),
                "sequence": [list(pick) for pick in tour.sequence],
                "length_mm": tour.length_mm,
            }
            for tour in plan.tours
        ],
        "refused": [list(each) for each in plan.refused],
        "total_mm": plan.total_mm,
        "bound_mm": plan.bound_mm,
        "first_come_mm": plan.first_come_mm,
        "sec": round(seconds, 3),
    }
