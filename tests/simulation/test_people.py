"""Simulated people: they do as the screen says, unless the building shows otherwise."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import pytest

from controller.messages import Scan, ScanReply, Screen, from_json
from controller.messages.command import Fields
from controller.store import open_store
from simulation import acting, handling
from simulation.building import scenario_generated
from simulation.clock import Agenda
from simulation.floor import Floor
from simulation.hands import ASIDE_MS, Act, Hands, Wait
from simulation.host import virtual_floor
from simulation.run import run
from simulation.scenario import NO_FAULTS, Faults
from simulation.seeking import Found, Idle, seek
from simulation.world import OUTSIDE, PUT_BACK, world_of

ALWAYS = 1_000_000
BENCH = "BENCH-01"


@pytest.fixture
def floor(planner: Executor) -> Iterator[Floor]:
    """A building at dawn; the controller is there, and nobody has done anything."""
    scenario = replace(scenario_generated(orders=5, seed=3), faults=NO_FAULTS)
    store = open_store("sqlite://")
    world = world_of(scenario)
    world.masses_g["MUG"] = 300
    agenda = Agenda(scenario.day_start_ms)
    yield virtual_floor(scenario, store, agenda, world, planner)[0]
    store.close()


def worker(floor: Floor, role: str) -> Hands:
    person = next(each for each in floor.scenario.staff if each.role == role)
    hands = Hands(person, floor)
    hands.held, hands.tote = (BENCH, "TOTE") if role == "packer" else ("", "")
    return hands


def screen(
    workflow: str, step: str, target: str = "", at: str = "", **fields: str | int
) -> Screen:
    expects = ("number",) if step in ("count", "short") else ("container",)
    return Screen(
        workflow=workflow,
        step=step,
        version=1,
        expects=expects,
        at=at,
        target=target,
        fields=dict(fields),
        buttons=("UNDO", "SKIP", "HOME"),
    )


def answer(message: str, tone: str = "ok", **fields: str | int) -> ScanReply:
    told: Fields = dict(fields)
    after = screen("packing", "label", box="BOX")
    return ScanReply(screen=after, message=message, tone=tone, fields=told)


def raw(doing: Act | Wait) -> str:
    assert isinstance(doing, Act)
    assert doing.delay_ms > 0
    return doing.raw


def test_a_far_place_takes_longer(floor: Floor) -> None:
    picker = worker(floor, "picker")
    far = max(floor.world.stops, key=lambda name: floor.world.way_mm("DEPOT", name))
    here = acting.act(picker, screen("picking", "place", target="DEPOT", at="DEPOT"))
    there = acting.act(picker, screen("picking", "place", target=far, at=far))
    assert isinstance(here, Act)
    assert isinstance(there, Act)
    assert there.delay_ms > here.delay_ms + 5_000
    assert picker.walked_mm == floor.world.way_mm("DEPOT", far)


@pytest.mark.parametrize(("buttons", "pressed"), [(("SKIP", "HOME"), "SKIP"), (("HOME",), "HOME")])
def test_a_screen_that_asks_for_nothing_is_left(
    floor: Floor, buttons: tuple[str, ...], pressed: str
) -> None:
    empty = replace(screen("putaway", "place"), buttons=buttons)
    assert raw(acting.act(worker(floor, "receiver"), empty)) == pressed


@pytest.mark.parametrize(("there", "pressed"), [(4, "MUG"), (3, "SHORT"), (0, "SHORT")])
def test_a_picker_who_finds_too_few_says_so(floor: Floor, there: int, pressed: str) -> None:
    floor.world.move("MUG", OUTSIDE, "BIN", there)
    item = screen("picking", "item", target="MUG", place="BIN", sku="MUG", qty=4)
    assert raw(acting.act(worker(floor, "picker"), item)) == pressed
    count = screen("picking", "short", place="BIN", sku="MUG", qty=4)
    assert raw(acting.act(worker(floor, "picker"), count)) == str(there)


def test_a_wrong_pick_is_one_too_many_or_too_few(floor: Floor) -> None:
    floor.scenario = replace(floor.scenario, faults=Faults(wrong_pick_ppm=ALWAYS))
    picker, world = worker(floor, "picker"), floor.world
    world.move("MUG", OUTSIDE, "BIN", 100)
    drop = screen("picking", "drop", target="TOTE", place="BIN", sku="MUG", got=5)
    for nth in range(1, 11):
        before = world.units("TOTE", "MUG")
        handling.done(picker, drop, "TOTE", answer("picked"))
        assert abs(world.units("TOTE", "MUG") - before - 5) == 1
        assert world.faults["wrong_pick"] == nth
    assert world.hidden["BIN", "MUG"] == world.units("TOTE", "MUG") - 50


@pytest.mark.parametrize(
    ("message", "tone"), [("pick_cancelled", "warn"), ("fewer_wanted", "warn"), ("x", "error")]
)
def test_nothing_moves_unless_the_answer_says_so(floor: Floor, message: str, tone: str) -> None:
    floor.world.move("MUG", OUTSIDE, "BIN", 9)
    drop = screen("picking", "drop", target="TOTE", place="BIN", sku="MUG", got=5)
    handling.done(worker(floor, "picker"), drop, "TOTE", answer(message, tone))
    assert floor.world.units("BIN", "MUG") == 9


def test_a_replenisher_brings_what_is_there(floor: Floor) -> None:
    floor.world.move("MUG", OUTSIDE, "R", 7)
    count = screen("replenish", "count", target="20", at="R", sku="MUG", qty=20)
    assert raw(acting.act(worker(floor, "replenisher"), count)) == "7"


def test_a_carton_that_rides_on_the_belt_is_put_away_later(floor: Floor) -> None:
    receiver = worker(floor, "receiver")
    source = screen("putaway", "source", target="P1", at="LANE-01")
    floor.world.parcels["P1"] = OUTSIDE
    assert raw(acting.act(receiver, source)) == "SKIP"
    floor.world.put_down("P1", "LANE-01")
    assert raw(acting.act(receiver, source)) == "P1"


def test_a_packer_finds_that_a_unit_is_missing_in_the_tote(floor: Floor) -> None:
    packer, world = worker(floor, "packer"), floor.world
    world.move("MUG", OUTSIDE, "TOTE", 1, booked=2)
    item = screen("packing", "item", target="MUG", sku="MUG", qty=2, got=0, box="BOX")
    assert raw(acting.act(packer, item)) == "MUG"
    second = replace(item, fields=item.fields | {"got": 1})
    assert raw(acting.act(packer, second)) == "SHORT"
    handling.done(packer, second, "SHORT", answer("short_noted", missing=1))
    assert not world.hidden
    assert world.units("BOX", "MUG") == 1


def test_a_packer_trusts_a_count_until_the_scale_objects(floor: Floor) -> None:
    packer, world = worker(floor, "packer"), floor.world
    world.move("MUG", OUTSIDE, "TOTE", 11, booked=12)
    count = screen("packing", "count", target="12", sku="MUG", qty=12, got=0, box="BOX")
    assert raw(acting.act(packer, count)) == "12"
    handling.done(packer, count, "12", answer("line_packed"))
    assert world.odd_mass_g("BOX") == -300
    weigh = screen("packing", "weigh", box="BOX", planned_g=4_000, got_g=3_700)
    assert raw(acting.act(packer, weigh)) == "UNDO"
    handling.done(packer, weigh, "UNDO", answer("undone"))
    assert raw(acting.act(packer, count)) == "11"
    assert isinstance(acting.act(packer, weigh), Wait)


def test_what_is_left_in_a_tote_goes_to_the_put_back_shelf(floor: Floor) -> None:
    packer, world = worker(floor, "packer"), floor.world
    world.move("MUG", OUTSIDE, "TOTE", 1, booked=0)
    acting.act(packer, screen("packing", "tote", target="TOTE2"))
    assert world.units(PUT_BACK, "MUG") == 1
    assert world.hidden == {(PUT_BACK, "MUG"): -1}
    assert packer.tote == ""


def test_a_label_is_scanned_when_it_is_out_and_the_printer_has_said_so(floor: Floor) -> None:
    packer = worker(floor, "packer")
    label = screen("packing", "label", target="BOX", box="BOX", lane="L", printed=0, fault="")
    assert isinstance(acting.act(packer, label), Wait)
    packer.label = "BOX"
    assert isinstance(acting.act(packer, label), Wait)
    printed = replace(label, fields=label.fields | {"printed": 1})
    assert raw(acting.act(packer, printed)) == "BOX"


def test_a_printer_fault_is_waited_for_a_while_then_printed_again(floor: Floor) -> None:
    packer = worker(floor, "packer")
    fault = screen("packing", "label", target="BOX", box="BOX", lane="L", printed=0, fault="stuck")
    assert isinstance(acting.act(packer, fault), Wait)
    packer.patience = acting.PATIENCE_WITH_FAULT
    assert raw(acting.act(packer, fault)) == "PRINT"


def test_a_loader_takes_what_lies_there_whatever_the_screen_knows(floor: Floor) -> None:
    loader = worker(floor, "loader")
    assert isinstance(seek(loader), Idle)
    for parcel in ("P1", "P2"):
        floor.world.put_down(parcel, "LANE-01")
    assert seek(loader) == Found("LANE-01", "LANE-01", "LANE-01")
    loader.held = "LANE-01"
    lane = screen("loading", "parcel", at="LANE-01")
    assert raw(acting.act(loader, lane)) == "P1"
    assert raw(acting.act(loader, replace(lane, target="P2"))) == "P2"
    handling.done(loader, lane, "P1", answer("parcel_cancelled", "error"))
    assert raw(acting.act(loader, lane)) == "P2"
    handling.done(loader, lane, "P2", answer("parcel_loaded"))
    assert raw(acting.act(loader, lane)) == "HOME"


def test_a_loader_leaves_a_lane_for_the_run_out_that_nobody_serves(floor: Floor) -> None:
    loader = worker(floor, "loader")
    floor.world.put_down("P1", "LANE-01")
    floor.world.put_down("P2", "RUNOUT")
    loader.held = floor.take("lane", "LANE-01")
    assert raw(acting.act(loader, screen("loading", "parcel", target="P1"))) == "HOME"
    loader.put_down()
    assert seek(loader) == Found("RUNOUT", "RUNOUT", "RUNOUT")


def test_scans_from_a_dead_zone_come_as_a_chain(planner: Executor, tmp_path: Path) -> None:
    calm = scenario_generated(orders=8, seed=3)
    scenario = replace(calm, faults=replace(NO_FAULTS, dead_zone_ppm=ALWAYS))
    url = f"sqlite:///{tmp_path}/day.db"
    assert run(scenario, database=url, planner=planner).fields["faults"]["dead_zone"] > 5
    store = open_store(url)
    with store.reading() as db:
        rows = db.all("SELECT command_id, payload FROM journal WHERE name = 'Scan' ORDER BY seq")
    store.close()
    scans = [from_json(row.payload, Scan) for row in rows]
    kept = [each for each in scans if each.after]
    assert kept
    assert {each.after for each in kept} <= {each.id for each in scans}


@pytest.mark.parametrize("why", ["not_labelled", "carrier_label_missing", "goes_by_van"])
def test_a_parcel_that_may_not_be_loaded_does_not_stop_the_loader(floor: Floor, why: str) -> None:
    hands, shown = worker(floor, "loader"), screen("loading", "parcel")
    handling.done(hands, shown, "P1", ScanReply(screen=shown, message=why, tone="error"))
    assert hands.aside == {"P1"}
    floor.agenda.run(floor.agenda.now_ms() + ASIDE_MS)
    assert hands.aside == set()


def test_a_parcel_that_belongs_to_another_lane_goes_on_the_belt_again(floor: Floor) -> None:
    hands, shown = worker(floor, "loader"), screen("loading", "parcel")
    floor.world.put_down("P1", "LANE-01")
    handling.done(hands, shown, "P1", ScanReply(screen=shown, message="wrong_lane", tone="error"))
    assert floor.world.parcels["P1"] == OUTSIDE
    assert not hands.aside
