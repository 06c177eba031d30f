"""Own vans: planned, loaded, driven and unloaded, with stock right at every moment."""

from controller.store import Store
from tests.workflows.vans import VanFloor


def test_a_parcel_goes_from_the_plan_to_the_customer(store: Store) -> None:
    floor = VanFloor(store=store)
    floor.parcels_for("YO1 1AA", "YO2 2BB")
    assert len(floor.plan().tours) == 1
    first, second = floor.all(
        "SELECT p.lpn FROM van_stop s JOIN van_drop d ON d.stop = s.id JOIN parcel p "
        "ON p.id = d.parcel ORDER BY s.seq"
    )
    floor.scans("VAN-1", worker="W2")
    assert floor.screens["W2"].screen.target == second.lpn, "the last stop is loaded first"
    floor.scans(second.lpn, first.lpn, worker="W2")
    assert floor.stock(first.lpn) == {"MUG": 1}
    assert floor.value("SELECT place FROM container WHERE lpn = :l", l=first.lpn) == "VAN-1"
    reply = floor.scans("DONE", worker="W2")
    assert (reply.screen.step, reply.screen.target) == ("stop", first.lpn)
    reply = floor.scans(first.lpn, "CUSTOMER", worker="W2")
    assert (reply.message, reply.screen.target) == ("delivered", second.lpn)
    assert floor.stock("~customer") == {"MUG": 1}
    floor.scans(second.lpn, "NEIGHBOUR", worker="W2")
    assert floor.tracked(first.lpn) == ["out_for_delivery", "delivered"]
    assert floor.scan("DONE", "W2").message == "van_empty"
    assert floor.value("SELECT state FROM van_tour") == "done"
    assert {row.state for row in floor.all("SELECT state FROM customer_order")} == {"shipped"}
    assert floor.value("SELECT parcels FROM departure") == 2
    assert floor.books_balance()
