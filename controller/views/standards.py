"""Owns what one unit of work takes on this floor: learned from movements, by job.

The time between two movements of one person at one job is work, unless it is a pause. Each hour
of a person is one sample; the median of all samples counts, drawn to the usual time while they
are few. It tells nothing of single people.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from types import MappingProxyType
from typing import Any

from controller.store import Db
from controller.units import HOUR, MINUTE

PAUSE_MS = 10 * MINUTE
SAMPLE_MIN = 5  # movements in an hour that make a sample
DOUBT = 100  # the usual time weighs as much as so many movements

USUAL_MS: Mapping[str, int] = MappingProxyType(
    {
        "picking": 40_000,
        "packing": 30_000,
        "loading": 10_000,
        "receiving": 45_000,
        "putting_away": 60_000,
        "replenishing": 90_000,
        "returning": 60_000,
    }
)
_JOB_OF = {
    "pick": "picking",
    "pack": "packing",
    "ship": "loading",
    "receive": "receiving",
    "putaway": "putting_away",
    "put_back": "putting_away",
    "replenish": "replenishing",
    "return": "returning",
}
_MOVED = (
    "SELECT actor, cause, recorded_ms FROM movement WHERE recorded_ms >= :since "
    "AND reverses_id = 0 AND actor <> '' ORDER BY actor, id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The time of one unit of a job, and how many movements it was learned from; 0: none."""

    job: str
    unit_ms: int
    usual_ms: int
    learned_from: int


def standards(db: Db, since_ms: int) -> tuple[Standard, ...]:
    """The time of one unit (a line moved) for every job."""
    samples: dict[str, list[float]] = defaultdict(list)
    seen: dict[str, int] = defaultdict(int)
    rows = [row for row in db.all(_MOVED, since=since_ms) if row.cause in _JOB_OF]
    for _, hour in groupby(rows, key=lambda row: (row.actor, row.recorded_ms // HOUR)):
        for job, gaps in _gaps(list(hour)).items():
            seen[job] += len(gaps)
            if len(gaps) >= SAMPLE_MIN:
                samples[job].append(sum(gaps) / len(gaps))
    return tuple(_standard(job, samples[job], seen[job]) for job in USUAL_MS)


def _gaps(rows: list[Any]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for job, gap_ms in _worked(rows):
        found[job].append(gap_ms)
    return found


def _worked(rows: list[Any]) -> Iterator[tuple[str, int]]:
    for before, after in pairwise(rows):
        gap_ms = after.recorded_ms - before.recorded_ms
        if _JOB_OF[before.cause] == _JOB_OF[after.cause] and gap_ms <= PAUSE_MS:
            yield _JOB_OF[after.cause], gap_ms


def _standard(job: str, samples: list[float], seen: int) -> Standard:
    usual_ms = USUAL_MS[job]
    learned = seen if samples else 0
    middle = median(samples) if samples else 0.0
    unit_ms = round((learned * middle + DOUBT * usual_ms) / (learned + DOUBT))
    return Standard(job=job, unit_ms=max(1_000, unit_ms), usual_ms=usual_ms, learned_from=learned)
