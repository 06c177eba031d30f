"""The picking benchmarks as programs: forms of files, and a validator that can say no."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.picking import __main__ as command_line
from benchmarks.picking import forms
from benchmarks.picking.checking import Ground, check_batches
from controller.plan import Effort, batching, walking

LAYOUT = {
    "aisles": 4,
    "block_lengths_mm": [9_000, 8_000],
    "aisle_pitch_mm": 3_000,
    "depot_aisle": 1,
}
PICKS = [(0, 0, 4_000), (3, 1, 2_000), (2, 0, 0), (3, 1, 7_000)]
ORDERS = [
    {"id": f"O{number}", "volume": 2, "picks": [PICKS[number], PICKS[(number + 1) % 4]]}
    for number in range(4)
]


def answer(monkeypatch: pytest.MonkeyPatch, folder: Path, content: object, *words: str) -> object:
    given, out = folder / "given.json", folder / "out.json"
    given.write_text(json.dumps(content))
    line = ["picking", *words[:2], str(given), *words[2:], "--out", str(out)]
    monkeypatch.setattr("sys.argv", line)
    assert command_line.main() == 0
    return json.loads(out.read_text())


def batch_problem(cart: dict[str, int]) -> batching.Problem:
    content = json.dumps({"layout": LAYOUT, "cart": cart, "orders": ORDERS})
    return forms.batch_problem(forms.BatchForm.model_validate_json(content))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lists": [PICKS, [(4, 0, 5)]]}, "lists.1: .*has no aisle"),
        ({"lists": [[(0, 0)]]}, "lists.0.0.2: Field required"),
        ({"lists": [[(0, 0, 1.5)]]}, "lists.0.0.2: .*integer"),
        ({"layout": LAYOUT | {"aisles": 0}}, "Layout.aisles is 0"),
        ({"layout": {}}, "layout.aisles: Field required"),
    ],
)
def test_wrong_file_is_refused_by_the_name_of_what_is_wrong(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    lists = {"layout": LAYOUT, "lists": [PICKS]} | change
    with pytest.raises(SystemExit, match=f"given.json: {told}"):
        answer(monkeypatch, tmp_path, lists, "walk", "--instances")
    assert not (tmp_path / "out.json").exists()


def test_lists_are_walked_in_the_form_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lists = {"layout": LAYOUT, "lists": [PICKS, []]}
    walked = answer(monkeypatch, tmp_path, lists, "walk", "--instances")
    assert isinstance(walked, list)
    assert sorted(walked[0]["sequence"]) == [0, 1, 2, 3]
    assert walked[0]["optimal"]
    assert (walked[1]["sequence"], walked[1]["length_mm"]) == ([], 0)


def test_orders_are_batched_in_the_form_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cart = {"orders_max": 2, "volume_max": 4}
    content = {"layout": LAYOUT, "cart": cart, "orders": ORDERS}
    told = answer(monkeypatch, tmp_path, content, "batch", "--instance", "--seconds", "1")
    assert isinstance(told, dict)
    assert sorted(name for b in told["batches"] for name in b["orders"]) == [
        "O0",
        "O1",
        "O2",
        "O3",
    ]
    assert told["total_mm"] == sum(batch["length_mm"] for batch in told["batches"])
    assert told["bound_mm"] <= told["total_mm"]


def test_validator_refuses_a_wrong_length_a_lost_pick_and_a_full_cart() -> None:
    cart = {"orders_max": 2, "volume_max": 4}
    problem = batch_problem(cart)
    ground = Ground.of_layout(problem.layout)
    plan = batching.solve(problem, Effort())
    check_batches(problem, plan, ground)
    first, *rest = plan.tours
    short = replace(first, length_mm=first.length_mm - 1)
    lost = replace(first, sequence=first.sequence[1:])
    for wrong in (replace(plan, tours=(short, *rest)), replace(plan, tours=(lost, *rest))):
        with pytest.raises(AssertionError, match=r"says|exactly once"):
            check_batches(problem, wrong, ground)
    with pytest.raises(AssertionError, match="slots"):
        check_batches(replace(problem, cart=replace(problem.cart, slots=1)), plan, ground)


def test_validator_measures_walks_as_the_planner_does() -> None:
    layout, stops = forms.layout(forms.LayoutForm.model_validate(LAYOUT)), forms.stops(PICKS)
    plan = walking.solve(walking.Problem(layout=layout, stops=stops), Effort())
    Ground.of_layout(layout).check_tour(stops, plan.sequence, plan.length_mm)
