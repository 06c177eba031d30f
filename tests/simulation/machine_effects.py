"""Owns the reading of what emulated machines answer, shared by their tests."""

from typing import Any

from simulation.machines import Effect, Emit, Physical, Wake

START_US = 1_700_000_000_000_000
SECOND = 1_000_000

Effects = tuple[Effect, ...]


def emitted(effects: Effects) -> list[Emit]:
    return [effect for effect in effects if isinstance(effect, Emit)]


def physical(effects: Effects) -> list[dict[str, Any]]:
    return [effect.data for effect in effects if isinstance(effect, Physical)]


def woken_at(effects: Effects) -> list[int]:
    return [effect.at_us - START_US for effect in effects if isinstance(effect, Wake)]
