"""Owns which kernels of this folder are built into others. Refuses to say where they are kept."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from controller.plan._kept import kernel

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled at its first call; `py_func` of it is the plain one."""
    return kernel(function, inline="never")


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """The function compiled with those that call it and never alone: it has few callers."""
    return kernel(function, inline="always")
