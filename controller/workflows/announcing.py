"""Owns what receipts and returns share: announced lines, and counting units against them.

It refuses lines that name unknown items or no quantity, and numbers that mean something else
when they are scanned.
"""

from controller.errors import NotFound, Refused
from controller.messages import OrderLine
from controller.turn import Turn
from controller.workflows.naming import name_codes
from controller.workflows.packing import supplying

QTY_MAX = 1_000_000
LINES_MAX = 5_000
LINE_NUMBER_MAX = 1_000_000_000

_ITEM = "SELECT sku FROM item WHERE sku = :sku"
_LINES = {
    "receipt": (
        "SELECT line, qty - received AS open FROM receipt_line "
        "WHERE asn = :ref AND sku = :sku ORDER BY line"
    ),
    "return": (
        "SELECT line, qty - received AS open FROM return_line "
        "WHERE rma = :ref AND sku = :sku ORDER BY line"
    ),
}
_ADD = {
    "receipt": (
        "UPDATE receipt_line SET received = received + :n WHERE asn = :ref AND line = :line"
    ),
    "return": (
        "UPDATE return_line SET received = received + :n WHERE rma = :ref AND line = :line"
    ),
}


def check_lines(turn: Turn, lines: tuple[OrderLine, ...]) -> None:
    """Raises: Refused or NotFound naming the line that is wrong."""
    if not 0 < len(lines) <= LINES_MAX:
        raise Refused("bad_number_of_lines", lines=len(lines), most=LINES_MAX)
    seen: set[int] = set()
    for line in lines:
        if not 0 <= line.line <= LINE_NUMBER_MAX:
            number = str(line.line)
            raise Refused("bad_line_number", line=number, sku=line.sku, most=LINE_NUMBER_MAX)
        if line.line in seen:
            raise Refused("line_twice", line=line.line, sku=line.sku)
        seen.add(line.line)
        if not 0 < line.qty <= QTY_MAX:
            raise Refused("bad_quantity", line=line.line, sku=line.sku, qty=line.qty, most=QTY_MAX)
        supplying.become_goods(turn, line.sku)
        if turn.db.value(_ITEM, sku=line.sku) is None:
            raise NotFound(
                "unknown_sku", line=line.line, sku=line.sku, fix="import the item, or correct it"
            )


def name_document(turn: Turn, kind: str, number: str) -> None:
    """Makes the number of a receipt or return a code that can be scanned."""
    if not number:
        raise Refused("number_missing", document=kind, fix="give it a number")
    name_codes(turn, kind, [(number, number)])


def receive(turn: Turn, kind: str, ref: str, sku: str, qty: int) -> list[tuple[int, int]]:
    """Counts units against the lines of a SKU, the excess against the last; (line, units)."""
    rows = turn.db.all(_LINES[kind], ref=ref, sku=sku)
    parts = []
    for number, row in enumerate(rows, 1):
        units = qty if number == len(rows) else min(qty, max(0, row.open))
        if units:
            parts.append((row.line, units))
            turn.db.run(_ADD[kind], ref=ref, line=row.line, n=units)
            qty -= units
    return parts


def unreceive(turn: Turn, kind: str, ref: str, parts: list[list[int]]) -> None:
    for line, units in parts:
        turn.db.run(_ADD[kind], ref=ref, line=line, n=-units)
