"""`pickwright layout` as a person calls it, and the layout section of a site file."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from api.errors import WrongInput
from api.settings import read_layout, read_site
from controller.messages import to_json
from tests.api.command_line import CommandLine, Files

EXAMPLE = Path(__file__).parents[2] / "docs" / "layout"
RECTANGLE = (
    "[site]",
    "aisles = 4",
    "block_lengths_mm = [12000, 9000]",
    "depot_aisle = 1",
    "[layout]",
    'places = "places.csv"',
)
SMALL = (
    "[layout]",
    'points = [{name="A"}, {name="B", y_mm=9000}, {name="C", x_mm=4000}]',
    'ways = [{name="W1", start="A", end="B"}, {name="W2", start="A", end="C", kind="cross"}]',
    'depots = [{name="desk", point="C"}]',
)


@pytest.fixture
def pickwright(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_check_tells_what_was_recognised_and_which_places_nobody_reaches(
    pickwright: CommandLine,
) -> None:
    ended = pickwright("layout", "check", EXAMPLE / "site.toml", "--json")
    facts = ended.document
    assert ended.code == 1
    assert facts["recognised"].startswith("a graph (B1 is one-way)")
    assert facts["depots"] == {"packing": "tours begin and end", "dock": "tours end"}
    assert facts["dead_ends"] == ["COLD-END", "M1b", "M2b", "M3b", "M4b"]
    assert facts["unreachable"] == [*(f"E1-0{n}" for n in range(1, 8)), "G2-05"]
    told = pickwright("layout", "check", EXAMPLE / "site.toml").out
    assert "one way: B1, B2, C1, C2\n" in told
    assert "levels: 0, 1\n" in told


def test_a_rectangle_needs_its_figures_and_places_only(
    pickwright: CommandLine, files: Files
) -> None:
    files("places.csv", "name,kind,aisle,block,y_mm", "P1,pick,3,1,9000", "P2,pick,0,0,500")
    ended = pickwright("layout", "check", files("site.toml", *RECTANGLE))
    assert ended.code == 0
    assert "a rectangle of 4 aisles 3.5 m apart and 2 blocks (12 m, 9 m)" in ended.out
    assert "depot at aisle 2: tours are exact" in ended.out
    assert "farthest place: 28.0 m" in ended.out


def test_a_drawing_shows_ways_places_depots_and_the_tour_in_its_shortest_order(
    pickwright: CommandLine, files: Files, tmp_path: Path
) -> None:
    picture, picks = tmp_path / "floor.svg", EXAMPLE / "picks.txt"
    ended = pickwright("layout", "draw", EXAMPLE / "site.toml", "--out", picture, "--tour", picks)
    assert ended.code == 0
    given = ElementTree.parse(picture).getroot()
    ended = pickwright(
        *("layout", "draw", EXAMPLE / "site.toml", "--out", picture),
        *("--tour", picks, "--shortest"),
    )
    assert ended.code == 0
    best = ElementTree.parse(picture).getroot()
    assert _metres(best) < _metres(given)
    classes = [each.get("class", "").split()[-1:] for each in best.iter()]
    assert classes.count(["nth"]) == 14
    assert classes.count(["lost"]) == 8
    assert classes.count(["blocked"]) == classes.count(["depot"]) == 2
    names = {title.text for title in best.iter("{http://www.w3.org/2000/svg}title")}
    assert "LIFT: lift, 25 s" in names
    unknown = pickwright(
        *("layout", "draw", EXAMPLE / "site.toml", "--out", picture),
        *("--tour", files("picks.txt", "A1-03", "Z9")),
    )
    assert (unknown.code, unknown.err.strip()) == (
        2,
        "error: Z9: no such place in the places of the layout",
    )


def _metres(drawn: ElementTree.Element) -> float:
    words = next(text for each in drawn.iter() if (text := each.text) and " stops, " in text)
    return float(words.split(", ")[1].removesuffix(" m"))


def test_names_of_strangers_stay_text_in_a_drawing(
    pickwright: CommandLine, files: Files, tmp_path: Path
) -> None:
    evil = [line.replace('"W1"', '"<script>alert(1)</script>"') for line in SMALL]
    path = files("site.toml", *evil)
    ended = pickwright("layout", "draw", path, "--out", tmp_path / "a.svg")
    assert ended.code == 0
    assert "<script" not in (tmp_path / "a.svg").read_text()


def test_every_problem_is_told_at_once_with_file_line_field_and_fix(files: Files) -> None:
    files("points.csv", "name,x_mm,y_mm", "A,0,0", "B,0,nine", "C,4000,0")
    files("ways.csv", "name,start,end,kind", "W1,A,B,aisle", "W2,A,C,road")
    path = files(
        "site.toml",
        "[layout]",
        'points = "points.csv"',
        'ways = "ways.csv"',
        'depot = [{name="desk", point="C"}]',
        'obstacles = [{way="W1", y_mm="far"}]',
    )
    with pytest.raises(WrongInput) as wrong:
        read_site(path)
    assert [each.removeprefix(f"{path}: ") for each in wrong.value.problems] == [
        "[layout] depot is no key of this table: did you mean depots?",
        "points.csv line 3, column y_mm: 'nine' is no whole number; write a whole number of mm "
        "from -10000000 to 10000000, digits only",
        "ways.csv line 3, column kind: 'road' is unknown; write one of aisle, cross, lift, stairs",
        "[[layout.obstacles]] number 1: y_mm is wrong: expected `int`, got `str`",
    ]


def test_what_does_not_fit_together_is_told_by_line(files: Files) -> None:
    files("ways.csv", "name,start,end,length_mm", "W1,A,X,5000", "W2,A,C,0", "W2,C,A,7000")
    path = files("site.toml", *SMALL[:2], 'ways = "ways.csv"', *SMALL[3:])
    with pytest.raises(WrongInput) as wrong:
        read_site(path)
    assert wrong.value.problems == (
        "ways.csv line 4, name 'W2' is given twice: give each name once",
        "ways.csv line 2, end 'X' is no point: add the point first",
    )
    files("places.csv", "name,kind,way,y_mm", "P1,pick,W9,1", "P2,pick,W1,9001", "P3,pick,W2,3999")
    path = files("site.toml", *SMALL, 'places = "places.csv"')
    with pytest.raises(WrongInput) as wrong:
        read_site(path)
    assert wrong.value.problems == (
        "places.csv line 2, way 'W9' is no way: add the way first",
        "places.csv line 3, y_mm 9001: way W1 is 9000 mm long; write 0 to 9000",
    )


def test_a_floor_is_the_same_after_it_was_written_as_rows(files: Files) -> None:
    """CSV files and tables of the site file are two ways to say one thing."""
    layout, places = read_layout(EXAMPLE / "site.toml")
    rows: dict[str, tuple[Any, ...]] = {
        "points": layout.points,
        "ways": layout.ways,
        "depots": layout.depots,
    }
    lines = ["[layout]", f"walking_mm_s = {layout.walking_mm_s}"]
    for name, row in [(name, row) for name, each in rows.items() for row in each]:
        lines.append(f"[[layout.{name}]]")
        for field in row.__slots__:
            value = to_json(getattr(row, field)).decode()
            lines.append(f"{field} = {value}")
    for obstacle in layout.obstacles:
        lines += ["[[layout.obstacles]]", f'way = "{obstacle.way}"', f"y_mm = {obstacle.y_mm}"]
    again, none = read_layout(files("site.toml", *lines))
    assert again == layout
    assert (len(places), none) == (135, ())
