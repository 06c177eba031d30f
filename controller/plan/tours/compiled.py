"""Owns how kernels of tours are compiled: each once. Refuses to say where they are kept."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from controller.plan._kept import kernel

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled at its first call; `py_func` of it is the plain one."""
    return kernel(function, inline="never")
