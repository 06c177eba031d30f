"""Owns the words for what a connected carrier can be asked. It refuses to ask."""

from typing import Final

OFFERS: Final = (
    *("buy", "add", "find", "void", "void_all", "track", "tell", "manifest", "rate", "validate"),
    *("pickup", "cancel_pickup"),
)


def can(offers: str, *any_of: str) -> bool:
    """Whether a carrier with these `offers`, as they are kept, can do one of some things."""
    return not set(any_of).isdisjoint(offers.split(","))
