"""Drawings of packed goods, and the sheet of a parcel over HTTP."""

from xml.etree import ElementTree

from api.isometric import Drawn, drawing, frame, from_behind
from api.packing_sheet import sheet
from controller.messages import ApplyTour, Block, PlannedLoad, PlannedParcel, PlannedPick
from controller.views.stowage import Stowage
from controller.workflows.packing.stowing import Step
from tests.api.serving import Served

SVG = "{http://www.w3.org/2000/svg}"


def cube(x: int, y: int, z: int, text: str = "") -> Drawn:
    return Drawn(x=x, y=y, z=z, dx=100, dy=100, dz=100, text=text)


def test_what_stands_behind_or_beneath_is_drawn_first() -> None:
    front, back, top = cube(0, 0, 0), cube(0, 100, 0), cube(0, 0, 100)
    far = cube(300, 300, 0)
    assert from_behind([top, front, back]) == [back, front, top]
    assert from_behind([top, front, far])[0] == far
    assert from_behind([]) == []


def test_a_drawing_stays_in_its_frame_and_shows_the_units_of_a_block() -> None:
    room = (400.0, 300.0, 200.0)
    block = Drawn(x=0, y=0, z=0, dx=100, dy=100, dz=100, nx=4, ny=3, nz=2, hue=30, text="1")
    left, top, width, height = frame(room)
    root = ElementTree.fromstring(f"<svg>{drawing(room, [block])}</svg>")
    spots = [
        tuple(map(float, spot.split(",")))
        for shape in root.iter("polygon")
        for spot in shape.attrib["points"].split()
    ]
    assert all(left <= x <= left + width and top <= y <= top + height for x, y in spots)
    assert len(list(root.iter("line"))) == (2 + 1) + (3 + 1) + (3 + 2)
    assert [each.text for each in root.iter("text")] == ["1", "400", "300", "200"]


def test_a_sheet_has_a_picture_for_each_step_and_names_are_only_text() -> None:
    steps = tuple(
        Step(
            step=number,
            line=number,
            sku=f"S{number}",
            name="<script>&",
            qty=1,
            packed=0,
            blocks=(Block(number, 0, 0, 100 * number, 100, 100, 100),),
        )
        for number in (1, 2, 3, 4)
    )
    parcel = Stowage(
        parcel="7",
        order="web/1",
        box="",
        carton="BOX-L",
        length_mm=500,
        width_mm=400,
        height_mm=600,
        steps=steps,
    )
    root = ElementTree.fromstring(sheet([parcel, parcel]))
    assert len(root.findall(f"{SVG}svg")) == 8
    assert "1. 1 × <script>&" in [each.text for each in root.iter(f"{SVG}text")]
    own = Stowage(
        parcel="8", order="", box="", carton="OWN", length_mm=0, width_mm=0, height_mm=0, steps=()
    )
    assert ElementTree.fromstring(sheet([own])).findall(f"{SVG}svg") == []


def test_a_parcel_is_drawn_by_its_order_and_unknown_ones_are_named(quick: Served) -> None:
    client = quick.as_("lead")
    order = {"shop": "web", "number": "1", "lines": [{"line": 1, "sku": "S1", "qty": 2}]}
    assert client.post("/api/orders", json=order).status_code == 201
    blocks = (Block(1, 0, 0, 0, 100, 80, 60, 2),)
    parcel = PlannedParcel(
        order="web/1", carton="BOX", contents=((1, 2),), mass_g=600, blocks=blocks
    )
    pick = PlannedPick(order="web/1", line=1, sku="S1", place="P-S1", qty=2, load=0)
    loads = (PlannedLoad(container="tote", parcels=(parcel,)),)
    quick.runtime.controller.handle(
        ApplyTour(id="t", kind="cluster", loads=loads, picks=(pick,), length_mm=1)
    )
    (told,) = client.get("/api/packing/web/1").json()
    assert (told["carton"], told["steps"][0]["blocks"]) == ("BOX", [list(blocks[0])])
    drawn = client.get("/api/packing/web/1/picture.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert ElementTree.fromstring(drawn.text).tag == f"{SVG}svg"
    missing = client.get("/api/packing/web/2/picture.svg")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_parcel")
