"""The weight window at the bench."""

from dataclasses import replace

import pytest

from controller.errors import Refused
from controller.messages import DeviceFault, SetUpSite, WeightRead
from tests.workflows.floor import CARTONS, ECO, SETTINGS, SETUP, Floor, packed_floor


def at_scale() -> Floor:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG", "PEN")
    return floor


@pytest.mark.parametrize(("mass_g", "step"), [(840, "label"), (760, "label"), (841, "weigh")])
def test_the_scale_moves_on_only_inside_the_weight_window(mass_g: int, step: str) -> None:
    floor = at_scale()
    read = WeightRead(id="w", device="scale-bench-01", place="BENCH-01", mass_g=mass_g)
    reply = floor.do(read)
    assert reply.screen.step == step
    assert floor.do(read) == reply


def test_the_same_odd_weight_twice_is_accepted_and_recorded() -> None:
    floor = at_scale()
    weights = iter((1_200, 1_250, 1_245))
    replies = [
        floor.do(WeightRead(id=f"w{g}", device="scale-bench-01", place="BENCH-01", mass_g=g))
        for g in weights
    ]
    messages = [reply.message for reply in replies]
    assert messages == ["weight_out_of_window", "weight_out_of_window", "parcel_packed"]
    assert floor.events("weight_accepted") == [{"planned_g": 800, "got_g": 1_245, "by": "W1"}]
    assert floor.parcels()[0].mass_g == 1_245


def test_weight_with_nobody_at_the_scale_is_refused() -> None:
    floor = packed_floor()
    with pytest.raises(Refused, match="nothing to weigh"):
        floor.do(WeightRead(id="w", device="scale-bench-02", place="BENCH-02", mass_g=5))


def test_planned_weight_is_taken_only_while_the_scale_is_broken() -> None:
    floor = at_scale()
    assert floor.scan("DONE").message == "scale_works"
    floor.do(DeviceFault(id="f", device="scale-bench-01", fault="no_answer"))
    assert floor.scans("DONE").screen.step == "label"
    assert floor.parcels()[0].mass_g == 800


def test_undo_is_still_there_after_an_odd_weight() -> None:
    floor = at_scale()
    floor.do(WeightRead(id="w", device="scale-bench-01", place="BENCH-01", mass_g=2_000))
    floor.screens["W1"] = floor.scan("no such code")
    reply = floor.scans("UNDO")
    assert (reply.screen.step, reply.screen.target) == ("item", "PEN")
    assert floor.books_balance()


def test_undo_of_a_parked_parcel_is_refused() -> None:
    local = SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO,))
    floor = Floor(setup=(local, *SETUP[1:]))
    order = floor.order("1", {"MUG": 1}, country="FR")
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG")
    assert floor.scan("430").message == "parcel_parked"
    assert floor.scan("UNDO").message == "nothing_to_undo"
    assert floor.value("SELECT packed FROM order_line") == 1
    assert floor.books_balance()


def test_what_fills_the_voids_is_weighed_with_the_parcel() -> None:
    settings = replace(SETTINGS, void_g_per_l=10)
    site = SetUpSite(id="site", settings=settings, cartons=CARTONS, services=(ECO,))
    floor = Floor(setup=(site, *SETUP[1:]))
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG")
    assert floor.screens["W1"].screen.fields["planned_g"] == 350 + 80 + 7 * 10
