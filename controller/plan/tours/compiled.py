"""Owns how the kernels of this folder are compiled: once for each installation.

Refuses to say where they are kept.
"""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from numba import njit

from controller.plan._kept import kept_beside

P = ParamSpec("P")
T = TypeVar("T")

_SOURCES = tuple(sorted(Path(__file__).parent.glob("*.py")))


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled at its first call; `py_func` of it is the plain one."""
    return _kernel(function, "never")


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """The function compiled with those that call it and never alone: it has few callers."""
    return _kernel(function, "always")


def _kernel(function: Callable[P, T], inline: str) -> Callable[P, T]:
    with kept_beside(_SOURCES):
        made = njit(cache=True, nogil=True, error_model="numpy", inline=inline)
        kernel: Callable[P, T] = made(function)
    return kernel
