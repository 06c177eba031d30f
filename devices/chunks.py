"""Owns how bytes of a line cross a broker: numbered, so that a loss is never read as a frame.

A chunk says at which byte of its session's stream it begins. What comes twice is dropped, and
where bytes are missing one NUL stands, which no protocol of a device accepts within a frame. It
refuses chunks of a session that a later one has replaced.
"""

from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from devices.driver import BadFrame, Recent
from devices.envelope import SIZE_MAX, Codec, Count, Envelope, Writer

CHUNK_MAX: Final = 2_600  # in base64 and with its envelope a chunk is no larger than a message
LOST: Final = b"\x00"


class Chunk(Struct, frozen=True, forbid_unknown_fields=True):
    """`bytes` are base64 in JSON; `at` is the number of bytes before them in this session."""

    at: Count
    bytes: bytes


CHUNK: Final = Codec(Chunk)


@dataclass(slots=True)
class Cutter:
    """Makes the messages of one stream; a chunk too large is refused, since its half is worse."""

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
class Joiner:
    """Puts one stream together again."""

    _session: str = field(default="", init=False)
    _at: int = field(default=0, init=False)
    _past: Recent[str, bool] = field(default_factory=lambda: Recent(64), init=False)

    def take(self, message: Envelope[Chunk]) -> bytes:
        """The bytes that are new; b"" for a repeat, and LOST in front where some are missing."""
        chunk = message.data
        if message.session != self._session:
            if self._past.get(message.session):
                return b""
            first = not self._session
            self._past.keep(self._session, True)
            self._session, self._at = message.session, chunk.at + len(chunk.bytes)
            return chunk.bytes if first else LOST + chunk.bytes
        known = self._at - chunk.at
        if known >= len(chunk.bytes):
            return b""
        self._at = chunk.at + len(chunk.bytes)
        return chunk.bytes[known:] if known >= 0 else LOST + chunk.bytes
