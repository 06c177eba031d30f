"""What carriers do seldom: no question to try them with, one number that makes them stumble."""

import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.carriers.adapter import Unavailable
from api.carriers.carriers_file import read_carriers
from api.carriers.deliverer import Carriers, Deliverer
from api.carriers.line import FAULTS_MAX, TRIES_MAX
from api.carriers.rest import ILL_MAX
from controller import outbox
from controller.messages import CarrierState, RelabelParcel
from controller.units import HOUR, MINUTE
from controller.views.consignments import consignment
from tests.carriers.conftest import Shipping, write
from tests.carriers.peer import Peer
from tests.carriers.test_whole_way import leave, load
from tests.workflows.floor import FIRST

Made = Callable[..., Shipping]


@pytest.fixture
def made(carriers: Carriers, peer: Peer, tmp_path: Path) -> Iterator[Made]:
    """A floor that ships by Snail without some of its calls, or with other words in its file."""
    assert carriers.connected
    opened: list[Shipping] = []

    def make(*without: str, word: str = "", other: str = "") -> Shipping:
        def change(text: str) -> str:
            tables = "\n\n".join(
                each
                for each in text.split("\n\n")
                if not any(f"calls.{name}]" in each for name in without)
            )
            return tables.replace(word, other, 1) if word else tables

        opened.append(Shipping(read_carriers(write(peer, tmp_path, change))))
        return opened[-1]

    yield make
    for each in opened:
        each.deliverer.stop()


def down(shipping: Shipping) -> bool:
    return shipping.deliverer.states()[0].down


def known_down(shipping: Shipping) -> bool:
    return bool(shipping.floor.value("SELECT down_ms FROM carrier WHERE name = 'Snail'"))


def test_a_carrier_without_a_question_is_tried_with_one_job_and_rests_longer_each_time(
    made: Made, peer: Peer
) -> None:
    shipping = made("check")
    peer.faults.extend(["500"] * 60)
    shipping.pack()
    shipping.until(lambda: down(shipping))
    shipping.until(lambda: len(shipping.purchases()) == 2)  # another carrier labels it
    asked = len(peer.seen)
    rests = []
    for _ in range(3):
        start_ms = shipping.floor.clock.ms
        before = len(peer.seen)
        shipping.until(lambda before=before: len(peer.seen) > before)  # type: ignore[misc]
        shipping.until(lambda: not shipping.deliverer.lines["Snail"].asking)
        assert down(shipping)
        rests.append(shipping.floor.clock.ms - start_ms)
    assert len(peer.seen) == asked + 3  # the void of the label that may have been sold
    assert rests[2] > rests[1] + 15_000
    assert known_down(shipping)
    peer.faults.clear()
    shipping.until(lambda: not known_down(shipping))
    shipping.settled()
    assert shipping.purchases() == [("Snail", "voided"), ("Swift", "bought")]


def test_a_carrier_without_a_question_or_a_job_is_on_trial_and_not_down_for_ever(
    made: Made, peer: Peer
) -> None:
    shipping = made("check", "find", "void")
    peer.faults.extend(["500"] * 4)
    shipping.pack()
    shipping.until(lambda: down(shipping))
    shipping.settled()
    shipping.until(lambda: not known_down(shipping))
    parcel = shipping.floor.parcels()[0].id
    peer.faults.extend(["500"] * 9)
    asked = peer.count("POST", "/shipments")
    again = RelabelParcel(id="again", actor="LEAD", parcel=parcel)
    shipping.floor.do(again)
    shipping.settled()
    shipping.deliverer.lines["Snail"].take(buy(shipping), shipping.floor.clock.ms)
    shipping.until(lambda: down(shipping))
    assert peer.count("POST", "/shipments") == asked + 1  # one failure is enough
    assert known_down(shipping)
    outages = "SELECT COUNT(*) FROM occurrence WHERE device = 'carrier/Snail' AND fault = 'down'"
    assert shipping.floor.value(outages) == 1


def buy(shipping: Shipping) -> Any:
    """A row that asks Snail for a label, as it comes out of the outbox."""
    with shipping.floor.controller.reading() as db:
        row = db.value("SELECT MIN(id) FROM outbox WHERE topic = 'carrier/buy'")
        event = outbox.get(db, row)
    assert event is not None
    return replace(event, created_ms=shipping.floor.clock.ms)


def journey(shipping: Shipping) -> str:
    """A parcel is labelled and leaves; its tracking number."""
    shipping.pack()
    shipping.settled()
    load(shipping)
    leave(shipping)
    return str(shipping.floor.parcels()[0].tracking)


def later(shipping: Shipping, ms: int) -> None:
    shipping.floor.clock.ms += ms
    shipping.floor.controller.tick()


def test_what_stands_deep_in_an_address_of_a_call_is_quoted_too(made: Made, peer: Peer) -> None:
    path = "/rates?to={to.postcode}&street={to.street}&owed={contents.0.sku}"
    shipping = made(word='path = "/rates"', other=f'path = "{path}"')
    shipping.pack()
    with shipping.floor.controller.reading() as db:
        asked = consignment(db, shipping.floor.parcels()[0].id, FIRST, "ECO")
    assert asked is not None
    odd = replace(asked, to=replace(asked.to, street="1 Mill & Lane?#/x"))
    assert shipping.deliverer.lines["Snail"].adapter.rate(odd)
    (seen,) = [path for _method, path in peer.seen if path.startswith("/rates")]
    assert "street=1%20Mill%20%26%20Lane%3F%23%2Fx&owed=MUG" in seen


def test_a_number_that_makes_the_carrier_stumble_keeps_nobody_elses_news_back(
    shipping: Shipping, peer: Peer
) -> None:
    adapter = shipping.deliverer.lines["Snail"].adapter
    peer.news["GOOD"] = []
    peer.faults.append("500")
    assert [each.tracking for each in adapter.track(("ILL", "GOOD"))] == ["GOOD"]
    peer.faults.extend(["500", "500"])
    with pytest.raises(Unavailable, match="server_error"):
        adapter.track(("ILL", "GOOD"))
    asked = len(peer.seen)
    peer.faults.extend(["500"] * ILL_MAX)
    with pytest.raises(Unavailable, match="server_error"):
        adapter.track(tuple(f"N{n}" for n in range(50)))
    assert len(peer.seen) == asked + ILL_MAX


def test_a_carrier_that_is_down_is_asked_for_no_news_until_it_is_back(
    shipping: Shipping, peer: Peer
) -> None:
    number = journey(shipping)
    state = CarrierState(id="down", carrier="Snail", down=True, why="away")
    shipping.floor.do(state)
    for _ in range(12):
        later(shipping, HOUR)
    assert shipping.rows() == 0
    shipping.floor.do(replace(state, id="up", down=False))
    peer.news[number] = [{"code": "DONE", "time": shipping.floor.clock.ms // 1_000}]
    later(shipping, HOUR)
    shipping.settled()
    assert shipping.floor.value("SELECT status FROM tracking_event") == "delivered"


def test_the_same_news_asked_for_again_after_a_crash_are_told_once_and_other_ones_anew(
    shipping: Shipping, peer: Peer, tmp_path: Path
) -> None:
    number = journey(shipping)
    floor, at_s = shipping.floor, shipping.floor.clock.ms // 1_000
    peer.news[number] = [{"code": "PICKED UP", "time": at_s + 60}]
    later(shipping, 2 * HOUR)
    shipping.settled()
    told = "SELECT COUNT(*) FROM journal WHERE name = 'TrackingReported'"
    before, last = floor.value(told), "(SELECT MAX(id) FROM outbox WHERE topic = 'carrier/track')"
    for boot, count in (("second", before), ("third", before + 1)):
        with floor.controller.store.transaction() as db:  # as a crash before the end leaves it
            db.run(f"UPDATE outbox SET state = 'sent' WHERE id = {last}")
        shipping.deliverer.stop()
        connected = read_carriers(write(peer, tmp_path)).connected
        shipping.deliverer = Deliverer(floor.controller, connected, lambda: None)
        shipping.deliverer.resume(boot)
        shipping.settled()
        assert floor.value(told) == count
        peer.news[number].append({"code": "DONE", "time": at_s + 3_600})
    assert floor.value("SELECT COUNT(*) FROM tracking_event") == 2


def test_a_label_that_the_carrier_cannot_name_is_asked_for_a_few_times_and_then_told(
    shipping: Shipping, peer: Peer
) -> None:
    peer.faults.append("late")
    shipping.pack()
    shipping.until(lambda: peer.seen)
    later(shipping, 21_000)
    shipping.until(lambda: len(shipping.purchases()) == 2)
    peer.labels[FIRST]["number"] = None  # it sold one, and does not tell which
    later(shipping, HOUR)
    peer.held.set()
    shipping.settled()
    assert peer.count("GET", r"/shipments\?.*") == TRIES_MAX
    assert shipping.purchases() == [("Snail", "dropped"), ("Swift", "bought")]
    told = shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'not_voided'")
    assert "wrong_answer: no tracking number at number" in told


def test_a_label_that_may_have_been_sold_is_found_by_a_repeat_where_that_is_all_there_is(
    made: Made, peer: Peer
) -> None:
    shipping = made("find")
    give_up(shipping, peer)
    shipping.settled()
    assert shipping.purchases() == [("Snail", "voided"), ("Swift", "bought")]
    assert (peer.numbers, peer.valid) == (["PEER000001"], [])


def test_a_row_that_cannot_say_what_was_to_be_bought_is_a_matter_for_a_person(
    made: Made, peer: Peer
) -> None:
    shipping = made("find")
    give_up(shipping, peer)
    with shipping.floor.controller.store.transaction() as db:
        named = json.dumps({"carrier": "Snail", "reference": FIRST, "tracking": ""})
        db.run("UPDATE outbox SET payload = :named WHERE topic = 'carrier/void'", named=named)
    shipping.settled()
    told = shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'not_voided'")
    assert "cannot_be_found: look the reference up at the carrier" in told
    assert not down(shipping)


def give_up(shipping: Shipping, peer: Peer) -> None:
    """A bench loses its patience with a label that is sold all the same."""
    peer.faults.append("reset")
    shipping.pack()
    shipping.until(lambda: peer.labels and not shipping.deliverer.lines["Snail"].asking)
    later(shipping, 21_000)
    shipping.deliverer.round()
    assert len(shipping.purchases()) == 2


def test_a_job_on_which_a_carrier_stumbles_each_time_is_told_and_it_is_tried_with_another(
    made: Made, peer: Peer
) -> None:
    shipping = made("check", "find")
    give_up(shipping, peer)
    peer.ill = "shipments"
    line, asked = shipping.deliverer.lines["Snail"], len(peer.seen)
    shipping.until(lambda: minutes_pass(shipping) and down(shipping))
    named = {"carrier": "Snail", "tracking": ["N"]}
    event = replace(buy(shipping), topic="carrier/track", payload=named)
    line.take(event, shipping.floor.clock.ms)
    shipping.until(lambda: minutes_pass(shipping) and not shipping.rows())
    assert len(peer.seen) == asked + 1 + FAULTS_MAX
    told = shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'not_voided'")
    assert told.endswith("server_error: HTTP 500")
    shipping.until(lambda: minutes_pass(shipping) and not known_down(shipping))


@pytest.mark.parametrize("recovers", [True, False])
def test_what_a_carrier_that_answers_nothing_stumbles_at_is_tried_for_a_day(
    made: Made, peer: Peer, *, recovers: bool
) -> None:
    shipping = made("check", "find")
    give_up(shipping, peer)
    began_ms, asked = shipping.floor.clock.ms, len(peer.seen)
    peer.ill = "shipments"
    shipping.until(lambda: minutes_pass(shipping, 5) and len(peer.seen) == asked + 2 * FAULTS_MAX)
    assert shipping.floor.clock.ms - began_ms > 2 * HOUR
    peer.ill = "" if recovers else peer.ill
    shipping.until(lambda: minutes_pass(shipping, 5) and not shipping.rows())
    told = "SELECT COUNT(*) FROM alarm WHERE fault = 'not_voided'"
    assert shipping.floor.value(told) == (not recovers)
    assert (shipping.floor.clock.ms - began_ms > 23 * HOUR) == (not recovers)
    assert len(peer.seen) - asked < 4 * 24 + FAULTS_MAX


def minutes_pass(shipping: Shipping, minutes: float = 0.3) -> bool:
    """Time goes by in larger steps, but not while something is asked."""
    if not shipping.deliverer.lines["Snail"].asking:
        shipping.floor.clock.ms += int(minutes * MINUTE)
    return True


def test_a_manifest_on_which_a_carrier_stumbles_each_time_is_told(made: Made, peer: Peer) -> None:
    shipping = made("track")
    shipping.pack()
    shipping.settled()
    load(shipping)
    peer.ill = "manifests"
    leave(shipping)
    assert peer.count("POST", "/manifests") == FAULTS_MAX
    (told,) = shipping.floor.all("SELECT state, why FROM manifest")
    assert (told.state, told.why) == ("refused", "server_error: HTTP 500")


def test_one_number_that_makes_the_carrier_stumble_does_not_count_it_as_down(
    shipping: Shipping, peer: Peer
) -> None:
    journey(shipping)
    peer.faults.extend(["500"] * TRIES_MAX)
    later(shipping, HOUR)
    shipping.settled()
    assert (peer.faults, shipping.deliverer.lines["Snail"].breaker.failures) == (deque(), 0)
    assert not down(shipping)


@pytest.mark.parametrize("fault", ["429", "reset"])
def test_news_that_were_heard_before_an_answer_failed_to_come_are_told_and_the_rest_is_asked(
    shipping: Shipping, peer: Peer, fault: str
) -> None:
    number = journey(shipping)
    peer.news |= {each: [] for each in ("A", "B", "C")}
    peer.news[number] = [{"code": "PICKED UP", "time": shipping.floor.clock.ms // 1_000}]
    named = {"carrier": "Snail", "tracking": ["A", number, "B", "C"]}
    peer.faults.extend([fault, "", "", fault, "422"])
    asked = len(peer.seen)
    event = replace(buy(shipping), topic="carrier/track", payload=named)
    line = shipping.deliverer.lines["Snail"]
    line.take(event, shipping.floor.clock.ms)
    told = "SELECT COUNT(*) FROM tracking_event"
    shipping.until(lambda: shipping.floor.value(told))
    assert len(peer.seen) == asked + 4
    shipping.until(lambda: not line.depth)
    seen = [path.rsplit("/", 1)[1] for _method, path in peer.seen[asked:]]
    assert seen == ["A", number, "B", "C", "A", "C"]
    assert line.breaker.failures == 0


def test_a_manifest_that_is_declined_is_told_and_one_that_meets_faults_is_asked_again(
    made: Made, peer: Peer
) -> None:
    shipping = made("track")
    shipping.pack()
    shipping.settled()
    load(shipping)
    peer.faults.extend(["503", "503", "503", "422"])
    leave(shipping)
    (told,) = shipping.floor.all("SELECT state, why FROM manifest")
    assert told.state == "refused"
    assert "postcode and street do not match" in told.why
    assert shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'manifest_refused'")


def test_without_a_carrier_the_house_labels_and_all_else_it_would_be_asked_is_done(
    carriers: Carriers,
) -> None:
    shipping = Shipping(replace(carriers, connected=()))
    shipping.pack()
    shipping.settled()
    parcel = shipping.floor.parcels()[0]
    assert (parcel.tracking, shipping.purchases()) == (FIRST, [("Snail", "bought")])
    sent = buy(shipping)
    shipping.deliverer._by_ourselves(sent)  # a repeat after a crash
    shipping.deliverer._by_ourselves(replace(sent, id=9_999))  # a label that nobody asked for
    assert shipping.purchases() == [("Snail", "bought")]
    load(shipping)
    leave(shipping)
    assert shipping.rows() == 0
    assert shipping.floor.books_balance()
