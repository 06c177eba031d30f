"""Cartonizing against a checker on random orders and a brute-force twin on tiny ones."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations, product

import pytest

from controller.plan import Effort
from controller.plan.cartonizing import (
    OWN,
    Carton,
    Packed,
    Piece,
    Placement,
    Plan,
    Problem,
    Tariff,
    solve,
)

Box = tuple[str, int, int, int, int, int, int]
"""ref, lower corner, upper corner."""

TARIFF = Tariff(base_cents=395, per_kg_cents=62, divisor_cm3_per_kg=5000, step_g=500)
MUG = Piece(ref="mug", length_mm=120, width_mm=90, height_mm=100, mass_g=350, qty=1, upright=True)


def carton(code: str, length_mm: int, width_mm: int, height_mm: int, cost_cents: int) -> Carton:
    return Carton(
        code=code,
        length_mm=length_mm,
        width_mm=width_mm,
        height_mm=height_mm,
        tare_g=100,
        mass_max_g=15_000,
        cost_cents=cost_cents,
    )


SMALL = carton("S", 200, 150, 100, 28)
MEDIUM = carton("M", 350, 250, 200, 70)
LARGE = carton("L", 600, 400, 400, 215)
LONG = carton("T", 800, 250, 150, 112)
CARTONS = (SMALL, MEDIUM, LARGE, LONG)


def problem(*pieces: Piece, cartons: tuple[Carton, ...] = CARTONS) -> Problem:
    return Problem(pieces=pieces, cartons=cartons, tariff=TARIFF)


def boxes_of(placements: tuple[Placement, ...]) -> Iterator[Box]:
    for p in placements:
        for i, j, k in product(range(p.nx), range(p.ny), range(p.nz)):
            x, y, z = p.x_mm + i * p.dx_mm, p.y_mm + j * p.dy_mm, p.z_mm + k * p.dz_mm
            yield (p.ref, x, y, z, x + p.dx_mm, y + p.dy_mm, z + p.dz_mm)


def shared(a: Box, b: Box, axis: int) -> int:
    """Length that two boxes share along an axis; negative when they are apart."""
    return min(a[4:][axis], b[4:][axis]) - max(a[1:4][axis], b[1:4][axis])


def check_box(piece: Piece, box: Box, inner: tuple[int, int, int]) -> None:
    size = (box[4] - box[1], box[5] - box[2], box[6] - box[3])
    measures = (piece.length_mm, piece.width_mm, piece.height_mm)
    assert sorted(size) == sorted(measures), "a unit changed its measures"
    assert not piece.upright or size[2] == piece.height_mm, "an upright unit lies down"
    assert all(low >= 0 for low in box[1:4]), "a unit sticks out below"
    assert all(high <= room for high, room in zip(box[4:], inner, strict=True)), "sticks out"


def check_support(pieces: dict[str, Piece], box: Box, boxes: list[Box]) -> None:
    below = [b for b in boxes if shared(box, b, 0) > 0 and shared(box, b, 1) > 0 and b[3] < box[3]]
    assert not any(pieces[b[0]].fragile for b in below), "something is above a fragile unit"
    if box[3] > 0:
        held = sum(shared(box, b, 0) * shared(box, b, 1) for b in below if b[6] == box[3])
        assert held == (box[4] - box[1]) * (box[5] - box[2]), "a unit floats"


def check_packed(given: Problem, packed: Packed) -> int:
    """Check one carton and answer what it costs."""
    pieces = {piece.ref: piece for piece in given.pieces}
    boxes = list(boxes_of(packed.placements))
    assert Counter(box[0] for box in boxes) == Counter(dict(packed.contents))
    for a, b in combinations(boxes, 2):
        assert min(shared(a, b, axis) for axis in range(3)) <= 0, "two units overlap"
    contents_g = sum(pieces[ref].mass_g * qty for ref, qty in packed.contents)
    if packed.carton == OWN:
        assert len(boxes) == 1
        inner, tare_g, cents = boxes[0][4:], 0, 0
        assert contents_g <= given.own_mass_max_g
    else:
        used = next(c for c in given.cartons if c.code == packed.carton)
        inner, tare_g = (used.length_mm, used.width_mm, used.height_mm), used.tare_g
        cents = used.cost_cents
        assert contents_g <= used.mass_max_g
        goods_mm3 = sum((b[4] - b[1]) * (b[5] - b[2]) * (b[6] - b[3]) for b in boxes)
        assert goods_mm3 * 100 <= inner[0] * inner[1] * inner[2] * given.fill_percent
    for box in boxes:
        check_box(pieces[box[0]], box, inner)
        check_support(pieces, box, boxes)
    assert packed.mass_g == contents_g + tare_g
    return cents + freight(packed.mass_g, inner)


def freight(mass_g: int, size: tuple[int, ...]) -> int:
    """The freight of TARIFF, which bills whole steps of 500 g at 31 cents."""
    dim_g = size[0] * size[1] * size[2] / 5000
    steps = max(mass_g, dim_g) / 500
    return 395 + 31 * (int(steps) + (steps > int(steps)))


def checked(given: Problem, effort: Effort | None = None) -> Plan:
    plan = solve(given, effort or Effort())
    kinds: dict[Packed, int] = Counter(plan.cartons)
    cents = sum(check_packed(given, packed) * count for packed, count in kinds.items())
    assert plan.cost_cents == cents
    assert plan.bound_cents <= plan.cost_cents
    assert plan.proven == (plan.bound_cents == plan.cost_cents)
    packed_units: Counter[str] = Counter()
    for packed in plan.cartons:
        packed_units.update(dict(packed.contents))
    refused = {ref for ref, _ in plan.refused}
    wanted = {piece.ref: piece.qty for piece in given.pieces if piece.ref not in refused}
    assert packed_units == wanted
    return plan


def codes(plan: Plan) -> list[str]:
    return sorted(packed.carton for packed in plan.cartons)


def test_one_unit_ships_in_the_cheapest_carton_that_holds_it() -> None:
    plan = checked(problem(MUG))
    assert codes(plan) == ["S"]
    assert plan.proven
    assert plan.why == "1 x S for 485 cents: proven cheapest"


def test_upright_unit_takes_a_taller_carton() -> None:
    vase = replace(MUG, height_mm=150, width_mm=90, length_mm=90)
    assert codes(checked(problem(vase))) == ["M"]
    assert codes(checked(problem(replace(vase, upright=False)))) == ["S"]


def test_mass_limit_takes_another_carton() -> None:
    weak = replace(MEDIUM, mass_max_g=300)
    assert codes(checked(problem(MUG, cartons=(weak, LARGE)))) == ["L"]


def test_unit_larger_than_every_carton_ships_in_its_own_packaging() -> None:
    ladder = replace(MUG, ref="ladder", length_mm=2000, mass_g=9000, qty=2)
    plan = checked(problem(ladder, MUG))
    assert codes(plan) == [OWN, OWN, "S"]
    assert "larger or heavier than every carton allows: ladder" in plan.why


def test_unit_heavier_than_its_own_packaging_allows_is_refused_with_measures() -> None:
    safe = replace(MUG, ref="safe", length_mm=2000, mass_g=30_001)
    plan = checked(problem(safe))
    assert plan.cartons == ()
    assert plan.refused == (
        (
            "safe",
            "2000 x 90 x 100 mm and 30001 g fits no carton, and its own packaging takes "
            "30000 g; ship it as freight",
        ),
    )


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (replace(MUG, ref="odd", length_mm=0), "measures 0 x 90 x 100 mm; measure it"),
        (replace(MUG, ref="odd", mass_g=-1), "mass is -1 g; weigh it"),
        (replace(MUG, ref="odd", qty=0), "quantity is 0; order at least 1"),
    ],
)
def test_piece_with_impossible_data_is_refused_and_the_rest_ships(odd: Piece, reason: str) -> None:
    plan = solve(problem(odd, MUG), Effort())
    assert plan.refused == (("odd", reason),)
    assert codes(plan) == ["S"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (problem(MUG, MUG), "piece 'mug' stands twice"),
        (problem(MUG, cartons=(SMALL, SMALL)), "carton 'S' stands twice"),
        (problem(MUG, cartons=(replace(SMALL, code=OWN),)), "carton 'OWN' stands twice"),
        (problem(MUG, cartons=(replace(SMALL, width_mm=0),)), "carton 'S' has no room"),
        (replace(problem(MUG), tariff=replace(TARIFF, step_g=0)), "step_g 0"),
        (replace(problem(MUG), fill_percent=0), "fill_percent is 0"),
    ],
)
def test_malformed_problem_is_an_error_that_names_the_thing(wrong: Problem, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        solve(wrong, Effort())


def test_fill_limit_leaves_room_for_padding() -> None:
    exact = replace(MUG, length_mm=200, width_mm=150)
    assert codes(checked(problem(exact))) == ["S"]
    assert codes(checked(replace(problem(exact), fill_percent=90))) == ["M"]


def test_nothing_stands_on_a_fragile_unit() -> None:
    plate = replace(MUG, ref="plate", length_mm=200, width_mm=150, height_mm=40, fragile=True)
    book = replace(plate, ref="book", fragile=False)
    assert codes(checked(problem(plate, book))) == ["S"]
    assert codes(checked(problem(replace(plate, qty=2)))) == ["M"]


def test_empty_order_needs_no_carton() -> None:
    plan = solve(problem(), Effort())
    assert (plan.cartons, plan.cost_cents, plan.proven, plan.why) == (
        (),
        0,
        True,
        "nothing to pack",
    )


def test_without_cartons_everything_ships_in_its_own_packaging() -> None:
    assert codes(checked(problem(replace(MUG, qty=3), cartons=()))) == [OWN] * 3


def test_two_thousand_mugs_stay_small_and_cost_close_to_the_bound() -> None:
    plan = checked(problem(replace(MUG, qty=2000)))
    assert len(set(plan.cartons)) <= 3
    assert max(len(packed.placements) for packed in plan.cartons) <= 10
    assert plan.cost_cents <= plan.bound_cents * 1.35


def test_order_of_600_lines_ships_complete() -> None:
    rng = random.Random(600)
    pieces = [replace(random_piece(rng, n), qty=10) for n in range(600)]
    plan = checked(problem(*pieces))
    assert plan.cost_cents <= plan.bound_cents * 2


def random_piece(rng: random.Random, number: int) -> Piece:
    return Piece(
        ref=f"L{number:03}",
        length_mm=rng.randint(40, 300),
        width_mm=rng.randint(40, 200),
        height_mm=rng.randint(10, 150),
        mass_g=rng.randint(0, 4000),
        qty=1 if rng.random() < 0.6 else rng.randint(2, 5),
        upright=rng.random() < 0.3,
        fragile=rng.random() < 0.2,
    )


@pytest.mark.parametrize("seed", range(40))
def test_every_plan_passes_the_checker_and_is_the_same_twice(seed: int) -> None:
    rng = random.Random(seed)
    pieces = [random_piece(rng, n) for n in range(rng.randint(1, 12))]
    given = replace(problem(*pieces), fill_percent=rng.choice((100, 90)))
    effort = Effort(work=20_000)
    assert checked(given, effort) == solve(given, effort)


@pytest.mark.parametrize("seed", range(10))
def test_order_of_pieces_and_cartons_does_not_change_the_cost(seed: int) -> None:
    rng = random.Random(seed)
    pieces = [random_piece(rng, n) for n in range(6)]
    turned = problem(*reversed(pieces), cartons=tuple(reversed(CARTONS)))
    assert solve(turned, Effort()).cost_cents == solve(problem(*pieces), Effort()).cost_cents


@pytest.mark.parametrize("effort", [Effort(work=0), Effort(should_stop=lambda: True)])
@pytest.mark.parametrize("seed", range(5))
def test_spent_effort_still_packs_everything(seed: int, effort: Effort) -> None:
    rng = random.Random(seed)
    given = problem(*(random_piece(rng, n) for n in range(2 + 3 * seed)))
    plan = checked(given, effort)
    assert plan.bound_cents <= solve(given, Effort()).cost_cents <= plan.cost_cents


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
        if min(x, y, z) > 0:
            return False
        if min(x, y) > 0 and other[6] == box[3] and not other[0].startswith("!"):
            held += x * y
    return box[3] == 0 or held == (box[4] - box[1]) * (box[5] - box[2])


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


@pytest.mark.parametrize("seed", range(60))
def test_tiny_orders_cost_what_brute_force_finds(seed: int) -> None:
    given = tiny_problem(seed)
    units = [replace(piece, qty=1) for piece in given.pieces for _ in range(piece.qty)]
    plan = checked(given)
    optimum = min(sum(twin_cents(given, group) for group in groups) for groups in splits(units))
    assert plan.bound_cents <= optimum
    assert plan.cost_cents == optimum
    assert plan.proven
