"""Owns the words of moves: whole pick faces that go elsewhere because a lead has said so."""

from dataclasses import dataclass

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceMove:
    """All units of a SKU at one pick place go to another, which is empty by then."""

    sku: str
    source: str
    target: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveMoves(Command["MovesApproved"]):
    """Moves in an order in which they can be made; each becomes a task for the handheld."""

    moves: tuple[FaceMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesApproved:
    tasks: tuple[int, ...]
    dropped: tuple[tuple[str, str, str], ...] = ()  # (sku, target, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMoves(Command[Done]):
    """Moves that are not made yet, and those that wait for them; none named means all."""

    tasks: tuple[int, ...] = ()
