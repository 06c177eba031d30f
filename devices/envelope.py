"""Owns the wh/v1 wire: its topics and the JSON envelope around every message of a device.

It refuses anything that is not exactly of the agreed form, and names the field that is wrong.
A topic reads `wh/v1/<site>/<area>/<device>/<channel>/<name>`; the level of the device is fixed
so that a broker can give each device credentials for its own branch only.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from controller.messages import DeviceFault
from devices.driver import BadFrame

D = TypeVar("D")

SIZE_MAX: Final = 4_096
CHANNELS: Final = ("evt", "cmd", "res", "conn", "state", "info")
NAMELESS: Final = ("conn", "state", "info")  # retained: the broker gives the last one to all

Count = Annotated[int, Meta(ge=0, le=2**53)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Text = Annotated[str, Meta(max_length=200)]
Corr = Annotated[str, Meta(max_length=64)]

_encode = msgspec.json.Encoder().encode


class Envelope(Struct, Generic[D], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message: `session` and `seq` number it, `corr` names the command that it answers.

    Units: `ts` and `deadline` are UTC epoch milliseconds; deadline 0 stands for none.
    """

    v: Literal[1]
    id: Name
    ts: Count
    session: Name
    seq: Count
    corr: Corr = ""
    deadline: Count = 0
    data: D

    def command_id(self, device: str) -> str:
        """The id of the command that this message becomes; the same for every redelivery."""
        return f"{device}/{self.session}/{self.seq}"


class Result(Struct, frozen=True, forbid_unknown_fields=True):
    """A device's immediate answer to a command, under `res`; `reason` says why not."""

    ok: bool
    reason: Text = ""


class Online(Struct, frozen=True, forbid_unknown_fields=True):
    """Presence of a device, retained under `conn`; the broker sends the will in its name."""

    online: bool


class Codec(Generic[D]):
    """Reads envelopes whose data are of one kind."""

    def __init__(self, kind: type[D]) -> None:
        shape: Any = Envelope[kind]  # type: ignore[valid-type]
        self._decode = msgspec.json.Decoder(shape).decode

    def read(self, payload: bytes) -> Envelope[D]:
        """The message in `payload`. Raises: BadFrame naming the field that is wrong."""
        if len(payload) > SIZE_MAX:
            raise BadFrame(f"message of {len(payload)} bytes; at most {SIZE_MAX} are allowed")
        try:
            message: Envelope[D] = self._decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise BadFrame(f"not a wh/v1 message: {wrong}") from wrong
        return message


RESULT: Final = Codec(Result)
ONLINE: Final = Codec(Online)


@dataclass(slots=True)
class Writer:
    """Numbers and writes the messages of one session of a device or of the host."""

    session: str
    _seq: int = field(default=0, init=False)

    def write(self, data: Struct, ts_ms: int, corr: str = "", deadline_ms: int = 0) -> bytes:
        self._seq += 1
        return _encode(
            Envelope(
                v=1,
                id=f"{self.session}-{self._seq}",
                ts=ts_ms,
                session=self.session,
                seq=self._seq,
                corr=corr,
                deadline=deadline_ms,
                data=data,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    site: str
    area: str
    device: str
    channel: str
    name: str = ""

    def __str__(self) -> str:
        tail = f"/{self.name}" if self.name else ""
        return f"wh/v1/{self.site}/{self.area}/{self.device}/{self.channel}{tail}"


def read_topic(address: str) -> Topic:
    """The parts of a topic. Raises: BadFrame naming the topic and the part that is wrong."""
    levels = address.split("/")
    if levels[:2] != ["wh", "v1"] or len(levels) not in (6, 7) or "" in levels:
        raise BadFrame(f"topic {address!r} is not wh/v1/<site>/<area>/<device>/<channel>/<name>")
    site, area, device, channel, *rest = levels[2:]
    if channel not in CHANNELS:
        raise BadFrame(f"topic {address!r}: channel {channel!r} is none of {', '.join(CHANNELS)}")
    if not rest and channel not in NAMELESS:
        raise BadFrame(f"topic {address!r} ends without the name of its {channel}")
    return Topic(site=site, area=area, device=device, channel=channel, name="".join(rest))


def read_branch(branch: str) -> str:
    """The device of a branch. Raises: BadFrame when it is none."""
    levels = branch.split("/")
    if levels[:2] != ["wh", "v1"] or len(levels) != 5 or not all(levels):
        raise BadFrame(f"{branch!r} is not wh/v1/<site>/<area>/<device>")
    if not {"+", "#"}.isdisjoint(branch):
        raise BadFrame(f"{branch!r} has a + or #: a branch is of one device")
    return levels[4]


def is_retained(address: str) -> bool:
    """Whether the broker is to keep the last message of this topic; commands never."""
    return address.startswith("wh/") and address.rpartition("/")[2] in NAMELESS


def outbox_of(message: Envelope[Any]) -> int:
    """The outbox row that `corr` names; 0 when the device acted on its own.

    Raises: BadFrame when `corr` is no number.
    """
    if message.corr and not (message.corr.isascii() and message.corr.isdigit()):
        raise BadFrame(f"not a wh/v1 message: corr {message.corr!r} is no outbox number")
    return int(message.corr or 0)


def fault_of(message: Envelope[Any], device: str, fault: str, detail: str) -> DeviceFault:
    """The fault that a device's own message reports, numbered by that message."""
    return DeviceFault(
        id=message.command_id(device),
        actor=device,
        device=device,
        fault=fault,
        detail=detail,
        outbox=outbox_of(message),
    )
