"""Owns how kernels are compiled and kept: beside their sources, in a folder named by all of these.

Any kernel may be built into any other of its folder, so code that was compiled from other sources
is never trusted. Refuses to load the compiler before somebody compiles.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def kernel(function: Callable[P, T], **options: object) -> Callable[P, T]:
    """The function, compiled at its first call; `py_func` of it is the plain one.

    It is kept by the sources of its folder, and compiled anew when one of these changes.
    """
    from numba import njit

    with kept_beside(_beside(Path(function.__code__.co_filename).parent)):
        made: Callable[P, T] = njit(cache=True, nogil=True, error_model="numpy", **options)(
            function
        )
    return made


@cache
def _beside(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.py")))


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
