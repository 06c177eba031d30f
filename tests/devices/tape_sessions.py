"""Owns one recorded session per driver; `python -m` writes them to tests/tapes/."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from devices.conveyor import Running
from devices.driver import DeviceError, Driver, load_driver
from devices.envelope import Online, Result, Writer
from devices.lights import Button, ModuleState
from devices.sorter import Diverted, Jam, LaneFull, Scan
from devices.transports.tape import Recorder
from tests.devices.virtual_floor import START_MS, row

TAPES = Path(__file__).parents[1] / "tapes"
BRANCH = "wh/v1/main/out"
SETTINGS: dict[str, dict[str, str]] = {
    "conveyor": {"topic": f"{BRANCH}/conveyor"},
    "lights": {"topic": f"{BRANCH}/lights"},
    "printer": {"address": "tcp/printer"},
    "scale": {"address": "serial/scale", "place": "B1"},
    "scanner": {"address": "tcp/scanner", "framing": "stx_etx"},
    "sorter": {"topic": f"{BRANCH}/sorter"},
}
STATUS = (
    "\x02030,{out},0,1245,00{waiting},0,0,0,000,0,0,0\x03\r\n"
    "\x02000,0,0,0,1,2,6,0,00000000,1,000\x03\r\n"
)


def driver(kind: str) -> Driver:
    return load_driver(kind, name=kind, **SETTINGS[kind])


def conveyor(device: Driver) -> None:
    plc, base = Writer("plc"), f"{BRANCH}/conveyor"
    armed = Running(running=False, armed=True)
    device.heard(f"{base}/state", plc.write(armed, START_MS), START_MS)
    device.carry_out(row(1, "conveyor", {"do": "start"}, START_MS + 5_000), START_MS)
    device.wake(START_MS + 250)
    device.heard(f"{base}/res/start", plc.write(Result(ok=True), START_MS, "1"), START_MS + 300)
    device.heard(f"{base}/state", plc.write(Running(running=True), START_MS), START_MS + 310)
    device.heard(f"{base}/evt/jam", plc.write(Jam(jammed=True, where="curve"), START_MS), START_MS)
    device.carry_out(row(2, "conveyor", {"do": "stop"}), START_MS + 900)
    refused = plc.write(Result(ok=False, reason="jammed"), START_MS, "2")
    device.heard(f"{base}/res/stop", refused, START_MS + 950)
    device.heard(f"{base}/conn", plc.write(Online(online=False), START_MS), START_MS + 999)


def lights(device: Driver) -> None:
    rail, base = Writer("rail"), f"{BRANCH}/lights"
    job = {"do": "light", "module": "WALL-01-3", "units": 2}
    device.carry_out(row(1, "lights", job, START_MS + 10_000), START_MS)
    device.wake(START_MS + 250)
    device.heard(f"{base}/res/light", rail.write(Result(ok=True), START_MS, "1"), START_MS + 260)
    device.carry_out(row(1, "lights", job, START_MS + 10_000), START_MS + 300)
    pressed = rail.write(Button("WALL-01-3"), START_MS)
    device.heard(f"{base}/evt/button", pressed, START_MS + 900)
    device.heard(f"{base}/evt/button", pressed, START_MS + 910)
    device.carry_out(row(2, "lights", job | {"units": 0}, START_MS + 10_000), START_MS + 920)
    dead = rail.write(Result(ok=False, reason="WALL-01-3"), START_MS, "2")
    device.heard(f"{base}/res/light", dead, START_MS + 930)
    for gone in (True, False):
        said = rail.write(ModuleState("WALL-01-4", gone), START_MS)
        device.heard(f"{base}/evt/module", said, START_MS + 940)
    device.heard(f"{base}/conn", rail.write(Online(online=False), START_MS), START_MS + 999)
    device.carry_out(row(3, "lights", job, START_MS + 10_000), START_MS + 20_000)
    device.heard(f"{base}/evt/button", pressed.replace(b"module", b"modul"), START_MS + 20_001)


def printer(device: Driver) -> None:
    for number in (1, 2):
        label = {"to": ["Ada ^XZ", "1 Loop~Road"], "parcel": f"P{number}", "mass_g": 500}
        device.carry_out(row(number, "printer", {"do": "print", "label": label}), START_MS)
    one_left = STATUS.format(out=0, waiting=1).encode()
    device.heard("tcp/printer", one_left[:20], START_MS + 10)
    device.heard("tcp/printer", one_left[20:], START_MS + 20)
    device.heard("tcp/printer", STATUS.format(out=1, waiting=1).encode(), START_MS + 30)
    device.wake(START_MS + 530)
    device.wake(START_MS + 3_530)
    device.carry_out(row(2, "printer", {"do": "print", "label": {"to": ["x"]}}), START_MS + 4_000)


def scale(device: Driver) -> None:
    device.wake(START_MS)
    chunks = [b"S S     0.0000 kg\r\nS D     0.6", b"000 kg\r\nS S     1.2340 kg\r\n", b"S +\r\n"]
    for nth, chunk in enumerate([*chunks, b"S S     1.2340 kg\r\nnoise\r\n"]):
        device.heard("serial/scale", chunk, START_MS + nth)
    device.carry_out(row(1, "scale", {"do": "tare"}), START_MS + 100)
    device.heard("serial/scale", b"T S     1.2340 kg\r\n", START_MS + 150)
    device.carry_out(row(2, "scale", {"do": "weigh"}), START_MS + 200)
    device.wake(START_MS + 5_200)


def scanner(device: Driver) -> None:
    two = b"34161094015902\x03\r\n\x02]C0A;]C0B\x03"
    reads = [b"\x02]C1003404", two, b"\x02NOREAD\x03", b"\x02\x00\x03"]
    for nth, read in enumerate(reads):
        device.heard("tcp/scanner", read, START_MS + 1_000 * nth)


def sorter(device: Driver) -> None:
    plc, base = Writer("plc"), f"{BRANCH}/sorter"
    scan = plc.write(Scan(codes=("P1",), tracking="t1"), START_MS, "", START_MS + 900)
    device.heard(f"{base}/evt/scan", scan, START_MS)
    job = {"do": "divert", "tracking": "t1", "lane": "L1"}
    device.carry_out(row(1, "sorter", job, START_MS + 900), START_MS + 1)
    device.wake(START_MS + 251)
    device.heard(f"{base}/res/divert", plc.write(Result(ok=True), START_MS, "1"), START_MS + 260)
    full = plc.write(LaneFull(lane="L1", tracking="t1"), START_MS)
    device.heard(f"{base}/evt/lane_full", full, START_MS + 800)
    missed = plc.write(Diverted(tracking="t1", lane=""), START_MS, "1")
    device.heard(f"{base}/evt/diverted", missed, START_MS + 801)
    device.carry_out(row(1, "sorter", job, START_MS + 900), START_MS + 850)
    device.carry_out(row(2, "sorter", job, START_MS + 900), START_MS + 950)
    device.heard(f"{base}/evt/scan", scan.replace(b"tracking", b"trucking"), START_MS + 960)


SESSIONS: dict[str, Callable[[Driver], None]] = {
    "conveyor": conveyor,
    "lights": lights,
    "printer": printer,
    "scale": scale,
    "scanner": scanner,
    "sorter": sorter,
}


def record(kind: str) -> list[str]:
    lines: list[str] = []
    with suppress(DeviceError):  # a session may end with a message that is refused
        SESSIONS[kind](Recorder(driver(kind), lines.append))
    return lines


if __name__ == "__main__":
    TAPES.mkdir(exist_ok=True)
    for each in SESSIONS:
        (TAPES / f"{each}.jsonl").write_text("".join(record(each)))
