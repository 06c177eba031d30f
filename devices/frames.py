"""Owns the cutting of a byte stream into frames: chunks come split, doubled or garbled.

It refuses to look inside a frame.
"""

from dataclasses import dataclass, field
from typing import Final

SPOILED: Final = b"\x00"  # no device has it in a frame


@dataclass(slots=True, kw_only=True)
class Frames:
    """A frame lies between `start` (may be empty) and `end`.

    `garbage` counts the bytes that the last `feed` threw away: noise before a start, and a
    frame that grew past `size_max`.
    """

    start: bytes = b""
    end: bytes
    size_max: int = 512
    garbage: int = field(default=0, init=False)
    _rest: bytes = field(default=b"", init=False)

    def feed(self, chunk: bytes) -> list[bytes]:
        """The frames that are complete now, without their start and end."""
        self.garbage = 0
        *whole, self._rest = (self._rest + chunk).split(self.end)
        if len(self._rest) > self.size_max:
            self.garbage += len(self._rest)
            self._rest = b""
        return [frame for each in whole if (frame := self._inside(each)) is not None]

    def drop(self) -> None:
        """Spoils a frame that was begun: its end may still come, and is no frame of its own."""
        self._rest = self._rest and SPOILED

    def _inside(self, piece: bytes) -> bytes | None:
        before, found, frame = piece.rpartition(self.start) if self.start else (b"", b"x", piece)
        if not found or len(frame) > self.size_max:
            self.garbage += len(piece)
            return None
        self.garbage += len(before.strip())
        return frame
