"""Owns files in and out: CSV imports with the checks of the command line, CSV exports.

An import is taken whole or not at all. A cell of an export never begins like a formula.
"""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from api.callers import Caller, needs, only
from api.columns import template
from api.csv_rows import ImportFileError
from api.fields import Told
from api.importing import import_file
from api.problems import Problem, refuse_import
from controller.units import HOUR, MINUTE
from controller.views import books, catalogue, node_list, papers
from controller.views.listings import Key, Listing, page

router = APIRouter(prefix="/api", tags=["files"])
Import = Annotated[Caller, needs("lead", "import")]
Export = Annotated[Caller, needs("lead", "export", by=("shop", "owner", "node"))]
ROWS: Final = 2_000
LOCAL: Final = "%Y-%m-%dT%H:%M:%S"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
CSV: Final = "text/csv; charset=utf-8"
CSV_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}}, "application/gzip": {}},
    }
}
CSV_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "CSV.", "content": {"text/csv": {}}}
}


class Kind(StrEnum):
    ITEMS = "items"
    PLACES = "places"
    CARTONS = "cartons"
    CARTON_RULES = "carton-rules"
    CONTRACTS = "contracts"
    PREFERENCES = "preferences"
    STOCK = "stock"
    ORDERS = "orders"
    POSTCODES = "postcodes"
    VAN_WAYS = "van-ways"
    DELIVERIES = "deliveries"


class Imported(Told):
    """`repeated` commands had been carried out before and changed nothing."""

    kind: str
    lines: int
    commands: int
    repeated: int
    notes: list[str]


@router.post("/import/{kind}", openapi_extra=CSV_BODY)
async def import_csv(
    kind: Kind, request: Request, caller: Import, again: bool = False
) -> Imported:
    """Import items, places, stock or orders from a CSV file in the body, whole or not at all.

    An error names the line, the column, the value and the fix. The same file again changes
    nothing.
    """
    body = await request.body()
    return await asyncio.to_thread(imported, caller, kind, body, again)


def imported(caller: Caller, kind: str, body: bytes, again: bool) -> Imported:
    """Raises: Problem naming every line that is wrong; then nothing was imported."""
    with file_of(kind, body) as path:
        done = import_file(caller.runtime.controller, kind, path, again=again)
    return Imported(**done.as_fields())


@contextmanager
def file_of(kind: str, body: bytes) -> Iterator[Path]:
    """The body as a file; what is wrong in it is told without the folder. Raises: Problem."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / f"{kind}.csv"
        path.write_bytes(body)
        try:
            yield path
        except ImportFileError as error:
            told = [each.replace(f"{folder}/", "") for each in error.problems]
            raise refuse_import(told) from error


@router.get("/import/{kind}/template", responses=CSV_ANSWER, response_class=Response)
async def import_template(kind: Kind, _caller: Import) -> Response:
    """A file of this kind with its header and one line as an example."""
    return attachment(f"{kind}-template", template(kind))


@router.get("/export/{name}.csv", responses=CSV_ANSWER, response_class=Response)
async def export_csv(name: str, caller: Export) -> Response:
    """Export orders, lines, balances or movements; items, stock or nodes as imports take them.

    `sales` has order lines as `pickwright simulate --orders` takes them.
    """
    if name not in EXPORTS:
        raise Problem(404, "unknown_export", f"use one of {', '.join(EXPORTS)}", export=name)
    export = EXPORTS[name]
    wanted = {
        field: own
        for field in ("shop", "owner", "node")
        if (own := only(caller.who, field, None)) is not None and own
    }
    if not wanted.keys() <= export.filters.keys():
        raise Problem(403, "not_yours", "this key sees one shop, owner or node only", export=name)
    return StreamingResponse(
        _rows(caller, export, wanted), media_type=CSV, headers=_disposition(name)
    )


async def _rows(
    caller: Caller, export: Listing[Any], wanted: dict[str, str]
) -> AsyncIterator[str]:
    """The file in pieces: one page of the list is in memory at a time."""
    names = [each.name for each in fields(export.row)]
    site = await caller.read(catalogue.site)
    ahead = timedelta(milliseconds=site.utc_offset_ms if site else 0)
    yield _line(_SHOWN.get(name, (name, str))[0] for name in names)
    after: Key = ()
    while True:
        rows, after = await caller.read(page, export, wanted, after, ROWS)
        cells = ([_cell(name, getattr(row, name), ahead) for name in names] for row in rows)
        yield "".join(map(_line, cells))
        if not after:
            return


def _line(cells: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def _cell(name: str, value: Any, ahead: timedelta) -> Any:
    """What a cell says, with local times; what a spreadsheet would carry out is plain text."""
    if name == "ts_ms":
        return (datetime.fromtimestamp(value / 1_000, UTC) + ahead).strftime(LOCAL)
    if name in _SHOWN:
        return _SHOWN[name][1](value)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _date(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d") if at_ms else ""


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"


def _price(cents: int) -> str:
    """None where the shop has told none: nothing was given away."""
    return _money(cents) if cents else ""


def _degrees(value_e6: int) -> str:
    whole, rest = divmod(abs(value_e6), 1_000_000)
    return f"{'-' * (value_e6 < 0)}{whole}.{rest:06}"


def _clock(at_ms: int) -> str:
    return f"{at_ms // HOUR:02}:{at_ms % HOUR // MINUTE:02}"


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _spaced(codes: str) -> str:
    return codes.replace(",", " ")


def attachment(name: str, text: str) -> Response:
    return Response(text, media_type=CSV, headers=_disposition(name))


def _disposition(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"'}


_SHOWN: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "expiry_ms": ("expiry", _date),
    "ts_ms": ("ts", str),
    "sale_cents": ("price", _price),
    "lat_e6": ("latitude", _degrees),
    "lon_e6": ("longitude", _degrees),
    "cutoff_ms": ("cutoff", _clock),
    "collects": ("collects", _yes_or_no),
    "active": ("active", _yes_or_no),
    "countries": ("countries", _spaced),
    "services": ("services", _spaced),
}
EXPORTS: Final[dict[str, Listing[Any]]] = {
    "orders": papers.ORDERS,
    "lines": papers.ORDER_LINES,
    "sales": papers.SALES,
    "stock": books.OPENING,
    "balances": books.BALANCES,
    "movements": books.MOVEMENTS,
    "nodes": node_list.NODES,
    "node-stock": books.SHELVES,
    "items": catalogue.ITEMS,
}
