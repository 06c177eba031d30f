"""The file forms of the picking benchmarks, in whole millimetres.

Owns reading layouts, pick lists and orders, and writing answers. Refuses files that do not have
the form, by the name of what is missing.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from controller.plan import batching, walking
from controller.plan.walking import Layout, Stop

UNLIMITED = 1 << 40

Json = dict[str, Any]
Pick = tuple[int, int, int]


class Form(BaseModel):
    """Content of a file: whole numbers are whole, names are known."""

    model_config = ConfigDict(strict=True, frozen=True)


class LayoutForm(Form):
    """A rectangular floor, in millimetres."""

    aisles: int
    block_lengths_mm: list[int]
    aisle_pitch_mm: int
    depot_aisle: int


class WalkForm(Form):
    """Lists of picks [aisle, block, y_mm], each to be walked."""

    layout: LayoutForm
    lists: list[list[Pick]]


class CartForm(Form):
    """What a cart takes; without a limit, anything."""

    orders_max: int | None = None
    volume_max: int = UNLIMITED


class OrderForm(Form):
    """An order: its volume, and its picks."""

    id: str
    volume: int
    picks: list[Pick]


class BatchForm(Form):
    """Orders to be shared out over carts."""

    layout: LayoutForm
    cart: CartForm
    orders: list[OrderForm]


F = TypeVar("F", bound=Form)
P = TypeVar("P")


def read(path: Path, form: type[F], build: Callable[[F], P]) -> P:
    """What a file asks for.

    Raises: SystemExit naming the file and what in it is wrong.
    """
    try:
        return build(form.model_validate_json(path.read_text()))
    except ValidationError as error:
        told = [
            f"{path}: {'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}"
            for each in error.errors()[:5]
        ]
        raise SystemExit("\n".join(told)) from None
    except (OSError, ValueError) as error:
        raise SystemExit(f"{path}: {error}") from None


def write(path: Path, content: object) -> None:
    """Write an answer. Raises: SystemExit naming the file that cannot be written."""
    try:
        path.write_text(json.dumps(content) + "\n")
    except OSError as error:
        raise SystemExit(f"{path}: {error}") from None


def layout(form: LayoutForm) -> Layout:
    """The floor of a file."""
    return Layout(
        aisles=form.aisles,
        block_lengths_mm=tuple(form.block_lengths_mm),
        aisle_pitch_mm=form.aisle_pitch_mm,
        depot_aisle=form.depot_aisle,
    )


def stops(picks: list[Pick]) -> tuple[Stop, ...]:
    """The places of picks."""
    return tuple(Stop(aisle=aisle, block=block, y_mm=y) for aisle, block, y in picks)


def walks(form: WalkForm) -> tuple[Layout, list[walking.Problem]]:
    """The floor, and a problem for each list.

    Raises: ValueError naming the list and the pick outside the floor.
    """
    floor = layout(form.layout)
    problems = []
    for number, picks in enumerate(form.lists):
        try:
            problems.append(walking.Problem(layout=floor, stops=stops(picks)))
        except ValueError as error:
            raise ValueError(f"lists.{number}: {error}") from None
    return floor, problems


def batch_problem(form: BatchForm) -> batching.Problem:
    """The orders of a file, due in the order given."""
    slots = form.cart.orders_max
    return batching.Problem(
        layout=layout(form.layout),
        cart=batching.Cart(
            slots=max(1, len(form.orders)) if slots is None else slots,
            volume_ml=form.cart.volume_max,
            mass_g=UNLIMITED,
        ),
        loads=tuple(
            batching.Load(
                id=order.id,
                stops=stops(order.picks),
                volume_ml=order.volume,
                mass_g=0,
                due_ms=number,
            )
            for number, order in enumerate(form.orders)
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
