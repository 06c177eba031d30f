"""The best of all ways to share out a few loads.

Owns the enumeration. Refuses nothing but many loads: its work trebles with each.
"""

from collections.abc import Mapping

import numpy as np

from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Ints
from controller.plan.tours.passes import FAR


def best_partition(count: int, carts: Mapping[tuple[int, ...], int]) -> list[int]:
    """The cart of each load in the cheapest choice of carts that holds each of them once.

    Shapes: carts are loads, each with the length of its tour.
    """
    price = np.full(1 << count, FAR, np.int64)
    for members, length in carts.items():
        price[sum(1 << load for load in members)] = length
    parts = cheapest_parts(price)
    cart_of, left, number = [0] * count, (1 << count) - 1, 0
    while left:
        part = int(parts[left])
        for load in range(count):
            if part >> load & 1:
                cart_of[load] = number
        left, number = left ^ part, number + 1
    return cart_of


@compiled
def cheapest_parts(price: Ints) -> Ints:
    """For each set of loads, one part of its cheapest partition: the one with the lowest load.

    Shapes: sets are bits.
    """
    total = np.full(len(price), FAR, np.int64)
    part = np.zeros(len(price), np.int64)
    total[0] = 0
    for chosen in range(1, len(price)):
        lowest = chosen & -chosen
        rest = chosen ^ lowest
        others = rest
        while True:
            length = price[others | lowest] + total[rest ^ others]
            if length < total[chosen]:
                total[chosen] = length
                part[chosen] = others | lowest
            if others == 0:
                break
            others = (others - 1) & rest
    return part
