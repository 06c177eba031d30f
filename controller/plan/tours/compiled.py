"""Owns how kernels are compiled: once for each installation, kept on disk beside the sources.

Refuses to trust code compiled from other sources: the folder of what is kept is named by all
kernels of this package together, because each may be built into any other.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

from numba import config, njit

P = ParamSpec("P")
T = TypeVar("T")

_HERE = Path(__file__).parent
_SOURCES = sha256(b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py"))))
_KEPT = _HERE / "__pycache__" / f"kernels-{_SOURCES.hexdigest()[:16]}"


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled at its first call; `py_func` of it is the plain one."""
    return _kernel(function, forceinline=False)


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """The function compiled into those that call it: a small one with many arrays to pass."""
    return _kernel(function, forceinline=True)


def _kernel(function: Callable[P, T], **options: bool) -> Callable[P, T]:
    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(_KEPT)
    try:
        made = njit(cache=True, nogil=True, error_model="numpy", **options)
        kernel: Callable[P, T] = made(function)
    finally:
        config.CACHE_DIR = before
    return kernel
