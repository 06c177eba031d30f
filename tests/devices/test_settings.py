"""devices.toml: what it makes, and what it says about each mistake."""

from pathlib import Path

import pytest

from devices.scale import Scale
from devices.settings import Devices, DevicesWrong, read_devices
from devices.sorter import Sorter
from devices.wiring import drivers, silences, wires

GOOD = """
site = "main"
[broker]
host = "10.0.0.5"
username = "pickwright"
password_file = "secret"
[serial.scale-b1]
port = "/dev/ttyUSB0"
baud = 19200
parity = "even"
[tcp.printer-b1]
host = "10.0.0.31"
[device.sorter-01]
driver = "sorter"
topic = "wh/v1/main/outbound/sorter-01"
[device.scale-b1]
driver = "scale"
address = "serial/scale-b1"
place = "B1"
[device.printer-b1]
driver = "printer"
address = "tcp/printer-b1"
[device.scanner-07]
driver = "scanner"
address = "line/main/belt/scanner-07"
"""


def read(folder: Path, text: str) -> Devices:
    (folder / "secret").write_text("word\n")
    path = folder / "devices.toml"
    path.write_text(text)
    return read_devices(path)


def test_a_device_that_speaks_regularly_says_how_long_it_may_be_silent(tmp_path: Path) -> None:
    place = 'place = "B1"\n'
    devices = read(tmp_path, GOOD.replace(place, f"{place}silent_ms = 5000\n"))
    assert silences(devices) == {"scale-b1": 5_000}
    with pytest.raises(DevicesWrong, match=r"silent_ms must be milliseconds, not '5 s'"):
        read(tmp_path, GOOD.replace(place, f'{place}silent_ms = "5 s"\n'))


def test_a_file_becomes_drivers_and_wires(tmp_path: Path) -> None:
    devices = read(tmp_path, GOOD)
    assert devices.broker is not None
    assert (devices.broker.password, devices.broker.client) == ("word", "pickwright-main")
    made = {driver.name: driver for driver in drivers(devices, "boot")}
    assert isinstance(made["sorter-01"], Sorter)
    assert isinstance(made["scale-b1"], Scale)
    wire = wires(devices, "boot")
    for driver in made.values():
        for address in driver.addresses:
            wire.listen(address, lambda *_: None)
    assert len(wire.all) == 4


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ('driver = "sorter"', 'driver = "sortr"'),
            "'sortr' is not known; known drivers: conveyor, lights, printer",
        ),
        (('place = "B1"', 'plaze = "B1"'), "plaze is no setting of it: did you mean place?"),
        (('place = "B1"', ""), "[device.scale-b1] needs place = ..."),
        (('place = "B1"', "place = 1"), "[device.scale-b1] place must be text in quotes, not 1"),
        (('port = "/dev/ttyUSB0"', ""), "[serial.scale-b1] needs port = ..."),
        (('"even"', '"sometimes"'), "[serial.scale-b1] parity Invalid enum value 'sometimes'"),
        (("baud = 19200", 'baud = "fast"'), "[serial.scale-b1] baud Expected `int`, got `str`"),
        (("tcp/printer-b1", "tcp/printer-b9"), "add [tcp.printer-b9] with its host"),
        (("tcp/printer-b1", "usb/printer"), "is none of serial/NAME, tcp/NAME, or line/"),
        (("tcp/printer-b1", "serial/scale-b1"), "are both at 'serial/scale-b1'"),
        (("outbound/sorter-01", "outbound"), "is not wh/v1/<site>/<area>/<device>"),
        (("outbound/sorter-01", "outbound/sorter-2"), "ends with the name of the device, 's"),
        (("[tcp.", "[tpc."), "[tpc] is no table of this file: did you mean tcp?"),
        (("[device.printer-b1]", "[device.scale-b1]"), "two devices are named 'scale-b1'"),
        (('password_file = "secret"', 'password = "word"'), "[broker] password does not belong"),
        (('"secret"', '"secrets"'), "[broker] password_file secrets: No such file or directory"),
        (("[broker]", "[broker"), "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_fix(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    with pytest.raises(DevicesWrong) as caught:
        read(tmp_path, GOOD.replace(*change, 1))
    assert problem in str(caught.value)
    assert all("devices.toml: " in each for each in caught.value.problems)


def test_a_device_on_a_topic_needs_a_broker(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[broker]")] + GOOD[GOOD.index("[serial") :]
    with pytest.raises(DevicesWrong, match=r"add \[broker\] with its host"):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DevicesWrong, match=r"none.toml: cannot be read: No such file"):
        read_devices(tmp_path / "none.toml")
