"""Another carton than planned: the reason, where goods lie then, and what is learned of it."""

import pytest

from controller.errors import ControllerError
from controller.messages import SetCartonFill
from controller.store import Store
from controller.views.overrules import overrules
from controller.views.stowage import stowage
from controller.workflows.packing import cartonizing
from tests.workflows.floor import Floor, let_go, packed_floor


def test_a_reason_is_kept_and_the_goods_get_places_in_the_carton_taken(store: Store) -> None:
    floor = packed_floor(store=store)
    floor.scans("TOTE-1")
    assert floor.scan("BOX-L").screen.buttons[:4] == (
        "TOO_SMALL",
        "TOO_LARGE",
        "DAMAGED",
        "OTHER_REASON",
    )
    floor.scans("TOO_LARGE")
    with floor.controller.reading() as db:
        (parcel,) = stowage(db, "shop/1")
        seen = overrules(db, floor.clock.ms)
    assert (parcel.carton, parcel.length_mm) == ("BOX-L", 500)
    assert sum(each.qty for step in parcel.steps for each in step.blocks) == 3
    (carton,) = seen.cartons
    assert (carton.carton, carton.reasons, carton.taken) == (
        "BOX-S",
        {"TOO_LARGE": 1},
        {"BOX-L": 1},
    )
    assert [(each.sku, each.times) for each in seen.skus] == [("MUG", 1), ("PEN", 1)]
    assert floor.events("carton_overruled")[0]["reason"] == "TOO_LARGE"
    assert floor.books_balance()


def test_the_same_other_carton_again_needs_no_button() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1")
    floor.scan("BOX-L")
    assert floor.scan("BOX-L").screen.step == "item"
    assert floor.value("SELECT reason FROM overrule") == "OTHER_REASON"


def test_the_packer_may_return_to_the_planned_carton() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1")
    floor.scan("BOX-L")
    assert floor.scans("UNDO").screen.step == "carton"
    floor.scan("BOX-L")
    assert floor.scans("BOX-S").screen.fields["carton"] == "BOX-S"
    assert floor.value("SELECT COUNT(*) FROM overrule") == 0


def test_undo_forgets_the_reason() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1")
    floor.scan("BOX-L")
    reply = floor.scans("DAMAGED", "UNDO")
    assert (reply.screen.step, reply.screen.target) == ("why", "BOX-L")
    assert floor.value("SELECT COUNT(*) FROM overrule") == 0
    assert floor.parcels()[0].blocks == "[]"
    assert floor.books_balance()


def test_a_carton_often_called_too_small_is_planned_with_less_of_its_height() -> None:
    floor = Floor()
    for number in range(5):
        order = floor.order(str(number), {"MUG": 6})
        floor.tour([[(order, "BOX-S", {"MUG": 6})]])
        floor.scans("BENCH-01", "TOTE-1")
        floor.scan("BOX-L")
        floor.scans("TOO_SMALL", "MUG", "6", str(6 * 350 + 300))
        let_go(floor)
        floor.scans("HOME")
    with floor.controller.reading() as db:
        (seen,) = overrules(db, floor.clock.ms).cartons
    assert (seen.overruled, seen.fill_percent, seen.suggested_percent) == (5, 100, 74)
    assert "too small 5 times" in seen.why
    floor.do(SetCartonFill(id="fill", carton="BOX-S", percent=74))
    with floor.controller.reading() as db:
        heights = {each.code: each.height_mm for each in cartonizing.cartons(db)}
        (after,) = overrules(db, floor.clock.ms).cartons
    assert heights == {"BOX-S": 148, "BOX-L": 300}
    assert (after.fill_percent, after.suggested_percent) == (74, 0)


@pytest.mark.parametrize(("carton", "percent"), [("NONE", 80), ("BOX-S", 10), ("BOX-S", 101)])
def test_a_share_that_cannot_be_is_refused(carton: str, percent: int) -> None:
    with pytest.raises(ControllerError, match=r"carton|share"):
        Floor().do(SetCartonFill(id="fill", carton=carton, percent=percent))
