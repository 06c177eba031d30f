"""Importing this warms a process for forking: all modules are in, migrations have run once."""

from controller.store import open_store
from tests.browser import served_alone
from tests.proof import client, floor_victim, victim
from tests.wires import victim as wires_victim

__all__ = ["client", "floor_victim", "served_alone", "victim", "wires_victim"]

open_store("sqlite://").close()
