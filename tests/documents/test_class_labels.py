"""Labels of the classes of dangerous goods: which a parcel bears, in which colours and size."""

from dataclasses import replace
from itertools import pairwise, product
from types import SimpleNamespace
from typing import Any

import msgspec
import pypdfium2
import pytest
from PIL import Image

from api.documents.class_labels import MODELS, class_labels
from controller.errors import Refused
from controller.forms import ClassLabels
from controller.messages import ImportItems, MakeDocument, PrintDocument, RelabelParcel
from controller.plan.dangers import labels
from controller.views.wanted_papers import wanted_papers
from controller.workflows.papers.declaring import KIND
from tests.documents.reading import texts
from tests.documents.test_danger_papers import NAMED, weighed
from tests.documents.test_slips import pdf
from tests.workflows.floor import FIRST
from tests.workflows.test_dangerous_goods import LIMITED, PHONE

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (213, 40, 30)
ORANGE, GREEN, YELLOW, BLUE = (245, 130, 32), (0, 133, 63), (255, 210, 0), (0, 114, 188)
BATTERY = replace(PHONE, watt_hours=500)


def page(name: str, side_mm: int = 100) -> Any:
    """The page of a label, eight dots a millimetre."""
    data = msgspec.json.encode(ClassLabels(parcel="P1", labels=(name,), side_mm=side_mm))
    drawable: Any = SimpleNamespace(data=data)
    document = pypdfium2.PdfDocument(class_labels(drawable))
    try:
        return document[0].render(scale=8 * 25.4 / 72).to_pil().convert("RGB")
    finally:
        document.close()


def at(picture: Any, right_mm: float, up_mm: float, side_mm: int = 100) -> tuple[int, int, int]:
    """The colour so far from the middle of the label."""
    middle_mm = 15 + side_mm / 2**0.5
    spot = (int((105 + right_mm) * 8), int((middle_mm - up_mm) * 8))
    red, green, blue = picture.getpixel(spot)
    return red, green, blue


@pytest.mark.parametrize(
    ("name", "above", "below"),
    [
        ("1.4S", ORANGE, ORANGE),
        ("2.1", RED, RED),
        ("2.2", GREEN, GREEN),
        ("2.3", WHITE, WHITE),
        ("3", RED, RED),
        ("4.2", WHITE, RED),
        ("4.3", BLUE, BLUE),
        ("5.1", YELLOW, YELLOW),
        ("5.2", RED, YELLOW),
        ("6.1", WHITE, WHITE),
        ("6.2", WHITE, WHITE),
        ("8", WHITE, BLACK),
    ],
)
def test_halves_have_the_colours_of_the_model(
    name: str, above: tuple[int, int, int], below: tuple[int, int, int]
) -> None:
    picture = page(name)
    assert at(picture, -40, 10) == at(picture, 40, 10) == above
    assert at(picture, -30, -10) == at(picture, 30, -10) == below


def test_a_label_is_a_square_of_100_mm_on_its_corner_with_a_line_5_mm_from_its_edge() -> None:
    picture = page("3")
    corner_mm = 100 / 2**0.5
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        assert at(picture, x * (corner_mm - 2), y * (corner_mm - 2)) == RED
        assert at(picture, x * (corner_mm + 1), y * (corner_mm + 1)) == WHITE
    line_mm = corner_mm - 5 * 2**0.5
    dots = [at(picture, line_mm - 0.5 * nth, 0) for nth in range(-2, 3)]
    assert any(max(dot) < 120 for dot in dots)
    assert at(page("3", 60), 50, 0, 60) == WHITE


@pytest.mark.parametrize("side_mm", [60, 100])
@pytest.mark.parametrize("name", MODELS)
def test_line_within_the_edge_scales_with_the_side_and_neither_figure_nor_symbol_meets_it(
    name: str, side_mm: int
) -> None:
    picture, model = page(name, side_mm), MODELS[name]
    ink, line_mm = WHITE if name == "8" else BLACK, 0.9 * side_mm / 2**0.5
    drawn = max if ink == WHITE else min
    for nth in range(40, 460):
        x, y = line_mm * nth / 500, line_mm * (1 - nth / 500)
        for to_x, to_y in product((x, -x), (-y, y) if model.stripes != "upper" else (-y,)):
            clear = [at(picture, to_x * by, to_y * by, side_mm) for by in (0.98, 1.02)]
            assert (ink if to_y < 0 else BLACK) not in clear, (to_x, to_y)
    on_line = [at(picture, line_mm / 2 + nth / 8, -line_mm / 2, side_mm) for nth in range(-3, 4)]
    assert drawn(on_line, key=sum) == ink


def test_4_1_has_seven_red_stripes_and_9_seven_black_ones_above() -> None:
    whole, upper = page("4.1"), page("9")
    across = [at(whole, x / 4, -12) for x in range(-260, 261)]
    starts = sum(a != RED and b == RED for a, b in pairwise(across))
    assert starts == 7
    across = [at(upper, x / 4, 2) for x in range(-260, 261)]
    starts = sum(a == WHITE and b == BLACK for a, b in pairwise(across))
    assert starts == 7
    assert {at(upper, x, -6) for x in range(-30, 31)} == {WHITE}


def test_every_model_has_its_symbol_and_no_two_are_alike() -> None:
    assert set(labels.MODELS) == set(MODELS)
    pictures = {name: page(name).crop((300, 150, 1_380, 1_230)) for name in MODELS}
    for name, picture in pictures.items():
        ink = sum(n for n, colour in picture.getcolors(1 << 20) if max(colour) < 60)
        assert ink > 10_000, name
    small = {
        name: picture.resize((40, 40), Image.Resampling.BOX) for name, picture in pictures.items()
    }
    assert len({picture.tobytes() for picture in small.values()}) == len(MODELS)


def test_a_parcel_bears_the_label_of_each_class_that_is_fully_regulated() -> None:
    floor = weighed(NAMED, BATTERY)
    (parcel,) = floor.parcels()
    made = floor.do(MakeDocument(id="l", actor="W1", kind="class_labels", parcel=parcel.id))
    first, second = texts(pdf(floor, made.document))
    assert f"{FIRST}: label 3, sides of 100 mm" in first
    assert f"{FIRST}: label 9A, sides of 100 mm" in second


def test_limited_quantities_and_small_batteries_bear_marks_and_no_label() -> None:
    floor = weighed(LIMITED, PHONE)
    (parcel,) = floor.parcels()
    with floor.controller.reading() as db:
        assert [each for each in wanted_papers(db, "W1") if each.kind == "class_labels"] == []
    with pytest.raises(Refused) as refused:
        floor.do(MakeDocument(id="l", actor="W1", kind="class_labels", parcel=parcel.id))
    assert refused.value.code == "no_class_labels"


def test_a_small_parcel_has_small_labels_and_radioactive_matter_those_from_stock() -> None:
    assert labels.model("UN2915", "7") == ""
    assert labels.model("UN0027", "1.1") == ""
    floor = weighed(NAMED, small=True)
    (parcel,) = floor.parcels()
    made = floor.do(MakeDocument(id="l", actor="W1", kind="class_labels", parcel=parcel.id))
    assert "sides of 60 mm" in texts(pdf(floor, made.document))[0]


def test_papers_of_goods_described_wrongly_are_made_anew_with_what_is_known_now() -> None:
    floor = weighed(NAMED)
    (parcel,) = floor.parcels()

    def made(nth: int, kind: str, actor: str) -> Any:
        command = MakeDocument(id=f"{kind}-{nth}", actor=actor, kind=kind, parcel=parcel.id)
        return floor.do(command)

    labels_before, paper_before = made(1, "class_labels", "W1"), made(1, KIND, "LEAD")
    assert not made(2, "class_labels", "W1").new
    assert not made(2, KIND, "W1").new
    known = replace(NAMED, un_number="UN1760", danger_class="8", packing_group="II")
    floor.do(ImportItems(id="known", items=(known,)))
    with pytest.raises(Refused, match="declaration needed"):
        floor.do(RelabelParcel(id="early", actor="LEAD", parcel=parcel.id))
    with pytest.raises(Refused, match="a trained person declares"):
        made(3, KIND, "W1")
    labels_now, paper_now = made(4, "class_labels", "W1"), made(4, KIND, "LEAD")
    assert f"{FIRST}: label 8, " in texts(pdf(floor, labels_now.document))[0]
    assert "UN 1760" in texts(pdf(floor, paper_now.document))[0]
    voided = floor.all("SELECT id FROM document WHERE voided_ms > 0 ORDER BY id")
    assert [each.id for each in voided] == [labels_before.document, paper_before.document]
    floor.do(RelabelParcel(id="now", actor="LEAD", parcel=parcel.id))
    assert len(floor.sent("carrier/buy")) == 1


def test_bench_names_the_labels_of_now_as_not_printed_yet() -> None:
    floor = weighed(LIMITED)
    (parcel,) = floor.parcels()

    def wanted() -> dict[str, tuple[int, tuple[str, ...]]]:
        with floor.controller.reading() as db:
            return {each.kind: (each.prints, each.labels) for each in wanted_papers(db, "W1")}

    assert wanted() == {}
    floor.do(ImportItems(id="full", items=(NAMED,)))
    made = floor.do(MakeDocument(id="l", actor="W1", kind="class_labels", parcel=parcel.id))
    floor.do(PrintDocument(id="print", actor="W1", document=made.document))
    assert wanted() == {KIND: (0, ()), "class_labels": (1, ("3",))}
    known = replace(NAMED, un_number="UN1760", danger_class="8", packing_group="II")
    floor.do(ImportItems(id="known", items=(known,)))
    assert wanted()["class_labels"] == (0, ("8",))
