"""Label printers: one print per row, proof by counters, and no blind reprint."""

from typing import Any

import pytest

from controller.messages import Command, DeviceFault, Event, LabelPrinted
from devices.driver import BadFrame, Effects
from devices.printer import Printer, read_status
from tests.devices.virtual_floor import START_MS, row

ADDRESS = "tcp/p1"


def job(number: int, **changes: Any) -> Event:
    label = {"to": [f"Parcel {number}"], "parcel": f"P{number}"} | changes
    return row(number, "p1", {"do": "print", "label": label})


def answer(waiting: int = 0, printing: int = 0, paper_out: int = 0, paused: int = 0) -> bytes:
    strings = (
        f"030,{paper_out},{paused},1245,{waiting:03},0,0,0,000,0,0,0",
        f"000,0,0,0,1,2,6,0,{printing:08},1,000",
        "1234,0",
    )
    return "".join(f"\x02{string}\x03\r\n" for string in strings).encode()


def wire(effects: Effects) -> list[str]:
    """What went out, by kind."""
    return [send.payload.decode()[:3] for send in effects.sends]


def told(effects: Effects) -> list[tuple[str, int]]:
    return [_told(command) for command in effects.commands]


def _told(command: Command[Any]) -> tuple[str, int]:
    if isinstance(command, LabelPrinted):
        return "printed", command.outbox
    assert isinstance(command, DeviceFault)
    return command.fault, command.outbox


def printer() -> Printer:
    return Printer(name="p1", address=ADDRESS)


def test_a_row_is_printed_and_the_printer_is_asked() -> None:
    effects = printer().carry_out(job(1), START_MS)
    assert wire(effects) == ["^XA", "~HS"]
    assert effects.wake_ms == START_MS + 3_000


def test_a_label_is_confirmed_when_the_counters_say_that_it_is_out() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    waiting = device.heard(ADDRESS, answer(printing=1), START_MS + 10)
    assert (told(waiting), waiting.wake_ms) == ([], START_MS + 510)
    assert wire(device.wake(START_MS + 510)) == ["~HS"]
    done = device.heard(ADDRESS, answer(), START_MS + 520)
    assert (told(done), done.wake_ms) == ([("printed", 1)], 0)


def test_labels_leave_in_the_order_in_which_they_came() -> None:
    device = printer()
    for number in (1, 2, 3):
        device.carry_out(job(number), START_MS)
    device.heard(ADDRESS, answer(waiting=2, printing=1), START_MS + 10)
    assert told(device.heard(ADDRESS, answer(waiting=1, printing=1), START_MS + 510)) == [
        ("printed", 1)
    ]


def test_an_answer_does_not_count_a_label_that_was_sent_after_its_query() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    assert wire(device.carry_out(job(2), START_MS + 5)) == ["^XA"]
    effects = device.heard(ADDRESS, answer(), START_MS + 10)
    assert told(effects) == [("printed", 1)]
    assert wire(effects) == ["~HS"]


def test_a_split_answer_is_one_answer() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    whole = answer()
    found = [
        each
        for at in range(0, len(whole), 7)
        for each in told(device.heard(ADDRESS, whole[at : at + 7], START_MS + 10))
    ]
    assert found == [("printed", 1)]


@pytest.mark.parametrize("moment", ["under way", "printed", "uncertain"])
def test_a_repeated_row_is_never_printed_again(moment: str) -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    expected: list[tuple[str, int]] = []
    if moment == "printed":
        expected = told(device.heard(ADDRESS, answer(), START_MS + 10))
    if moment == "uncertain":
        expected = told(device.wake(START_MS + 3_000))
    again = device.carry_out(job(1), START_MS + 4_000)
    assert (wire(again), told(again)) == ([], expected)


def test_silence_leaves_the_label_uncertain() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    assert told(device.wake(START_MS + 2_999)) == []
    effects = device.wake(START_MS + 3_000)
    assert (told(effects), effects.wake_ms) == ([("no_answer", 1)], 0)


def test_a_silent_printer_gets_no_label_before_it_answers() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    device.wake(START_MS + 3_000)
    assert wire(device.carry_out(job(2), START_MS + 4_000)) == ["~HS"]
    assert told(device.wake(START_MS + 7_000)) == [("offline", 2)]


def test_old_answers_after_silence_prove_nothing() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    device.wake(START_MS + 3_000)
    device.carry_out(job(2), START_MS + 4_000)
    late = device.heard(ADDRESS, answer() + answer(), START_MS + 4_100)
    assert (told(late), wire(late)) == ([], [])
    assert wire(device.wake(late.wake_ms)) == ["^XA", "~HS"]
    assert told(device.heard(ADDRESS, answer(), late.wake_ms + 10)) == [("printed", 2)]


def test_paper_out_is_told_once_and_the_label_is_confirmed_after_all() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    out = answer(waiting=1, paper_out=1)
    assert told(device.heard(ADDRESS, out, START_MS + 10)) == [("paper_out", 1)]
    device.wake(START_MS + 510)
    assert told(device.heard(ADDRESS, out, START_MS + 520)) == []
    device.wake(START_MS + 1_020)
    assert told(device.heard(ADDRESS, answer(), START_MS + 1_030)) == [("printed", 1)]


def test_a_paused_printer_is_told() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    assert told(device.heard(ADDRESS, answer(waiting=1, paused=1), START_MS)) == [("paused", 1)]


def test_a_label_that_never_leaves_the_buffer_is_given_up() -> None:
    device = Printer(name="p1", address=ADDRESS, stuck_ms=2_000)
    device.carry_out(job(1), START_MS)
    device.heard(ADDRESS, answer(waiting=1), START_MS + 10)
    assert told(device.wake(START_MS + 2_000)) == [("stuck", 1)]


def test_an_answer_nobody_asked_for_changes_nothing() -> None:
    assert printer().heard(ADDRESS, answer(), START_MS) == Effects()


def test_a_garbled_answer_is_a_fault_and_proves_nothing() -> None:
    device = printer()
    device.carry_out(job(1), START_MS)
    garbled = answer().replace(b"1245", b"12x5")
    assert told(device.heard(ADDRESS, garbled, START_MS + 10)) == [("bad_frame", 0)]
    assert told(device.heard(ADDRESS, answer(), START_MS + 20)) == [("printed", 1)]


def test_a_label_that_cannot_be_printed_is_refused_before_anything_is_sent() -> None:
    device = printer()
    with pytest.raises(BadFrame, match="sscc"):
        device.carry_out(job(1, sscc="1"), START_MS)
    assert wire(device.carry_out(job(1), START_MS)) == ["^XA", "~HS"]


def test_status_strings_of_another_shape_are_refused() -> None:
    with pytest.raises(BadFrame, match="no ~HS answer"):
        read_status(b"1,2,3", b"4,5")
