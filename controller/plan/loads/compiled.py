"""Owns how the kernels of this folder are compiled: kept on disk, named by all of them together.

Inner ones are called by kernels only, and are compiled without a way in from elsewhere, which is
half of the work. Refuses to trust code compiled from other sources.
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
    """The function, compiled at its first call."""
    return _kernel(function, inner=False)


def inner(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled for those that call it: never called but by kernels."""
    return _kernel(function, inner=True)


def _kernel(function: Callable[P, T], *, inner: bool) -> Callable[P, T]:
    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(_KEPT)
    try:
        made = njit(
            cache=True,
            nogil=True,
            error_model="numpy",
            no_cpython_wrapper=inner,
            no_cfunc_wrapper=inner,
        )
        kernel: Callable[P, T] = made(function)
    finally:
        config.CACHE_DIR = before
    return kernel
