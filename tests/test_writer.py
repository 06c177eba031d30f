"""The writer under many threads: one queue, shared commits, nobody left waiting."""

import threading
from typing import Any

import pytest

from controller import core, outbox
from controller.core import Controller
from controller.errors import LimitReached, StoreUnavailable
from controller.messages import (
    Command,
    Done,
)
from controller.store import Store
from controller.turn import Turn
from tests.house import House, SetClock, set_up
from tests.telling import Tell, TellNow, order, telling
from tests.until import WAIT_S


def test_interrupt_ends_no_wait_without_an_answer(store: Store) -> None:
    def run(_turn: Turn, command: Tell) -> Done:
        if command.note == "ctrl-c":
            raise KeyboardInterrupt
        return Done()

    controller = telling(store, run)
    commands = [Tell(id="a"), Tell(id="b", note="ctrl-c"), Tell(id="c")]
    with pytest.raises(KeyboardInterrupt):
        controller.handle_all(commands)
    assert controller.handle_all([commands[0], commands[2]]) == [Done(), Done()]


def test_interrupted_thread_leaves_no_other_thread_waiting(store: Store) -> None:
    started, go_on = threading.Event(), threading.Event()

    def run(_turn: Turn, command: Tell) -> Done:
        if command.note == "slow":
            started.set()
            assert go_on.wait(WAIT_S)
        if command.note == "ctrl-c":
            raise KeyboardInterrupt
        return Done()

    controller = telling(store, run)
    answers: dict[str, BaseException | Done] = {}

    def send(note: str) -> None:
        try:
            answers[note] = controller.handle(Tell(id=note, note=note))
        except BaseException as error:
            answers[note] = error

    def start(note: str) -> threading.Thread:
        thread = threading.Thread(target=send, args=(note,))
        thread.start()
        return thread

    threads = [start("slow")]
    assert started.wait(WAIT_S)
    threads += [start("ctrl-c"), start("a")]
    while len(controller._waiting) < 2:
        assert threads[-1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert answers["slow"] == Done()
    assert {type(answers[note]) for note in ("ctrl-c", "a")} <= {
        KeyboardInterrupt,
        StoreUnavailable,
        Done,
    }


def test_interrupted_wait_is_not_the_one_that_is_woken(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go_on = threading.Event(), threading.Event()

    def run(_turn: Turn, command: Tell) -> Done:
        if command.note == "slow":
            started.set()
            assert go_on.wait(WAIT_S)
        return Done()

    def interrupt(*_timeout: float) -> bool:
        raise KeyboardInterrupt

    def enqueue_and_interrupt(command: Command[Any]) -> Any:
        ticket, woken = enqueue(command)
        monkeypatch.setattr(woken, "wait", interrupt)
        return ticket, woken

    controller = telling(store, run)
    enqueue = controller._enqueue
    threads = [threading.Thread(target=controller.handle, args=(Tell(id="a", note="slow"),))]
    threads[0].start()
    assert started.wait(WAIT_S)
    with monkeypatch.context() as patch:
        patch.setattr(controller, "_enqueue", enqueue_and_interrupt)
        with pytest.raises(KeyboardInterrupt):
            controller.handle(Tell(id="b"))
    threads.append(threading.Thread(target=controller.handle, args=(Tell(id="c"),)))
    threads[1].start()
    while len(controller._waiting) < 1:
        assert threads[1].is_alive()
    go_on.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    with store.reading() as db:
        kept = db.all("SELECT command_id FROM journal ORDER BY seq")
    assert [row.command_id for row in kept] == ["a", "c"]


# --- the queue -------------------------------------------------------------------------------


def test_urgent_commands_go_first(store: Store) -> None:
    heard: list[str] = []
    started, go_on = threading.Event(), threading.Event()

    def run(_turn: Turn, command: Tell) -> Done:
        heard.append(command.note)
        if command.note == "first":
            started.set()
            assert go_on.wait(WAIT_S)
        return Done()

    controller = telling(store, run)

    def start(command: Command[Done], waiting: int) -> threading.Thread:
        thread = threading.Thread(target=controller.handle, args=(command,))
        thread.start()
        while len(controller._waiting) + len(controller._urgent) < waiting:
            assert thread.is_alive()
        return thread

    threads = [start(Tell(id="first", note="first"), 0)]
    assert started.wait(WAIT_S)
    threads.append(start(Tell(id="a", note="plain"), 1))
    threads.append(start(TellNow(id="b", note="divert"), 2))
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert heard == ["first", "divert", "plain"]


def test_writer_refuses_more_waiting_commands_than_its_limit(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "WAITING_MAX", 2)
    started, go_on = threading.Event(), threading.Event()

    def run(_turn: Turn, command: Tell) -> Done:
        if command.note == "first":
            started.set()
            assert go_on.wait(WAIT_S)
        return Done()

    controller = telling(store, run)
    threads = []
    for waiting, note in enumerate(("first", "a", "b")):
        thread = threading.Thread(target=controller.handle, args=(Tell(id=note, note=note),))
        thread.start()
        threads.append(thread)
        assert started.wait(WAIT_S)
        while len(controller._waiting) < waiting:
            assert thread.is_alive()
    with pytest.raises(LimitReached, match="writer busy"):
        controller.handle(Tell(id="c"))
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert controller.handle(Tell(id="c")) == Done()


# --- what a commit makes known ---------------------------------------------------------------


def test_watch_hears_what_a_commit_added_for_others(store: Store) -> None:
    news: list[set[str]] = []
    controller = Controller(store, SetClock(), watch=news.append)
    for command in set_up({"S1": 3}):
        controller.handle(command)
    assert news == [{"timer"}]
    controller.handle(order("1", {"S1": 1}, hold_ms=5))
    assert news[1:] == [{"channel", "timer"}]


def test_failing_watch_does_not_take_the_answer_away(store: Store) -> None:
    def watch(_news: set[str]) -> None:
        raise RuntimeError("nobody listens")

    def run(turn: Turn, _command: Tell) -> Done:
        outbox.emit(turn, "notify/nobody", {})
        return Done(note="told")

    controller = telling(store, run, watch=watch)
    with pytest.raises(RuntimeError, match="nobody listens"):
        controller.handle(Tell(id="a"))
    assert controller.handle(Tell(id="a")) == Done(note="told")


# --- fifty clients, one SKU of ten units -----------------------------------------------------


@pytest.mark.long
def test_ten_units_have_exactly_ten_winners_among_fifty_clients_in_every_round(
    store: Store,
) -> None:
    rounds, clients, units = 100 if store.postgres else 1_000, 50, 10
    skus = [f"S{n}" for n in range(rounds)]
    house = House(store, dict.fromkeys(skus, units))
    won: list[dict[str, int]] = [{} for _ in range(clients)]

    def client(name: int) -> None:
        for sku in skus:
            placed = house.handle(order(f"{name}-{sku}", {sku: 1}, id=f"{name}/{sku}"))
            won[name][sku] = placed.promised_units

    threads = [threading.Thread(target=client, args=(name,)) for name in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {sum(each[sku] for each in won) for sku in skus} == {units}
    assert house.violations() == []
