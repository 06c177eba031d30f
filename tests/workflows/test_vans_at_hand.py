"""What drivers see before they scan a van."""

from controller.messages import ImportWorkers, Worker
from controller.store import Store
from tests.workflows.vans import VanFloor


def test_a_driver_sees_at_once_which_van_waits(store: Store) -> None:
    floor = VanFloor(store=store)
    floor.parcels_for("YO1 1AA")
    assert floor.scan("HOME", "W2").screen.fields == {}, "who picks and packs sees the floor"
    drivers = tuple(Worker(badge=badge, role="driver") for badge in ("W2", "W3"))
    floor.do(ImportWorkers(id="drivers", workers=drivers, names=("Ann", "Ben")))
    assert floor.scan("HOME", "W2").screen.target == "", "no tour is planned"
    floor.plan()
    screen = floor.scan("HOME", "W2").screen
    assert (screen.target, screen.fields) == ("VAN-1", {"role": "driver"})
    floor.scans("VAN-1", worker="W2")
    assert floor.scan("HOME", "W3").screen.target == "", "another driver has the tour"
    assert floor.scan("HOME", "W2").screen.target == "VAN-1", "it goes on where it was left"
