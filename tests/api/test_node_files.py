"""Files about nodes: taken whole or not at all, wrong by line and column, safe for partners."""

from pathlib import Path

import pytest

from api.csv_rows import ImportFileError
from api.importing import import_file
from api.lines import LINES_MAX
from controller.messages import CountNode, Node, NodeStock, SetUpNodes
from controller.store import open_store
from tests.api.command_line import ITEMS, PLACES, CommandLine, Files
from tests.api.serving import Served
from tests.api.test_keys_and_scopes import key, partners
from tests.house import House

HEAD = "code,name,kind,country,postcode,latitude,longitude,handling_cents,cutoff,days,collects"
LEEDS = "LEEDS,Store Leeds,store,GB,LS1 4AP,53.797,-1.546,150,17:30,12345,yes"
STOCK = "node,sku,qty"


@pytest.fixture
def house() -> House:
    house = House(open_store(), {"MUG": 5, "CUP": 5})
    house.handle(SetUpNodes(id="nodes", nodes=(Node(code="LEEDS"), Node(code="YORK"))))
    return house


def shelves(house: House) -> dict[tuple[str, str], int]:
    rows = house.all("SELECT * FROM stock WHERE place = node ORDER BY node, sku")
    return {(row.node, row.sku): row.qty for row in rows}


def take(house: House, folder: Path, kind: str, *lines: str) -> tuple[str, ...]:
    file = folder / f"{kind}.csv"
    file.write_text("\n".join(lines))
    return import_file(house.controller, kind, file).notes


def problems(house: House, folder: Path, kind: str, *lines: str) -> tuple[str, ...]:
    with pytest.raises(ImportFileError) as refused:
        take(house, folder, kind, *lines)
    return tuple(refused.value.problems)


def test_a_file_makes_nodes_and_leaves_others_as_they_are(house: House, tmp_path: Path) -> None:
    take(house, tmp_path, "nodes", HEAD, LEEDS, "HULL,,partner,GB,,,,300,,,")
    leeds, york = (house.one(f"SELECT * FROM node WHERE code = '{c}'") for c in ("LEEDS", "YORK"))
    assert (leeds.kind, leeds.lat_e6, leeds.lon_e6, leeds.days) == (
        *("store", 53_797_000, -1_546_000, "12345"),
    )
    assert (leeds.cutoff_ms, leeds.collects, york.kind) == (63_000_000, 1, "warehouse")
    assert house.one("SELECT * FROM node WHERE code = 'HULL'").countries == "*"


def test_stock_of_several_nodes_is_one_count_and_the_same_file_counts_again(
    house: House, tmp_path: Path
) -> None:
    file = (STOCK, "LEEDS,MUG,4", "YORK,MUG,2", "YORK,CUP,1")
    assert take(house, tmp_path, "node-stock", *file) == (
        "7 units more and 0 less than the books said",
    )
    house.handle(
        CountNode(id="c", node="YORK", lines=(NodeStock(sku="MUG", qty=9),)),
    )
    assert take(house, tmp_path, "node-stock", *file) == (
        "0 units more and 7 less than the books said",
    )
    assert shelves(house) == {("LEEDS", "MUG"): 4, ("YORK", "MUG"): 2, ("YORK", "CUP"): 1}
    assert house.violations() == []


def test_one_wrong_line_counts_nothing_and_all_are_told(house: House, tmp_path: Path) -> None:
    lines = ("LEEDS,MUG,4", "HULL,MUG,1", "main,MUG,1", "YORK,PLATE,1", "LEEDS,MUG,5")
    assert problems(house, tmp_path, "node-stock", STOCK, *lines) == (
        "node-stock.csv line 6, column node: 'LEEDS' stands in line 2 already; keep one of the "
        "two lines",
        "node-stock.csv line 5, column sku: 'PLATE' is unknown; import items first",
        "node-stock.csv line 3, column node: 'HULL' is no node; there are LEEDS, YORK",
        "node-stock.csv line 4, column node: 'main' is this building; import stock counts it",
    )
    assert shelves(house) == {}


def test_a_file_has_as_many_lines_as_one_count_may(house: House, tmp_path: Path) -> None:
    lines = [f"LEEDS,MUG{n},1" for n in range(LINES_MAX["node-stock"] + 1)]
    told = problems(house, tmp_path, "node-stock", STOCK, *lines)
    assert told == ("node-stock.csv line 5002: is one too many; send 5000 lines at a time",)
    lines[:] = [f"LEEDS,MUG,{n}" for n in range(LINES_MAX["node-stock"])]
    assert "stands in line 2" in problems(house, tmp_path, "node-stock", STOCK, *lines)[0]
    assert shelves(house) == {}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"cutoff": "25:00"}, "column cutoff: '25:00' is no time of day"),
        ({"kind": "shop"}, "write one of warehouse, store, partner"),
        ({"days": "mon"}, "column days: 'mon' is no such code; write days as digits"),
        ({"country": "UK"}, "write GB"),
        ({"code": "A-MUG"}, "line 2, column code: 'A-MUG' is the name of a place"),
        ({"services": "FAST"}, "column services: 'FAST' is unknown; set the service up first"),
    ],
)
def test_a_wrong_cell_of_a_node_is_told(
    house: House, tmp_path: Path, cells: dict[str, str], told: str
) -> None:
    place = house.all("SELECT name FROM place WHERE kind = 'pick' ORDER BY name")[0].name
    cells = {name: cell.replace("A-MUG", place) for name, cell in cells.items()}
    row = {"code": "HULL", "kind": "store"} | cells
    wrong = problems(house, tmp_path, "nodes", ",".join(row), ",".join(row.values()))
    assert any(told.replace("A-MUG", place) in each for each in wrong), wrong


def test_stock_here_is_not_imported_at_another_node(house: House, tmp_path: Path) -> None:
    (wrong,) = problems(house, tmp_path, "stock", "sku,place,qty", "MUG,LEEDS,1")
    assert wrong == (
        "stock.csv line 2, column place: 'LEEDS' is a node, not a place here; import node-stock "
        "counts it"
    )


def test_the_command_line_takes_nodes_and_their_stock(
    pickwright: CommandLine, files: Files
) -> None:
    database = files.database
    for kind, lines in (("items", ITEMS), ("places", PLACES), ("nodes", (HEAD, LEEDS))):
        taken = pickwright("import", kind, files(f"{kind}.csv", *lines), "--database", database)
        assert taken.code == 0, taken.err
    stock = files("node-stock.csv", STOCK, "LEEDS,MUG,3")
    taken = pickwright("import", "node-stock", stock, "--database", database)
    assert (taken.code, taken.err) == (0, "note: 3 units more and 0 less than the books said\n")
    assert pickwright("check", database).code == 0


def test_a_partner_counts_its_own_node_by_file_and_reads_it_back(quick: Served) -> None:
    partners(quick)
    partner = key(quick, "nodes", "export", node="3PL")
    counted = partner.post("/api/import/node-stock", content=f"{STOCK}\n3PL,S1,7\n")
    assert (counted.status_code, counted.json()["more"]) == (200, 5), counted.text
    text = partner.get("/api/export/node-stock.csv").text
    assert text == "node,sku,qty,owner\n3PL,S1,7,\n"
    assert partner.get("/api/import/node-stock/template").text.startswith("node,sku,qty")
    other = partner.post("/api/import/node-stock", content=f"{STOCK}\n3PL,S1,1\nOTHER,S1,0\n")
    assert other.status_code == 422
    (error,) = other.json()["errors"]
    assert error["fix"] == (
        "node-stock.csv line 3, column node: 'OTHER' is not yours; this key counts 3PL"
    )
    for path in ("import/nodes", "import/items"):
        assert partner.post(f"/api/{path}", content="code\nX\n").status_code == 403
    assert partner.get("/api/export/stock.csv").json()["code"] == "not_yours"
    assert partner.get("/api/export/node-stock.csv").text == text


def test_the_same_key_of_a_request_counts_once(quick: Served) -> None:
    partners(quick)
    partner = key(quick, "nodes", node="3PL")
    body, once = f"{STOCK}\n3PL,S1,7\n", {"Idempotency-Key": "monday"}
    for _ in range(2):
        told = partner.post("/api/import/node-stock", content=body, headers=once)
        assert told.json()["more"] == 5
    assert partner.post("/api/import/node-stock", content=body).json()["more"] == 0


def test_exported_nodes_are_what_an_import_takes(quick: Served) -> None:
    admin, lead = quick.as_("admin"), quick.as_("lead")
    body = f"{HEAD}\n{LEEDS}\n"
    assert lead.post("/api/import/nodes", content=body).status_code == 403
    assert admin.post("/api/import/nodes", content=body).json()["lines"] == 1
    text = lead.get("/api/export/nodes.csv").text
    assert admin.post("/api/import/nodes", content=text).status_code == 200
    assert lead.get("/api/export/nodes.csv").text == text
    assert "53.797000,-1.546000" in text
