"""Owns how bytes of a line cross a broker: numbered, so that a loss is never read as a frame.

A chunk says at which byte of its session's stream it begins, and from which byte on its sender
still has them. What comes twice is dropped; before bytes that are still to come again, what is
behind them waits; and where bytes are gone for good one NUL stands, which no protocol of a device
accepts within a frame. It refuses chunks of a session that a later one has replaced.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from devices.driver import BadFrame, Recent
from devices.envelope import SIZE_MAX, Codec, Corr, Count, Envelope, Writer

CHUNK_MAX: Final = 2_600  # in base64 and with its envelope a chunk is no larger than a message
LOST: Final = b"\x00"


class Chunk(Struct, frozen=True, forbid_unknown_fields=True):
    """`bytes` are base64 in JSON; `at` is the number of bytes before them in this session.

    The sender has all from `kept` on and sends it again when asked; None: it keeps nothing.
    `lost`: right before `kept` bytes were lost of which no receiver knows yet.
    """

    at: Count
    bytes: bytes
    kept: Count | None = None
    lost: bool = False


class Received(Struct, frozen=True, forbid_unknown_fields=True):
    """All before byte `at` of `session` has been worked off; `again`: the rest is to come again.

    A receiver that has met no session yet names none.
    """

    session: Corr
    at: Count
    again: bool


CHUNK: Final = Codec(Chunk)
RECEIVED: Final = Codec(Received)


@dataclass(slots=True)
class Cutter:
    """Makes the messages of a stream that nobody keeps; a chunk too large is refused whole."""

    writer: Writer
    _at: int = field(default=0, init=False)

    def write(self, payload: bytes, now_ms: int, deadline_ms: int = 0) -> bytes:
        """Raises: BadFrame for more than fits into one message."""
        chunk = Chunk(at=self._at, bytes=payload)
        self._at += len(payload)
        message = self.writer.write(chunk, now_ms, deadline_ms=deadline_ms)
        if len(message) > SIZE_MAX:
            raise BadFrame(f"{len(payload)} bytes at once; a broker line takes {CHUNK_MAX}")
        return message


@dataclass(slots=True)
class Backlog:
    """A stream that is kept until it is received: at most `most` chunks, none older than `for_s`.

    `lost_bytes` counts what was given up, the oldest first. Units: `clock_s` is of a steady clock.
    """

    writer: Writer
    most: int
    for_s: float
    lost_bytes: int = field(default=0, init=False)
    _kept: deque[tuple[float, int, bytes]] = field(default_factory=deque, init=False)
    _end: int = field(default=0, init=False)
    _sent: int = field(default=0, init=False)  # how many of `_kept` are on their way
    _lost: bool = field(default=False, init=False)
    _told: bool = field(default=False, init=False)

    def add(self, payload: bytes, clock_s: float) -> None:
        for start in range(0, len(payload), CHUNK_MAX):
            part = payload[start : start + CHUNK_MAX]
            self._kept.append((clock_s, self._end, part))
            self._end += len(part)

    def received(self, word: Received) -> None:
        """Forgets what was worked off; the rest goes out again when it is asked for."""
        if word.session == self.writer.session:
            while self._kept and self._kept[0][1] + len(self._kept[0][2]) <= word.at:
                self._drop()
            self._lost = self._lost and word.at < self._begin
        if word.again:
            self.again()

    def again(self) -> None:
        self._sent, self._told = 0, False

    def message(self, clock_s: float, now_ms: int) -> bytes | None:
        """What is to be sent next; after it was, `sent` is called. None: all is on its way."""
        self._give_up(clock_s)
        if self._sent < len(self._kept):
            _, at, part = self._kept[self._sent]
        elif self._lost and not self._told:
            at, part = self._end, b""  # nothing is left but the word that something is missing
        else:
            return None
        chunk = Chunk(at=at, bytes=part, kept=self._begin, lost=self._lost)
        return self.writer.write(chunk, now_ms)

    def sent(self) -> None:
        self._sent = min(self._sent + 1, len(self._kept))
        self._told = self._lost

    @property
    def _begin(self) -> int:
        return self._kept[0][1] if self._kept else self._end

    def _give_up(self, clock_s: float) -> None:
        oldest_s = clock_s - self.for_s
        while self._kept and (len(self._kept) > self.most or self._kept[0][0] < oldest_s):
            self.lost_bytes += len(self._kept[0][2])
            self._lost, self._told = True, False
            self._drop()

    def _drop(self) -> None:
        self._kept.popleft()
        self._sent = max(0, self._sent - 1)


@dataclass(slots=True)
class Joiner:
    """Puts one stream together again; `missing` after a chunk that came before its turn."""

    session: str = field(default="", init=False)
    at: int = field(default=0, init=False)
    missing: bool = field(default=False, init=False)
    _past: Recent[str, bool] = field(default_factory=lambda: Recent(64), init=False)

    def take(self, message: Envelope[Chunk]) -> bytes:
        """The bytes that are new; b"" for a repeat, and LOST in front where some are gone."""
        chunk = message.data
        begin = chunk.at if chunk.kept is None else chunk.kept
        new = message.session != self.session
        if new and self._past.get(message.session):
            self.missing = False
            return b""
        gone = begin > self.at and (chunk.lost or chunk.kept is None)
        if new:
            gone = chunk.lost or bool(self.session)
            self._past.keep(self.session, True)
            self.session, self.at = message.session, begin
        self.at = max(self.at, begin)
        known = self.at - chunk.at
        self.missing = known < 0
        part = chunk.bytes[known:] if known >= 0 else b""
        self.at += len(part)
        return LOST + part if gone else part
