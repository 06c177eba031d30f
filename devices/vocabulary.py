"""Owns the words of wh/v1: which messages there are, who says them, and what each is for."""

from dataclasses import dataclass
from typing import Final, Literal

from msgspec import Struct

from devices.chunks import Chunk, Received
from devices.conveyor import Jam, Running, Start
from devices.envelope import Online, Result
from devices.lights import Button, Light, ModuleState
from devices.sorter import Divert, Diverted, LaneFull, Scan

By = Literal["device", "host"]


@dataclass(frozen=True, slots=True)
class Word:
    channel: str
    name: str
    by: By
    kind: type[Struct]
    says: str

    @property
    def path(self) -> str:
        """The end of its topic."""
        return f"{self.channel}/{self.name}" if self.name else self.channel


WORDS: Final = (
    Word("conn", "", "device", Online, "The device is there; its will says that it is not."),
    Word("state", "", "device", Running, "Whether a conveyor section runs, and is armed."),
    Word("evt", "scan", "device", Scan, "A load unit was seen, and wants a decision in time."),
    Word("evt", "diverted", "device", Diverted, "Where a load unit really went."),
    Word("evt", "lane_full", "device", LaneFull, "A lane takes no more."),
    Word("evt", "jam", "device", Jam, "The belt stands, or runs again."),
    Word("evt", "button", "device", Button, "The button of a light was pressed."),
    Word("evt", "module", "device", ModuleState, "A light is dead, or works again."),
    Word("evt", "line", "device", Chunk, "Bytes that a gateway read from a line."),
    Word("cmd", "divert", "host", Divert, "Send a load unit to a lane."),
    Word("cmd", "start", "host", Start, "Let the section run; it refuses while it is not armed."),
    Word("cmd", "stop", "host", Start, "Let the section stand."),
    Word("cmd", "light", "host", Light, "A light shows so many units; 0: it is dark."),
    Word("cmd", "line", "host", Chunk, "Bytes that a gateway is to write to a line."),
    Word("cmd", "received", "host", Received, "How far the bytes of a line are worked off."),
    Word("res", "divert", "device", Result, "The divert is accepted, or why not."),
    Word("res", "light", "device", Result, "The light shows it, or which module is dead."),
    Word("res", "start", "device", Result, "The section starts, or why not."),
    Word("res", "stop", "device", Result, "The section stops, or why not."),
)
_BY_PATH: Final = {(word.channel, word.name): word for word in WORDS}


def kind_of(channel: str, name: str) -> type[Struct] | None:
    """The data of a message; None for a word that wh/v1 does not have."""
    word = _BY_PATH.get((channel, name))
    return word.kind if word else None
