"""Owns others' solvers and rules as peers: each gives a tour over the same distances.

A peer is a function from a square matrix, place 0 the depot, and seconds of CPU to a sequence of
stop indices. Refuses to be part of the product: LKH (in elkai) may be used for research alone.
"""

from collections.abc import Callable, Sequence

Matrix = list[list[int]]
Peer = Callable[[Matrix, float], Sequence[int]]

MISSING = "is missing: uv sync --group peers"
