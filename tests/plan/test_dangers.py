"""Dangerous goods: what cannot be, what shares no carton, what a service takes."""

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from controller.plan.apart import named, pairs_of_names
from controller.plan.cartonizing import EFFORTS, Piece, solve
from controller.plan.cartons.packages import Problem
from controller.plan.dangers import carrying, segregating
from controller.plan.dangers.goods import CLASSES, Danger, fault
from controller.plan.methods.boxes import Rules
from controller.plan.rating import Book, Origin, Refusal
from tests.cartons import LARGE, MUG, TARIFF
from tests.plan.test_rating import AIR, BOX

SCENT = Danger(un_number="UN1266", danger_class="3", packing_group="II", net_ml=50)
PHONE = Danger(
    un_number="UN3481", danger_class="9", lithium="contained_in", watt_hours=15, net_g=40
)
BATTERY = Danger(un_number="UN3480", danger_class="9", watt_hours=99, net_g=400)
BLEACH = Danger(un_number="UN2014", danger_class="5.1", packing_group="II", net_ml=500)
POISON = Danger(un_number="UN2810", danger_class="6.1", packing_group="I", net_ml=100)


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        (Danger(danger_class="3"), "danger_class", "give the un_number"),
        (replace(SCENT, danger_class="3.1"), "danger_class", "one of 1.1"),
        (replace(SCENT, danger_class="2.1"), "packing_group", "class 2.1 has no packing groups"),
        (replace(SCENT, watt_hours=10), "watt_hours", "UN1266 is no lithium battery"),
        (replace(SCENT, net_g=5), "net_ml", "one of net_g and net_ml"),
        (replace(SCENT, limited_quantity=True, net_ml=0), "net_g", "what a unit holds"),
        (replace(SCENT, limited_quantity=True, inner_max=30), "limited_quantity", "may hold 30"),
        (replace(POISON, limited_quantity=True), "limited_quantity", "packing group I,"),
        (replace(SCENT, shipping_name=""), "shipping_name", "proper shipping name of UN1266"),
        (replace(PHONE, lithium=""), "lithium", "packed_with or contained_in with UN3481"),
        (replace(PHONE, danger_class="8"), "danger_class", "UN3481 is of class 9"),
        (replace(PHONE, lithium_mg=5), "lithium_mg", "watt_hours instead"),
        (replace(PHONE, limited_quantity=True), "limited_quantity", "in no limited quantities"),
        (replace(BATTERY, lithium="packed_with"), "lithium", "alone with UN3480"),
    ],
)
def test_what_no_regulation_knows_is_named_with_the_fix(
    wrong: Danger, field: str, told: str
) -> None:
    found = fault(wrong)
    assert found is not None
    assert found[0] == field
    assert told in found[2]


@pytest.mark.parametrize("cell", [False, True])
@pytest.mark.parametrize("ion", [False, True])
def test_lithium_batteries_are_small_up_to_their_limit_and_fully_regulated_above(
    cell: bool, ion: bool
) -> None:
    limit = (20 if cell else 100) if ion else (1_000 if cell else 2_000)
    field = "watt_hours" if ion else "lithium_mg"
    number = "UN3480" if ion else "UN3090"

    def sized(size: int) -> Danger:
        more: dict[str, Any] = {field: size, "lithium_cell": cell}
        return Danger(un_number=number, danger_class="9", **more)

    assert sized(limit).is_small
    assert not sized(limit).is_full
    assert sized(limit + 1).is_full
    assert sized(0).is_full, "what is not said is not small"
    assert fault(sized(limit)) is None


def test_each_kind_of_danger_has_a_bit_of_its_own_and_words_take_it() -> None:
    every = {carrying.bit(each) for each in (SCENT, PHONE, BATTERY, BLEACH, POISON)}
    assert len(every) == 5
    limited = replace(SCENT, limited_quantity=True)
    assert carrying.taken(("LQ",)) & carrying.bit(limited)
    assert not carrying.taken(("LQ",)) & carrying.bit(SCENT)
    assert carrying.taken(("UN3481",)) == carrying.bit(PHONE)
    assert carrying.taken(("UN3481-full",)) == carrying.bit(replace(PHONE, watt_hours=101))
    assert carrying.taken(("*",)) == sum(1 << nth for nth in range(2 * len(CLASSES) + 8))
    assert carrying.unknown(("LQ", "petrol")) == "petrol"


def test_a_service_refuses_with_the_kind_the_goods_and_the_most_that_a_package_weighs() -> None:
    limited = carrying.bit(replace(SCENT, limited_quantity=True))
    bits = limited | carrying.bit(PHONE)
    inside = (("SCENT", limited), ("PHONE", carrying.bit(PHONE)))
    asked = replace(BOX, dangers=bits, inside=inside)

    def why(*words: str, **more: Any) -> str:
        (answer,) = Book((replace(AIR, dangers=words),), Origin()).offers(replace(asked, **more))
        return answer.why if isinstance(answer, Refusal) else ""

    assert why("*") == why("LQ", "UN3481") == ""
    assert why("LQ") == "takes no small lithium batteries UN3481 (PHONE)"
    assert why("UN3481") == "takes no UN class 3 in limited quantities (SCENT)"
    assert why("UN3481", inside=()) == "takes no UN class 3 in limited quantities"
    assert "packages of 30 kg at most, not 30001 g" in why("*", mass_g=30_001)


GOODS = {
    "perfume": ("", SCENT),
    "bleach": ("", BLEACH),
    "poison": ("", POISON),
    "phone": ("", PHONE),
    "battery": ("", BATTERY),
    "firework": ("", Danger(un_number="UN0336", danger_class="1.4S")),
    "gas": ("", Danger(un_number="UN1950", danger_class="2.1")),
    "acid": ("acid", Danger(un_number="UN1789", danger_class="8", packing_group="II")),
    "bread": ("food", Danger()),
    "mug": ("", Danger()),
}
SAID = (("acid", "food"), ("food", "6.1"))
FORBIDDEN = {
    *("acid bleach", "acid poison", "acid bread", "bread poison", "bleach perfume"),
    *("perfume poison", "bleach poison", "gas poison", "battery perfume", "battery bleach"),
    *("battery gas", "acid firework", "bleach firework", "firework gas", "firework perfume"),
    *("firework poison", "firework phone", "battery firework"),
}


def of_order(skus: list[str]) -> Problem:
    held = [segregating.kinds(*GOODS[sku]) for sku in skus]
    rules = Rules(apart=pairs_of_names(held, segregating.pairs(SAID)))
    pieces = [
        Piece(
            ref=sku,
            qty=1,
            length_mm=MUG.length_mm,
            width_mm=MUG.width_mm,
            height_mm=MUG.height_mm,
            mass_g=100,
            goods=named(kinds),
        )
        for sku, kinds in zip(skus, held, strict=True)
    ]
    return rules.problem(pieces, (LARGE,), TARIFF)


def fewest(skus: list[str]) -> int:
    """So few cartons without limits hold these goods apart, by trying every way."""

    def tried(left: list[str], boxes: list[list[str]]) -> int:
        if not left:
            return len(boxes)
        first, *rest = left
        ways = [
            tried(rest, [*boxes[:nth], [*box, first], *boxes[nth + 1 :]])
            for nth, box in enumerate(boxes)
            if all(" ".join(sorted((first, each))) not in FORBIDDEN for each in box)
        ]
        return min([*ways, tried(rest, [*boxes, [first]])])

    return tried(skus, [])


def test_the_table_parts_just_these_goods() -> None:
    for one, other in combinations(sorted(GOODS), 2):
        clash = segregating.clashing(
            [segregating.kinds(*GOODS[each]) for each in (one, other)], SAID
        )
        assert bool(clash) == (f"{one} {other}" in FORBIDDEN), (one, other, clash)


@pytest.mark.parametrize("seed", range(40))
def test_cartons_hold_no_goods_that_clash_and_are_as_few_as_by_trying_every_way(
    seed: int,
) -> None:
    skus = random.Random(seed).sample(sorted(GOODS), 5)
    plan = solve(of_order(skus), EFFORTS["fast"])
    assert not plan.refused
    inside = [sorted(ref for ref, _ in each.contents) for each in plan.cartons]
    assert sorted(sku for each in inside for sku in each) == sorted(skus)
    for each in inside:
        assert not {" ".join(pair) for pair in combinations(each, 2)} & FORBIDDEN
    assert len(inside) == fewest(skus)
