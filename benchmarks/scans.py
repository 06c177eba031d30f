"""Owns how fast a scan is understood, against a bare look at its text by a regular expression.

Both are measured in turn, and the fastest round of each counts: what else runs only slows.
"""

import re
import sys
from time import process_time
from timeit import timeit

from benchmarks import Figure, tell
from controller.barcodes import read

CODES = {
    "GTIN": "4006381333931",
    "place": "P-01-02L-1",
    "button": "CMD:UNDO",
    "GS1 with lot and expiry": "]C10109506000134352\x1d17261231\x1d10LOT7",
}
PLAIN = re.compile(r"(\d{8,14})|([A-Z0-9:-]+)")
CALLS, ROUNDS = 1_000, 15


def measure() -> list[Figure]:
    return [figure for name, raw in CODES.items() for figure in _of(name, raw)]


def _of(name: str, raw: str) -> tuple[Figure, Figure]:
    rounds = [
        (
            timeit(lambda: read(raw), timer=process_time, number=CALLS),
            timeit(lambda: PLAIN.match(raw), timer=process_time, number=CALLS),
        )
        for _ in range(ROUNDS)
    ]
    ours, bare = (min(each) for each in zip(*rounds, strict=True))
    least = 0.0 if raw.startswith("]") else 0.03
    return (
        Figure(
            name=f"scan of a {name}: expression / ours",
            value=bare / ours,
            unit="ratio",
            least=least,
        ),
        Figure(name=f"scan of a {name}: time", value=1e6 * ours / CALLS, unit="us"),
    )


if __name__ == "__main__":
    sys.exit(tell(measure()))
