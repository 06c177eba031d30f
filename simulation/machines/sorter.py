"""Owns an emulated loop sorter on wh/v1: parcels ride, are read once a round, and are diverted.

Only points where something is decided are events: the scanner, and the diverter of a parcel's
lane. A divert must arrive before its parcel passes that diverter, else the parcel rides on. The
machine answers a repeated command from memory and refuses one that is late.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Final

from msgspec import Struct

from devices.driver import BadFrame, Recent
from devices.envelope import Envelope, Result, Writer
from devices.sorter import DIVERT, Divert, Diverted, Jam, LaneFull, Scan
from simulation.machines.machine import Effect, Emit, Heard, Physical, Wake, Woken
from simulation.streams import Chance

PPM: Final = 1_000_000
SCANNER: Final = ""  # the goal of a parcel without a lane
BELT: Final = ""  # stands for a tracking id where the point is the end of a jam


@dataclass(frozen=True, slots=True)
class Inducted:
    """A parcel is put on the belt at `bench`; `codes` are what its label shows to the scanner."""

    bench: str
    parcel: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaneEmptied:
    lane: str


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody takes a parcel out of a lane."""

    lane: str


@dataclass(frozen=True, slots=True)
class Jammed:
    """The belt stands for this long."""

    for_us: int
    where: str = ""


@dataclass(frozen=True, slots=True)
class Rebooted:
    """The machine starts again as session `boot`: targets, answers and tracking ids are lost."""

    boot: str


@dataclass(frozen=True, slots=True)
class Lane:
    at_mm: int
    capacity: int = 40


@dataclass(slots=True)
class _Rider:
    """A parcel on the belt; it goes to `goal`, a lane or the scanner, and is there at `due_us`."""

    tracking: str
    parcel: str
    codes: tuple[str, ...]
    due_us: int = 0
    seq: int = 0
    scanned_us: int = 0
    goal: str = SCANNER
    corr: str = ""


@dataclass(slots=True, kw_only=True)
class LoopSorter:
    """Positions are millimetres along the belt in the direction of travel, from any one origin."""

    name: str
    topic: str
    chance: Chance
    lanes: dict[str, Lane]
    benches: dict[str, int]
    scanner_mm: int = 0
    loop_mm: int = 120_000
    speed_mm_s: int = 1_500
    pitch_mm: int = 1_000
    no_read_ppm: int = 0
    misread_ppm: int = 0
    missed_ppm: int = 0
    boot: str = "0"
    faults: Counter[str] = field(default_factory=Counter)  # those that have happened
    addresses: tuple[str, ...] = field(init=False)
    in_lane: dict[str, int] = field(init=False)
    scans: int = field(default=0, init=False)
    ignored: int = field(default=0, init=False)  # commands that were not of wh/v1
    _writer: Writer = field(init=False)
    _riders: dict[str, _Rider] = field(default_factory=dict, init=False)
    _points: list[tuple[int, int, str]] = field(default_factory=list, init=False)
    _queue: deque[Inducted] = field(default_factory=deque, init=False)
    _answers: Recent[str, list[Emit]] = field(default_factory=Recent, init=False)
    _stopped_until_us: int = field(default=0, init=False)
    _wake_us: int = field(default=0, init=False)
    _seq: int = field(default=0, init=False)
    _count: int = field(default=0, init=False)
    _answer_us: int = field(init=False)
    _lane_us: dict[str, int] = field(init=False)
    _round_us: int = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = (f"{self.topic}/cmd/divert",)
        self.in_lane = dict.fromkeys(self.lanes, 0)
        self._writer = Writer(f"{self.name}-{self.boot}")
        self._round_us = self._travel_us(self.loop_mm)
        self._lane_us = {
            name: self._travel_us((lane.at_mm - self.scanner_mm) % self.loop_mm)
            for name, lane in self.lanes.items()
        }
        self._answer_us = min(self._lane_us.values())

    @property
    def riding(self) -> int:
        """How many parcels are on the belt, or wait to get on."""
        return len(self._riders) + len(self._queue)

    def handle(self, now_us: int, happening: object, /) -> tuple[Effect, ...]:
        effects: list[Effect] = []
        match happening:
            case Woken():
                self._reach_points(now_us, effects)
            case Heard(payload=payload):
                self._command(now_us, payload, effects)
            case Inducted():
                self._queue.append(happening)
                self._induct(now_us)
            case LaneEmptied(lane=lane):
                self.in_lane[lane] = 0
            case Taken(lane=lane):
                self.in_lane[lane] = max(0, self.in_lane[lane] - 1)
            case Rebooted(boot=boot):
                self._reboot(boot)
            case Jammed(for_us=for_us, where=where):
                self._jam(now_us, for_us)
                self._emit(now_us, "evt/jam", Jam(jammed=True, where=where), effects)
        self._ask_to_be_woken(now_us, effects)
        return tuple(effects)

    def _reach_points(self, now_us: int, effects: list[Effect]) -> None:
        while self._points and self._points[0][0] <= now_us:
            due_us, seq, tracking = heappop(self._points)
            rider = self._riders.get(tracking)
            if tracking == BELT and due_us == self._stopped_until_us:
                self._emit(now_us, "evt/jam", Jam(jammed=False), effects)
            elif rider and rider.seq == seq:
                self._arrive(now_us, rider, effects)

    def _arrive(self, now_us: int, rider: _Rider, effects: list[Effect]) -> None:
        if rider.goal == SCANNER:
            self._scan(now_us, rider, effects)
        elif self.in_lane[rider.goal] >= self.lanes[rider.goal].capacity:
            full = LaneFull(lane=rider.goal, tracking=rider.tracking)
            self._emit(now_us, "evt/lane_full", full, effects)
            self._ride_on(now_us, rider, effects)
        elif self.chance.below(PPM, f"diverts {rider.parcel}") < self.missed_ppm:
            self.faults["missed_divert"] += 1
            self._ride_on(now_us, rider, effects)
        else:
            self._divert(now_us, rider, effects)

    def _scan(self, now_us: int, rider: _Rider, effects: list[Effect]) -> None:
        self.scans += 1
        rider.scanned_us = now_us
        self._head_for(rider, SCANNER, now_us + self._round_us)
        data = Scan(codes=self._read(rider), tracking=rider.tracking)
        deadline_ms = (now_us + self._answer_us) // 1_000
        self._emit(now_us, "evt/scan", data, effects, deadline_ms=deadline_ms)

    def _read(self, rider: _Rider) -> tuple[str, ...]:
        """One draw per scan, so that runs with other error rates see the same chance."""
        codes, draw = rider.codes, self.chance.below(PPM, f"reads {rider.parcel}")
        if draw < self.no_read_ppm:
            self.faults["no_read"] += 1
            return ()
        if draw < self.no_read_ppm + self.misread_ppm:
            self.faults["misread"] += 1
            return tuple(_misread(code, draw) for code in codes)
        return codes

    def _divert(self, now_us: int, rider: _Rider, effects: list[Effect]) -> None:
        self.in_lane[rider.goal] += 1
        del self._riders[rider.tracking]
        effects.append(Physical("diverted", {"parcel": rider.parcel, "lane": rider.goal}))
        self._confirm(now_us, rider, rider.goal, effects)
        self._induct(now_us)

    def _ride_on(self, now_us: int, rider: _Rider, effects: list[Effect]) -> None:
        self._confirm(now_us, rider, "", effects)
        self._head_for(rider, SCANNER, rider.scanned_us + self._round_us)

    def _confirm(self, now_us: int, rider: _Rider, lane: str, effects: list[Effect]) -> None:
        data = Diverted(tracking=rider.tracking, lane=lane)
        self._answer(now_us, "evt/diverted", data, rider.corr, effects)
        rider.corr = ""

    def _command(self, now_us: int, payload: bytes, effects: list[Effect]) -> None:
        try:
            message = DIVERT.read(payload)
        except BadFrame:
            self.ignored += 1
            return
        known = self._answers.get(message.corr)
        if known:
            effects += known
            return
        reason = self._refusal(now_us, message)
        result = Result(ok=not reason, reason=reason)
        self._answer(now_us, "res/divert", result, message.corr, effects)
        if not reason:
            rider = self._riders[message.data.tracking]
            if rider.corr:  # another lane on the way: the first command has missed
                self._confirm(now_us, rider, "", effects)
            rider.corr = message.corr
            self._head_for(rider, message.data.lane, self._due_us(rider, message.data.lane))

    def _refusal(self, now_us: int, message: Envelope[Divert]) -> str:
        """Why the divert cannot be done any more; "" when it can."""
        rider = self._riders.get(message.data.tracking)
        if rider is None:
            return "unknown_tracking"
        if message.data.lane not in self.lanes:
            return "unknown_lane"
        if message.deadline and message.deadline * 1_000 < now_us:
            return "expired"
        return "too_late" if self._due_us(rider, message.data.lane) <= now_us else ""

    def _due_us(self, rider: _Rider, lane: str) -> int:
        return rider.scanned_us + self._lane_us[lane]

    def _induct(self, now_us: int) -> None:
        """A full belt lets no parcel on; those that wait get on in order."""
        while self._queue and len(self._riders) < self.loop_mm // self.pitch_mm:
            parcel = self._queue.popleft()
            rider = _Rider(self._new_tracking(), parcel.parcel, parcel.codes)
            self._riders[rider.tracking] = rider
            way_mm = (self.scanner_mm - self.benches[parcel.bench]) % self.loop_mm
            start_us = max(now_us, self._stopped_until_us)
            self._head_for(rider, SCANNER, start_us + self._travel_us(way_mm))

    def _jam(self, now_us: int, for_us: int) -> None:
        """All that rides comes later by the time that the belt stands."""
        until_us = now_us + for_us
        delay_us = until_us - max(now_us, self._stopped_until_us)
        if delay_us <= 0:
            return
        self._stopped_until_us = until_us
        self._points = []
        for rider in self._riders.values():
            rider.scanned_us += delay_us
            self._head_for(rider, rider.goal, rider.due_us + delay_us)
        self._seq += 1
        heappush(self._points, (until_us, self._seq, BELT))

    def _reboot(self, boot: str) -> None:
        self._writer, self._answers = Writer(f"{self.name}-{boot}"), Recent()
        riders, self._riders = self._riders, {}
        for rider in riders.values():
            rider.tracking, rider.corr = self._new_tracking(), ""
            self._riders[rider.tracking] = rider
            again_us = rider.due_us if rider.goal == SCANNER else rider.scanned_us + self._round_us
            self._head_for(rider, SCANNER, again_us)

    def _new_tracking(self) -> str:
        self._count += 1
        return f"{self._writer.session}.{self._count}"

    def _head_for(self, rider: _Rider, goal: str, due_us: int) -> None:
        self._seq += 1
        rider.goal, rider.due_us, rider.seq = goal, due_us, self._seq
        heappush(self._points, (due_us, self._seq, rider.tracking))

    def _travel_us(self, way_mm: int) -> int:
        return -(-way_mm * 1_000_000 // self.speed_mm_s)

    def _ask_to_be_woken(self, now_us: int, effects: list[Effect]) -> None:
        if not self._points:
            return
        next_us = self._points[0][0]
        if self._wake_us <= now_us or next_us < self._wake_us:
            self._wake_us = next_us
            effects.append(Wake(next_us, "belt"))

    def _answer(
        self, now_us: int, name: str, data: Struct, corr: str, effects: list[Effect]
    ) -> None:
        emit = self._emit(now_us, name, data, effects, corr=corr)
        if corr:
            self._answers.keep(corr, [*(self._answers.get(corr) or ()), emit])

    def _emit(
        self,
        now_us: int,
        name: str,
        data: Struct,
        effects: list[Effect],
        *,
        corr: str = "",
        deadline_ms: int = 0,
    ) -> Emit:
        payload = self._writer.write(data, now_us // 1_000, corr, deadline_ms)
        emit = Emit(f"{self.topic}/{name}", payload)
        effects.append(emit)
        return emit


def _misread(code: str, draw: int) -> str:
    """`code` with one digit replaced, as a dirty label makes it."""
    digits = [at for at, sign in enumerate(code) if sign.isdigit()]
    if not digits:
        return code
    at = digits[draw % len(digits)]
    return f"{code[:at]}{(int(code[at]) + 1 + draw % 9) % 10}{code[at + 1 :]}"
