"""Owns the files of nodes over HTTP: what they are like, and what lies there.

A partner's key counts its own node and no other; a file is taken whole or not at all.
"""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request, Response

from api.callers import Caller, needs
from api.columns import template
from api.csv_rows import Problems
from api.lines import read_lines
from api.node_files import counted
from api.routes.files import CSV_ANSWER, CSV_BODY, Imported, attachment, file_of, imported
from controller.messages import CountNodes, NodeCounted, ShelfCount

router = APIRouter(prefix="/api", tags=["nodes"])
Admin = Annotated[Caller, needs("admin", "import")]
Partner = Annotated[Caller, needs("lead", "nodes", by=("node",))]
STOCK = "node-stock"


@router.post("/import/nodes", openapi_extra=CSV_BODY)
async def import_nodes(request: Request, caller: Admin, again: bool = False) -> Imported:
    """Import nodes from a CSV file in the body, whole or not at all.

    A node that exists is overwritten; one that is not in the file stays as it is.
    """
    body = await request.body()
    return await asyncio.to_thread(imported, caller, "nodes", body, again)


@router.get("/import/nodes/template", responses=CSV_ANSWER, response_class=Response)
async def nodes_template(_caller: Admin) -> Response:
    """A file of nodes with its header and one line as an example."""
    return attachment("nodes-template", template("nodes"))


@router.post(f"/import/{STOCK}", openapi_extra=CSV_BODY)
async def import_node_stock(request: Request, caller: Partner) -> NodeCounted:
    """Tell what lies at nodes by a CSV file in the body, whole or not at all.

    At most 5,000 lines at a time. The books are corrected at once, and SKUs that are not named
    stay as they are. The same file again is counted again, unless it comes under the same
    Idempotency-Key.
    """
    body = await request.body()
    counts = await asyncio.to_thread(_counts, caller, body)
    return await caller.send(CountNodes, counts=counts)


@router.get(f"/import/{STOCK}/template", responses=CSV_ANSWER, response_class=Response)
async def node_stock_template(_caller: Partner) -> Response:
    """A file of stock at nodes with its header and one line as an example."""
    return attachment(f"{STOCK}-template", template(STOCK))


def _counts(caller: Caller, body: bytes) -> tuple[ShelfCount, ...]:
    with file_of(STOCK, body) as path:
        lines, problems = read_lines(STOCK, path), Problems(path.name)
        with caller.runtime.controller.reading() as db:
            counts = counted(db, lines, problems, only=caller.who.node)
        problems.stop()
    return counts
