"""Every step of every flow hears every class of scan, lets go on HOME, and keeps its word."""

from collections.abc import Iterator

import pytest

from controller import barcodes
from controller.messages import Scan, ScanReply
from controller.workflows.table import HANDHELD
from tests.workflows.floor import Floor
from tests.workflows.scenes import BOX, SCENES, Scene

CLASSES: dict[str, tuple[str, ...]] = {
    "place": ("P-MUG", "R20", "BENCH-02", "WALL-01", "HAND-2", "LANE-02", "RUNOUT", "PUT-BACK"),
    "item": ("MUG", "MUG-PACK", "BOOK", "22423"),
    "container": ("TOTE-1", "TOTE-9", "CAGE-1", "CART-2", "TRUCK-1", "WALL-01-1", BOX),
    "parcel": (f"TRK{BOX}",),
    "carton_type": ("BOX-S", "BOX-L"),
    "worker": ("W1", "W2"),
    "receipt": ("ASN-1",),
    "return": ("RMA-1",),
    "number": ("0", "1", "4", "999999"),
    "unknown": ("garbage", "", "\x00", "4006381333932", "(01)09506000134352(17)261231(10)L7"),
}
STEPS = [(flow, step) for flow, steps in SCENES.items() for step in steps]
CLAIMS = {
    "tour": "SELECT id FROM tour WHERE worker = 'W1' AND state = 'active'",
    "tote at the wall": "SELECT id FROM load WHERE state = 'sorting'",
    "tote on the bench": "SELECT id FROM load WHERE state = 'packing'",
    "errand": "SELECT id FROM task WHERE worker = 'W1' AND state = 'open'",
    "container at the dock": "SELECT lpn FROM container WHERE state = 'in_use' AND lpn IN "
    "(SELECT lpn FROM container WHERE place = 'DOCK') AND lpn NOT IN "
    "(SELECT container FROM stock)",
    "bench": "SELECT place FROM session WHERE worker = 'W1' AND place <> ''",
}


def codes() -> Iterator[str]:
    yield from barcodes.COMMANDS
    for each in CLASSES.values():
        yield from each


def where(reply: ScanReply) -> tuple[str, str]:
    return reply.screen.workflow, reply.screen.step


def opened(flow: str, step: str) -> tuple[Scene, Floor]:
    scene = SCENES[flow][step]
    floor = scene.play()
    assert where(floor.screens["W1"]) == (flow, step)
    return scene, floor


def test_no_step_and_no_class_of_scan_is_left_out() -> None:
    assert {name: set(flow.draw) for name, flow in HANDHELD.flows.items()} == {
        name: set(steps) for name, steps in SCENES.items()
    }
    heard = {kind for flow in HANDHELD.flows.values() for _, kind in flow.transitions}
    assert heard <= {*CLASSES, *barcodes.COMMANDS}


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_every_scan_is_answered_and_breaks_nothing(flow: str, step: str) -> None:
    scene, floor = opened(flow, step)
    for raw in codes():
        before = floor.screens["W1"].screen
        for _ in range(2):
            reply = floor.scan(raw)
            assert isinstance(reply, ScanReply)
            assert reply.message != "defect"
        if floor.screens["W1"].screen != before:
            assert floor.books_balance()
            floor = scene.play()


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_what_the_screen_asks_for_moves_on(flow: str, step: str) -> None:
    _, floor = opened(flow, step)
    screen = floor.screens["W1"].screen
    if step == "label":
        floor.carrier_answers()
        floor.printer_answers()
    if screen.target:
        reply = floor.scan(screen.target)
        assert reply.screen.version == screen.version + 1, reply
        assert reply.tone == "ok" or reply.message == "no_task", reply
    else:
        assert screen.expects, "a screen without a target says what it expects"


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_every_button_on_offer_is_heard(flow: str, step: str) -> None:
    _, floor = opened(flow, step)
    heard = HANDHELD.flows[flow].transitions
    for button in floor.screens["W1"].screen.buttons:
        assert button in ("UNDO", "HOME") or (step, button) in heard


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_a_command_that_is_asked_for_has_a_button(flow: str, step: str) -> None:
    """Whoever wears gloves and has no card of codes at hand still gets on."""
    _, floor = opened(flow, step)
    screen = floor.screens["W1"].screen
    asked = {*screen.expects, screen.target} & {*barcodes.COMMANDS}
    assert asked <= {*screen.buttons}


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_home_gives_back_what_was_claimed(flow: str, step: str) -> None:
    _, floor = opened(flow, step)
    assert where(floor.scan("HOME")) == ("home", "home")
    for claim, query in CLAIMS.items():
        assert floor.all(query) == [], claim
    assert floor.books_balance()


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_undo_comes_back_to_the_screen_before(flow: str, step: str) -> None:
    scene, floor = opened(flow, step)
    if "UNDO" not in floor.screens["W1"].screen.buttons:
        assert floor.scan("UNDO").message == "nothing_to_undo"
        return
    before = Scene(scene.prepare, scene.path[:-1]).play().screens["W1"]
    reply = floor.scan("UNDO")
    assert (reply.message, where(reply)) == ("undone", where(before))
    assert reply.screen.fields == before.screen.fields
    assert floor.books_balance()


@pytest.mark.parametrize(("flow", "step"), STEPS)
def test_a_scan_on_an_old_screen_changes_nothing(flow: str, step: str) -> None:
    _, floor = opened(flow, step)
    now = floor.screens["W1"].screen
    old = Scan(id="old", worker="W1", version=now.version - 1, raw=now.target or "1")
    reply = floor.do(old)
    assert (reply.message, reply.tone) == ("screen_out_of_date", "warn")
    assert reply.screen == now
