"""The one door: what every command may rely on, whatever it does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from controller import core, outbox, timers
from controller.core import Controller
from controller.errors import Conflict, LimitReached, NotFound, Refused, StoreUnavailable
from controller.handlers import Handler, handler
from controller.messages import (
    Done,
    FireTimer,
    ImportStock,
    OutboxGivenUp,
    PayOrder,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from controller.store import Store
from controller.turn import Turn
from tests.house import House, SetClock, set_up
from tests.telling import Tell, order, telling

Given = Callable[..., House]


# --- an id is carried out once ---------------------------------------------------------------


def test_same_command_twice_promises_once_and_answers_the_same(given: Given) -> None:
    house = given(stock={"S1": 3})
    first = house.handle(order("1", {"S1": 2}))
    again = house.handle(order("1", {"S1": 2}))
    assert first == again
    assert house.free("S1") == 1


def test_same_command_twice_in_one_batch_promises_once(given: Given) -> None:
    house = given(stock={"S1": 3})
    first, again = house.controller.handle_all([order("1", {"S1": 2})] * 2)
    assert first == again
    assert house.free("S1") == 1
    assert house.violations() == []


def test_same_id_with_other_content_is_a_conflict(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.handle(order("1", {"S1": 2}))
    with pytest.raises(Conflict, match="shop/1/0"):
        house.handle(order("1", {"S1": 3}))
    assert house.free("S1") == 1


def test_same_id_with_other_content_in_one_batch_is_a_conflict(given: Given) -> None:
    house = given(stock={"S1": 3})
    placed, conflict = house.controller.handle_all([order("1", {"S1": 2}), order("1", {"S1": 3})])
    assert placed.promised_units == 2
    assert isinstance(conflict, Conflict)


def test_refused_stays_refused_when_the_reason_is_gone(given: Given) -> None:
    house = given(stock={"S1": 3})
    with pytest.raises(NotFound, match="unknown order"):
        house.handle(PayOrder(id="pay", order="shop/1"))
    house.handle(order("1", {"S1": 2}))
    with pytest.raises(NotFound, match="unknown order") as again:
        house.handle(PayOrder(id="pay", order="shop/1"))
    assert again.value.fields == {"order": "shop/1"}
    assert house.handle(PayOrder(id="pay again", order="shop/1")) == Done(note="open")


def test_same_id_in_another_process_gets_the_kept_answer(given: Given) -> None:
    house = given(stock={"S1": 3})
    first = house.handle(order("1", {"S1": 2}))
    other_process = Controller(house.store, SetClock(house.clock.now + 99))
    assert other_process.handle(order("1", {"S1": 2})) == first


# --- a batch ---------------------------------------------------------------------------------


def test_refused_command_leaves_the_others_of_its_batch_alone(given: Given) -> None:
    house = given(stock={"S1": 5})
    opening = StockLine(sku="S1", place="P-S1", qty=4)
    answers = house.controller.handle_all(
        [
            order("1", {"S1": 1}),
            ImportStock(id="half", lines=(opening, StockLine(sku="?", place="P-S1", qty=1))),
            order("2", {"S1": 1}),
            order("3", {"S1": 1, "?": 1}),
            order("4", {"S1": 1}),
        ]
    )
    assert [isinstance(answer, Refused) for answer in answers] == [False, True, False, True, False]
    assert house.free("S1") == 2
    assert house.stock("S1", "P-S1") == (5, 0)
    assert house.violations() == []


def test_more_commands_than_one_batch_holds_are_all_answered(given: Given) -> None:
    many = core.BATCH_MAX * 2 + 3
    house = given(stock={"S1": many})
    answers = house.controller.handle_all(order(str(n), {"S1": 1}) for n in range(many))
    assert [answer.order for answer in answers] == [f"shop/{n}" for n in range(many)]
    assert house.free("S1") == 0


def test_database_error_of_one_command_fails_only_that_command(store: Store) -> None:
    def run(turn: Turn, command: Tell) -> Done:
        if command.note == "breaks":
            turn.db.run("SELECT * FROM no_such_table")
        turn.event("told", subject=command.note)
        return Done(note=command.note)

    controller = telling(store, run)
    commands = [Tell(id=note, note=note) for note in ("a", "breaks", "b")]
    a, broken, b = controller.handle_all(commands)
    assert (a, b) == (Done(note="a"), Done(note="b"))
    assert isinstance(broken, Exception)
    with store.reading() as db:
        told = db.all("SELECT subject FROM event ORDER BY id")
    assert [row.subject for row in told] == ["a", "b"]


def test_outage_is_answered_as_unavailable_and_same_id_works_after_it(store: Store) -> None:
    outages = iter([True, True, False, False])

    def run(turn: Turn, command: Tell) -> Done:
        turn.event("told", subject=command.note)
        if next(outages, False):
            raise store.outages()[0]("disk I/O error")
        return Done()

    controller = telling(store, run)
    with pytest.raises(StoreUnavailable, match="disk I/O error"):
        controller.handle(Tell(id="a"))
    failed, done = controller.handle_all([Tell(id="a"), Tell(id="b")])
    assert (failed, done) == (Done(), Done())
    with store.reading() as db:
        assert len(db.all("SELECT id FROM event ORDER BY id")) == 2


def test_defect_is_rolled_back_raised_and_kept_in_the_journal(store: Store) -> None:
    def run(turn: Turn, _command: Tell) -> Done:
        turn.event("told")
        turn.flush()
        outbox.emit(turn, "notify/nobody", {})
        assert turn.now_ms == 0, "our mistake"
        return Done()

    news: list[set[str]] = []
    controller = telling(store, run, watch=news.append)
    with pytest.raises(AssertionError, match="our mistake"):
        controller.handle(Tell(id="a"))
    with pytest.raises(Refused, match="AssertionError: our mistake"):
        controller.handle(Tell(id="a"))
    with store.reading() as db:
        assert db.one("SELECT * FROM event") is None
        assert db.the("SELECT refused FROM journal").refused == 1
    assert news == []


def test_answer_in_place_of_a_refusal_is_kept_too(store: Store) -> None:
    def run(turn: Turn, command: Tell) -> Done:
        turn.event("told")
        turn.flush()
        raise Refused("no_way", what=command.note)

    def refuse(turn: Turn, command: Tell, error: Refused) -> Any:
        turn.event("refused", subject=command.note)
        return Done(note=str(error))

    controller = Controller(store, SetClock(), handlers={Tell: Handler(run, Done, refuse)})
    for _ in range(2):
        assert controller.handle(Tell(id="a", note="x")) == Done(note="no way (what='x')")
    with store.reading() as db:
        assert [row.kind for row in db.all("SELECT kind FROM event ORDER BY id")] == ["refused"]


def test_failing_answer_in_place_of_a_refusal_is_kept_as_a_defect(store: Store) -> None:
    def run(_turn: Turn, _command: Tell) -> Done:
        raise Refused("no_way")

    def refuse(turn: Turn, _command: Tell, _error: Refused) -> Any:
        turn.event("half")
        turn.flush()
        raise KeyError("screen")

    controller = Controller(store, SetClock(), handlers={Tell: Handler(run, Done, refuse)})
    with pytest.raises(KeyError, match="screen"):
        controller.handle(Tell(id="a"))
    with pytest.raises(Refused, match="KeyError"):
        controller.handle(Tell(id="a"))
    with store.reading() as db:
        assert db.one("SELECT * FROM event") is None


# --- time ------------------------------------------------------------------------------------


def test_tick_fires_what_is_due_and_says_when_to_come_again(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2}, hold_ms=1_000)
    held_until = house.clock.now + 1_000
    assert house.controller.tick() == held_until
    assert house.state("shop/1") == "held"
    house.clock.now = held_until
    assert house.controller.tick() == house.controller.next_due_ms()
    assert house.state("shop/1") == "cancelled"
    assert house.free("S1") == 3


def test_timer_fires_once_however_often_it_is_sent(given: Given) -> None:
    house = given(stock={"S1": 3})
    timer = house.one("SELECT id FROM timer WHERE name = 'release'").id
    house.clock.now += 300_000
    fire = FireTimer(id="a", timer=timer)
    assert house.handle(fire) == house.handle(fire) == Done(note="release")
    assert house.handle(FireTimer(id="b", timer=timer)) == Done(note="cancelled")


def test_timer_whose_work_fails_is_told_and_holds_up_no_other(given: Given) -> None:
    house = given(stock={"S1": 3})
    house.order("1", {"S1": 2}, hold_ms=1_000)

    def bad_timer(turn: Turn, _command: Tell) -> Done:
        timers.set_timer(turn, "hold", "no such order", turn.now_ms)
        return Done()

    controller = telling(house.store, bad_timer)
    controller.clock = house.clock
    controller.handle(Tell(id="a"))
    house.clock.now += 1_000
    next_ms = controller.tick()
    assert next_ms is not None
    assert next_ms > house.clock.now
    assert house.state("shop/1") == "cancelled"
    (alarm,) = house.all("SELECT * FROM alarm")
    assert "no such order" in alarm.detail
    assert controller.tick() == next_ms


def test_outbox_row_without_an_answer_is_given_up_at_its_deadline(given: Given) -> None:
    house = given(stock={"S1": 3})

    def print_label(turn: Turn, _command: Tell) -> Done:
        outbox.emit(turn, "device/printer1", {}, expires_ms=turn.now_ms + 500)
        return Done()

    controller = telling(house.store, print_label)
    controller.clock = house.clock
    controller.handle(Tell(id="a"))
    assert controller.tick() == house.clock.now + 500
    house.clock.now += 500
    controller.tick()
    assert house.one("SELECT state FROM outbox").state == "failed"
    assert house.one("SELECT device FROM alarm").device == "printer1"


def test_a_sent_row_without_an_answer_goes_out_again_after_a_restart(store: Store) -> None:
    def emit(turn: Turn, command: Tell) -> Done:
        outbox.emit(turn, f"device/{command.id}", {})
        return Done()

    controller = telling(store, emit)
    now_ms = controller.clock.now_ms()
    for command_id in ("waiting", "sent", "answered"):
        controller.handle(Tell(id=command_id))
    waiting, sent, answered = (row.id for row in controller.due("device/", now_ms))
    for row in (sent, answered):
        controller.sent(row)
    controller.delivered(answered)
    assert [row.id for row in controller.unanswered("device/")] == [sent]
    assert controller.unanswered("carrier/") == []
    for row in (sent, answered):
        controller.again(row)
    assert [row.id for row in controller.due("device/", now_ms)] == [waiting, sent]


def test_outbox_row_that_cannot_be_given_up_is_told_and_ends_the_tick(store: Store) -> None:
    def emit(turn: Turn, _command: Tell) -> Done:
        outbox.emit(turn, "device/printer1", {}, expires_ms=turn.now_ms)
        return Done()

    def broken(_turn: Turn, _command: OutboxGivenUp) -> Done:
        raise KeyError("no such parcel")

    controller = telling(store, emit)
    controller._handlers = {**controller._handlers, OutboxGivenUp: handler(broken)}
    controller.handle(Tell(id="a"))
    assert controller.tick() is None
    with store.reading() as db:
        assert "no such parcel" in db.the("SELECT detail FROM alarm").detail


def test_tick_raises_when_the_database_is_away(store: Store) -> None:
    def run(turn: Turn, _command: Tell) -> Done:
        timers.set_timer(turn, "hold", "x", turn.now_ms)
        return Done()

    def away(_turn: Turn, _command: FireTimer) -> Done:
        raise store.outages()[0]("server closed the connection")

    controller = telling(store, run)
    controller._handlers = {**controller._handlers, FireTimer: handler(away)}
    controller.handle(Tell(id="a"))
    with pytest.raises(StoreUnavailable, match="server closed"):
        controller.tick()


# --- what handlers get -----------------------------------------------------------------------


def test_ids_follow_from_the_place_in_the_journal(store: Store) -> None:
    ids: list[int] = []

    def run(turn: Turn, _command: Tell) -> Done:
        ids.append(turn.new_id())
        return Done()

    controller = telling(store, run)
    controller.handle_all([Tell(id="a"), Tell(id="b")])
    assert [number >> 20 for number in ids] == [1, 2]


def test_command_with_too_many_ids_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("controller.turn.IDS_PER_COMMAND", 4)

    def run(turn: Turn, _command: Tell) -> Done:
        for _ in range(4):
            turn.event("told")
        return Done()

    with pytest.raises(LimitReached, match="command too large"):
        telling(store, run).handle(Tell(id="a"))


def test_counter_of_a_refused_command_does_not_skip(store: Store) -> None:
    def run(turn: Turn, command: Tell) -> Done:
        number = turn.count("sscc")
        if command.note == "no":
            raise Refused("no")
        return Done(note=str(number))

    controller = telling(store, run)
    answers = controller.handle_all([Tell(id="a"), Tell(id="b", note="no"), Tell(id="c")])
    assert (answers[0], answers[2]) == (Done(note="1"), Done(note="2"))


def test_nothing_works_before_the_site_is_set_up(store: Store) -> None:
    controller = Controller(store, SetClock())
    for command in set_up({"S1": 1})[1:2]:
        controller.handle(command)
    with pytest.raises(NotFound, match="site not set up"):
        controller.handle(order("1", {"S1": 1}))


def test_text_that_a_database_cannot_hold_is_refused_on_both(given: Given) -> None:
    house = given(stock={"S1": 3})
    lines = {"S1": 1}
    for command in (order("1", lines, postcode="\0"), order("2", lines, id="x\0")):
        with pytest.raises(Refused, match="NUL"):
            house.handle(command)
    house.sign_in()
    reply = house.scan("CART\0")
    assert (reply.tone, reply.message) == ("error", "unreadable_character")


def test_a_batch_that_changes_the_site_works_on_with_what_is_true_then(store: Store) -> None:
    def run(turn: Turn, command: Tell) -> Done:
        if command.note:
            turn.settle(replace(turn.site, node=command.note))
            assert turn.site.node == command.note
        if command.id == "refused":
            raise Refused("after_all")
        return Done(note=turn.site.node)

    controller = telling(store, run)
    controller.handle(SetUpSite(id="site", settings=SiteSettings(node="A")))
    answers = controller.handle_all(
        [
            Tell(id="first"),
            Tell(id="refused", note="B"),
            Tell(id="still"),
            Tell(id="moved", note="C"),
            Tell(id="after"),
        ]
    )
    answers[1] = Done(note=str(answers[1].code))
    assert [each.note for each in answers] == ["A", "after_all", "A", "C", "C"]
