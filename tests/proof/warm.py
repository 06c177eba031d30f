"""Importing this warms a process for forking: all modules are in, migrations have run once."""

from controller.store import open_store
from tests.proof import client, victim

__all__ = ["client", "victim"]

open_store("sqlite://").close()
