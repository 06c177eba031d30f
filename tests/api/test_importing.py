"""CSV import: whole or not at all, and every problem by line, column, value and fix."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from api import csv_rows
from api.columns import COLUMNS, template
from api.csv_rows import ImportFileError
from api.importing import Imported, import_file
from api.lines import read_lines
from controller import journal
from controller.core import Controller
from controller.messages import ImportItems, OrderLine, PlaceOrder, SetUpSite, SiteSettings
from controller.store import Store
from controller.views import names
from controller.views.cartons import cartons
from controller.views.checks import check
from controller.views.digests import ledger_digest
from tests.api.command_line import ITEMS, ORDERS, PLACES, STOCK, Files
from tests.house import SetClock
from tests.workflows.floor import ECO

KINDS = tuple(COLUMNS)
SERVICES = (
    replace(ECO, code="ALBION-STANDARD", carrier="Albion Parcels"),
    replace(ECO, code="ALBION-NEXT-DAY", carrier="Albion Parcels"),
)


class Warehouse:
    """A warehouse that is filled from files."""

    def __init__(self, store: Store, files: Files) -> None:
        self.controller = Controller(store, SetClock())
        self.files = files

    def take(self, kind: str, *lines: str, again: bool = False) -> Imported:
        path = self.files(f"{kind}.csv", *lines)
        return import_file(self.controller, kind, path, again=again)

    def problems(self, kind: str, *lines: str) -> tuple[str, ...]:
        """What is said about a file that must change nothing."""
        before = self.known()
        with pytest.raises(ImportFileError) as refused:
            self.take(kind, *lines)
        assert self.known() == before
        return refused.value.problems

    def known(self) -> tuple[object, ...]:
        """All that an import can change."""
        with self.controller.reading() as db:
            return names.skus(db), names.places(db), names.orders(db), ledger_digest(db)

    def units(self) -> dict[str, int]:
        with self.controller.reading() as db:
            rows = db.all("SELECT sku, place, qty FROM stock WHERE qty > 0 ORDER BY sku, place")
        return {row.sku: row.qty for row in rows}

    def is_right(self) -> bool:
        with self.controller.reading() as db:
            return not any(check(db).values())


@pytest.fixture
def empty(store: Store, files: Files) -> Warehouse:
    return Warehouse(store, files)


@pytest.fixture
def filled(empty: Warehouse) -> Warehouse:
    empty.take("items", *ITEMS)
    empty.take("places", *PLACES)
    empty.take("stock", *STOCK)
    return empty


def test_items_places_stock_and_orders_make_a_warehouse_with_promises(filled: Warehouse) -> None:
    done = filled.take("orders", *ORDERS)
    assert (done.lines, done.commands, done.repeated) == (3, 2, 0)
    assert filled.units() == {"MUG": 48, "CUP": 5}
    with filled.controller.reading() as db:
        assert names.orders(db) == {"web/1001": 0, "web/1002": 0}
        promises = db.all("SELECT order_id, line, sku, qty FROM promise ORDER BY order_id, line")
    assert [tuple(row) for row in promises] == [
        ("web/1001", 1, "MUG", 2),
        ("web/1001", 2, "CUP", 1),
        ("web/1002", 1, "CUP", 1),
    ]
    assert filled.is_right()


@pytest.mark.parametrize("kind", KINDS)
def test_template_of_each_kind_can_be_imported_after_those_before_it(
    empty: Warehouse, kind: str
) -> None:
    for each in KINDS[: KINDS.index(kind) + 1]:
        if each == "contracts":
            empty.controller.handle(SetUpSite(id="s", settings=SiteSettings(), services=SERVICES))
        assert empty.take(each, *template(each).splitlines()).lines == 1


def test_same_stock_file_again_adds_nothing_unless_that_is_asked_for(filled: Warehouse) -> None:
    done = filled.take("stock", *STOCK)
    assert (done.repeated, filled.units()) == (1, {"MUG": 48, "CUP": 5})
    assert "--again" in done.notes[0]
    filled.take("stock", *STOCK, again=True)
    assert filled.units() == {"MUG": 96, "CUP": 10}
    assert filled.is_right()


def test_same_orders_again_are_left_as_they_are_and_new_ones_are_taken(filled: Warehouse) -> None:
    filled.take("orders", *ORDERS)
    done = filled.take("orders", *ORDERS, "1003,MUG,1,GB,")
    assert (done.commands, done.repeated) == (3, 2)


def test_order_with_another_content_under_a_known_number_is_refused(filled: Warehouse) -> None:
    filled.take("orders", *ORDERS)
    (problem,) = filled.problems("orders", ORDERS[0], "1002,CUP,3,FR,")
    assert problem.startswith("orders.csv line 2, column order: '1002' exists already")


def test_every_wrong_cell_is_named_at_once_with_line_column_value_and_fix(
    empty: Warehouse,
) -> None:
    problems = empty.problems(
        "items",
        ITEMS[0],
        "MUG,Red mug,120,90,100,heavy,",
        "CUP,,80,-1,90,210,",
        "JUG,Jug,80,80,90,210,9521234567890",
    )
    assert problems == (
        "items.csv line 2, column mass_g: 'heavy' is no whole number; write a whole number of "
        "grams from 1 to 1000000, digits only",
        "items.csv line 3, column name: '' is empty; write a text",
        "items.csv line 3, column width_mm: '-1' is out of range; write a whole number of mm "
        "from 1 to 10000, digits only",
        "items.csv line 4, column barcodes: '9521234567890' holds the barcode 9521234567890 "
        "(bad check digit); correct its digits",
    )


@pytest.mark.parametrize(
    ("kind", "column", "cell", "fix"),
    [
        ("items", "sku", "MUG RED", "write a code without spaces"),
        ("items", "name", "x" * 201, "write at most 200"),
        ("items", "fragile", "maybe", "write yes or no"),
        ("items", "barcodes", "9521234567899:many", "write barcode:units"),
        ("items", "mass_g", "1,5", "digits only"),
        ("items", "mass_g", "9" * 30, "from 1 to 1000000"),
        ("places", "kind", "shelf", "write one of pick, reserve"),
        ("places", "name", "~lost", "write another name"),
        ("items", "own_carton", "perhaps", "write yes or no"),
        ("items", "load_max_g", "-2", "from -1 to 1000000"),
        ("cartons", "flexible", "soft", "write yes or no"),
        ("cartons", "mass_max_g", "0", "from 1 to 1000000"),
        ("carton-rules", "kind", "shop", "write one of channel, carrier"),
        ("carton-rules", "cartons", "BOX-S BOX-S", "holds BOX-S twice"),
        ("contracts", "tiers", "500:6.555", "write parcels:percent"),
        ("contracts", "pickups", "EVENING", "write pickup:parcels"),
        ("stock", "qty", "0", "from 1 to 1000000"),
        ("stock", "qty", "1e6", "digits only"),
        ("stock", "status", "broken", "write one of available, quarantine, damaged"),
        ("stock", "expiry", "31.01.2026", "write a date like 2026-01-31"),
        ("orders", "country", "Britain", "write two letters like GB"),
        ("orders", "shop", "web/uk", "write a name without"),
        ("orders", "qty", "-3", "from 1 to 100000"),
    ],
)
def test_wrong_cell_is_told_with_its_fix(
    files: Files, kind: str, column: str, cell: str, fix: str
) -> None:
    cells = {each.name: each.example for each in COLUMNS[kind]} | {column: cell}
    line = ",".join(f'"{each}"' for each in cells.values())
    with pytest.raises(ImportFileError, match=rf"line 2, column {column}: .*{fix}"):
        read_lines(kind, files(f"{kind}.csv", ",".join(cells), line))


def test_unknown_sku_and_place_are_named_and_nothing_is_imported(filled: Warehouse) -> None:
    problems = filled.problems("stock", STOCK[0], "MUG,A-1,1,no", "PLATE,B-9,1,no")
    assert problems == (
        "stock.csv line 3, column sku: 'PLATE' is unknown; import items first",
        "stock.csv line 3, column place: 'B-9' is unknown; import places first",
    )


CARTONS = (
    "code,length_mm,width_mm,height_mm,tare_g,mass_max_g,cost_cents,outer_length_mm,flexible",
    "BOX,300,200,150,120,15000,45,306,no",
    "BAG,400,300,60,20,2000,9,0,yes",
)


def test_cartons_and_their_rules_come_from_files_and_keep_what_is_counted(
    filled: Warehouse,
) -> None:
    filled.take("cartons", *CARTONS)
    filled.take("carton-rules", "kind,name,cartons", "channel,web,BAG BOX", "carrier,Snail,BOX")
    filled.take("stock", STOCK[0], "BAG,A-1,100,no")
    filled.take("cartons", *CARTONS, again=True)
    with filled.controller.reading() as db:
        bag, box = cartons(db)
    assert (bag.flexible, bag.on_hand, bag.channels, bag.carriers) == (True, 100, ("web",), ())
    assert (box.outer_length_mm, box.on_hand, box.carriers) == (306, -1, ("Snail",))
    filled.take("carton-rules", "kind,name,cartons", "channel,web,")
    with filled.controller.reading() as db:
        assert cartons(db)[0].channels == ()
    assert filled.is_right()


def test_a_rule_about_no_carton_names_its_line_and_the_cartons_that_there_are(
    filled: Warehouse,
) -> None:
    filled.take("cartons", *CARTONS)
    rules = ("kind,name,cartons", "channel,web,BOX", "carrier,Snail,BOX CRATE")
    assert filled.problems("carton-rules", *rules) == (
        "carton-rules.csv line 3, column cartons: 'CRATE' is no carton; there are BAG, BOX",
    )
    (problem,) = filled.problems("cartons", CARTONS[0], "BOX,300,200,150,120,15000,45,290,no")
    assert problem == (
        "cartons.csv line 2, column outer_length_mm: '290' is less than the 300 mm inside; "
        "measure both"
    )


def test_one_bad_order_keeps_all_orders_of_the_file_out(filled: Warehouse) -> None:
    problems = filled.problems("orders", *ORDERS, "1003,PLATE,1,GB,")
    assert problems == ("orders.csv line 5, column sku: 'PLATE' is unknown; import items first",)


def test_lines_that_contradict_each_other_name_both_lines(filled: Warehouse) -> None:
    assert filled.problems("items", ITEMS[0], *ITEMS[1:2] * 2) == (
        "items.csv line 3, column sku: 'MUG' stands in line 2 already; keep one of the two lines",
    )
    shared = ("JUG,Jug,80,80,90,210,9521234567899", "PAN,Pan,80,80,90,210,09521234567899")
    (problem,) = filled.problems("items", ITEMS[0], *shared)
    assert "is the barcode of JUG in line 2 too" in problem
    (problem,) = filled.problems("orders", ORDERS[0], "7,MUG,1,GB,Ada", "7,CUP,1,FR,Ada")
    assert problem == (
        "orders.csv line 3, column country: 'FR' differs from line 2 of the same order; "
        "write the same"
    )


def test_dangerous_goods_come_by_columns_and_what_cannot_be_is_told_with_its_line(
    filled: Warehouse,
) -> None:
    head = "sku,name,length_mm,width_mm,height_mm,mass_g,un_number,lithium,watt_hours"
    phone = "PHONE,Phone,80,80,10,200,UN3481,contained_in"
    filled.take("items", head, f"{phone},15")
    assert filled.problems("items", head, f"{phone},15", "CELL,Cell,9,9,9,9,UN3090,alone,15") == (
        "items.csv line 3, column watt_hours: '15' cannot be; write lithium_mg instead: UN3090 "
        "are lithium metal batteries",
    )


def test_barcode_that_is_in_use_is_refused_with_its_line(filled: Warehouse) -> None:
    (problem,) = filled.problems("items", ITEMS[0], "JUG,Jug,80,80,90,210,9521234567899")
    assert problem.startswith("items.csv line 2: code in use")


def test_refused_file_can_be_imported_once_the_cause_is_gone(filled: Warehouse) -> None:
    pan = "PAN,Pan,80,80,90,210,"
    filled.problems("items", ITEMS[0], f"{pan}9521234567899")
    filled.problems("items", ITEMS[0], f"{pan}9521234567899")
    refused = PlaceOrder(
        id="web/9/0", shop="web", number="9", lines=(OrderLine(line=1, sku="PAN", qty=1),)
    )
    filled.controller.handle_all([refused])
    filled.take("items", ITEMS[0], pan)
    order = (ORDERS[0], "9,PAN,1,GB,")
    assert filled.take("orders", *order).repeated == 0
    assert filled.take("orders", *order).repeated == 1


def test_header_must_be_the_one_of_the_kind(files: Files) -> None:
    path = files("items.csv", "sku,name,length_mm,width_mm,height_mm,weight,sku", "a")
    with pytest.raises(ImportFileError) as refused:
        read_lines("items", path)
    told = "\n".join(refused.value.problems)
    assert "column weight: 'weight' is no column here; the columns are sku, name" in told
    assert "stands in the header twice" in told
    assert "the column mass_g is missing" in told


@pytest.mark.parametrize(
    ("content", "fix"),
    [
        (b"", "no header"),
        (b"sku,place,qty\n", "has no line under its header"),
        (b"sku,place,qty\nMUG,A-1\n", "line 2: 2 cells, the header has 3"),
        (b"sku,place,qty\nM\xfcG,A-1,1\n", "line 2: the byte 0xfc is not UTF-8"),
        (b"sku,place,qty\nMUG,A\0,1\n", "line 2: a NUL character"),
        (b'sku,place,qty\n"MUG"x,A-1,1\n', "line 2: .*double quotes"),
        (b'sku,place,qty\n"MUG\n1,2,3\n', "double quotes"),
        (b"\x1f\x8bnot really", "broken gzip file"),
    ],
)
def test_broken_file_is_told_with_its_fix(tmp_path: Path, content: bytes, fix: str) -> None:
    path = tmp_path / "stock.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError, match=fix):
        read_lines("stock", path)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"nowhere\.csv does not exist: check the path"):
        read_lines("stock", tmp_path / "nowhere.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_separator_newline_mark_and_packing_are_recognised(
    tmp_path: Path, separator: str, newline: str
) -> None:
    text = "\ufeff" + newline.join(STOCK).replace(",", separator) + newline * 3
    path = tmp_path / "stock.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    found = [(each.number, each["sku"], each["qty"]) for each in read_lines("stock", path)]
    assert found == [(2, "MUG", 48), (3, "CUP", 5)]


def test_unpacked_size_is_limited(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv.gz"
    path.write_bytes(gzip.compress(b"\n" * (csv_rows.BYTES_MAX + 1), compresslevel=1))
    with pytest.raises(ImportFileError, match="larger than 50 MB unpacked: split it"):
        read_lines("stock", path)


def test_formula_in_a_cell_stays_the_text_that_it_is(empty: Warehouse) -> None:
    formula = "=HYPERLINK(1)"
    empty.take("items", ITEMS[0], f"MUG,{formula},120,90,100,340,")
    with empty.controller.reading() as db:
        ((_, command, _),) = journal.commands(db)
    assert isinstance(command, ImportItems)
    assert command.items[0].name == formula


def test_name_of_a_customer_is_kept_out_of_the_journal(filled: Warehouse) -> None:
    filled.take("orders", *ORDERS)
    with filled.controller.reading() as db:
        entries = [*journal.commands(db)]
    assert not any("Ada Example" in row.payload for _, _, row in entries)
    placed = [command for _, command, _ in entries if isinstance(command, PlaceOrder)]
    assert [command.recipient.name for command in placed] == ["Ada Example", ""]


def test_many_problems_are_counted_not_all_told(files: Files) -> None:
    path = files("stock.csv", "sku,place,qty", *["MUG,A-1,none"] * 30)
    with pytest.raises(ImportFileError) as refused:
        read_lines("stock", path)
    assert len(refused.value.problems) == csv_rows.ERRORS_MAX + 1
    assert refused.value.problems[-1] == "and 10 more problems"
