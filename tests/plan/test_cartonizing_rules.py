"""Cartonizing against the check of placements on any order, against brute force on tiny ones."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.plan import Effort
from controller.plan.cartonizing import Piece, Problem, at_once, solve
from controller.plan.cartons.answering import answered
from controller.plan.cartons.kernels import compiled, plain
from controller.plan.cartons.sorting import sort_out
from tests.cartons import SHOP, SMALL, TARIFF, check_plan, checked, freight, problem

Box = tuple[str, int, int, int, int, int, int]
"""ref, lower corner, upper corner."""


def shared(a: Box, b: Box, axis: int) -> int:
    """Length that two boxes share along an axis; negative when they are apart."""
    return min(a[4:][axis], b[4:][axis]) - max(a[1:4][axis], b[1:4][axis])


def tiny_problem(seed: int) -> Problem:
    rng = random.Random(seed)
    pieces = tuple(
        Piece(
            ref=f"P{n}",
            length_mm=rng.randint(1, 3),
            width_mm=rng.randint(1, 3),
            height_mm=rng.randint(1, 3),
            mass_g=rng.randint(0, 400),
            qty=rng.randint(1, 2),
            upright=rng.random() < 0.3,
            fragile=rng.random() < 0.3,
        )
        for n in range(rng.randint(1, 3))
    )
    cartons = tuple(
        replace(
            SMALL,
            code=f"C{n}",
            length_mm=rng.randint(2, 4),
            width_mm=rng.randint(2, 4),
            height_mm=rng.randint(1, 4),
            mass_max_g=rng.choice((600, 9000)),
            cost_cents=rng.randint(10, 300),
        )
        for n in range(3)
    )
    big = replace(SMALL, code="ZZ", length_mm=4, width_mm=4, height_mm=4, cost_cents=700)
    return problem(*pieces, cartons=(*cartons, big))


def twin_ways(piece: Piece) -> set[tuple[int, ...]]:
    measures = (piece.length_mm, piece.width_mm, piece.height_mm)
    return {w for w in permutations(measures) if not piece.upright or w[2] == piece.height_mm}


def twin_fits(inner: tuple[int, int, int], units: list[Piece], placed: list[Box]) -> bool:
    """Try every unit in every way at every millimetre, from the floor up."""
    if not units:
        return True
    names = {piece.ref: piece for piece in twin_pieces(units)}
    last = (placed[-1][3], placed[-1][2], placed[-1][1]) if placed else (-1, 0, 0)
    for piece in names.values():
        rest = list(units)
        rest.remove(piece)
        for way in twin_ways(piece):
            spans = [range(room - d + 1) for room, d in zip(inner, way, strict=True)]
            for z, y, x in product(spans[2], spans[1], spans[0]):
                box = (piece.ref, x, y, z, x + way[0], y + way[1], z + way[2])
                if (
                    (z, y, x) > last
                    and twin_stands(box, placed)
                    and twin_fits(inner, rest, [*placed, mark(piece, box)])
                ):
                    return True
    return False


def twin_pieces(units: list[Piece]) -> list[Piece]:
    return list(dict.fromkeys(units))


def mark(piece: Piece, box: Box) -> Box:
    """Fragile units carry a mark, so that the next unit sees what it stands on."""
    return (f"!{piece.ref}", *box[1:]) if piece.fragile else box


def twin_stands(box: Box, placed: list[Box]) -> bool:
    held = 0
    for other in placed:
        x, y, z = (shared(box, other, axis) for axis in range(3))
        if min(x, y, z) > 0 or (min(x, y) > 0 and other[0].startswith("!")):
            return False
        if min(x, y) > 0 and other[6] == box[3]:
            held += x * y
    return box[3] == 0 or 4 * held >= 3 * (box[4] - box[1]) * (box[5] - box[2])


def splits(units: list[Piece]) -> Iterator[list[list[Piece]]]:
    """Every way to divide units among cartons."""
    if not units:
        yield []
        return
    first, *rest = units
    for groups in splits(rest):
        yield [[first], *groups]
        for at in range(len(groups)):
            yield [*groups[:at], [first, *groups[at]], *groups[at + 1 :]]


def twin_cents(given: Problem, group: list[Piece]) -> float:
    mass_g = sum(piece.mass_g for piece in group)
    prices = [float("inf")]
    for c in given.cartons:
        inner = (c.length_mm, c.width_mm, c.height_mm)
        cents = c.cost_cents + freight(mass_g + c.tare_g, inner)
        if mass_g <= c.mass_max_g and cents < min(prices) and twin_fits(inner, group, []):
            prices.append(cents)
    return min(prices)


@pytest.mark.parametrize("seed", range(30))
def test_tiny_orders_cost_what_brute_force_finds(seed: int) -> None:
    given = tiny_problem(seed)
    units = [replace(piece, qty=1) for piece in given.pieces for _ in range(piece.qty)]
    plan = checked(given)
    optimum = min(sum(twin_cents(given, group) for group in groups) for groups in splits(units))
    assert plan.bound_cents <= optimum
    assert plan.cost_cents == optimum
    assert plan.proven


@st.composite
def pieces(draw: st.DrawFn, number: int) -> Piece:
    return Piece(
        ref=f"P{number}",
        length_mm=draw(st.integers(20, 420)),
        width_mm=draw(st.integers(20, 260)),
        height_mm=draw(st.integers(10, 200)),
        mass_g=draw(st.integers(0, 6_000)),
        qty=draw(st.integers(1, 4)),
        upright=draw(st.booleans()),
        flat=draw(st.booleans()),
        fragile=draw(st.sampled_from((False, False, True))),
        load_max_g=draw(st.sampled_from((None, None, 0, 2_000))),
        kit=draw(st.sampled_from(("", "", "", "set"))),
        together=draw(st.sampled_from((False, False, True))),
        goods=draw(st.sampled_from(("", "food", "poison"))),
        hazardous=draw(st.sampled_from((False, False, True))),
        own_carton=draw(st.sampled_from((False, False, False, True))),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    return Problem(
        pieces=tuple(draw(pieces(number)) for number in range(draw(st.integers(1, 6)))),
        cartons=SHOP,
        tariff=TARIFF,
        fill_percent=draw(st.sampled_from((100, 85))),
        support_percent=draw(st.sampled_from((0, 75, 100))),
        gravity=draw(st.booleans()),
        apart=draw(st.sampled_from(((), (("food", "poison"),)))),
        hazardous_max=draw(st.sampled_from((None, 0, 1, 3))),
        void_cents_per_l=draw(st.sampled_from((0, 3))),
        void_g_per_l=draw(st.sampled_from((0, 20))),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(problems())
def test_every_plan_of_every_effort_keeps_the_rules(given: Problem) -> None:
    costs = []
    for effort in (Effort(work=0), Effort(work=6_000)):
        plan = solve(given, effort)
        check_plan(given, plan)
        assert plan == solve(given, effort), "the same effort gives the same plan"
        costs.append((len(plan.refused), plan.cost_cents))
    assert costs == sorted(costs, reverse=True), "more effort costs no cent more"


@settings(max_examples=80, deadline=None, derandomize=True)
@given(problems())
def test_an_answer_at_once_keeps_the_rules(given: Problem) -> None:
    plan = at_once(given)
    check_plan(given, plan)
    assert plan == at_once(given)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(problems())
def test_compiled_kernels_answer_as_their_plain_text(given: Problem) -> None:
    sorted_out = sort_out(given)
    if sorted_out.lots:
        asked = given, sorted_out.site, sorted_out.lots, Effort(work=1_000)
        assert answered(*asked, compiled()) == answered(*asked, plain())
