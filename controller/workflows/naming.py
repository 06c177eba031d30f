"""Owns the codes that can be scanned: each names one thing.

It refuses a code that names something else already, is a command, or cannot be read.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from controller import barcodes, tables
from controller.errors import Refused
from controller.turn import Turn

_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"


def name_codes(
    turn: Turn,
    kind: str,
    codes: Iterable[tuple[str, str]],
    units_of: Mapping[str, int] = MappingProxyType({}),
) -> None:
    """Registers codes to scan. Raises: Refused when a code names something else already."""
    rows = []
    for raw, ref in codes:
        code = _readable(raw, kind)
        known = turn.db.one(_CODE, code=code)
        if known is not None and (known.kind, known.ref) != (kind, ref):
            raise Refused("code_in_use", barcode=raw, by=f"{known.kind} {known.ref}", new=ref)
        rows.append({"code": code, "kind": kind, "ref": ref, "units": units_of.get(raw, 1)})
    turn.put(tables.barcode, rows)


def _readable(raw: str, kind: str) -> str:
    reading = barcodes.read(raw)
    if reading.kind == "command":
        raise Refused("code_is_a_command", barcode=raw, new=kind, fix="give it another code")
    if not reading.code:
        raise Refused("code_unreadable", barcode=raw, new=kind, fix="give it a printable code")
    return reading.code
