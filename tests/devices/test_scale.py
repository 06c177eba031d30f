"""MT-SICS scales: one weight per load, whatever the line says in between."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.messages import Command, DeviceFault, WeightRead
from devices.driver import BadFrame, Effects
from devices.scale import Scale, grams
from tests.devices.virtual_floor import START_MS, row


def scale() -> Scale:
    fresh = Scale(name="sc1", address="serial/sc1", place="B1")
    fresh.wake(START_MS)
    return fresh


def lines(device: Scale, *texts: str, now_ms: int = START_MS) -> Effects:
    payload = "".join(f"{text}\r\n" for text in texts).encode()
    return device.heard("serial/sc1", payload, now_ms)


def told(effects: Effects) -> list[int | str]:
    return [_told(command) for command in effects.commands]


def _told(command: Command[Any]) -> int | str:
    if isinstance(command, WeightRead):
        return command.mass_g
    assert isinstance(command, DeviceFault)
    return command.fault


@pytest.mark.parametrize(
    ("text", "mass_g"),
    [
        (b"1.234 kg", 1_234),
        (b"1.2345 kg", 1_235),
        (b"1.2344 kg", 1_234),
        (b"0.0 g", 0),
        (b"100.00 g", 100),
        (b"-0.003 kg", -3),
        (b"12 kg", 12_000),
        (b"1.234 lb", None),
        (b"kg", None),
        (b"1.2.3 kg", None),
        (b"1,234 kg", None),
    ],
)
def test_weights_are_whole_grams(text: bytes, mass_g: int | None) -> None:
    assert grams(text) == mass_g


@given(st.integers(0, 9_999_999))
def test_any_number_of_milligrams_rounds_half_up(mass_mg: int) -> None:
    text = f"{mass_mg // 1_000_000}.{mass_mg % 1_000_000:06d} kg".encode()
    assert grams(text) == (mass_mg + 500) // 1_000


def test_a_scale_is_asked_for_repeated_weights_when_it_starts() -> None:
    effects = Scale(name="sc1", address="serial/sc1", place="B1").wake(START_MS)
    assert [send.payload for send in effects.sends] == [b"SR\r\n"]


def test_a_settled_load_is_reported_once() -> None:
    device = scale()
    first = lines(device, "S D      0.700 kg", "S S      1.234 kg", "S S      1.234 kg")
    assert told(first) == [1_234]
    assert told(lines(device, "S S      1.235 kg")) == []


def test_an_equal_load_after_zero_is_reported_again() -> None:
    device = scale()
    lines(device, "S S      1.234 kg")
    assert told(lines(device, "S S      0.001 kg", "S S      1.234 kg")) == [1_234]


def test_another_weight_without_zero_is_reported() -> None:
    device = scale()
    lines(device, "S S      1.234 kg")
    assert told(lines(device, "S S      2.000 kg")) == [2_000]


def test_a_split_line_is_one_weight() -> None:
    device = scale()
    assert told(device.heard("serial/sc1", b"S S      1.2", START_MS)) == []
    assert told(device.heard("serial/sc1", b"34 kg\r\n", START_MS)) == [1_234]


def test_a_weight_carries_the_place_and_a_number_of_its_boot() -> None:
    (weight,) = lines(scale(), "S S      1.234 kg").commands
    assert isinstance(weight, WeightRead)
    assert (weight.place, weight.device, weight.id) == ("B1", "sc1", "sc1/0/1")


def test_overload_is_told_once_until_a_weight_comes() -> None:
    device = scale()
    assert told(lines(device, "S +", "S +")) == ["overload"]
    assert told(lines(device, "S S      0.000 kg", "S +", "S -")) == ["overload", "underload"]


def test_a_busy_scale_without_a_question_is_no_fault() -> None:
    assert told(lines(scale(), "S I")) == []


@pytest.mark.parametrize("line", ["ES", "ET", "EL"])
def test_an_error_of_the_line_is_a_fault(line: str) -> None:
    assert told(lines(scale(), line)) == ["bad_command"]


@pytest.mark.parametrize("line", ["S S 1.234 lb", "hello", "S X", "S S", "", "T Q"])
def test_a_line_that_is_no_sics_is_a_fault_that_shows_it(line: str) -> None:
    (fault,) = lines(scale(), line).commands
    assert isinstance(fault, DeviceFault)
    assert fault.fault == "bad_frame"
    assert line in fault.detail


@given(st.binary(max_size=200))
def test_no_bytes_break_the_driver(payload: bytes) -> None:
    device = scale()
    device.heard("serial/sc1", payload + b"\r\n", START_MS)
    assert told(lines(device, "S S      9.876 kg")) == [9_876]


def test_power_on_starts_the_stream_again() -> None:
    device = scale()
    effects = lines(device, 'I4 A "B123"')
    assert effects.wake_ms == START_MS
    assert [send.payload for send in device.wake(START_MS).sends] == [b"SR\r\n"]


@pytest.mark.parametrize(
    ("do", "asked", "answer"), [("tare", b"T\r\n", "T S 0.1 kg"), ("zero", b"Z\r\n", "Z A")]
)
def test_an_answered_command_is_delivered(do: str, asked: bytes, answer: str) -> None:
    device = scale()
    effects = device.carry_out(row(7, "sc1", {"do": do}), START_MS)
    assert [send.payload for send in effects.sends] == [asked]
    answered = lines(device, answer)
    assert answered.delivered == (7,)
    assert answered.wake_ms == 0
    assert device.carry_out(row(7, "sc1", {"do": do}), START_MS) == Effects(delivered=(7,))


def test_weighing_on_command_reports_a_load_that_is_known() -> None:
    device = scale()
    lines(device, "S S      1.234 kg")
    device.carry_out(row(7, "sc1", {"do": "weigh"}), START_MS)
    effects = lines(device, "S S      1.234 kg")
    assert told(effects) == [1_234]
    assert effects.delivered == (7,)


def test_a_command_under_way_is_not_sent_twice() -> None:
    device = scale()
    device.carry_out(row(7, "sc1", {"do": "tare"}), START_MS)
    assert device.carry_out(row(7, "sc1", {"do": "tare"}), START_MS).sends == ()


def test_a_refused_command_is_a_fault_of_its_row() -> None:
    device = scale()
    device.carry_out(row(7, "sc1", {"do": "tare"}), START_MS)
    (fault,) = lines(device, "T I").commands
    assert isinstance(fault, DeviceFault)
    assert (fault.fault, fault.outbox) == ("busy", 7)
    again = device.carry_out(row(7, "sc1", {"do": "tare"}), START_MS)
    assert (again.sends, again.commands) == ((), (fault,))


def test_silence_is_a_fault_of_the_row() -> None:
    device = scale()
    asked = device.carry_out(row(7, "sc1", {"do": "zero"}), START_MS)
    assert asked.wake_ms == START_MS + 5_000
    (fault,) = device.wake(asked.wake_ms).commands
    assert isinstance(fault, DeviceFault)
    assert (fault.fault, fault.outbox) == ("no_answer", 7)


def test_a_command_that_no_scale_knows_is_named() -> None:
    with pytest.raises(BadFrame, match=r"'fly'.*\$\.do"):
        scale().carry_out(row(7, "sc1", {"do": "fly"}), START_MS)
