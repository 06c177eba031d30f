"""Owns a store that ships an order of the small warehouse, and the ways that W1 fetches it."""

from typing import Any

from controller.messages import CancelOrder, CountNode, Node, NodeStock, SetUpNodes
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import SETUP

FETCH = ("STORE-1", "NEXT")
FETCHED = (*FETCH, "MUG", "4", "PEN")


def store(**more: Any) -> Floor:
    """A store ships an order that costs more from here."""
    floor = Floor("W1", "W2", setup=SETUP)
    store = Node(code="STORE-1", kind="store", collects=True)
    floor.do(SetUpNodes(id="nodes", nodes=(Node(code="main", handling_cents=5_000), store)))
    lines = (NodeStock(sku="MUG", qty=5), NodeStock(sku="PEN", qty=2))
    floor.do(CountNode(id="count", node="STORE-1", lines=lines))
    floor.order("1", {"MUG": 4, "PEN": 1}, **more)
    return floor


def to_collect() -> Floor:
    """The customer comes for it."""
    return store(pickup_node="STORE-1")


def unwanted_in_bag() -> Floor:
    """The order was cancelled when its mugs were in the bag."""
    floor = store()
    floor.scans("STORE-1", "NEXT", "MUG", "4", "HOME")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    return floor
