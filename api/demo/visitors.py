"""Owns how visitors of the demo sign in: badges that nobody uses, and one PIN for all of them.

The PIN is printed for everybody to read, so it is for a demo and nothing else.
"""

from typing import Final

from api.pins import pin_hash
from controller.core import Controller
from controller.messages import SetPin
from controller.views import accounts
from simulation.live.crew import VISITORS

PIN: Final = "274913"


def let_in(controller: Controller) -> None:
    """Visitors who have no PIN yet get the one of the demo."""
    with controller.reading() as db:
        without = [each for each in VISITORS if not accounts.account(db, each.badge).pin_hash]
    if without:
        hashed = pin_hash(PIN)
        for visitor in without:
            controller.handle(
                SetPin(id=f"demo/pin/{visitor.badge}", badge=visitor.badge, pin_hash=hashed)
            )
