"""The weight window at the bench."""

import pytest

from controller.errors import Refused
from controller.messages import DeviceFault, WeightRead
from tests.workflows.floor import Floor, packed_floor


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
