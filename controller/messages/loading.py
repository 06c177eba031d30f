"""Owns the words of loading a vehicle from a lane in a planned sequence."""

from dataclasses import dataclass

from controller.messages.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceLane(Command["LaneSequenced"]):
    """The parcels of a lane by plate, as they are to be loaded; a new sequence replaces it."""

    lane: str
    parcels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneSequenced:
    parcels: int
    dropped: tuple[tuple[str, str], ...] = ()  # (plate, reason)
