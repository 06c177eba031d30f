"""Owns how the kernels of this folder are compiled: once for each installation.

Inner ones are called by kernels only, and are compiled without a way in from elsewhere, which is
half of the work. Kernels make no arrays and keep none, so that none is counted: where each of
some inner loops asks for a part of an array, counting would be most of the time. Refuses to say
where they are kept.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from controller.plan._kept import kernel

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function, compiled at its first call."""
    return kernel(function, _nrt=False)
