"""Goods that have arrived go onto pods: set down at a station, and put into bins of pods there."""

from controller.messages import (
    AnnounceReturn,
    Container,
    ImportContainers,
    ImportPlaces,
    ImportStock,
    OrderLine,
    Place,
    StockLine,
)
from tests.workflows.inbound import Site
from tests.workflows.test_putting_away import FACE, targets

FLOOR = (
    Place(name="ST", kind="station"),
    *(Place(name=f"SPOT-{n}", kind="spot") for n in (1, 2)),
    *(Place(name=f"POD-1-{n}", kind="pod", pod="POD-1", volume_ml=5_000) for n in (1, 2)),
    Place(name="POD-2-1", kind="pod", pod="POD-2", volume_ml=5_000),
)
PODS = tuple(Container(lpn=f"POD-{n}", kind="pod", place=f"SPOT-{n}") for n in (1, 2))
SET_DOWN = ("NEXT", "T1", "ST", "HOME")
CARRIED = ("NEXT", "POD-1", "ST", "HOME")


def given(*stock: StockLine, **units: int) -> Site:
    """A tote has been received at the dock of a site with two pods and a station."""
    site = Site()
    site.handle(ImportPlaces, places=FLOOR)
    site.handle(ImportContainers, containers=PODS)
    site.handle(ImportStock, lines=stock)
    if units:
        site.announce("ASN1", **units)
        site.scan("DOCK1")
        site.follow()
    return site


def at_station(*path: str, **units: int) -> Site:
    site = given(**units)
    site.scan(*SET_DOWN, *CARRIED, "ST", *path)
    return site


def ways(site: Site) -> list[tuple[object, ...]]:
    return site.rows(
        "SELECT from_container, to_place FROM task WHERE kind = 'carry' AND state = 'open' "
        "ORDER BY from_container"
    )


def test_goods_without_a_face_are_meant_for_bins_of_few_pods_and_the_rest_for_reserve() -> None:
    site = given(MUG=17)
    assert targets(site) == [
        ("MUG", 5, "POD-1-1"),
        ("MUG", 5, "POD-1-2"),
        ("MUG", 5, "POD-2-1"),
        ("MUG", 2, "R1"),
    ]
    here = StockLine(sku="MUG", place="POD-2-1", qty=3)
    assert targets(given(here, MUG=4)) == [("MUG", 2, "POD-2-1"), ("MUG", 2, "POD-1-1")]
    assert targets(given(FACE, MUG=4)) == [("MUG", 4, "P1")]


def test_a_tote_goes_to_the_station_its_pod_is_called_and_its_items_go_into_bins() -> None:
    site = given(MUG=5, LAMP=2)
    reply = site.scan("NEXT", "T1")
    assert (reply.screen.step, reply.screen.target) == ("place", "ST")
    assert site.scan("ST").message == "container_set_down"
    assert ways(site) == [("POD-1", "ST")]
    site.scan("HOME", *CARRIED)
    assert site.scan("ST").message == "scan_goods"
    assert site.follow() == ["goods", "unpack", "stow", "unpack", "stow"]
    assert site.stock_at() == {("LAMP", "POD-1-1"): 2, ("MUG", "POD-1-2"): 5}
    assert site.last["ANN"].screen.step == "pod"
    assert site.rows("SELECT place, state FROM container WHERE lpn = 'T1'") == [("RACK", "")]
    assert ways(site) == [("POD-1", "SPOT-1")]
    assert site.violations() == {}


def test_what_belongs_in_racks_leaves_the_tote_before_it_goes_to_the_station() -> None:
    site = given(FACE, LAMP=2, MUG=5)
    site.scan("NEXT", "T1", "MUG", "P1")
    assert site.last["ANN"].screen.target == "ST"


def test_goods_wait_for_their_pod_and_whoever_works_there_gets_on() -> None:
    site = given(MUG=2)
    site.scan(*SET_DOWN)
    assert site.scan("ST").message == "no_pod_here"
    reply = site.scan("T1")
    assert (reply.message, reply.fields["pod"]) == ("pod_not_here", "POD-1")
    assert site.scan("POD-1").message == "pod_ok"  # it has come, and nobody has said so
    site.scan("T1")
    site.scan("ST", worker="BOB")
    assert site.scan("ST", worker="BOB").screen.target == "T1"


def test_undo_takes_a_put_back_until_the_pod_is_fetched_and_the_tote_from_the_station() -> None:
    site = at_station("T1", "MUG", "POD-1-1", MUG=5)
    reply = site.scan("UNDO")
    assert (reply.screen.step, ways(site)) == ("stow", [])
    assert site.stock_at() == {("MUG", "T1"): 5}
    site.scan("POD-1-1")
    site.scan("NEXT", "POD-1", worker="BOB")
    assert site.scan("UNDO").message == "fetched_by_now"
    site = given(MUG=5)
    site.scan("NEXT", "T1", "ST")
    assert site.scan("UNDO").screen.target == "ST"
    assert (ways(site), site.violations()) == ([], {})
    assert site.rows("SELECT place FROM container WHERE lpn = 'T1'") == [("DOCK1",)]


def test_a_full_bin_gives_the_next_one_of_the_pod_that_stands_there() -> None:
    site = at_station("T1", "MUG", "FULL", MUG=4)
    assert site.scan("4").message == "wrong_count"
    reply = site.scan("3")
    assert (reply.message, reply.screen.target) == ("put_part", "POD-1-2")
    reply = site.scan("FULL", "0")
    assert (reply.screen.step, ways(site)) == ("pod", [("POD-1", "SPOT-1"), ("POD-2", "ST")])
    assert site.stock_at() == {("MUG", "POD-1-1"): 3, ("MUG", "T1"): 1}
    site.scan("HOME", "NEXT", "POD-1", "SPOT-1", "NEXT", "POD-2", "ST", "HOME", "ST")
    assert site.follow() == ["goods", "unpack", "stow"]
    assert site.violations() == {}


def test_without_another_bin_the_rest_is_an_errand_to_reserve() -> None:
    site = given(StockLine(sku="LAMP", place="POD-2-1", qty=2), MUG=4)
    site.scan(*SET_DOWN, *CARRIED, "ST", "T1", "MUG")
    for _ in range(2):
        site.scan("FULL", "0")
    assert targets(site) == [("MUG", 4, "R1")]
    site.scan("HOME")
    assert site.rows("SELECT worker FROM task WHERE kind = 'putaway'") == [("",)]
    site.scan("NEXT", "SKIP")  # the pod is to leave first
    assert site.scan("T1").screen.target == "R1"


def test_another_bin_of_the_pod_is_asked_twice_and_bins_elsewhere_are_refused() -> None:
    site = at_station("T1", "MUG", MUG=4)
    for place in ("POD-2-1", "R1"):
        reply = site.scan(place)
        assert (reply.message, reply.fields["expected"]) == ("wrong_place", "POD-1-1")
    assert site.scan("POD-1-2").message == "other_place"
    assert site.scan("POD-1-2").message == "put_away"
    assert site.stock_at() == {("MUG", "POD-1-2"): 4}


def test_wrong_items_are_refused_and_missing_ones_booked() -> None:
    site = at_station("T1", MUG=4, LAMP=1)
    assert site.last["ANN"].screen.target == "LAMP"
    assert site.scan("MUG").message == "to_place"  # any item of the tote will do
    site = at_station("T1", MUG=4)
    assert site.scan("LAMP").message == "wrong_item"
    assert site.scan("SHORT").message == "short_noted"
    assert site.stock_at() == {}
    assert (ways(site), site.violations()) == ([("POD-1", "SPOT-1")], {})


def test_returned_goods_are_carried_to_the_station_in_the_hand() -> None:
    site = given()
    lines = (OrderLine(line=1, sku="MUG", qty=2),)
    site.handle(AnnounceReturn, number="RMA1", lines=lines)
    site.scan("DESK", "RMA1", "MUG", "2", "DONE", "HOME", "NEXT")
    site.scan(site.last["ANN"].screen.target, "ST")
    assert site.stock_at() == {("MUG", "ST"): 2}
    assert site.scan("UNDO").screen.target == "ST"
    site.scan("ST", "HOME", *CARRIED)
    assert site.scan("ST").screen.target == "MUG"
    assert site.scan("MUG").screen.step == "stow"
    site.scan("POD-1-1")
    assert site.stock_at() == {("MUG", "POD-1-1"): 2}
    assert site.violations() == {}


def test_orders_come_before_goods_and_home_lets_go_of_both() -> None:
    site = at_station("T1", "MUG", MUG=4)
    site.scan("HOME")
    assert site.rows("SELECT id FROM task WHERE worker <> '' AND state = 'open'") == []
    assert site.scan("NEXT").message == "no_task"  # the station's work is done at the station
