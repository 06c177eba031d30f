"""Carriers that sell no further piece: services of several are told."""

from dataclasses import replace

from controller.messages import CarrierTerms, ConnectCarriers
from tests.carriers.conftest import JOIN, SITE
from tests.workflows.floor import SETUP, Floor

ALONE = CarrierTerms(name="Snail", offers=("buy", "void"))
ABLE = replace(ALONE, offers=(*ALONE.offers, "add"))
ONE = replace(SITE, id="one", services=(replace(JOIN, pieces_max=1), *SITE.services[1:]))
TOLD = "SELECT detail FROM alarm WHERE fault = 'no_pieces' AND state = 'open'"


def test_several_pieces_of_a_carrier_that_sells_no_further_one_are_told_until_it_does() -> None:
    floor = Floor()
    floor.do(ConnectCarriers(id="alone", carriers=(ALONE,)))
    assert floor.value(TOLD) is None
    floor.do(replace(SITE, id="pieces"))
    told = floor.value(TOLD)
    assert "pieces_max of ECO is to be 0" in told
    assert "without the call add" in told
    floor.do(ConnectCarriers(id="able", carriers=(ABLE,)))
    assert floor.value(TOLD) is None


def test_a_carrier_that_is_connected_later_tells_which_services_have_too_many_pieces() -> None:
    floor = Floor(setup=(SITE, *SETUP[1:]))
    assert floor.value(TOLD) is None
    floor.do(ConnectCarriers(id="alone", carriers=(ALONE,)))
    assert "pieces_max of ECO is to be 0" in floor.value(TOLD)
    floor.do(ONE)
    assert floor.value(TOLD) is None


def test_a_start_with_more_pieces_and_a_carrier_that_sells_them_from_now_on_goes_on() -> None:
    """Sites are set up before their carriers are connected."""
    floor = Floor(setup=(ONE, *SETUP[1:]))
    floor.do(ConnectCarriers(id="alone", carriers=(ALONE,)))
    floor.do(replace(SITE, id="more"))
    floor.do(ConnectCarriers(id="able", carriers=(ABLE,)))
    assert floor.value(TOLD) is None
