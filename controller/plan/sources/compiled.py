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
    with kept_beside(_SOURCES):
        made = njit(cache=True, nogil=True, error_model="numpy")
        kernel: Callable[P, T] = made(function)
    return kernel
