"""Owns looking up what a command moved."""

from typing import Any

from controller.store import Db

_OF_COMMAND = (
    "SELECT m.* FROM movement m JOIN journal j ON j.seq = m.command_seq "
    "WHERE j.command_id = :id ORDER BY m.id"
)


def of_command(db: Db, command_id: str) -> list[Any]:
    """The movements that one command posted, in their order."""
    return db.all(_OF_COMMAND, id=command_id)
