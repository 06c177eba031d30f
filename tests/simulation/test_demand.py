"""The generated day: believable, complete, and the same for the same seed."""

from collections import Counter
from pathlib import Path

import pytest

from controller.messages import CancelOrder, PlaceOrder, SetUpSite
from controller.units import DAY, HOUR
from simulation.building import scenario_generated, scenario_of_lines, scenario_of_olist
from simulation.demand import generated_day
from simulation.orders.report import OrderFileError
from simulation.streams import Streams, drawn_count

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "orders"
RETAIL = DATA / "online_retail_ii_2009_10_lines.csv.gz"
OLIST = DATA / "olist10k_orders.csv.gz"
START_MS = 20_000 * DAY


def test_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    first, again, other = (
        generated_day(Streams(seed), orders=100, day_start_ms=START_MS) for seed in (7, 7, 8)
    )
    assert first == again
    assert first.orders != other.orders


def test_generated_day_has_its_orders_within_the_day_and_sorted() -> None:
    asked = generated_day(Streams(7), orders=500, day_start_ms=START_MS)
    times = [each.at_ms for each in asked.orders]
    assert len(times) == 500
    assert times == sorted(times)
    assert all(START_MS <= at_ms < START_MS + DAY for at_ms in times)
    by_hour = Counter((at_ms - START_MS) // HOUR for at_ms in times)
    assert sum(by_hour[hour] for hour in range(9, 19)) > 0.6 * 500


def test_generated_day_mixes_shops_singles_and_wholesale() -> None:
    asked = generated_day(Streams(7), orders=500, day_start_ms=START_MS)
    orders = [each.command for each in asked.orders if isinstance(each.command, PlaceOrder)]
    assert {order.shop for order in orders} == {"web", "market", "trade"}
    assert sum(len(order.lines) == 1 for order in orders) > 100
    assert max(len(order.lines) for order in orders) > 10
    assert max(line.qty for order in orders for line in order.lines) >= 144
    for order in orders:
        assert [line.line for line in order.lines] == list(range(1, len(order.lines) + 1))


def test_few_skus_carry_much_of_the_generated_demand() -> None:
    asked = generated_day(Streams(7), orders=500, day_start_ms=START_MS)
    lines = Counter(
        line.sku
        for each in asked.orders
        if isinstance(each.command, PlaceOrder)
        for line in each.command.lines
    )
    top = sum(count for _, count in lines.most_common(len(asked.goods) // 5))
    assert top > 0.5 * lines.total()


def test_generated_cancellations_come_after_their_orders() -> None:
    asked = generated_day(Streams(7), orders=500, day_start_ms=START_MS)
    placed = {
        f"{each.command.shop}/{each.command.number}": each.at_ms
        for each in asked.orders
        if isinstance(each.command, PlaceOrder)
    }
    assert asked.cancellations
    for each in asked.cancellations:
        assert isinstance(each.command, CancelOrder)
        assert each.at_ms > placed[each.command.order]
    assert asked.returns


def test_drawn_counts_have_the_mean_asked_for() -> None:
    stream = Streams(7).stream("counts")
    drawn = [drawn_count(stream, 4.0) for _ in range(4_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(4.0, abs=0.15)
    assert drawn_count(stream, 0.0) == 0


def test_scenario_of_a_generated_day_has_sorted_demand_and_unique_ids() -> None:
    scenario = scenario_generated(orders=300, seed=7)
    keys = [(each.at_ms, each.command.id) for each in scenario.demand]
    ids = [each.id for each in scenario.setup] + [key for _, key in keys]
    assert keys == sorted(keys)
    assert len(set(ids)) == len(ids)


@pytest.mark.skipif(not RETAIL.exists(), reason=f"no real order lines at {RETAIL}")
def test_scenario_of_the_peak_day_works_until_its_late_orders_are_out() -> None:
    scenario = scenario_of_lines(RETAIL, "2009-12-14", seed=7)
    site = next(each for each in scenario.setup if isinstance(each, SetUpSite)).settings
    last_ms = max(each.at_ms for each in scenario.demand if isinstance(each.command, PlaceOrder))
    assert last_ms <= scenario.day_start_ms + site.cutoff_ms
    assert scenario.name == "online_retail_ii_2009_10_lines.csv.gz 2009-12-14"
    assert scenario.input_report.used_orders == 87


@pytest.mark.skipif(not RETAIL.exists(), reason=f"no real order lines at {RETAIL}")
def test_scenario_of_a_range_has_shifts_on_each_day_with_orders() -> None:
    scenario = scenario_of_lines(RETAIL, "2009-12-01..2009-12-07", seed=7)
    ordered = {
        each.at_ms // DAY for each in scenario.demand if isinstance(each.command, PlaceOrder)
    }
    assert len(ordered) > 4
    assert {person.starts_ms // DAY for person in scenario.staff} == ordered
    assert scenario.days == 7


@pytest.mark.skipif(not OLIST.exists(), reason=f"no Olist tables at {OLIST}")
def test_scenario_of_olist_takes_real_measures_and_reports_what_it_cut() -> None:
    scenario = scenario_of_olist(OLIST, 8_000, seed=7)
    assert any("cut to fit a pallet box" in note for note in scenario.input_report.notes)
    assert sum(isinstance(each.command, PlaceOrder) for each in scenario.demand) == 8_000


def test_bad_map_is_refused_before_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(OrderFileError, match="--map"):
        scenario_of_lines(tmp_path / "absent.csv", "2024-05-06", seed=7, columns="nonsense")
