"""Owns devices.toml: the broker, the lines and the devices of a site, checked before use.

All of the file is looked at, and each problem names file, table, key and fix. It opens nothing and
refuses to guess: an unknown key is an error, since it is mostly a known one misspelt.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from inspect import Parameter, signature
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from devices.driver import BadFrame, driver_kind, driver_kinds
from devices.envelope import read_branch
from devices.transports.mqtt_connection import Broker
from devices.transports.mqtt_tls import context_of
from devices.transports.serial import Port
from devices.transports.tcp import Socket

K = TypeVar("K")

PASSWORD: Final = "PICKWRIGHT_BROKER_PASSWORD"
TABLES: Final = ("site", "broker", "serial", "tcp", "device")
GIVEN: Final = ("name", "boot")  # what a driver gets from us, not from the file
LINES: Final = ("serial", "tcp", "line")
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
TWICE: Final = re.compile(r"Cannot declare \('device', '(.*)'\) twice \(at line (\d+)")
WORDS: Final = {str: "text in quotes", int: "a whole number", bool: "true or false"}


class DevicesWrong(ValueError):
    """What is wrong with the file, one sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    name: str
    driver: str
    settings: Mapping[str, Any]
    silent_ms: int = 0  # it speaks at least this often; 0: nothing is expected of it

    @property
    def address(self) -> str:
        """Where it is: a topic branch on the broker, or the name of its line."""
        return str(self.settings.get("topic") or self.settings.get("address") or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """`branches` maps a line of this machine to the branch that a gateway carries it to."""

    site: str = "main"
    broker: Broker | None = None
    serial: Mapping[str, Port] = field(default_factory=dict)
    tcp: Mapping[str, Socket] = field(default_factory=dict)
    branches: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)


def read_devices(path: Path) -> Devices:
    """The devices of a site. Raises: DevicesWrong with every problem of the file."""
    try:
        text = path.read_text(encoding="utf-8")
        return _Reader(path, tomllib.loads(text)).read()
    except OSError as error:
        raise DevicesWrong([f"{path}: cannot be read: {error.strerror}"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DevicesWrong([f"{path}: {_toml_problem(str(error))}"]) from error


def _toml_problem(text: str) -> str:
    if found := TWICE.search(text):
        return f"line {found[2]}: two devices are named {found[1]!r}: give one another name"
    return f"is not TOML: {text}"


class _Reader:
    """Reads one file and remembers its problems."""

    def __init__(self, path: Path, tables: Mapping[str, Any]) -> None:
        self._path = path
        self._tables = tables
        self._problems: list[str] = []
        self._branches: dict[str, str] = {}

    def read(self) -> Devices:
        for name in self._tables:
            if name not in TABLES:
                self._problem(f"[{name}]", f"is no table of this file{_like(name, TABLES)}")
        site = self._tables.get("site", "main")
        if not isinstance(site, str) or not NAME.fullmatch(site):
            self._problem("site", "is a name of letters, digits, - and _, such as main")
        devices = Devices(
            site=str(site),
            broker=self._broker(),
            serial=self._lines("serial", Port),
            tcp=self._lines("tcp", Socket),
            branches=self._branches,
            devices={name: d for name, d in self._devices() if d is not None},
        )
        self._check_addresses(devices)
        if self._problems:
            raise DevicesWrong(self._problems)
        return devices

    def _broker(self) -> Broker | None:
        table = self._table("broker")
        if not table:
            return None
        settings = {"client": f"pickwright-{self._tables.get('site', 'main')}", **table}
        if "password" in table:
            fix = f"put it into a file named by password_file, or into the variable {PASSWORD}"
            self._problem("[broker] password", f"does not belong into this file: {fix}")
        settings["password"] = self._password(settings.pop("password_file", ""))
        for name in ("ca", "certificate", "key"):
            if name in settings:
                settings[name] = str(self._path.parent / str(settings[name]))
        broker = self._as(Broker, "[broker]", settings)
        if broker is not None:
            try:
                context_of(broker)
            except ValueError as wrong:
                self._problem("[broker]", str(wrong))
        return broker

    def _password(self, file: Any) -> str:
        if not file:
            return os.environ.get(PASSWORD, "")
        try:
            return (self._path.parent / str(file)).read_text(encoding="utf-8").strip()
        except OSError as error:
            self._problem("[broker] password_file", f"{file}: {error.strerror}")
            return ""

    def _lines(self, kind: str, shape: type[K]) -> dict[str, K]:
        lines = {}
        for name, table in self._table(kind).items():
            where = f"[{kind}.{name}]"
            if not isinstance(table, dict):
                self._problem(f"[{kind}] {name}", f"is a table of its own: write {where}")
                continue
            settings = dict(table)
            if branch := settings.pop("branch", ""):
                self._branches[f"{kind}/{name}"] = self._branch(f"{where} branch", branch)
            line = self._as(shape, where, settings)
            if line is not None:
                lines[name] = line
        return lines

    def _devices(self) -> list[tuple[str, Device | None]]:
        return [(name, self._device(name, each)) for name, each in self._table("device").items()]

    def _device(self, name: str, table: Any) -> Device | None:
        where = f"[device.{name}]"
        if not isinstance(table, dict):
            self._problem(f"[device] {name}", f"is a table of its own: write {where}")
            return None
        settings = dict(table)
        kind = settings.pop("driver", None)
        silent_ms = settings.pop("silent_ms", 0)
        if type(silent_ms) is not int or silent_ms < 0:
            self._problem(f"{where} silent_ms", f"must be milliseconds, not {silent_ms!r}")
        if not NAME.fullmatch(name):
            self._problem(where, "has letters, digits, - . and _ in its name only")
        if kind is None:
            self._problem(where, f"needs driver = one of {', '.join(driver_kinds())}")
            return None
        if kind not in driver_kinds():
            known = ", ".join(driver_kinds())
            self._problem(f"{where} driver", f"{kind!r} is not known; known drivers: {known}")
            return None
        self._check_settings(where, driver_kind(kind), settings)
        if topic := settings.get("topic"):
            self._branch(f"{where} topic", topic, name)
        return Device(name=name, driver=kind, settings=settings, silent_ms=silent_ms)

    def _check_settings(self, where: str, make: Any, settings: Mapping[str, Any]) -> None:
        known = {n: p for n, p in signature(make).parameters.items() if n not in GIVEN}
        for name, value in settings.items():
            if name not in known:
                self._problem(f"{where} {name}", f"is no setting of it{_like(name, known)}")
            elif (kind := known[name].annotation) in WORDS and type(value) is not kind:
                self._problem(f"{where} {name}", f"must be {WORDS[kind]}, not {value!r}")
        for name, parameter in known.items():
            if parameter.default is Parameter.empty and name not in settings:
                self._problem(where, f"needs {name} = ...")

    def _branch(self, where: str, branch: Any, device: str = "") -> str:
        try:
            named = read_branch(str(branch))
        except BadFrame as wrong:
            self._problem(where, str(wrong))
            return ""
        if device and named != device:
            self._problem(where, f"ends with the name of the device, {device!r}, not {named!r}")
        return str(branch)

    def _check_addresses(self, devices: Devices) -> None:
        seen: dict[str, str] = {}
        for device in devices.devices.values():
            where, address = f"[device.{device.name}]", device.address
            first = seen.setdefault(address, device.name)
            if first != device.name:
                self._problem(where, f"and [device.{first}] are both at {address!r}")
            kind, _, line = address.partition("/")
            if "topic" in device.settings or kind == "line":
                if devices.broker is None:
                    self._problem(where, "is reached over a broker: add [broker] with its host")
            elif kind not in LINES:
                fix = "serial/NAME, tcp/NAME, or line/SITE/AREA/DEVICE behind a gateway"
                self._problem(f"{where} address", f"{address!r} is none of {fix}")
            elif line not in (devices.serial if kind == "serial" else devices.tcp):
                fix = f"add [{kind}.{line}] with its {'port' if kind == 'serial' else 'host'}"
                self._problem(f"{where} address", f"there is no line {address!r}: {fix}")

    def _table(self, name: str) -> dict[str, Any]:
        table = self._tables.get(name, {})
        if not isinstance(table, dict):
            self._problem(name, f"is a table: write [{name}]")
            return {}
        return table

    def _as(self, shape: type[K], where: str, settings: Mapping[str, Any]) -> K | None:
        """The table as one of our settings, its problems noted."""
        known = {each.name: each for each in fields(shape)}  # type: ignore[arg-type]
        before = len(self._problems)
        for name in settings:
            if name not in known:
                self._problem(f"{where} {name}", f"is no setting of it{_like(name, known)}")
        for name, each in known.items():
            needed = each.default is MISSING and each.default_factory is MISSING
            if needed and name not in settings:
                self._problem(where, f"needs {name} = ...")
        if len(self._problems) > before:
            return None
        try:
            return msgspec.convert(dict(settings), shape)
        except msgspec.ValidationError as wrong:
            what, _, path = str(wrong).partition(" - at `$.")
            self._problem(f"{where} {path.rstrip('`')}".strip(), what)
            return None

    def _problem(self, where: str, what: str) -> None:
        self._problems.append(f"{self._path}: {where} {what}")


def _like(name: str, known: Any) -> str:
    """The nearest known name, or all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    return f": did you mean {near[0]}?" if near else f"; known are {', '.join(names)}"
