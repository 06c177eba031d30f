"""The steps in which a parcel is packed: the plan's sequence, what lies beneath what, the look."""

from controller.messages import ApplyTour, Block, PlannedLoad, PlannedParcel, PlannedPick
from controller.store import Store
from controller.views.stowage import at_bench, stowage
from controller.workflows.packing import cartonizing
from controller.workflows.packing.stowing import runs
from tests.workflows import scenes
from tests.workflows.floor import Floor

SKUS = ("MUG", "PEN")


def block(line: int, x: int, z: int, nx: int = 1) -> Block:
    return Block(line, x, 0, z, 100, 100, 100, nx)


def stacked(store: Store | None = None) -> Floor:
    """A pen lies on two mugs, and a third mug on the pen; W1 has begun the carton."""
    floor = Floor(store=store)
    order = floor.order("1", {"MUG": 3, "PEN": 1})
    parcel = PlannedParcel(
        order=order,
        carton="BOX-S",
        contents=((1, 3), (2, 1)),
        mass_g=1_070,
        blocks=(block(1, 0, 0, nx=2), block(2, 0, 100), block(1, 0, 200)),
    )
    picks = tuple(
        PlannedPick(order=order, line=line, sku=sku, place=f"P-{sku}", qty=qty, load=0)
        for line, sku, qty in ((1, "MUG", 3), (2, "PEN", 1))
    )
    loads = (PlannedLoad(container="tote", parcels=(parcel,)),)
    floor.do(ApplyTour(id="t", kind="cluster", loads=loads, picks=picks, length_mm=1))
    floor.follow("W1", "CART-1")
    floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    return floor


def asked(floor: Floor) -> tuple[object, ...]:
    screen = floor.screens["W1"].screen
    return tuple(screen.fields.get(name) for name in ("sku", "qty", "step"))


def test_blocks_of_a_line_go_in_together_unless_they_lie_on_others() -> None:
    mugs, pen, on_pen, aside = block(1, 0, 0), block(2, 0, 100), block(1, 0, 200), block(1, 100, 0)
    assert runs([mugs, pen, on_pen]) == [[mugs], [pen], [on_pen]]
    assert runs([mugs, pen, aside]) == [[mugs, aside], [pen]]
    assert runs([]) == []


def test_a_line_is_asked_for_again_when_what_lies_beneath_is_in(store: Store) -> None:
    floor = stacked(store)
    assert asked(floor) == ("MUG", 2, 1)
    floor.scans("MUG-PACK")
    assert asked(floor) == ("PEN", 1, 2)
    floor.scans("PEN")
    assert asked(floor) == ("MUG", 1, 3)
    assert floor.scans("MUG").screen.step == "weigh"
    assert floor.books_balance()


def test_undo_of_a_step_asks_for_it_again() -> None:
    floor = stacked()
    floor.scans("MUG-PACK", "UNDO")
    assert asked(floor) == ("MUG", 2, 1)
    floor.scans("HOME", "BENCH-01", "TOTE-1")
    assert asked(floor) == ("MUG", 2, 1)
    floor.scans("MUG-PACK", "HOME", "BENCH-01", "TOTE-1")
    assert asked(floor) == ("PEN", 1, 2)


def test_short_of_a_line_takes_out_all_its_steps() -> None:
    floor = stacked()
    reply = floor.scans("MUG", "SHORT")
    assert (reply.fields["missing"], asked(floor)[0]) == (2, "PEN")
    assert floor.scans("PEN").screen.step == "weigh"
    assert floor.books_balance()


def test_the_packer_sees_what_is_in_and_where_the_next_goods_go() -> None:
    floor = stacked()
    floor.scans("MUG-PACK")
    with floor.controller.reading() as db:
        shown = at_bench(db, "W1")
        named = stowage(db, "shop/1")
        boxed = stowage(db, named[0].box)
    assert shown is not None
    assert (shown.carton, shown.length_mm, shown.now) == ("BOX-S", 200, 2)
    assert [(step.qty, step.packed) for step in shown.steps] == [(2, 2), (1, 0), (1, 0)]
    assert shown.steps[1].blocks == (block(2, 0, 100),)
    assert boxed == named
    assert (named[0].steps, named[0].now) == (shown.steps, 0)


def test_nobody_else_has_a_parcel_in_hand() -> None:
    floor = stacked()
    floor.scans("HOME")
    with floor.controller.reading() as db:
        assert at_bench(db, "W1") is None
        assert at_bench(db, "W2") is None
        assert stowage(db, "") == ()


def test_a_planned_parcel_says_where_its_units_lie() -> None:
    floor = scenes.Scene(scenes.picked, scenes.FILL).play()
    with floor.controller.reading() as db:
        shown = at_bench(db, "W1")
        cartons = {carton.code: carton for carton in cartonizing.cartons(db)}
    assert shown is not None
    lying = [each for step in shown.steps for each in step.blocks]
    assert sum(each.qty for each in lying) == sum(step.qty for step in shown.steps) == 6
    inner = cartons[shown.carton]
    assert all(each.x + each.nx * each.dx <= inner.length_mm for each in lying)
    assert all(each.z + each.nz * each.dz <= inner.height_mm for each in lying)


def test_a_parcel_of_which_nobody_says_what_lies_where_is_packed_line_by_line() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 3, "PEN": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 3, "PEN": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    assert asked(floor) == ("MUG", 3, 1)
    floor.scans("MUG", "MUG", "MUG")
    assert asked(floor) == ("PEN", 1, 2)
