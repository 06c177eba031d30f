"""Owns tapes: every call of a driver and what it answered, as JSON lines, to be played again.

A tape is cut at the driver's own seam, so it holds the times and the outbox rows as well as the
bytes, and playing it needs no device, no clock and no controller. It refuses to judge: `replay`
returns the first line that differs.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from controller.messages import Event
from devices.driver import DeviceError, Driver, Effects

Line = dict[str, Any]


class Recorder:
    """A driver that does what the one inside does, and writes one line per call."""

    def __init__(self, driver: Driver, write: Callable[[str], object]) -> None:
        self.name = driver.name
        self.addresses = driver.addresses
        self.repeatable = driver.repeatable
        self._driver = driver
        self._write = write

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        line = {"call": "carry_out", "now_ms": now_ms, "event": msgspec.to_builtins(event)}
        return self._noted(line, lambda: self._driver.carry_out(event, now_ms))

    def heard(self, address: str, payload: bytes, now_ms: int, /) -> Effects:
        text = payload.decode("latin-1")
        line = {"call": "heard", "now_ms": now_ms, "address": address, "payload": text}
        return self._noted(line, lambda: self._driver.heard(address, payload, now_ms))

    def connected(self, now_ms: int, /) -> Effects:
        line = {"call": "connected", "now_ms": now_ms}
        return self._noted(line, lambda: self._driver.connected(now_ms))

    def wake(self, now_ms: int, /) -> Effects:
        line = {"call": "wake", "now_ms": now_ms}
        return self._noted(line, lambda: self._driver.wake(now_ms))

    def _noted(self, line: Line, act: Callable[[], Effects]) -> Effects:
        try:
            effects = act()
        except DeviceError as error:
            self._put(line | {"raised": [error.fault, str(error)]})
            raise
        self._put(line | {"effects": _plain(effects)})
        return effects

    def _put(self, line: Line) -> None:
        self._write(json.dumps(line, ensure_ascii=True, separators=(",", ":")) + "\n")


def replay(driver: Driver, tape: Iterable[str]) -> str:
    """The first line on which `driver` does something else than the tape says; "" for none."""
    played: list[str] = []
    recorder = Recorder(driver, played.append)
    for number, (text, line) in enumerate(_lines(tape), start=1):
        with suppress(DeviceError):  # the recorder has written it
            _call(recorder, line)
        if played[-1] != text:
            return f"line {number}: tape {text.strip()} differs from {played[-1].strip()}"
    return ""


def _call(driver: Driver, line: Line) -> None:
    now_ms = line["now_ms"]
    match line["call"]:
        case "carry_out":
            driver.carry_out(msgspec.convert(line["event"], Event), now_ms)
        case "heard":
            driver.heard(line["address"], line["payload"].encode("latin-1"), now_ms)
        case "connected":
            driver.connected(now_ms)
        case "wake":
            driver.wake(now_ms)
        case other:
            raise ValueError(
                f"tape has a call {other!r}; known are carry_out, heard, connected, wake"
            )


def _lines(tape: Iterable[str]) -> Iterator[tuple[str, Line]]:
    return ((text, json.loads(text)) for text in tape if text.strip())


def _plain(effects: Effects) -> Line:
    return {
        "sends": [[send.address, send.payload.decode("latin-1")] for send in effects.sends],
        "commands": [
            {"is": type(command).__name__, **msgspec.to_builtins(command)}
            for command in effects.commands
        ],
        "delivered": list(effects.delivered),
        "wake_ms": effects.wake_ms,
    }
