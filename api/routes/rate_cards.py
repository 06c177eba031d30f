"""Owns rate cards over HTTP: the list, files in and out, and the end of a card."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from api.callers import Caller, needs
from api.csv_rows import ImportFileError
from api.fields import Code, Told
from api.problems import refuse_import
from api.rate_cards import example, writing
from api.rate_cards.importing import import_card
from controller.messages import DropRateCard
from controller.store import Db
from controller.workflows.carriers import tariffs

router = APIRouter(prefix="/api", tags=["shipping"])
Import = Annotated[Caller, needs("lead", "import")]
Export = Annotated[Caller, needs("lead", "export")]
Dry = Annotated[bool, Query(description="Check the file and tell what would change; keep all.")]
ZIP: Final = "application/zip"
_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "An .xlsx workbook, or a .zip of CSV files.",
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
        },
    }
}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "A file.", "content": {writing.WORKBOOK_TYPE: {}, ZIP: {}}}
}


class CardTaken(Told):
    """`changes` tells what the card changed, or in a dry run would."""

    card: str
    rows: int
    dry_run: bool
    repeated: bool
    changes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card in the list; days count from 1970, `until_day` 0 is without end."""

    code: str
    carrier: str
    owner: str
    currency: str
    from_day: int
    until_day: int
    services: tuple[str, ...]
    zones: int
    rates: int


@router.post("/import/rate-card", openapi_extra=_BODY)
async def import_rate_card(
    request: Request, caller: Import, again: bool = False, dry_run: Dry = False
) -> CardTaken:
    """Import a rate card from a workbook or a .zip of CSV files in the body, whole or not at all.

    An error names the sheet, the row, the column and the fix.
    """
    body = await request.body()
    return CardTaken(**await asyncio.to_thread(_import, caller, body, again, dry_run))


def _import(caller: Caller, body: bytes, again: bool, dry_run: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / "rate-card"
        path.write_bytes(body)
        try:
            done = import_card(caller.runtime.controller, path, again=again, dry_run=dry_run)
        except ImportFileError as error:
            raise refuse_import(
                [each.replace(f"{folder}/", "") for each in error.problems]
            ) from error
    return done.as_fields()


@router.get("/import/rate-card/template", responses=_FILE, response_class=Response)
async def rate_card_template(_caller: Import) -> Response:
    """A workbook with every sheet and column, filled as an example."""
    sheets = writing.tables(example.CARD, example.SERVICES, example.HOLIDAYS, empty=True)
    return _attachment(
        "rate-card-template.xlsx", await asyncio.to_thread(writing.workbook, sheets)
    )


@router.get("/rate-cards")
async def rate_cards(caller: Export) -> list[CardRow]:
    """All rate cards, by code."""
    return await caller.read(_listed)


def _listed(db: Db) -> list[CardRow]:
    return [
        CardRow(
            code=card.code,
            carrier=card.carrier,
            owner=card.owner,
            currency=card.currency,
            from_day=card.from_day,
            until_day=card.until_day,
            services=tuple(sorted({row.service for row in card.rates})),
            zones=len({row.zone for row in card.zones}),
            rates=len(card.rates),
        )
        for card in tariffs.cards(db)
    ]


@router.get("/rate-cards/{code}.xlsx", responses=_FILE, response_class=Response)
async def rate_card_workbook(code: Code, caller: Export) -> Response:
    """A rate card as a workbook, as an import takes it."""
    sheets = await caller.read(writing.kept, code)
    return _attachment(f"{code}.xlsx", await asyncio.to_thread(writing.workbook, sheets))


@router.get("/rate-cards/{code}.zip", responses=_FILE, response_class=Response)
async def rate_card_zip(code: Code, caller: Export) -> Response:
    """A rate card as CSV files in a .zip, as an import takes it."""
    sheets = await caller.read(writing.kept, code)
    return _attachment(f"{code}.zip", writing.packed(sheets), ZIP)


@router.delete("/rate-cards/{code}")
async def drop_rate_card(code: Code, caller: Import) -> dict[str, str]:
    """End a rate card: its services are priced by other cards, or by their own figures."""
    done = await caller.send(DropRateCard, "", code=code)
    return {"note": done.note}


def _attachment(name: str, content: bytes, kind: str = writing.WORKBOOK_TYPE) -> Response:
    plain = "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
    named = {"Content-Disposition": f'attachment; filename="{plain}"'}
    return Response(content, media_type=kind, headers=named)
