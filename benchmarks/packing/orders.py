"""Owns the form of files of orders to pack: reading them as problems, writing the answers.

Refuses to write an answer that the check of placements does not confirm.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from controller.plan import cartonizing

Json = dict[str, Any]

TARIFF = cartonizing.Tariff(base_cents=395, per_kg_cents=62, divisor_cm3_per_kg=5000, step_g=500)


def read(path: Path) -> Json:
    """The content of a file. Raises: ValueError that names the file when it is no such JSON."""
    try:
        content: Json = json.loads(path.read_text())
    except ValueError as fault:
        raise ValueError(f"{path} is not JSON: {fault}") from fault
    for name in ("cartons", "skus", "orders"):
        if name not in content:
            raise ValueError(f"{path} has no {name!r}; write cartons, skus and orders")
    return content


def problems(content: Json, support_percent: int) -> Iterator[tuple[str, cartonizing.Problem]]:
    """Every order with its name."""
    cartons = tuple(_carton(each) for each in content["cartons"])
    skus = {each["id"]: each for each in content["skus"]}
    for order in content["orders"]:
        pieces = tuple(_piece(skus[sku], qty) for sku, qty in order["lines"])
        yield (
            order["id"],
            cartonizing.Problem(
                pieces=pieces,
                cartons=cartons,
                tariff=TARIFF,
                support_percent=support_percent,
            ),
        )


def _carton(each: Json) -> cartonizing.Carton:
    length_mm, width_mm, height_mm = each["dims"]
    outer = each["outer"]
    return cartonizing.Carton(
        code=each["id"],
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        tare_g=each["tare"],
        mass_max_g=each["max_weight"],
        cost_cents=each["cost"],
        outer_mm3=outer[0] * outer[1] * outer[2],
    )


def _piece(sku: Json, qty: int) -> cartonizing.Piece:
    length_mm, width_mm, height_mm = sku["dims"]
    return cartonizing.Piece(
        ref=sku["id"],
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        mass_g=sku["weight"],
        qty=qty,
        upright=sku["upright"],
        fragile=sku["fragile"],
    )


def answer(name: str, plan: cartonizing.Plan, seconds: float) -> Json:
    """An answer in the form of the file: every unit with its corner and measures."""
    boxes = [
        {"carton": packed.carton, "items": [list(unit) for unit in packed.units()]}
        for packed in plan.cartons
    ]
    return {"id": name, "boxes": boxes, "proven": plan.proven, "sec": round(seconds, 6)}


def check(problem: cartonizing.Problem, plan: cartonizing.Plan) -> None:
    """Raises: ValueError that names the fault of a plan."""
    faults = cartonizing.faults(problem, plan)
    wanted = Counter({piece.ref: piece.qty for piece in problem.pieces})
    packed = Counter(unit.ref for box in plan.cartons for unit in box.units())
    if packed != wanted:
        faults.append(f"packed {packed - wanted} too many and {wanted - packed} too few")
    if faults:
        raise ValueError("; ".join(faults))


def write(path: Path, answers: list[Json]) -> None:
    """Write answers as JSON."""
    path.write_text(json.dumps(answers))
