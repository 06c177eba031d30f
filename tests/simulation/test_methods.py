"""Picking methods in a simulated day: people do what the screens say, and the books stay right."""

from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from controller.messages import (
    ApproveMoves,
    FaceMove,
    ImportPlaces,
    ImportStock,
    Place,
)
from controller.store import open_store
from simulation.aisles import Aisles
from simulation.building import GENERATED_DAY_MS, build_scenario, scenario_generated
from simulation.clock import PEOPLE, Agenda
from simulation.demand import generated_day
from simulation.equipping import equipped, with_narrow_aisles, with_settings
from simulation.run import run
from simulation.scenario import Scenario
from simulation.streams import Streams
from simulation.timed import Timed, by_time
from tests.simulation.seeds import ENDS, violations

ORDERS, SEED = 12, 5
FEW = 8


def test_a_day_with_zones_and_a_put_wall_ends_well(planner: Executor, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/day.db"
    day = equipped(scenario_generated(ORDERS, SEED), wall_slots=12, zones=2)
    day = with_settings(day, wall_units_max=60, plan_every_ms=3_600_000)
    result = run(day, database=database, planner=planner)
    assert sum(result.fields["orders"][end] for end in ENDS) == ORDERS
    assert violations(result) == []
    with open_store(database).reading() as db:
        assert db.value("SELECT COUNT(*) FROM tour WHERE kind = 'batch' AND state = 'done'") > 0
        assert db.value("SELECT COUNT(*) FROM movement WHERE cause = 'sort'") > 0
        assert db.value("SELECT COUNT(*) FROM event WHERE kind = 'passed_on'") > 0
        assert db.value("SELECT COUNT(*) FROM load WHERE state <> 'packed'") == 0


def test_a_day_of_picking_into_cartons_ends_well(planner: Executor, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/day.db"
    day = equipped(scenario_generated(FEW, SEED), pick_to_carton=True)
    day = with_settings(day, plan_every_ms=3_600_000)
    result = run(day, database=database, planner=planner)
    assert sum(result.fields["orders"][end] for end in ENDS) == FEW
    assert violations(result) == []
    with open_store(database).reading() as db:
        of_plates = "FROM parcel WHERE lpn LIKE 'PLATE-%'"
        assert db.value(f"SELECT COUNT(*) {of_plates} AND state = 'shipped'") > 0
        assert db.value("SELECT COUNT(*) FROM load WHERE state <> 'packed'") == 0


def test_a_day_of_pods_that_come_to_a_station_ends_well(planner: Executor, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/day.db"
    day = equipped(scenario_generated(FEW, SEED), pods=6, lights=True)
    day = with_settings(day, plan_every_ms=3_600_000)
    result = run(day, database=database, planner=planner)
    assert sum(result.fields["orders"][end] for end in ENDS) == FEW
    assert violations(result) == []
    with open_store(database).reading() as db:
        lit = "FROM outbox WHERE topic = 'device/lights-station-01'"
        assert db.value(f"SELECT COUNT(*) {lit} AND state = 'delivered'") > 0
        of_pods = "FROM tour WHERE kind = 'station'"
        assert db.value(f"SELECT COUNT(*) {of_pods} AND state = 'done'") > 0
        assert db.value(f"SELECT COUNT(*) {of_pods} AND state <> 'done'") == 0
        assert db.value("SELECT COUNT(*) FROM load WHERE state <> 'packed'") == 0


def test_people_carry_out_the_moves_that_slotting_wants(planner: Executor, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/day.db"
    day = with_settings(scenario_generated(FEW, SEED), plan_every_ms=3_600_000)
    faces = [
        line
        for each in day.setup
        if isinstance(each, ImportStock)
        for line in each.lines
        if line.face
    ][:3]
    moves = tuple(
        FaceMove(sku=line.sku, source=line.place, target=f"SPOT-{nth}")
        for nth, line in enumerate(faces)
    )
    spots = tuple(
        Place(name=move.target, kind="pick", aisle=nth) for nth, move in enumerate(moves)
    )
    approve = ApproveMoves(id="moves", actor="LEAD-1", moves=moves)
    approved = Timed(at_ms=day.day_start_ms, command=approve)
    result = run(
        replace(
            day,
            setup=(*day.setup, ImportPlaces(id="spots", places=spots)),
            demand=by_time((*day.demand, approved)),
        ),
        database=database,
        planner=planner,
    )
    assert violations(result) == []
    with open_store(database).reading() as db:
        done = db.all("SELECT sku, to_place, state FROM task WHERE kind = 'move' ORDER BY id")
        assert [(row.sku, row.to_place, row.state) for row in done] == [
            (move.sku, move.target, "done") for move in moves
        ]
        held = db.all("SELECT sku, place FROM face WHERE place LIKE 'SPOT-%' ORDER BY place")
        assert [(row.sku, row.place) for row in held] == [(m.sku, m.target) for m in moves]


def test_carts_wait_for_one_another_in_narrow_aisles_and_the_day_says_how_long(
    planner: Executor,
) -> None:
    asked = generated_day(Streams(SEED), orders=FEW, day_start_ms=GENERATED_DAY_MS)
    crowded = build_scenario(asked, name="crowded", seed=SEED, staff_percent=2_000)
    day = with_settings(in_one_aisle(crowded), plan_every_ms=3_600_000, cart_slots=1)
    result = run(with_narrow_aisles(day, planned=True), planner=planner)
    assert sum(result.fields["orders"][end] for end in ENDS) == FEW
    assert violations(result) == []
    assert result.fields["kpis"]["waiting_in_aisles"]["value"] > 0
    assert 0 < result.fields["kpis"]["waiting_of_picking_time"]["value"] < 50


def in_one_aisle(scenario: Scenario) -> Scenario:
    setup = (
        replace(each, places=tuple(replace(place, aisle=0) for place in each.places))
        if isinstance(each, ImportPlaces)
        else each
        for each in scenario.setup
    )
    return replace(scenario, setup=tuple(setup))


def test_a_block_of_a_narrow_aisle_is_entered_one_after_another() -> None:
    agenda, told = Agenda(0), list[tuple[str, int]]()
    aisles = Aisles(agenda)

    def comes(who: str, at_ms: int, stays_ms: int) -> None:
        def inside() -> None:
            told.append((who, agenda.now_ms()))
            aisles.leave_after(stays_ms, (1, 0), who)

        agenda.at(at_ms * 1_000, PEOPLE, who, lambda: aisles.enter((1, 0), who, inside))

    comes("ANN", 1_000, 5_000)
    comes("BOB", 2_000, 1_000)
    comes("EVE", 9_000, 1_000)
    agenda.run(60_000)
    assert told == [("ANN", 1_000), ("BOB", 6_000), ("EVE", 9_000)]
    assert (aisles.waits, aisles.waited_ms) == (1, 4_000)
