"""Owns the two lives of a kernel: plain Python where an answer is wanted at once, else compiled.

A kernel is written as a plain function on arrays. Compiled twins are made once for a process and
kept on disk beside the sources. Refuses to load the compiler before somebody asks for it, and to
trust code compiled from other sources.
"""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FunctionType, MappingProxyType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_PLAIN: dict[str, FunctionType] = {}
_ENTRIES: set[str] = set()


def kernel(function: F) -> F:
    """Marks a function of arrays that kernels call; those that it calls come before it."""
    assert isinstance(function, FunctionType)
    _PLAIN[function.__name__] = function
    return function


def entry(function: F) -> F:
    """Marks a kernel that is called from outside; only these learn to read Python's objects."""
    _ENTRIES.add(function.__name__)
    return kernel(function)


def plain() -> Mapping[str, Callable[..., Any]]:
    """The kernels as they are written."""
    return MappingProxyType(_PLAIN)


@cache
def compiled() -> Mapping[str, Callable[..., Any]]:
    """The same kernels, compiled at their first call."""
    from numba import config, njit

    files = sorted({function.__code__.co_filename for function in _PLAIN.values()})
    files.append(str(_HERE / "arrays.py"))
    sources = sha256(b"".join(Path(file).read_bytes() for file in files))
    before = config.CACHE_DIR
    config.CACHE_DIR = before or str(_HERE / "__pycache__" / f"kernels-{sources.hexdigest()[:16]}")
    twins: dict[str, Callable[..., Any]] = {}
    try:
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
            )
            twins[name] = made(twin)
    finally:
        config.CACHE_DIR = before
    return MappingProxyType(twins)
