"""The file forms of carrier choice and sourcing.

Owns their rows, how they become problems, and how a command is given them. Refuses files that do
not have the form, by the name of what is wrong.
"""

import argparse
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, NonNegativeInt

from benchmarks.picking.forms import Form, Json
from controller.plan import carriers, sourcing

PPM = 1_000_000
FLOAT_NOISE_PPM = Decimal("1e-8")
Cents = Annotated[int, Field(ge=0, le=1_000_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Discount = Annotated[float, Field(ge=0, le=1)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--problem", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.json")


class OptionForm(Form):
    """A service that may take a parcel."""

    carrier: str
    service: str
    pickup: str
    base_cents: Cents
    other_cents: Cents = 0


class ParcelForm(Form):
    """A parcel and its options."""

    id: str
    options: list[OptionForm]


class CarriersForm(Form):
    """Parcels of a cut-off; tiers are [parcels_min, discount from 0 to 1]."""

    parcels: list[ParcelForm]
    pickup_capacity: dict[str, Count]
    tiers: dict[str, list[tuple[NonNegativeInt, Discount]]]


class NodeForm(Form):
    """Units of each SKU at a node."""

    id: str
    stock: dict[str, NonNegativeInt]


class OrderForm(Form):
    """Units of each SKU, and what a node asks for a parcel and a unit."""

    id: str
    lines: dict[str, NonNegativeInt]
    parcel_cents: dict[str, NonNegativeInt]
    unit_cents: dict[str, NonNegativeInt]


class SourcingForm(Form):
    """Nodes and the orders that they may ship."""

    nodes: list[NodeForm]
    orders: list[OrderForm]
    split_cents: NonNegativeInt
    unfilled_cents: NonNegativeInt


def carrier_problem(form: CarriersForm) -> carriers.Problem:
    """Raises: ValueError naming the carrier whose discount is no whole number of ppm."""
    return carriers.Problem(
        parcels=tuple(
            carriers.Parcel(
                id=parcel.id,
                options=tuple(carriers.Option(**vars(each)) for each in parcel.options),
            )
            for parcel in form.parcels
        ),
        pickup_capacity=form.pickup_capacity,
        tiers={
            name: tuple((parcels_min, _ppm(name, discount)) for parcels_min, discount in tiers)
            for name, tiers in form.tiers.items()
        },
    )


def _ppm(carrier: str, discount: float) -> int:
    """A sum of floats that misses the sixth decimal by its noise alone is meant as that."""
    exact = Decimal(str(discount)) * PPM
    if abs(exact - round(exact)) > FLOAT_NOISE_PPM:
        raise ValueError(f"tiers.{carrier}: discount {discount}: give at most six decimals")
    return round(exact)


def sourcing_problem(form: SourcingForm) -> sourcing.Problem:
    """The nodes and orders of a file."""
    return sourcing.Problem(
        nodes=tuple(sourcing.Node(id=node.id, stock=node.stock) for node in form.nodes),
        orders=tuple(sourcing.Order(**order.model_dump()) for order in form.orders),
        split_cents=form.split_cents,
        unfilled_cents=form.unfilled_cents,
    )


def carrier_answer(problem: carriers.Problem, plan: carriers.Plan, seconds: float) -> Json:
    """The option of each parcel by its index."""
    return {
        "choices": {
            parcel.id: option for parcel, option in zip(problem.parcels, plan.chosen, strict=True)
        },
        "cost_cents": plan.cost_cents,
        "bound_cents": plan.bound_cents,
        "proven": plan.proven,
        "greedy_cents": plan.greedy_cents,
        "sec": round(seconds, 3),
    }


def sourcing_answer(plan: sourcing.Plan, seconds: float) -> Json:
    """The shipments of a plan."""
    return {
        "shipments": [
            {"order": each.order, "node": each.node, "lines": dict(each.lines)}
            for each in plan.shipments
        ],
        "cost_cents": plan.cost_cents,
        "bound_cents": plan.bound_cents,
        "nearest_cents": plan.nearest_cents,
        "sec": round(seconds, 3),
    }
