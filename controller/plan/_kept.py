"""Owns how kernels are compiled and kept: beside their source, in a folder named by all it uses.

A kernel is built into those that call it, and so are the numbers that it reads. What was compiled
from other sources is never trusted: those of private files and of the folders of planners are
followed through their imports. Planners themselves hold no kernels. Refuses to load the compiler
before somebody compiles.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

PLAN = Path(__file__).parent
_IMPORTED = re.compile(
    r"^ *from controller\.plan((?:\.\w+)*) import ([^(\n]+|\([^)]+\))", re.MULTILINE
)


def kernel(function: Callable[P, T], **options: object) -> Callable[P, T]:
    """The function, compiled at its first call; `py_func` of it is the plain one.

    It is compiled anew when its source changes, or one that this imports.
    """
    from numba import njit

    with kept_beside(Path(function.__code__.co_filename)):
        made: Callable[P, T] = njit(cache=True, nogil=True, error_model="numpy", **options)(
            function
        )
    return made


def inlined(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled with those that call it and never alone: it has few callers."""
    return kernel(function, inline="always")


def inner(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled for those that call it: never called but by kernels.

    It has no way in from elsewhere, which is half of the work, and counts no arrays.
    """
    return kernel(function, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)


@contextmanager
def kept_beside(*sources: Path) -> Iterator[None]:
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
    parts = b"".join(_digest(path) for path in used_by(*sources))
    return sources[0].parent / "__pycache__" / f"kernels-{sha256(parts).hexdigest()[:16]}"


def used_by(*sources: Path) -> list[Path]:
    """The sources, and all that they import, and so on."""
    found, new = set[Path](), set(sources)
    while new:
        found |= new
        new = {path for each in new for path in _imports(each)} - found
    return sorted(found)


@cache
def _digest(path: Path) -> bytes:
    return sha256(path.read_bytes()).digest()


@cache
def _imports(path: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for dotted, imported in _IMPORTED.findall(path.read_text()):
        names = dotted.split(".")[1:]
        if not names:
            found += (PLAN / f"{name}.py" for name in re.findall(r"\b_\w+", imported))
        place = PLAN.joinpath(*names)
        if place.is_dir():
            found += place.glob("*.py" if names else "__init__.py")
        elif len(names) > 1 or names[0].startswith("_"):
            found.append(place.with_suffix(".py"))
    return tuple(found)
