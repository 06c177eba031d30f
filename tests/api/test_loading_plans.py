"""Loading plans as a command and over HTTP: the plan, its picture, and what is told of faults."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from api.cli import main
from tests.api.serving import Served

TRUCK = {"id": "TRUCK", "length_mm": 3_000, "width_mm": 2_000, "height_mm": 2_000}
GOODS = {"id": "A", "length_mm": 1_000, "width_mm": 1_000, "height_mm": 500, "mass_g": 9_000}
ASKED = {
    "goods": [GOODS | {"quantity": 8, "stop": 2}, GOODS | {"id": "B", "quantity": 4, "stop": 1}],
    "rooms": [TRUCK | {"mass_max_g": 200_000}],
}


def test_goods_of_a_file_are_loaded_and_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked, plan, picture = (tmp_path / name for name in ("in.json", "out.json", "out.svg"))
    pole = {"id": "P", "length_mm": 5_000, "width_mm": 50, "height_mm": 50}
    asked.write_text(json.dumps(ASKED | {"goods": [*ASKED["goods"], pole]}))
    line = ["load", "--goods", str(asked), "--out", str(plan), "--picture", str(picture)]
    with pytest.raises(SystemExit) as ended:
        main([*line, "--seconds", "1"])
    assert ended.value.code in (0, None)
    told = json.loads(plan.read_text())
    (load,) = told["loads"]
    assert [place[0] for place in load["placements"]] == ["A"] * 8 + ["B"] * 4
    assert told["unloaded"][0]["goods"] == "P"
    assert ElementTree.fromstring(picture.read_text()).tag.endswith("svg")
    said = capsys.readouterr().out
    assert "1. TRUCK: 12 units, 108.0 kg" in said
    assert "1 of P stay behind: 5000 x 50 x 50 mm" in said


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "in.json: file"),
        (json.dumps(ASKED | {"goods": [GOODS | {"length_mm": 0}]}), "goods 1 length_mm 0:"),
        (json.dumps(ASKED | {"goods": [GOODS, GOODS]}), "'A' is given twice"),
        (json.dumps(ASKED | {"room": []}), "in.json: room: Extra inputs"),
    ],
)
def test_wrong_file_is_refused_by_thing_and_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, told: str
) -> None:
    asked, plan = tmp_path / "in.json", tmp_path / "out.json"
    asked.write_text(content)
    with pytest.raises(SystemExit) as ended:
        main(["load", "--goods", str(asked), "--out", str(plan)])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.replace("\n", " ")
    assert not plan.exists()


def test_a_lead_is_told_a_plan_and_shown_it(quick: Served) -> None:
    lead = quick.as_("lead")
    told = lead.post("/api/loading/plan", json=ASKED)
    assert told.status_code == 200, told.text
    assert told.json()["proven"]
    drawn = lead.post("/api/loading/picture.svg", json=ASKED)
    assert drawn.headers["content-type"] == "image/svg+xml"
    twice = lead.post("/api/loading/plan", json=ASKED | {"goods": [GOODS, GOODS]}).json()
    assert twice["code"] == "wrong_load_list"
    assert quick.as_("picker").post("/api/loading/plan", json=ASKED).status_code == 403
