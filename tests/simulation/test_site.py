"""The simulated site: items, stock, places and people that fit the demand."""

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from controller.barcodes import has_valid_check_digit, read
from controller.messages import (
    AnnounceReceipt,
    AnnounceReturn,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    OrderLine,
    PlaceOrder,
    SetUpSite,
    StockLine,
    to_json,
)
from controller.units import DAY, HOUR
from simulation.building import build_scenario, scenario_generated
from simulation.catalogue import catalogue_of, volume_ml
from simulation.demand import generated_day
from simulation.orders.report import Goods
from simulation.scenario import Scenario
from simulation.streams import Streams

ROOT = Path(__file__).parents[2]
DIGEST = """
import hashlib
from controller.messages import to_json
from simulation.building import scenario_generated
print(hashlib.sha256(to_json(scenario_generated(orders=200, seed=7))).hexdigest())
"""


@cache
def scenario(orders: int = 300) -> Scenario:
    return scenario_generated(orders=orders, seed=7)


def items() -> tuple[Item, ...]:
    return next(each for each in scenario().setup if isinstance(each, ImportItems)).items


def stock_lines() -> tuple[StockLine, ...]:
    return next(each for each in scenario().setup if isinstance(each, ImportStock)).lines


def wanted(of: Scenario) -> Counter[str]:
    units: Counter[str] = Counter()
    for event in of.demand:
        if isinstance(event.command, PlaceOrder):
            for line in event.command.lines:
                units[line.sku] += line.qty
    return units


def in_stock() -> Counter[str]:
    units: Counter[str] = Counter()
    for line in stock_lines():
        units[line.sku] += line.qty
    return units


def test_streams_of_one_name_are_equal_and_of_two_names_differ() -> None:
    streams = Streams(7)
    assert streams.stream("a").random() == streams.stream("a").random()
    assert streams.stream("a").random() != streams.stream("b").random()
    assert Streams(8).stream("a").random() != streams.stream("a").random()


def test_an_item_is_the_same_whatever_else_is_ordered() -> None:
    mug, hat = Goods(sku="MUG"), Goods(sku="HAT")
    alone = catalogue_of(Streams(7), [mug], ())
    together = catalogue_of(Streams(7), [mug, hat], ())
    assert alone.items[0] in together.items


def test_drawn_items_are_gift_ware_and_have_valid_codes() -> None:
    for item in items():
        assert min(item.length_mm, item.width_mm, item.height_mm) >= 10
        assert max(item.length_mm, item.width_mm, item.height_mm) <= 420
        assert 20 <= item.mass_g <= 3_000
        assert item.mass_g <= max(20, 3 * volume_ml(item))
        assert all(has_valid_check_digit(code) for code, _ in item.barcodes)
    codes = [code for item in items() for code, _ in item.barcodes]
    assert len(set(codes)) == len(codes)
    assert {len(item.barcodes[0][0]) for item in items()} == {13}


def test_dozens_ordered_often_give_the_item_an_inner_pack() -> None:
    dozens = [OrderLine(line=nth, sku="MUG", qty=12) for nth in range(3)]
    sixes = [OrderLine(line=nth, sku="HAT", qty=6) for nth in range(3)]
    seldom = [OrderLine(line=1, sku="CAP", qty=12)]
    goods = [Goods(sku=sku) for sku in ("MUG", "HAT", "CAP")]
    catalogue = catalogue_of(Streams(7), goods, [*dozens, *sixes, *seldom])
    packs = {each.sku: [units for _, units in each.barcodes] for each in catalogue.items}
    assert packs == {"MUG": [1, 12, 6], "HAT": [1, 6], "CAP": [1]}


def test_real_measures_are_kept_and_nonsense_is_cut_and_reported() -> None:
    chair = Goods(sku="CHAIR", length_mm=600, width_mm=500, height_mm=400, mass_g=7_000)
    mast = replace(chair, sku="MAST", length_mm=9_000)
    gold = replace(chair, sku="GOLD", length_mm=50, width_mm=50, height_mm=50)
    blank = Goods(sku="BLANK", mass_g=700)
    catalogue = catalogue_of(Streams(7), [chair, mast, gold, blank], ())
    by_sku = {each.sku: each for each in catalogue.items}
    assert (by_sku["CHAIR"].length_mm, by_sku["CHAIR"].mass_g) == (600, 7_000)
    assert by_sku["MAST"].length_mm == 1_150
    assert by_sku["GOLD"].mass_g == 1_500
    assert by_sku["BLANK"].length_mm > 0
    assert [note.split(":")[0] for note in catalogue.notes] == ["1 products"] * 3


def test_opening_stock_covers_about_98_percent_of_the_wanted_units() -> None:
    units, stock = wanted(scenario()), in_stock()
    covered = sum(min(qty, stock[sku]) for sku, qty in units.items()) / units.total()
    assert 0.975 <= covered <= 0.985
    short = [sku for sku, qty in units.items() if stock[sku] < qty]
    assert any(stock[sku] for sku in short)
    assert not all(stock[sku] for sku in short)


def test_full_coverage_leaves_no_sku_short() -> None:
    asked = generated_day(Streams(7), orders=50, day_start_ms=0)
    full = build_scenario(asked, name="full", seed=7, covered_percent=100)
    lines = next(each for each in full.setup if isinstance(each, ImportStock)).lines
    stock: Counter[str] = Counter()
    for line in lines:
        stock[line.sku] += line.qty
    assert all(stock[sku] >= qty for sku, qty in wanted(full).items())
    assert not any(isinstance(each.command, AnnounceReceipt) for each in full.demand)


def test_trucks_bring_some_of_what_is_short() -> None:
    units, stock = wanted(scenario()), in_stock()
    notices = [each for each in scenario().demand if isinstance(each.command, AnnounceReceipt)]
    assert notices
    for each in notices:
        assert isinstance(each.command, AnnounceReceipt)
        assert each.at_ms < each.command.expected_ms < scenario().day_start_ms + DAY
        for line in each.command.lines:
            assert stock[line.sku] < units[line.sku] <= stock[line.sku] + line.qty


def test_stock_fits_into_its_places_and_each_face_holds_one_sku() -> None:
    places = next(each for each in scenario().setup if isinstance(each, ImportPlaces)).places
    volumes = {each.name: each.volume_ml for each in places}
    sizes = {each.sku: volume_ml(each) for each in items()}
    held: defaultdict[str, int] = defaultdict(int)
    for line in stock_lines():
        assert line.qty > 0
        assert not line.face or line.qty <= line.face_max
        held[line.place] += line.qty * sizes[line.sku]
    assert all(held[name] <= volumes[name] for name in held)
    faces = [line.place for line in stock_lines() if line.face]
    assert len(set(faces)) == len(faces)


def test_busy_faces_hold_only_part_of_the_demand_and_reserve_has_the_rest() -> None:
    units = wanted(scenario())
    part = [line for line in stock_lines() if line.face and line.face_max < units[line.sku]]
    reserve = {line.sku for line in stock_lines() if not line.face}
    assert len(part) >= 10
    assert {line.sku for line in part if in_stock()[line.sku] > line.face_max} <= reserve


def test_popular_skus_stand_nearer_to_the_depot() -> None:
    site = next(each for each in scenario().setup if isinstance(each, SetUpSite)).settings
    places = next(each for each in scenario().setup if isinstance(each, ImportPlaces)).places
    walk = {
        each.name: site.aisle_pitch_mm * abs(each.aisle - site.depot_aisle)
        + sum(site.block_lengths_mm[: each.block])
        + each.y_mm
        for each in places
    }
    lines: Counter[str] = Counter(
        line.sku
        for each in scenario().demand
        if isinstance(each.command, PlaceOrder)
        for line in each.command.lines
    )
    faces = sorted(
        (line for line in stock_lines() if line.face), key=lambda line: -lines[line.sku]
    )
    fifth = len(faces) // 5
    near = sum(walk[line.place] for line in faces[:fifth])
    far = sum(walk[line.place] for line in faces[-fifth:])
    assert 2 * near < far


def test_every_place_lies_inside_the_layout_and_every_code_is_scanned_once() -> None:
    setup = scenario(300).setup
    site = next(each for each in setup if isinstance(each, SetUpSite))
    places = next(each for each in setup if isinstance(each, ImportPlaces)).places
    containers = next(each for each in setup if isinstance(each, ImportContainers)).containers
    workers = next(each for each in setup if isinstance(each, ImportWorkers))
    for each in places:
        assert 0 <= each.aisle < site.settings.aisles
        assert 0 <= each.y_mm <= site.settings.block_lengths_mm[each.block]
    names = [each.name for each in places]
    assert {each.place for each in containers} <= set(names)
    assert {each.lane for each in site.services} <= set(names)
    assert len(workers.names) == len(workers.workers)
    printed = [
        *names,
        *(each.lpn for each in containers),
        *(each.badge for each in workers.workers),
        *(each.code for each in site.cartons),
        *(each.sku for each in items()),
        *(code for each in items() for code, _ in each.barcodes),
    ]
    codes = [read(each).code for each in printed]
    assert all(codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("country", ["GB", "DE", "JP", "ZZ"])
@pytest.mark.parametrize("mass_g", [500, 500_000])
def test_some_service_takes_every_parcel(country: str, mass_g: int) -> None:
    site = next(each for each in scenario().setup if isinstance(each, SetUpSite))
    assert any(
        mass_g <= each.mass_max_g and {country, "*"} & set(each.countries)
        for each in site.services
    )


def test_staff_can_do_the_lines_due_and_is_there_until_the_departure() -> None:
    of = scenario()
    site = next(each for each in of.setup if isinstance(each, SetUpSite)).settings
    lines = sum(
        len(each.command.lines)
        for each in of.demand
        if isinstance(each.command, PlaceOrder) and each.at_ms <= of.day_start_ms + site.cutoff_ms
    )
    pickers = [each for each in of.staff if each.role == "picker"]
    hours = sum(each.ends_ms - each.starts_ms for each in pickers) / HOUR
    assert hours * 90 >= lines
    assert max(each.ends_ms for each in pickers) == of.day_start_ms + site.departure_ms
    assert {each.role for each in of.staff} == {
        "picker",
        "packer",
        "replenisher",
        "receiver",
        "loader",
        "returns",
    }


def test_more_staff_is_asked_for_by_percent() -> None:
    asked = generated_day(Streams(7), orders=300, day_start_ms=0)
    usual = build_scenario(asked, name="usual", seed=7)
    double = build_scenario(asked, name="double", seed=7, staff_percent=200)
    assert len(double.staff) > len(usual.staff)


def test_returned_skus_are_items_of_the_site() -> None:
    known = {each.sku for each in items()}
    returned = {
        line.sku
        for each in scenario().demand
        if isinstance(each.command, AnnounceReturn)
        for line in each.command.lines
    }
    assert returned
    assert returned <= known


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_scenario_does_not_depend_on_the_hash_seed(hash_seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    here = hashlib.sha256(to_json(scenario_generated(orders=200, seed=7))).hexdigest()
    assert done.stdout.strip() == here
