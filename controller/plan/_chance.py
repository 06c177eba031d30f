"""Owns the numbers of searches: a fixed sequence, so that the same question gets the same plan.

Source: Park & Miller 1988.
"""

from math import log

import numpy as np
from numpy.typing import NDArray

from controller.plan._kept import inlined, kernel

MODULUS, FACTOR = 2_147_483_647, 48_271


@inlined
def below(state: NDArray[np.int64], end: int) -> int:
    """The next number from 0 to end - 1; state[0] is the last one drawn."""
    state[0] = state[0] * FACTOR % MODULUS
    drawn: int = state[0] % end
    return drawn


@kernel
def noise(state: NDArray[np.int64]) -> float:
    """A number of the distribution whose least among many is a choice by heat bath."""
    return log(-log((below(state, MODULUS - 1) + 1) / MODULUS))
