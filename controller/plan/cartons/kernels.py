"""Owns the two lives of a kernel: plain Python that is read and tested, compiled where it works.

A kernel is written as a plain function on arrays. Compiled twins are made once for a process and
kept for later ones. Refuses to load the compiler before somebody asks for it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import FunctionType, MappingProxyType
from typing import Any, TypeVar

from controller.plan._kept import kept_beside

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_PLAIN: dict[str, FunctionType] = {}
_ENTRIES: set[str] = set()
_INLINED: set[str] = set()


def kernel(function: F) -> F:
    """Marks a function of arrays that kernels call; those that it calls come before it."""
    assert isinstance(function, FunctionType)
    _PLAIN[function.__name__] = function
    return function


def entry(function: F) -> F:
    """Marks a kernel that is called from outside; only these learn to read Python's objects."""
    _ENTRIES.add(function.__name__)
    return kernel(function)


def inlined(function: F) -> F:
    """Marks a kernel that one place calls: it is compiled as a part of that."""
    assert isinstance(function, FunctionType)
    _INLINED.add(function.__name__)
    return kernel(function)


def plain() -> Mapping[str, Callable[..., Any]]:
    """The kernels as they are written."""
    return MappingProxyType(_PLAIN)


@cache
def compiled() -> Mapping[str, Callable[..., Any]]:
    """The same kernels, compiled at their first call."""
    from numba import njit

    files = sorted({Path(function.__code__.co_filename) for function in _PLAIN.values()})
    twins: dict[str, Callable[..., Any]] = {}
    with kept_beside(_HERE / "arrays.py", *files):
        for name, function in _PLAIN.items():
            twin = FunctionType(function.__code__, {**function.__globals__, **twins}, name)
            twin.__module__ = function.__module__
            inner = name not in _ENTRIES
            made = njit(
                cache=True,
                nogil=True,
                error_model="numpy",
                no_cpython_wrapper=inner,
                no_cfunc_wrapper=True,
                inline="always" if name in _INLINED else "never",
            )
            twins[name] = made(twin)
    return MappingProxyType(twins)
