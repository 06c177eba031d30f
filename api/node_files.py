"""Owns files about nodes: what each is like, and what lies there.

It refuses nodes, SKUs and services that nobody knows, fewer units than somebody has in hand, and
nodes that the one who sends the file does not speak for. A count is told as of now, so the same
file again is a count again.
"""

from collections.abc import Sequence
from typing import Any

from api.csv_rows import Problems
from api.lines import known, named, once
from controller.messages import Command, CountNodes, Node, NodeCounted, SetUpNodes, ShelfCount
from controller.store import Db
from controller.views import catalogue, names


def nodes(db: Db, lines: Sequence[Any], problems: Problems) -> list[Command[Any]]:
    """The file has nodes as they are now; those that are not in it stay as they are."""
    site, services, taken = catalogue.site(db), names.service_codes(db), names.places(db)
    if site is None:
        problems.add(1, "", "", "the site is not set up yet; import places first")
    for line in lines:
        for wrong in [each for each in line["services"] if each not in services]:
            problems.add(line.number, "services", wrong, "is unknown; set the service up first")
        if line["code"] in taken:
            fix = "is the name of a place of this building; give the node another code"
            problems.add(line.number, "code", line["code"], fix)
    once(lines, ("code",), problems)
    found = tuple(_node(line.values) for line in lines)
    return [named("nodes", SetUpNodes(id="", nodes=found))]


def _node(values: Any) -> Node:
    named = {"latitude": "lat_e6", "longitude": "lon_e6", "cutoff": "cutoff_ms"}
    return Node(**{named.get(name, name): value for name, value in values.items()})


def stock(db: Db, lines: Sequence[Any], problems: Problems) -> list[Command[Any]]:
    """One command for all nodes of the file: it is taken whole or not at all."""
    counts = counted(db, lines, problems)
    return [named("node-stock", CountNodes(id="", counts=counts))]


def counted(
    db: Db, lines: Sequence[Any], problems: Problems, only: str = ""
) -> tuple[ShelfCount, ...]:
    """What the lines say; all of them must be about the node `only`, if one is given."""
    site, there, begun = catalogue.site(db), names.nodes(db), names.begun(db)
    once(lines, ("node", "sku", "owner"), problems)
    known(lines, "sku", names.skus(db) | names.cartons(db), "items", problems)
    for line in lines:
        node = line["node"]
        if only and node != only:
            problems.add(line.number, "node", node, f"is not yours; this key counts {only}")
        elif site is not None and node == site.node:
            problems.add(line.number, "node", node, "is this building; import stock counts it")
        elif node not in there:
            told = ", ".join(sorted(there)) or "none yet; import nodes first"
            problems.add(line.number, "node", node, f"is no node; there are {told}")
        in_hand = begun.get((node, line["sku"], line["owner"]), 0)
        if line["qty"] < in_hand:
            fix = f"is less than the {in_hand} that are begun there; ship or refuse these first"
            problems.add(line.number, "qty", str(line["qty"]), fix)
    return tuple(ShelfCount(**line.values) for line in lines)


def told(answer: NodeCounted) -> str:
    """What a count has changed, in words."""
    waiting = (
        f"; {answer.backordered} units of orders have no stock now" if answer.backordered else ""
    )
    return f"{answer.more} units more and {answer.less} less than the books said{waiting}"
