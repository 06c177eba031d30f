"""Owns what becomes of devices.toml: drivers, and the wires to them. It opens nothing itself."""

import time
from functools import partial

from devices.driver import Driver, Send, load_driver
from devices.envelope import Online, Writer
from devices.settings import Devices
from devices.transports.bridged import BridgedLines
from devices.transports.lines import Line
from devices.transports.mqtt import MqttTransport, Presence
from devices.transports.routing import Wire, Wires
from devices.transports.serial import SerialChannel
from devices.transports.tcp import TcpChannel


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def drivers(devices: Devices, boot: str) -> list[Driver]:
    """A driver for each device; `boot` tells this start of the process from all others."""
    return [
        load_driver(each.driver, name=each.name, boot=boot, **each.settings)
        for each in devices.devices.values()
    ]


def silences(devices: Devices) -> dict[str, int]:
    """How long each device that speaks regularly may say nothing, in milliseconds."""
    return {each.name: each.silent_ms for each in devices.devices.values() if each.silent_ms}


def wires(devices: Devices, boot: str) -> Wires:
    """One wire for all addresses of the file."""
    by_address: dict[str, Wire] = {line.address: line for line in lines(devices)}
    if devices.broker is not None:
        topic = f"wh/v1/{devices.site}/host/{devices.broker.username or devices.broker.client}"
        mqtt = MqttTransport(devices.broker, presence(topic, boot))
        by_address["wh/"] = mqtt
        by_address["line/"] = BridgedLines(mqtt, boot, now_ms)
    return Wires(by_address)


def lines(devices: Devices) -> list[Line]:
    """The serial ports and sockets of this machine."""
    made = [
        Line(f"serial/{name}", str(port), partial(SerialChannel, port))
        for name, port in devices.serial.items()
    ]
    return made + [
        Line(f"tcp/{name}", str(peer), partial(TcpChannel, peer))
        for name, peer in devices.tcp.items()
    ]


def presence(branch: str, boot: str) -> Presence:
    """Makes the `conn` messages of who speaks for `branch`."""
    writer = Writer(f"{branch.rpartition('/')[2]}-{boot}"[:64])

    def conn(online: bool) -> Send:
        return Send(f"{branch}/conn", writer.write(Online(online=online), now_ms()))

    return conn
