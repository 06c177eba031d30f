"""Order files: what becomes an order, what is refused and why, and the real days of the shop."""

import gzip
from pathlib import Path

import pytest

from controller.messages import AnnounceReturn, CancelOrder, PlaceOrder
from controller.units import DAY, HOUR, MINUTE
from simulation.orders.cells import COLUMNS
from simulation.orders.days import days_of
from simulation.orders.lines import read_lines
from simulation.orders.olist import read_olist
from simulation.orders.report import REASONS, OrderFile, OrderFileError
from simulation.orders.rows import column_map
from simulation.timed import Timed

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "orders"
RETAIL = DATA / "online_retail_ii_2009_10_lines.csv.gz"
OLIST = DATA / "olist10k_orders.csv.gz"
needs_retail = pytest.mark.skipif(not RETAIL.exists(), reason=f"no real order lines at {RETAIL}")
needs_olist = pytest.mark.skipif(not OLIST.exists(), reason=f"no Olist tables at {OLIST}")

HEADER = "invoice,sku,qty,ts,price_gbp,customer,country"
MUGS = "100,MUG,12,2024-05-06T09:00,2.55,7,United Kingdom"


def read(tmp_path: Path, *lines: str, day: str = "2024-05-06", header: str = HEADER) -> OrderFile:
    path = tmp_path / "lines.csv"
    path.write_text("\n".join((header, *lines)) + "\n")
    return read_lines(path, days_of(day))


def refused(asked: OrderFile) -> dict[str, int]:
    return {each.reason: each.lines for each in asked.report.refused}


def order(event: Timed) -> PlaceOrder:
    assert isinstance(event.command, PlaceOrder)
    return event.command


def cancel(event: Timed) -> CancelOrder:
    assert isinstance(event.command, CancelOrder)
    return event.command


def sent_back(event: Timed) -> AnnounceReturn:
    assert isinstance(event.command, AnnounceReturn)
    return event.command


def test_lines_of_one_invoice_become_one_order_at_the_time_of_its_first_line(
    tmp_path: Path,
) -> None:
    asked = read(
        tmp_path,
        MUGS,
        "100,mug ,3,2024-05-06T09:01,2.55,7,United Kingdom",
        "101,CLOCK,1,2024-05-06 08:30:00,10,8,EIRE",
    )
    clock, mugs = (order(each) for each in asked.orders)
    assert [each.at_ms - asked.day_start_ms for each in asked.orders] == [
        8 * HOUR + 30 * MINUTE,
        9 * HOUR,
    ]
    assert (clock.number, clock.country, clock.lines[0].price_cents) == ("101", "IE", 1000)
    assert (mugs.id, mugs.country) == ("web/100/0", "GB")
    assert [(each.line, each.sku, each.qty) for each in mugs.lines] == [
        (1, "MUG", 12),
        (2, "MUG", 3),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("100,MUG,12,2024-05-06T09:00,0.0,7,UK", "zero_price"),
        ("100,MUG,-350,2024-05-06T09:00,0.0,,UK", "zero_price"),
        ("100,POST,1,2024-05-06T09:00,18.0,7,UK", "not_goods"),
        ("100,m,1,2024-05-06T09:00,18.0,7,UK", "not_goods"),
        ("100,BANK CHARGES,1,2024-05-06T09:00,15,,UK", "not_goods"),
        ("100,TEST001,5,2024-05-06T09:00,4.5,7,UK", "not_goods"),
        ("100,gift_0001_20,1,2024-05-06T09:00,17.39,,UK", "not_goods"),
        ("100,MUG,0,2024-05-06T09:00,1,7,UK", "bad_quantity"),
        ("100,MUG,two,2024-05-06T09:00,1,7,UK", "bad_quantity"),
        ("100,MUG,1.5,2024-05-06T09:00,1,7,UK", "bad_quantity"),
        ("100,MUG,1000001,2024-05-06T09:00,1,7,UK", "bad_quantity"),
        ("C100,MUG,5,2024-05-06T09:00,1,7,UK", "positive_cancellation"),
        ("100,HAT,-5,2024-05-06T09:00,1,7,UK", "negative_without_sale"),
        ("100,MUG,5,06.05.2024 09:00,1,7,UK", "bad_timestamp"),
        ("100,MUG,5,2024-05-06T25:00,1,7,UK", "bad_timestamp"),
        ("100,MUG,5,2024-05-06T09:00", "missing_column"),
        ("100,,5,2024-05-06T09:00,1,7,UK", "missing_column"),
        ("100,MUG", "missing_column"),
        ("100,MUG,5,2024-05-06T09:00,cheap,7,UK", "unreadable_price"),
        ("100,MUG,5,2024-05-06T09:00,-1,7,UK", "unreadable_price"),
        ("100,MUG,5,2024-05-06T09:00,nan,7,UK", "unreadable_price"),
    ],
)
def test_line_that_is_no_sale_is_refused_by_reason_and_line_number(
    tmp_path: Path, line: str, reason: str
) -> None:
    asked = read(tmp_path, MUGS, line)
    assert refused(asked) == {reason: 1}
    assert asked.report.refused[0].examples == ((3, line),)
    assert (asked.report.read, asked.report.used, len(asked.orders)) == (2, 1, 1)
    assert reason in REASONS


def test_only_the_first_five_refused_lines_are_shown(tmp_path: Path) -> None:
    asked = read(tmp_path, MUGS, *["100,POST,1,2024-05-06T10:00,1,7,UK"] * 8)
    (refusal,) = asked.report.refused
    assert refusal.lines == 8
    assert [number for number, _ in refusal.examples] == [3, 4, 5, 6, 7]


def test_price_below_half_a_cent_is_still_a_sale(tmp_path: Path) -> None:
    asked = read(tmp_path, "100,PADS,1,2024-05-06T09:00,0.001,7,UK")
    assert order(asked.orders[0]).lines[0].price_cents == 1


def test_cancellation_of_the_same_day_cancels_the_line_of_its_order(tmp_path: Path) -> None:
    asked = read(
        tmp_path,
        "100,CLOCK,1,2024-05-06T09:00,9,7,UK",
        MUGS,
        "C101,MUG,-5,2024-05-06T11:00,2.55,7,UK",
    )
    command = cancel(asked.cancellations[0])
    assert command.order == "web/100"
    assert [(each.line, each.sku, each.qty) for each in command.lines] == [(2, "MUG", 5)]
    assert asked.cancellations[0].at_ms == asked.day_start_ms + 11 * HOUR
    assert asked.returns == ()


def test_cancellation_takes_back_the_latest_sales_before_it_each_unit_once(tmp_path: Path) -> None:
    asked = read(
        tmp_path,
        "100,MUG,4,2024-05-06T09:00,2,7,UK",
        "101,MUG,4,2024-05-06T10:00,2,7,UK",
        "C102,MUG,-3,2024-05-06T11:00,2,7,UK",
        "C103,MUG,-3,2024-05-06T11:30,2,7,UK",
        "104,MUG,9,2024-05-06T12:00,2,7,UK",
    )
    taken = [(cancel(each).order, cancel(each).lines[0].qty) for each in asked.cancellations]
    assert taken == [("web/101", 3), ("web/100", 2), ("web/101", 1)]


def test_cancellation_of_an_earlier_day_is_a_return_without_a_known_order(tmp_path: Path) -> None:
    lines = (MUGS, "C101,MUG,-2,2024-05-07T10:00,2.55,7,UK", "102,HAT,1,2024-05-07T11:00,1,9,UK")
    alone = read(tmp_path, *lines, day="2024-05-07")
    both = read(tmp_path, *lines, day="2024-05-06..2024-05-07")
    assert sent_back(alone.returns[0]).order == ""
    assert sent_back(alone.returns[0]).reason == "bought with 100"
    assert sent_back(both.returns[0]).order == "web/100"
    assert sent_back(both.returns[0]).lines[0].line == 1
    assert alone.cancellations == both.cancellations == ()
    assert both.days == 2
    assert "MUG" in {each.sku for each in alone.goods}


def test_sale_that_an_earlier_cancellation_took_back_is_not_taken_back_again(
    tmp_path: Path,
) -> None:
    asked = read(
        tmp_path,
        "100,MUG,2,2024-05-05T09:00,2,7,UK",
        "C101,MUG,-2,2024-05-05T10:00,2,7,UK",
        "C102,MUG,-2,2024-05-06T10:00,2,7,UK",
        MUGS.replace("09:00", "12:00"),
    )
    assert sent_back(asked.returns[0]).reason == "no earlier sale found"


def test_cancellation_without_customer_matches_no_sale(tmp_path: Path) -> None:
    asked = read(tmp_path, "100,MUG,4,2024-05-06T09:00,2,,UK", "C1,MUG,-4,2024-05-06T10:00,2,,UK")
    assert asked.cancellations == ()
    assert sent_back(asked.returns[0]).order == ""


def test_negative_line_of_a_plain_invoice_cancels_a_sale_that_it_finds(tmp_path: Path) -> None:
    asked = read(tmp_path, MUGS, "101,MUG,-1,2024-05-06T10:00,2.55,7,UK")
    assert cancel(asked.cancellations[0]).lines[0].qty == 1
    assert refused(asked) == {}


def test_columns_are_mapped_by_name(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("order_no;article;pieces;at\n7;MUG;3;2024-05-06T09:00\n")
    columns = column_map("invoice=order_no, sku=article,qty=pieces,ts=at", COLUMNS)
    asked = read_lines(path, days_of("2024-05-06"), columns)
    assert (order(asked.orders[0]).number, order(asked.orders[0]).lines[0].qty) == ("7", 3)


@pytest.mark.parametrize("name", ["price", "price_gbp"])
def test_price_is_mapped_by_either_of_its_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(f"{HEADER.replace('price_gbp', 'each')}\n{MUGS}\n")
    asked = read_lines(path, days_of("2024-05-06"), column_map(f"{name}=each", COLUMNS))
    assert order(asked.orders[0]).lines[0].price_cents == 255


def test_column_that_is_mapped_and_missing_is_told_and_no_other_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(f"{HEADER}\n{MUGS}\n")
    with pytest.raises(OrderFileError, match=r"no column 'price' for price; .*price_gbp"):
        read_lines(path, days_of("2024-05-06"), column_map("price=price", COLUMNS))


@pytest.mark.parametrize("text", ["order=order_no", "invoice", "invoice="])
def test_wrong_map_names_the_part_and_the_names(text: str) -> None:
    with pytest.raises(OrderFileError, match=r"--map '.*invoice, sku, qty, ts"):
        column_map(text, COLUMNS)


def test_one_column_mapped_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(f"{HEADER}\n{MUGS}\n")
    with pytest.raises(OrderFileError, match="'sku' to both"):
        read_lines(path, days_of("2024-05-06"), column_map("qty=sku", COLUMNS))


def test_header_without_a_column_names_file_line_column_and_fix(tmp_path: Path) -> None:
    with pytest.raises(OrderFileError, match=r"lines.csv line 1: no column 'qty'.*--map qty=NAME"):
        read(tmp_path, MUGS, header=HEADER.replace("qty", "pieces"))


def test_broken_gzip_names_the_last_good_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv.gz"
    lines = (f"{nth},MUG,1,2024-05-06T09:00,{nth * 7919 % 997},7,UK" for nth in range(5_000))
    path.write_bytes(gzip.compress("\n".join((HEADER, *lines)).encode())[:-9_000])
    with pytest.raises(OrderFileError, match=r"broken gzip file after line [0-9]{2,}"):
        read_lines(path, days_of("2024-05-06"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b"", "is empty: give a CSV file"),
        ("plain.csv.gz", b"invoice,sku", "is not a gzip file"),
        ("latin.csv", HEADER.encode() + b"\n1,CAF\xc9,1", "0xc9 is not UTF-8"),
    ],
)
def test_unreadable_file_is_named_with_the_fix(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(OrderFileError, match=message):
        read_lines(path, days_of("2024-05-06"))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OrderFileError, match=r"nowhere\.csv does not exist"):
        read_lines(tmp_path / "nowhere.csv", days_of("2024-05-06"))


def test_day_without_lines_names_the_days_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(OrderFileError, match=r"covers 2024-05-06\.\.2024-05-06"):
        read(tmp_path, MUGS, day="2024-05-09")


@pytest.mark.parametrize("text", ["yesterday", "2024-05-32", "2024-05-07..2024-05-06", ""])
def test_bad_day_is_refused(text: str) -> None:
    with pytest.raises(OrderFileError, match="day"):
        days_of(text)


@needs_retail
def test_peak_day_has_91_invoices_with_4066_positive_lines_of_45435_units() -> None:
    """The figures count every line of positive quantity, before refusing any."""
    report = read_lines(RETAIL, days_of("2009-12-14")).report
    assert (report.sale_orders, report.sale_lines, report.sale_units) == (91, 4_066, 45_435)
    assert report.read == 4_117


@needs_retail
def test_peak_day_is_87_orders_of_goods_after_refusing_postage_tests_and_adjustments() -> None:
    asked = read_lines(RETAIL, days_of("2009-12-14"))
    report = asked.report
    assert (report.used_orders, report.used_lines, report.used_units) == (87, 4_051, 45_385)
    assert refused(asked) == {"not_goods": 16, "zero_price": 10}
    assert report.read == report.used + sum(refused(asked).values())
    assert (len(asked.cancellations), len(asked.returns)) == (2, 18)
    assert len({each.command.id for each in asked.orders}) == 87


@needs_retail
def test_a_month_of_real_lines_is_counted_to_the_last_line() -> None:
    asked = read_lines(RETAIL, days_of("2009-12-01..2009-12-31"))
    assert asked.days == 31
    assert asked.report.read == asked.report.used + sum(refused(asked).values()) == 45_228
    placed = {f"web/{order(each).number}": order(each) for each in asked.orders}
    for event in asked.cancellations:
        bought = {line.line: line for line in placed[cancel(event).order].lines}
        for line in cancel(event).lines:
            assert bought[line.line].sku == line.sku
            assert line.qty <= bought[line.line].qty


@needs_olist
def test_olist_lays_its_first_orders_on_one_day() -> None:
    asked = read_olist(OLIST, 8_000)
    units = sum(line.qty for each in asked.orders for line in order(each).lines)
    assert len(asked.orders) == 8_000
    assert units == asked.report.used_units == 9_142
    assert all(0 <= each.at_ms - asked.day_start_ms < DAY for each in asked.orders)
    assert refused(asked) == {"order_canceled": 52, "order_unavailable": 91}
    first = order(asked.orders[0])
    assert (first.country, len(first.postcode)) == ("BR", 5)
    unknown = [each.sku for each in asked.goods if not (each.length_mm and each.mass_g)]
    assert len(unknown) == 1
    assert "1 products without measures, drawn from the seed" in asked.report.notes


@needs_olist
def test_olist_refuses_more_orders_than_it_holds() -> None:
    with pytest.raises(OrderFileError, match="usable orders, 20000 are asked for"):
        read_olist(OLIST, 20_000)


def test_olist_without_its_other_tables_names_the_missing_one(tmp_path: Path) -> None:
    path = tmp_path / "olist_orders.csv"
    path.write_text("order_id,customer_id,order_status,order_purchase_timestamp\n")
    with pytest.raises(OrderFileError, match=r"no file olist_order_items\.csv"):
        read_olist(path, 10)
