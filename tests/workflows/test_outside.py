"""How large a parcel is outside: the same for rates, labels, marks, docks and vans."""

from dataclasses import replace

from controller.messages import CartonType, ImportItems, SetUpSite
from controller.store import Store
from controller.views import docks
from controller.views.consignments import consignment
from controller.workflows.carriers import markets
from controller.workflows.packing import outside
from controller.workflows.packing.outside import Sides
from tests.workflows.floor import CARTONS, ECO, SETTINGS, SETUP, Floor, confirm, let_go, seen

FLAT = replace(CARTONS[0], outer_length_mm=260)
_ROW = (
    "SELECT p.*, o.shop, o.owner, o.country, o.postcode FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id"
)


def parcel_in(carton: str, store: Store, *cartons: CartonType) -> Floor:
    """A floor with a parcel of one long mug in its lane."""
    setup = SetUpSite(id="site", settings=SETTINGS, cartons=cartons, services=(ECO,))
    floor = Floor(setup=(setup, *SETUP[1:]), store=store)
    mug = next(each for each in SETUP if isinstance(each, ImportItems)).items[0]
    floor.do(ImportItems(id="long", items=(replace(mug, length_mm=190),)))
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, carton, {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", *(["BOX-S"] if carton == "BOX-S" else []), "MUG")
    floor.scan(str(floor.screens["W1"].screen.fields["planned_g"]))
    let_go(floor)
    confirm(floor, seen(floor, floor.parcels()[0].lpn).lane)
    return floor


def sizes(floor: Floor) -> dict[str, Sides]:
    """As each who asks is told."""
    with floor.controller.reading() as db:
        parcel = db.the(_ROW)
        today = markets.market(db, floor.clock.ms)
        rated = today.asked(parcel, markets.held(db, today.site, parcel), floor.clock.ms)
        told = consignment(db, parcel.id, parcel.lpn, parcel.service)
        (waits,) = docks.waiting(db, parcel.lane, 9)
        asked = {"rates": rated, "labels": told, "docks": waits}
        found = {name: outside.of_goods(each) for name, each in asked.items()}
        return found | {"marks": outside.of_parcel(db, parcel.id)}


def test_a_carton_with_one_outer_measure_is_as_large_for_all_who_ask(store: Store) -> None:
    floor = parcel_in("BOX-S", store, FLAT)
    asking = ("rates", "labels", "docks", "marks")
    assert sizes(floor) == dict.fromkeys(asking, (260, 200, 200))


def test_goods_that_go_as_they_are_measure_the_same_for_all_who_ask(store: Store) -> None:
    floor = parcel_in("OWN", store, *CARTONS)
    assert set(sizes(floor).values()) == {(190, 100, 100)}
