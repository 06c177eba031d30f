"""Every scan on every packing screen gets a screen."""

from collections.abc import Callable

import pytest

from controller.messages import CancelOrder
from controller.workflows.packing.packing import FLOW
from tests.workflows.floor import FIRST, Floor, packed_floor, singles_floor
from tests.workflows.scenes import SCENES

REACH: dict[str, Callable[[], Floor]] = {}


def reaches(step: str) -> Callable[[Callable[[], Floor]], Callable[[], Floor]]:
    def keep(make: Callable[[], Floor]) -> Callable[[], Floor]:
        REACH[step] = make
        return make

    return keep


@reaches("tote")
def at_tote() -> Floor:
    return packed_floor()


@reaches("carton")
def at_carton() -> Floor:
    floor = packed_floor()
    floor.scans("TOTE-1")
    return floor


@reaches("why")
def at_why() -> Floor:
    floor = at_carton()
    floor.scan("BOX-L")
    return floor


@reaches("recarton")
def at_recarton() -> Floor:
    return SCENES["packing"]["recarton"].play()


@reaches("item")
def at_item() -> Floor:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S")
    return floor


@reaches("count")
def at_count() -> Floor:
    floor = packed_floor({"MUG": 5})
    floor.scans("TOTE-1", "BOX-S", "MUG")
    return floor


@reaches("weigh")
def at_weigh() -> Floor:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG", "PEN")
    return floor


@reaches("label")
def at_label() -> Floor:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG", "PEN", "800")
    return floor


@reaches("single")
def at_single() -> Floor:
    return singles_floor()


@reaches("put_back")
def at_put_back() -> Floor:
    floor = packed_floor()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.scans("TOTE-1")
    return floor


def measured(*scans: str) -> Callable[[], Floor]:
    def at() -> Floor:
        floor = at_item()
        floor.scans("MEASURE", *scans)
        return floor

    return at


for nth, asked in enumerate(("measure", "length", "width", "height", "mass")):
    reaches(asked)(measured(*("MUG", "210", "100", "120")[:nth]))


CLASSES = {
    "item": "MUG",
    "other item": "BOOK",
    "place": "PUT-BACK",
    "bench": "BENCH-02",
    "container": "TOTE-1",
    "empty tote": "TOTE-6",
    "carton": FIRST,
    "carton_type": "BOX-L",
    "worker": "W2",
    "number": "3",
    "zero": "0",
    "unknown": "no such code",
    "invalid": "4006381333932",
    **{
        name: name
        for name in ("UNDO", "SHORT", "DONE", "PRINT", "SKIP", "FULL", "HOME", "NEXT", "MEASURE")
    },
}


def test_every_step_can_be_reached() -> None:
    assert set(REACH) == set(FLOW.draw)
    assert {step for step, _ in FLOW.transitions} == set(FLOW.draw)


@pytest.mark.parametrize("step", REACH)
def test_every_scan_on_every_screen_gets_a_screen(step: str) -> None:
    floor = REACH[step]()
    for raw in CLASSES.values():
        before = floor.screens["W1"].screen
        assert before.step == step
        reply = floor.scan(raw)
        assert reply.message, raw
        if reply.screen != before:
            assert floor.books_balance(), raw
            floor = REACH[step]()
