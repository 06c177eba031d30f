"""Shifts full of faults: nothing is lost, doubled or left open, whatever the seed or fault."""

from collections import Counter
from concurrent.futures import Executor
from dataclasses import fields, replace

import pytest

from simulation.building import scenario_generated
from simulation.run import run
from simulation.scenario import NO_FAULTS, Faults
from tests.simulation.seeds import (
    HARSH,
    broken,
    scenario,
    second_thoughts,
    street_scenario,
    violations,
)

SEEDS = range(1, 21)
ORDERS, SEED = 15, 2
PERFECT = {each.name: getattr(NO_FAULTS, each.name) for each in fields(Faults)}
ALONE = {
    "no_read": {"no_read_ppm": 300_000},
    "misread": {"misread_ppm": 300_000},
    "missed_divert": {"missed_divert_ppm": 300_000},
    "wrong_scan": {"wrong_scan_ppm": 100_000},
    "wrong_pick": {"wrong_pick_ppm": 300_000},
    "empty_place": {"empty_place_ppm": 200_000},
    "message_lost": {"message_lost_ppm": 200_000},
    "message_late": {"message_late_ppm": 200_000, "message_overtakes_ppm": 100_000},
    "message_twice": {"message_twice_ppm": 300_000},
    "jam": {"jam_every_ms": 1_200_000},
    "paper_out": {"paper_labels": 2},
    "odd_weight": {"scale_drift_g": 2_400},
    "sorter_reboot": {"device_reboot_every_ms": 300_000},
    "printer_reboot": {"device_reboot_every_ms": 300_000},
    "crash": {"controller_crash_every_ms": 300_000},
    "carrier_down": {"carrier_down_every_ms": 1_200_000},
    "dead_zone": {"dead_zone_ppm": 500_000},
}


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_a_shift_full_of_faults_ends_well(seed: int, planner: Executor) -> None:
    assert broken(seed, planner, twice=seed % 5 == 0) == []


@pytest.mark.parametrize("fault", ALONE)
def test_a_fault_alone_happens_and_does_no_harm(fault: str, planner: Executor) -> None:
    calm = scenario_generated(ORDERS, SEED)
    result = run(replace(calm, faults=Faults(**PERFECT | ALONE[fault])), planner=planner)
    assert result.fields["faults"][fault] > 0
    assert result.fields["kpis"]["covered_shipped_percent"]["value"] == 100
    assert violations(result) == []


def test_the_shifts_have_every_fault_and_every_change_of_mind() -> None:
    perfect = {name for name, rate in PERFECT.items() if not rate}
    harsh = (HARSH, street_scenario(SEEDS[0]).faults)
    assert not [name for name in perfect if not any(getattr(each, name) for each in harsh)]
    changes = Counter(
        (type(change.command).__name__, bool(change.command.lines))  # type: ignore[attr-defined]
        for seed in SEEDS
        for change in second_thoughts(seed, scenario(seed).demand)
    )
    assert set(changes) == {("CancelOrder", False), ("CancelOrder", True), ("ChangeOrder", True)}
