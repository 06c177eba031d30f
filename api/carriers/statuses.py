"""Owns a carrier's words for what happens to a parcel, and ours for them.

It refuses to guess: a word that nobody has mapped is passed on as unknown.
"""

from collections.abc import Mapping

from controller.messages import TrackingReport
from controller.workflows.carriers.tracking import STATUSES


class Statuses:
    """Theirs to ours; what is ours already needs no line in the file."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        self._ours = {status.casefold(): status for status in STATUSES}
        self._ours |= {word.strip().casefold(): status for word, status in theirs.items()}

    def report(self, *, code: str, at_ms: int, place: str = "", words: str = "") -> TrackingReport:
        status = self._ours.get(code.strip().casefold(), "")
        said = words if status else f"{code} {words}".strip()
        return TrackingReport(status=status, at_ms=at_ms, place=place, words=said or code)


def wrong(theirs: Mapping[str, str]) -> list[str]:
    """The lines of a status table that lead nowhere, as sentences."""
    return [
        f"{word} = {status!r}: is none of {', '.join(STATUSES)}"
        for word, status in theirs.items()
        if status not in STATUSES
    ]
