"""Owns where compiled kernels are kept: beside their sources, in a folder named by all of these.

Any kernel may be built into any other of its folder, so code that was compiled from other sources
is never trusted. Refuses to load the compiler before somebody compiles.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path


@contextmanager
def kept_beside(sources: tuple[Path, ...]) -> Iterator[None]:
    """What is compiled herein is kept for later processes, unless numba is told another folder."""
    from numba import config

    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(_folder(sources))
    try:
        yield
    finally:
        config.CACHE_DIR = before


@cache
def _folder(sources: tuple[Path, ...]) -> Path:
    digest = sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    return sources[0].parent / "__pycache__" / f"kernels-{digest[:16]}"
