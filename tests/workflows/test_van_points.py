"""Dangerous goods in own vans by their points: apart, refused, or free with equipment."""

from dataclasses import replace

import pytest

from controller.errors import Refused
from controller.messages import ImportItems, ReportVan, SetUpVans, VanSettings
from controller.store import Store
from tests.workflows.test_dangerous_goods import SCENT
from tests.workflows.vans import DEPOT, VAN, VanFloor

PAINT = replace(SCENT, shipping_name="PAINT", net_ml=200_000)  # of packing group II: 600 points
EQUIPPED = replace(VAN, skills=("ADR",))


def floor_of(*vans: object, store: Store | None = None) -> VanFloor:
    """Two parcels on the same way, of 600 points each."""
    floor = VanFloor(*vans, store=store)  # type: ignore[arg-type]
    floor.parcels_for("YO1", "YO1")
    floor.do(ImportItems(id="paint", items=(PAINT,)))
    return floor


def visits(floor: VanFloor) -> list[tuple[str, int]]:
    rows = floor.all(
        "SELECT t.van, COUNT(*) AS n FROM van_tour t JOIN van_stop s ON s.tour = t.id "
        "GROUP BY t.van ORDER BY t.van"
    )
    return [(row.van, row.n) for row in rows]


def test_what_counts_more_than_a_van_may_carry_goes_with_two(store: Store) -> None:
    floor = floor_of(VAN, replace(VAN, code="VAN-2"), store=store)
    floor.plan()
    assert visits(floor) == [("VAN-1", 1), ("VAN-2", 1)]


def test_one_van_leaves_out_what_is_too_much_and_one_that_is_equipped_takes_both() -> None:
    floor = floor_of(VAN)
    floor.plan()
    assert visits(floor) == [("VAN-1", 1)]
    floor.do(SetUpVans(id="adr", settings=VanSettings(), depots=(DEPOT,), vans=(EQUIPPED,)))
    floor.plan()
    assert floor.value("SELECT COUNT(*) FROM van_stop WHERE state = 'planned'") == 2


def test_an_order_that_no_van_may_carry_is_told_with_its_points() -> None:
    floor = floor_of(VAN)
    floor.do(ImportItems(id="more", items=(replace(PAINT, net_ml=400_000),)))
    floor.plan()
    told = str(floor.value("SELECT left_out FROM van_plan ORDER BY at_ms DESC, id DESC LIMIT 1"))
    assert "its dangerous goods count 1,200 points (ADR 1.1.3.6)" in told
    assert "without the skill ADR carries 1,000" in told


def test_a_loader_is_refused_the_parcel_that_is_too_much_for_the_van() -> None:
    floor = VanFloor(VAN)
    floor.parcels_for("YO1", "YO1")
    floor.plan()
    floor.do(ImportItems(id="paint", items=(PAINT,)))
    floor.scans("VAN-1", worker="W2")
    floor.scans(floor.screens["W2"].screen.target, worker="W2")
    second = floor.screens["W2"].screen.target
    reply = floor.scan(second, "W2")
    assert (reply.tone, reply.message) == ("error", "too_many_points")
    assert (reply.fields["points"], reply.fields["most"]) == (1_200, 1_000)
    assert floor.value("SELECT COUNT(*) FROM parcel WHERE state = 'on_van'") == 1
    floor.do(SetUpVans(id="adr", settings=VanSettings(), depots=(DEPOT,), vans=(EQUIPPED,)))
    floor.scans(second, worker="W2")
    assert floor.value("SELECT COUNT(*) FROM parcel WHERE state = 'on_van'") == 2


def test_van_that_is_equipped_carries_any_quantity_of_what_no_other_may_carry_at_all() -> None:
    floor = floor_of(EQUIPPED, replace(VAN, code="VAN-2"))
    water_reactive = replace(PAINT, un_number="UN1183", danger_class="4.3", packing_group="I")
    floor.do(ImportItems(id="more", items=(water_reactive,)))
    floor.plan()
    assert visits(floor) == [("VAN-1", 2)]
    assert floor.value("SELECT left_out FROM van_plan ORDER BY id DESC LIMIT 1") == "[]"


def test_van_without_equipment_takes_no_tour_over_that_is_too_much_for_it() -> None:
    floor = floor_of(EQUIPPED, *(replace(VAN, code=code) for code in ("VAN-2", "VAN-3")))
    floor.plan()
    assert visits(floor) == [("VAN-1", 2)]
    floor.load()
    with pytest.raises(Refused) as refused:
        floor.do(ReportVan(id="down", van="VAN-1", down=True, replacement="VAN-2"))
    told = refused.value.fields
    assert (refused.value.code, told["van"]) == ("too_many_points", "VAN-2")
    assert (told["points"], told["most"]) == (1_200, 1_000)
    assert told["fix"] == "name a van with the skill ADR, or none"
    assert floor.all("SELECT van, state FROM van_tour") == [("VAN-1", "driving")]
    other = replace(EQUIPPED, code="VAN-2")
    floor.do(SetUpVans(id="two", settings=VanSettings(), depots=(DEPOT,), vans=(EQUIPPED, other)))
    floor.do(ReportVan(id="down-2", van="VAN-1", down=True, replacement="VAN-2"))
    assert floor.all("SELECT van, state FROM van_tour") == [("VAN-2", "driving")]


def test_dispatcher_reads_what_a_van_holds_and_what_is_to_be_carried_in_units() -> None:
    light = replace(EQUIPPED, code="VAN-2", mass_max_g=100)
    full = replace(EQUIPPED, code="VAN-3", volume_max_ml=1_500)
    floor = floor_of(VAN, light, full)
    floor.do(ImportItems(id="more", items=(replace(PAINT, net_ml=400_000),)))
    floor.plan()
    told = str(floor.value("SELECT left_out FROM van_plan ORDER BY id DESC LIMIT 1"))
    points, kilograms, litres = told.split("; ")[:3]
    assert points.endswith("VAN-1: holds 1,000 points, 1,200 points are to be carried")
    assert kilograms == "VAN-2: holds 0.1 kg, 0.43 kg are to be carried"
    assert litres.startswith("VAN-3: holds 1.5 litres, ")
