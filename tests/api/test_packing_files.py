"""`pickwright pack`: orders of a file into cartons, wrong fields named, nothing half written."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.api.command_line import ITEMS, PLACES, CommandLine, Files

CARTONS = (
    "code,length_mm,width_mm,height_mm,tare_g,mass_max_g,cost_cents",
    "S,200,150,100,90,5000,28",
    "L,600,400,400,950,30000,215",
)
LINES = (
    "order,sku,qty,length_mm,width_mm,height_mm,mass_g,upright",
    "1001,MUG,2,120,90,100,340,yes",
    "1001,PEN,3,150,20,20,15,no",
    "1002,POLE,1,3000,50,50,40000,no",
)


def content(path: Path) -> dict[str, Any]:
    return {each["order"]: each for each in json.loads(path.read_text())["orders"]}


def test_orders_of_a_csv_file_are_packed_into_a_json_file(
    pickwright: CommandLine, files: Files
) -> None:
    orders, cartons = files("orders.csv", *LINES), files("cartons.csv", *CARTONS)
    out = files.folder / "packed.json"
    ended = pickwright("pack", "--orders", orders, "--cartons", cartons, "--out", out)
    assert (ended.code, "2 orders in " in ended.out) == (0, True), ended
    assert "1 items fit no carton" in ended.out
    packed = content(out)
    (box,) = packed["1001"]["cartons"]
    assert box["mass_g"] == 2 * 340 + 3 * 15 + box_tare(box["carton"])
    units = {"MUG": 0, "PEN": 0}
    for item, *_, nx, ny, nz in box["placements"]:
        units[item] += nx * ny * nz
    assert units == {"MUG": 2, "PEN": 3}
    assert [each["item"] for each in packed["1002"]["unpackable"]] == ["POLE"]


def box_tare(code: str) -> int:
    return {"S": 90, "L": 950}[code]


def test_a_json_file_knows_its_items_and_cartons_and_a_csv_answer_has_a_row_for_each_sku(
    pickwright: CommandLine, files: Files
) -> None:
    names = CARTONS[0].split(",")
    boxes = [dict(zip(names, line.split(","), strict=True)) for line in CARTONS[1:]]
    mug = {"sku": "MUG", "length_mm": 120, "width_mm": 90, "height_mm": 100, "mass_g": 340}
    lines = [{"sku": "MUG", "qty": 1}, {"sku": "MUG", "qty": 1}]
    given = {"orders": [{"order": "7", "lines": lines}], "items": [mug], "cartons": boxes}
    orders = files("orders.json", json.dumps(given))
    out = files.folder / "packed.csv"
    ended = pickwright("pack", "--orders", orders, "--out", out)
    assert ended.code == 0, ended
    with out.open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["order"], row["sku"], row["qty"]) == ("7", "MUG", "2")
    assert int(row["order_bound_cents"]) <= int(row["order_cost_cents"])


def test_items_and_cartons_come_from_the_books_of_a_site(
    pickwright: CommandLine, files: Files
) -> None:
    pickwright("import", "items", files("items.csv", *ITEMS), "--database", files.database)
    pickwright("import", "places", files("places.csv", *PLACES), "--database", files.database)
    orders = files("orders.csv", "order,sku,qty", "1,MUG,2", "2,NONE,1")
    cartons = files("cartons.csv", *CARTONS)
    out = files.folder / "packed.json"
    arguments = ("--orders", orders, "--cartons", cartons, "--database", files.database)
    wrong = pickwright("pack", *arguments, "--out", out)
    assert wrong.code == 2
    assert "order 2, item NONE, field length_mm: is missing" in wrong.err
    assert not out.exists()
    files("orders.csv", "order,sku,qty", "1,MUG,2")
    assert pickwright("pack", *arguments, "--out", out).code == 0
    assert list(content(out)) == ["1"]


def test_every_wrong_field_is_named_and_an_answer_of_before_stays(
    pickwright: CommandLine, files: Files
) -> None:
    out = files("packed.json", "what was packed before")
    orders = files("o.csv", LINES[0], "1001,MUG,two,120,90,100,340,yes", "1001,PEN,1,0,9,9,9,")
    cartons = files("cartons.csv", *CARTONS, "S,1,1,1,0,1,x")
    ended = pickwright("pack", "--orders", orders, "--cartons", cartons, "--out", out)
    assert ended.code == 2
    assert "cartons.csv: line 4, carton S, field cost_cents: 'x' is no whole number" in ended.err
    files("cartons.csv", *CARTONS)
    ended = pickwright("pack", "--orders", orders, "--cartons", cartons, "--out", out)
    assert "o.csv: line 2, order 1001, item MUG, field qty: 'two' is no whole number" in ended.err
    assert "order 1001, item PEN, field length_mm: '0' is out of range" in ended.err
    assert out.read_text().startswith("what was packed before")
    assert sorted(each.name for each in files.folder.iterdir()) == [
        "cartons.csv",
        "o.csv",
        "packed.json",
    ]


def test_wrong_json_is_told_by_order_item_and_field(pickwright: CommandLine, files: Files) -> None:
    out = files.folder / "packed.json"
    line = {"sku": "MUG", "qty": 1.5, "weight": 3}
    orders = files("o.json", json.dumps({"orders": [{"order": "A", "lines": [line]}, {}]}))
    ended = pickwright("pack", "--orders", orders, "--out", out)
    assert ended.code == 2
    assert "order A, item MUG, field weight: is no field here" in ended.err
    assert "order A, item MUG, field qty: '1.5' is no whole number" in ended.err
    assert "order 2, field lines: is empty" in ended.err
    files("o.json", "[1")
    assert "is not JSON" in pickwright("pack", "--orders", orders, "--out", out).err
    files("o.json", '{"orders": []}')
    assert "no cartons are given" in pickwright("pack", "--orders", orders, "--out", out).err
    nowhere = pickwright("pack", "--orders", orders, "--out", files.folder / "packed.txt")
    assert "write .json or .csv" in nowhere.err
