"""Owns which cartons a channel ships in. It refuses to know why."""

from controller.plan.cartons.packages import Carton

Channels = tuple[tuple[str, tuple[str, ...]], ...]
"""A shop and the codes of its cartons; a shop that is not named takes all."""


def allowed(cartons: tuple[Carton, ...], channels: Channels, order: str) -> tuple[Carton, ...]:
    """The cartons that the shop of an order ships in."""
    codes = dict(channels).get(order.partition("/")[0])
    return cartons if codes is None else tuple(each for each in cartons if each.code in codes)
