"""Owns the words between carriers and the warehouse once a parcel has its label."""

from dataclasses import dataclass

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingReport:
    """`status` is one of ours, or "" for a word of the carrier that nobody has mapped yet."""

    status: str
    at_ms: int
    place: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingReported(Command[Done]):
    """What a carrier says of the parcel with this tracking number; a repeat adds nothing."""

    tracking: str
    carrier: str
    reports: tuple[TrackingReport, ...]
