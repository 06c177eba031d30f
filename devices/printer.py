"""Owns a label printer that speaks ZPL II: one label per outbox row, proven by `~HS` counters.

Printing is not idempotent. A job is sent once; the printer's counts of waiting formats and labels
prove that it came out; silence leaves it uncertain, and a person decides. It refuses to print
blindly again, and to send labels to a printer that is known to be silent.

Checklist: source ZPL II Programming Guide, ~HS | reconnect after silence the next job waits for
an answer to `~HS` | duplicate-safe a repeated row is answered from memory; rows are marked as
sent before they leave | tape tests/tapes/printer.jsonl | faults no_answer (may have printed),
offline (not sent), stuck, paper_out, paused, head_open, ribbon_out, buffer_full, bad_frame.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from msgspec import Struct

from controller.messages import Command, Event, LabelPrinted
from devices.driver import BadFrame, Effects, Ids, Recent, Send, read_job
from devices.frames import Frames
from devices.graphics import kept_label
from devices.label_marks import size_of
from devices.zpl import DPI, mark_label, pallet_label, parcel_label

QUERY: Final = b"~HS"


class PrintJob(Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an outbox row: a `label` to draw, with the fields of `label_marks.Label` or
    `Pallet`, or one that was `kept` as its carrier sent it. `marks` of dangerous goods come out as
    a label after it.
    """

    do: Literal["print"]
    label: dict[str, Any] = {}
    pallet: dict[str, Any] = {}
    marks: dict[str, Any] = {}
    form: str = ""
    kept: str = ""

    def zpl(self, size: str, dpi: int) -> str:
        """Raises: BadFrame."""
        label = self._label(size, dpi)
        return f"{label}\n{mark_label(self.marks, size, dpi)}" if self.marks else label

    def _label(self, size: str, dpi: int) -> str:
        if self.form:
            return kept_label(self.form, self.kept, size, dpi)
        if self.pallet:
            return pallet_label(self.pallet, size, dpi)
        return parcel_label(self.label, size, dpi)


@dataclass(slots=True)
class _Job:
    outbox: int
    zpl: bytes
    stuck_ms: int
    sent: bool = False
    asked: bool = False  # a query left after this job, so its answer counts the job


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What the first two strings of a `~HS` answer tell; `waiting` labels are not out yet."""

    waiting: int
    fault: str


def read_status(first: bytes, second: bytes) -> Status:
    """The status in two strings. Raises: BadFrame when they are not of a `~HS` answer."""
    one, two = first.split(b","), second.split(b",")
    if len(one) != 12 or len(two) != 11 or not b"".join(one + two).isdigit():
        raise BadFrame(f"no ~HS answer: {first[:60]!r} {second[:60]!r}")
    flags = (
        (one[1], "paper_out"),
        (two[2], "head_open"),
        (two[3], "ribbon_out"),
        (one[2], "paused"),
        (one[5], "buffer_full"),
    )
    fault = next((name for flag, name in flags if flag == b"1"), "")
    return Status(waiting=int(one[4]) + int(two[8]) + int(one[7]), fault=fault)


@dataclass(slots=True, kw_only=True)
class Printer:
    """`poll_ms` lies between two queries, `timeout_ms` is silence, `stuck_ms` a job's lifetime.

    `size` is that of its labels: 4x6in, 100x150mm, A6.
    """

    name: str
    address: str
    poll_ms: int = 500
    timeout_ms: int = 3_000
    stuck_ms: int = 60_000
    size: str = "4x6in"
    dpi: int = 203
    boot: str = "0"
    repeatable: bool = field(default=False, init=False)
    addresses: tuple[str, ...] = field(init=False)
    _frames: Frames = field(init=False)
    _ids: Ids = field(init=False)
    _jobs: deque[_Job] = field(default_factory=deque, init=False)
    _known: Recent[int, Effects] = field(default_factory=Recent, init=False)
    _asked_ms: int | None = field(default=None, init=False)  # a query is under way since then
    _poll_at_ms: int = field(default=0, init=False)
    _silent: bool = field(default=False, init=False)
    _quiet_at_ms: int = field(default=0, init=False)
    _fault: str = field(default="", init=False)
    _first: bytes = field(default=b"", init=False)

    def __post_init__(self) -> None:
        self.addresses = (self.address,)
        size_of(self.size)
        if self.dpi not in DPI:
            raise ValueError(f"dpi is one of {', '.join(map(str, DPI))}")
        self._frames = Frames(start=b"\x02", end=b"\x03", size_max=120)
        self._ids = Ids(self.name, self.boot)

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        known = self._known.get(event.id)
        if known is not None:
            return self._effects(known.commands)
        zpl = read_job(event.payload, PrintJob).zpl(self.size, self.dpi).encode()
        self._known.keep(event.id, Effects())
        self._jobs.append(_Job(event.id, zpl, now_ms + self.stuck_ms))
        return self._effects((), self._advance(now_ms))

    def heard(self, _address: str, payload: bytes, now_ms: int, /) -> Effects:
        commands: list[Command[Any]] = []
        sends: list[Send] = []
        for frame in self._frames.feed(payload):
            status = self._collect(frame, commands)
            if status:
                commands += self._judge(status, now_ms)
                sends += self._advance(now_ms)
        return self._effects(commands, sends)

    def connected(self, now_ms: int, /) -> Effects:
        self._frames.drop()
        self._first = b""
        return self.wake(now_ms)

    def wake(self, now_ms: int, /) -> Effects:
        commands: list[Command[Any]] = []
        if self._asked_ms is not None and now_ms - self._asked_ms >= self.timeout_ms:
            self._silent, self._asked_ms = True, None
            commands += [self._uncertain(job, "no_answer") for job in list(self._jobs)]
        commands += [self._uncertain(job, "stuck") for job in self._expired(now_ms)]
        return self._effects(commands, self._advance(now_ms))

    def _advance(self, now_ms: int) -> list[Send]:
        """Sends jobs while the printer is known to listen, and a query when it is time."""
        if self._silent and self._quiet_at_ms and self._quiet_at_ms <= now_ms:
            self._silent, self._quiet_at_ms = False, 0
        sends = []
        for job in self._jobs:
            if not job.sent and not self._silent:
                job.sent = True
                sends.append(Send(self.address, job.zpl))
        if self._must_ask(now_ms):
            self._asked_ms = now_ms
            for job in self._jobs:
                job.asked = job.sent
            sends.append(Send(self.address, QUERY))
        return sends

    def _must_ask(self, now_ms: int) -> bool:
        if not self._jobs or self._asked_ms is not None or self._quiet_at_ms:
            return False
        return self._poll_at_ms <= now_ms or not all(job.asked for job in self._jobs)

    def _collect(self, frame: bytes, commands: list[Command[Any]]) -> Status | None:
        """The three strings of an answer have 12, 11 and 2 fields."""
        fields = frame.count(b",") + 1
        if fields == 12:
            self._first = frame
        elif fields != 2:
            try:
                return read_status(self._first, frame)
            except BadFrame as wrong:
                commands.append(self._ids.fault(wrong.fault, str(wrong)))
        return None

    def _judge(self, status: Status, now_ms: int) -> list[Command[Any]]:
        """Jobs leave in order, so all but the last `waiting` of those asked about are out.

        After silence, answers to old queries may still be on the wire; they are let pass until
        the wire is quiet, since an old answer would count a new job as printed.
        """
        self._asked_ms = None
        self._poll_at_ms = now_ms + self.poll_ms
        if self._silent:
            self._quiet_at_ms = self._poll_at_ms
            return []
        asked = sum(job.asked for job in self._jobs)
        done = [self._printed(self._jobs.popleft()) for _ in range(asked - status.waiting)]
        return done + self._flagged(status.fault)

    def _flagged(self, fault: str) -> list[Command[Any]]:
        """A state of the printer is told once, with the job that waits for a person."""
        if fault == self._fault:
            return []
        self._fault = fault
        outbox = self._jobs[0].outbox if self._jobs else 0
        return [self._ids.fault(fault, outbox=outbox)] if fault else []

    def _printed(self, job: _Job) -> Command[Any]:
        done = LabelPrinted(
            id=self._ids.next(), actor=self.name, device=self.name, outbox=job.outbox
        )
        self._known.keep(job.outbox, Effects(commands=(done,)))
        return done

    def _expired(self, now_ms: int) -> list[_Job]:
        return [job for job in self._jobs if job.stuck_ms <= now_ms]

    def _uncertain(self, job: _Job, fault: str) -> Command[Any]:
        self._jobs.remove(job)
        if job.sent:
            detail = "the label may have come out or may still come; look before a reprint"
            command = self._ids.fault(fault, detail, job.outbox)
        else:
            command = self._ids.fault("offline", "not sent: the printer is silent", job.outbox)
        self._known.keep(job.outbox, Effects(commands=(command,)))
        return command

    def _effects(self, commands: Sequence[Command[Any]], sends: Sequence[Send] = ()) -> Effects:
        wakes = [job.stuck_ms for job in self._jobs]
        if self._asked_ms is not None:
            wakes.append(self._asked_ms + self.timeout_ms)
        elif self._jobs:
            wakes.append(self._poll_at_ms)
        return Effects(sends=tuple(sends), commands=tuple(commands), wake_ms=min(wakes, default=0))
