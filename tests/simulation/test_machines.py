"""Emulated printers and scales: what goes in, what comes out, and when."""

from random import Random
from typing import Any

import pytest

from devices.printer import read_status
from simulation.machines import (
    EmulatedScale,
    Heard,
    Loaded,
    PaperLoaded,
    PowerCycled,
    Woken,
    ZebraPrinter,
    Zeroed,
)
from tests.simulation.machine_effects import SECOND, START_US, Effects, emitted, physical, woken_at

# --- label printer ---------------------------------------------------------------------------

LABEL = b"^XA^FO1,1^A0N,9,9^FH^FDAda _5E^FS^FO1,1^BY2,3,9^BCN,9,N,N,N,N^FH^FD>:P1^FS^XZ"


def printer(**settings: Any) -> ZebraPrinter:
    return ZebraPrinter(name="p1", address="tcp/p1", print_us=SECOND, **settings)


def printed(machine: ZebraPrinter, payload: bytes, at_us: int = 0) -> Effects:
    return machine.handle(START_US + at_us, Heard("tcp/p1", payload))


def out(machine: ZebraPrinter, at_us: int) -> Effects:
    return machine.handle(START_US + at_us, Woken("label"))


def waiting(effects: Effects) -> int:
    frames = emitted(effects)[0].payload.replace(b"\r\n", b"").split(b"\x03")
    return read_status(frames[0][1:], frames[1][1:]).waiting


def test_a_label_comes_out_after_its_print_time() -> None:
    machine = printer()
    assert woken_at(printed(machine, LABEL)) == [SECOND]
    (label,) = physical(out(machine, SECOND))
    assert (label["label"].texts, label["label"].codes) == (("Ada ^",), ("]C0P1",))
    assert (label["number"], machine.paper) == (1, 999)


def test_labels_come_out_one_after_the_other() -> None:
    machine = printer()
    printed(machine, LABEL * 2)
    assert physical(out(machine, SECOND - 1)) == []
    first = out(machine, SECOND)
    assert (len(physical(first)), woken_at(first)) == (1, [2 * SECOND])
    assert len(physical(out(machine, 2 * SECOND))) == 1


def test_the_status_counts_what_is_not_out_yet() -> None:
    machine = printer()
    assert waiting(printed(machine, b"~HS")) == 0
    assert waiting(printed(machine, LABEL * 3 + b"~HS")) == 3
    out(machine, SECOND)
    assert waiting(printed(machine, b"~HS")) == 2


def test_a_format_that_comes_in_pieces_is_one_label() -> None:
    machine = printer()
    for at in range(0, len(LABEL), 5):
        printed(machine, LABEL[at : at + 5])
    assert len(physical(out(machine, SECOND))) == 1


def test_a_query_within_a_format_is_answered_and_the_format_goes_on() -> None:
    machine = printer()
    assert waiting(printed(machine, LABEL[:20] + b"~HS")) == 1
    printed(machine, LABEL[20:])
    assert len(physical(out(machine, SECOND))) == 1


def test_a_printer_without_paper_is_silent_until_it_is_loaded() -> None:
    machine = printer(paper=1)
    printed(machine, LABEL * 2)
    out(machine, SECOND)
    assert printed(machine, b"~HS", 2 * SECOND) == ()
    loaded = machine.handle(START_US + 9 * SECOND, PaperLoaded(100))
    assert woken_at(loaded) == [10 * SECOND]
    assert len(physical(out(machine, 10 * SECOND))) == 1


def test_power_loss_loses_the_labels_in_the_buffer() -> None:
    machine = printer()
    printed(machine, LABEL * 2)
    machine.handle(START_US, PowerCycled())
    assert out(machine, SECOND) == ()
    assert waiting(printed(machine, b"~HS")) == 0


def test_a_label_sent_twice_is_printed_twice() -> None:
    machine = printer()
    printed(machine, LABEL)
    printed(machine, LABEL)
    assert len(physical(out(machine, SECOND)) + physical(out(machine, 2 * SECOND))) == 2


# --- scale -----------------------------------------------------------------------------------


def scale(**settings: Any) -> EmulatedScale:
    quiet = {"noise_mg": 0} | settings
    return EmulatedScale(name="sc1", address="serial/sc1", random=Random(7), **quiet)


def said(effects: Effects) -> list[str]:
    return [emit.payload.decode().strip() for emit in emitted(effects)]


def ask(machine: EmulatedScale, line: bytes, at_us: int = 0) -> list[str]:
    return said(machine.handle(START_US + at_us, Heard("serial/sc1", line)))


def load(machine: EmulatedScale, mass_g: int, at_us: int = 0) -> Effects:
    return machine.handle(START_US + at_us, Loaded(mass_g))


def settle(machine: EmulatedScale, at_us: int) -> list[str]:
    return said(machine.handle(START_US + at_us, Woken("settled")))


def test_a_repeating_scale_sends_a_moving_and_then_a_stable_weight() -> None:
    machine = scale()
    assert ask(machine, b"SR\r\n") == ["S S     0.0000 kg"]
    loaded = load(machine, 1_234)
    assert (said(loaded), woken_at(loaded)) == (["S D     1.2340 kg"], [800_000])
    assert settle(machine, 800_000) == ["S S     1.2340 kg"]


def test_a_load_that_changes_while_settling_is_stable_once() -> None:
    machine = scale()
    ask(machine, b"SR\r\n")
    load(machine, 500)
    load(machine, 700, 400_000)
    assert settle(machine, 800_000) == []
    assert settle(machine, 1_200_000) == ["S S     0.7000 kg"]


def test_a_question_waits_until_the_load_has_settled() -> None:
    machine = scale()
    load(machine, 500)
    assert ask(machine, b"S\r\n") == []
    assert ask(machine, b"SI\r\n") == ["S D     0.5000 kg"]
    assert settle(machine, 800_000) == ["S S     0.5000 kg"]


def test_tare_starts_at_zero_with_the_load_on() -> None:
    machine = scale()
    load(machine, 500)
    settle(machine, 800_000)
    assert ask(machine, b"T\r\n", SECOND) == ["T S     0.5000 kg"]
    assert ask(machine, b"S\r\n", SECOND) == ["S S     0.0000 kg"]


def test_zero_wanders_and_is_set_back_by_command() -> None:
    machine = scale(drift_mg_h=5_000)
    ask(machine, b"S\r\n")
    hour = 3_600 * SECOND
    assert ask(machine, b"S\r\n", hour) == ["S S     0.0050 kg"]
    assert ask(machine, b"Z\r\n", hour) == ["Z A"]
    assert ask(machine, b"S\r\n", hour) == ["S S     0.0000 kg"]


def test_the_zero_key_sets_the_scale_back_without_a_word() -> None:
    machine = scale(drift_mg_h=5_000)
    ask(machine, b"S\r\n")
    hour = 3_600 * SECOND
    assert machine.handle(START_US + hour, Zeroed()) == ()
    assert ask(machine, b"S\r\n", hour) == ["S S     0.0000 kg"]


def test_noise_comes_from_the_given_stream() -> None:
    readings = []
    for _ in range(2):
        machine = scale(noise_mg=300)
        load(machine, 1_000)
        settle(machine, 800_000)
        readings.append(ask(machine, b"S\r\n", SECOND))
    assert readings[0] == readings[1] != ["S S     1.0000 kg"]


def test_too_much_is_an_overload() -> None:
    machine = scale(mass_max_g=3_000)
    load(machine, 3_001)
    assert ask(machine, b"SI\r\n") == ["S +"]


def test_a_reset_ends_the_repeating_and_names_the_scale() -> None:
    machine = scale()
    ask(machine, b"SR\r\n")
    assert ask(machine, b"@\r\n") == ['I4 A "sc1"']
    assert said(load(machine, 100)) == []


@pytest.mark.parametrize("line", [b"XYZ\r\n", b"\r\n", b"\xff\xfe\r\n"])
def test_an_unknown_command_is_a_syntax_error(line: bytes) -> None:
    assert ask(scale(), line) == ["ES"]


def test_a_split_command_is_one_command() -> None:
    machine = scale()
    assert ask(machine, b"S") == []
    assert ask(machine, b"I\r\n") == ["S S     0.0000 kg"]
