"""Virtual time: whole microseconds, and one order for what is simultaneous."""

from collections.abc import Callable

from simulation.clock import DEMAND, MACHINES, PEOPLE, US, WIRE, Agenda

START_MS = 1_700_000_000_000
START_US = START_MS * US


def noting(seen: list[str], what: str) -> Callable[[], None]:
    return lambda: seen.append(what)


def test_what_is_due_at_one_instant_runs_by_priority_name_and_sequence() -> None:
    agenda, seen = Agenda(START_MS), list[str]()
    for priority, name, what in (
        (PEOPLE, "ann", "ann"),
        (WIRE, "hub", "hub"),
        (MACHINES, "sorter", "sorter, first"),
        (MACHINES, "scale", "scale"),
        (MACHINES, "sorter", "sorter, second"),
        (DEMAND, "order", "order"),
    ):
        agenda.at(START_US + 5, priority, name, noting(seen, what))
    agenda.run(START_MS + 1)
    assert seen == ["scale", "sorter, first", "sorter, second", "hub", "order", "ann"]


def test_a_run_does_not_depend_on_who_asked_first() -> None:
    def order_of(names: list[str]) -> list[str]:
        agenda, seen = Agenda(START_MS), list[str]()
        for name in names:
            agenda.at(START_US, PEOPLE, name, noting(seen, name))
        agenda.run(START_MS + 1)
        return seen

    assert order_of(["ann", "bob", "cat"]) == order_of(["cat", "ann", "bob"])


def test_what_an_entry_adds_to_its_own_instant_still_runs_in_it() -> None:
    agenda, seen = Agenda(START_MS), list[tuple[str, int]]()

    def first() -> None:
        seen.append(("first", agenda.now_us))
        agenda.at(agenda.now_us, MACHINES, "m", lambda: seen.append(("added", agenda.now_us)))

    agenda.at(START_US + 7, PEOPLE, "p", first)
    agenda.at(START_US + 7, PEOPLE, "q", lambda: seen.append(("second", agenda.now_us)))
    agenda.run(START_MS + 1)
    at_us = START_US + 7
    assert seen == [("first", at_us), ("added", at_us), ("second", at_us)]


def test_the_past_is_now() -> None:
    agenda, seen = Agenda(START_MS), list[int]()
    agenda.after(10, PEOPLE, "p", lambda: agenda.at(1, PEOPLE, "p", note))

    def note() -> None:
        seen.append(agenda.now_ms())

    agenda.run(START_MS + 20)
    assert seen == [START_MS + 10]


def test_an_earlier_entry_that_comes_later_is_not_missed() -> None:
    agenda, seen = Agenda(START_MS), list[int]()
    for delay_ms in (50, 20, 30):
        agenda.after(delay_ms, PEOPLE, "p", lambda: seen.append(agenda.now_ms() - START_MS))
    agenda.run(START_MS + 40)
    assert seen == [20, 30]
    agenda.run(START_MS + 60)
    assert seen == [20, 30, 50]


def test_after_stop_nothing_more_happens() -> None:
    agenda, seen = Agenda(START_MS), list[str]()
    agenda.after(1, MACHINES, "m", agenda.stop)
    agenda.after(1, PEOPLE, "p", lambda: seen.append("same instant"))
    agenda.after(2, PEOPLE, "p", lambda: seen.append("later"))
    agenda.run(START_MS + 5)
    assert seen == []
