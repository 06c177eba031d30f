"""The command line of the shipping benchmarks: answers in the stated form, wrong files by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.shipping import carriers, deliver, sourcing
from benchmarks.shipping.__main__ import main

SOLOMON = """R1

VEHICLE
NUMBER CAPACITY
 2 10

CUSTOMER
CUST NO. XCOORD. YCOORD. DEMAND READY TIME DUE DATE SERVICE TIME

 0 0 0 0 0 100 0
 1 1 1 6 0 90 5
 2 2 2 6 0 90 5
"""
CVRP = """NAME : tiny
TYPE : CVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
NODE_COORD_SECTION
1 0 0
2 1 1
3 2 2
DEMAND_SECTION
1 0
2 4
3 4
DEPOT_SECTION
1
-1
EOF
"""
CARRIERS: dict[str, Any] = {
    "parcels": [
        {
            "id": "P1",
            "options": [
                {"carrier": "A", "service": "A1", "pickup": "a", "base_cents": 505},
                {"carrier": "B", "service": "B1", "pickup": "b", "base_cents": 500},
            ],
        }
    ],
    "pickup_capacity": {"b": 1},
    "tiers": {"A": [[1, 0.1]]},
}
SOURCING: dict[str, Any] = {
    "nodes": [{"id": "N", "stock": {"S": 1}}],
    "orders": [
        {"id": "o", "lines": {"S": 2}, "parcel_cents": {"N": 300}, "unit_cents": {"N": 10}}
    ],
    "split_cents": 50,
    "unfilled_cents": 900,
}


def ask(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr("sys.argv", ["benchmarks.shipping", *map(str, words)])
    return main()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("R1.txt", SOLOMON, "Cost 8.4"),  # twice each way, a van for each customer
        ("tiny.vrp", CVRP, "Cost 5"),
    ],
)
def test_deliver_writes_routes_in_the_form_of_cvrplib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text)
    out = tmp_path / "out.sol"
    words = ("deliver", "--instance", tmp_path / name, "--seconds", 0.2, "--out", out)
    assert ask(monkeypatch, *words) == 0
    lines = out.read_text().splitlines()
    assert lines[-1] == told
    served = [word for line in lines[:-1] for word in line.partition(": ")[2].split()]
    assert sorted(served) == ["1", "2"]


def test_carriers_and_sourcing_answer_in_the_stated_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, out = tmp_path / "problem.json", tmp_path / "out.json"
    asked.write_text(json.dumps(CARRIERS))
    words = ("--problem", asked, "--seconds", 1, "--out", out)
    assert ask(monkeypatch, "carriers", *words) == 0
    told = json.loads(out.read_text())
    assert told["choices"] == {"P1": 0}
    assert (told["cost_cents"], told["bound_cents"], told["proven"]) == (455, 455, True)
    asked.write_text(json.dumps(SOURCING))
    assert ask(monkeypatch, "sourcing", *words) == 0
    told = json.loads(out.read_text())
    assert told["shipments"] == [{"order": "o", "node": "N", "lines": {"S": 1}}]
    assert (told["cost_cents"], told["bound_cents"]) == (1_210, 1_210)


def test_discount_that_is_a_sum_of_floats_is_what_it_is_meant_as(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, out = tmp_path / "problem.json", tmp_path / "out.json"
    asked.write_text(json.dumps(CARRIERS | {"tiers": {"A": [[1, 0.1 + 0.2]]}}))
    assert ask(monkeypatch, "carriers", "--problem", asked, "--seconds", 1, "--out", out) == 0
    assert json.loads(out.read_text())["cost_cents"] == 354  # 505 less 30 %, half up


def test_parcels_that_no_pickup_takes_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, out = tmp_path / "problem.json", tmp_path / "out.json"
    asked.write_text(json.dumps(CARRIERS | {"pickup_capacity": {"a": 0, "b": 0}}))
    assert ask(monkeypatch, "carriers", "--problem", asked, "--seconds", 1, "--out", out) == 1
    assert json.loads(out.read_text())["choices"] == {"P1": None}
    assert "1 parcels have no option, or no pickup with room" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "content", "told"),
    [
        (carriers, CARRIERS | {"parcels": 3}, "parcels: Input should be a valid array"),
        (carriers, CARRIERS | {"tiers": {"A": [[5, 0.2], [9, 0.1]]}}, "tiers of 'A' must rise"),
        (carriers, CARRIERS | {"tiers": {"A": [[1, 0.1234567]]}}, "at most six decimals"),
        (carriers, CARRIERS | {"parcels": CARRIERS["parcels"] * 2}, "parcel 'P1' stands twice"),
        (
            carriers,
            CARRIERS | {"pickup_capacity": {"b": -1}},
            "pickup_capacity.b: Input should be",
        ),
        (
            sourcing,
            SOURCING | {"nodes": [{"id": "N", "stock": {"S": -1}}]},
            "nodes.0.stock.S: Inp",
        ),
        (sourcing, SOURCING | {"split_cents": "x"}, "split_cents: Input should be a valid"),
        (sourcing, SOURCING | {"nodes": SOURCING["nodes"] * 2}, "node 'N' stands twice"),
        (deliver, "no routing instance", "Solomon's form (.txt) or a CVRP"),
    ],
)
def test_wrong_file_is_refused_by_the_name_of_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Any, content: Any, told: str
) -> None:
    asked = tmp_path / "asked.txt"
    asked.write_text(content if isinstance(content, str) else json.dumps(content))
    name = command.__name__.rpartition(".")[2]
    option = "--instance" if command is deliver else "--problem"
    with pytest.raises(SystemExit) as refused:
        ask(monkeypatch, name, option, asked, "--seconds", 1, "--out", tmp_path / "out")
    assert told in str(refused.value)
    assert str(asked) in str(refused.value)
    assert not (tmp_path / "out").exists()
