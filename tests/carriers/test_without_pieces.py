"""Carriers that sell no further piece: services of several are refused, or told where they are."""

from dataclasses import replace

import pytest

from controller.errors import Refused
from controller.messages import CarrierTerms, ConnectCarriers
from tests.carriers.conftest import JOIN, SITE
from tests.workflows.floor import SETUP, Floor

ALONE = CarrierTerms(name="Snail", offers=("buy", "void"))
TOLD = "SELECT detail FROM alarm WHERE fault = 'no_pieces' AND state = 'open'"


def test_several_pieces_of_a_carrier_that_sells_no_further_one_are_refused_at_set_up() -> None:
    floor = Floor()
    floor.do(ConnectCarriers(id="alone", carriers=(ALONE,)))
    with pytest.raises(Refused, match=r"Snail.*without the call add"):
        floor.do(replace(SITE, id="pieces"))
    one = replace(SITE, id="one", services=(replace(JOIN, pieces_max=1), *SITE.services[1:]))
    floor.do(one)
    able = replace(ALONE, offers=(*ALONE.offers, "add"))
    floor.do(ConnectCarriers(id="able", carriers=(able,)))
    floor.do(replace(SITE, id="again"))
    assert floor.value(TOLD) is None


def test_a_carrier_that_is_connected_later_tells_which_services_have_too_many_pieces() -> None:
    floor = Floor(setup=(SITE, *SETUP[1:]))
    floor.do(ConnectCarriers(id="alone", carriers=(ALONE,)))
    assert "pieces_max of ECO is to be 0" in floor.value(TOLD)
    floor.do(ConnectCarriers(id="able", carriers=(replace(ALONE, offers=("buy", "add")),)))
    assert floor.value(TOLD) is None
    floor.do(ConnectCarriers(id="alone again", carriers=(ALONE,)))
    assert "pieces_max of ECO is to be 0" in floor.value(TOLD)
    one = replace(SITE, id="one", services=(replace(JOIN, pieces_max=0), *SITE.services[1:]))
    floor.do(one)
    assert floor.value(TOLD) is None


def test_services_that_were_there_before_their_carrier_are_taken_again_and_told() -> None:
    floor = Floor(setup=(SITE, *SETUP[1:]))
    floor.do(ConnectCarriers(id="alone", carriers=(ALONE,)))
    floor.do(replace(SITE, id="next start"))
    assert "pieces_max of ECO is to be 0" in floor.value(TOLD)
    more = replace(SITE, id="more", services=(replace(JOIN, pieces_max=4), *SITE.services[1:]))
    with pytest.raises(Refused, match=r"Snail.*without the call add"):
        floor.do(more)
