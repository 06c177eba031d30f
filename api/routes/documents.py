"""Owns the routes of documents: list, make, print, void and fetch them; and of their shops."""

import base64
import binascii
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import AfterValidator, Field

from api.callers import Caller, needs
from api.documents.drawing import Sheet, file_of
from api.fields import Ask, Code, Words
from controller.errors import NotFound
from controller.messages import (
    DocumentMade,
    Done,
    MakeDocument,
    PrintDocument,
    SetUpShops,
    Shop,
    VoidDocument,
)
from controller.views import documents

router = APIRouter(prefix="/api", tags=["documents"])
Floor = Annotated[Caller, needs("picker")]
Lead = Annotated[Caller, needs("lead")]
Admin = Annotated[Caller, needs("admin")]
Number = Annotated[int, Path(ge=0, lt=1 << 62)]
Kind = Literal[
    "packing_slip", "customs", "invoice", "returns_label", "dangerous_goods", "class_labels"
]
Size = Literal["4x6in", "100x150mm", "A6"]
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}, "application/zpl": {}, "image/png": {}}}
}


def _png(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("is no base64") from error
    return text


class Made(Ask):
    kind: Kind


class Reason(Ask):
    why: Annotated[Words, Field(max_length=200)] = ""


class ShopIn(Ask):
    """How the papers and messages of a shop look."""

    name: Words = ""
    street: Words = ""
    postcode: Words = ""
    city: Words = ""
    country: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    email: Words = ""
    phone: Words = ""
    website: Words = ""
    vat: Words = ""
    eori: Annotated[str, Field(pattern="^[A-Z0-9]{0,17}$")] = ""
    ioss: Annotated[str, Field(pattern="^[A-Z0-9]{0,12}$")] = ""
    language: Literal["en", "de"] = "en"
    logo: Annotated[str, Field(max_length=200_000), AfterValidator(_png)] = ""
    slip: bool = False
    prices: bool = True
    returns: Literal["", "box", "link"] = ""
    return_days: Annotated[int, Field(ge=0, le=1_000)] = 30


@router.get("/parcels/{lpn}/documents")
async def of_parcel(lpn: Code, caller: Floor) -> tuple[documents.DocumentRow, ...]:
    """The documents of a parcel by its plate, with every print and reprint."""
    return await caller.found(documents.of_parcel, lpn, parcel=lpn)


@router.post("/parcels/{lpn}/documents", status_code=201)
async def make(lpn: Code, given: Made, caller: Floor) -> DocumentMade:
    """Make a document about a parcel; one that is there already is named again."""
    parcel = await caller.found(documents.parcel_id, lpn, parcel=lpn)
    return await caller.send(MakeDocument, given.id, kind=given.kind, parcel=parcel)


@router.get("/documents/{document}/file", responses=FILES, response_class=Response)
async def file(
    document: Number,
    caller: Floor,
    form: Literal["pdf", "zpl"] = "pdf",
    size: Size = "4x6in",
    dpi: Literal[203, 300, 600] = 203,
) -> Response:
    """The document to look at or print: PDF, a label also as ZPL; a carrier's as it came."""
    found = await caller.read(file_of, document, Sheet(form=form, size=size, dpi=dpi))
    if found is None:
        raise NotFound("unknown_document", document=document)
    headers = {"Content-Disposition": f'inline; filename="{found.name}"'}
    return Response(found.body, media_type=found.media, headers=headers)


@router.post("/documents/{document}/print")
async def print_document(document: Number, given: Reason, caller: Floor) -> Done:
    """Record a print from a page, or send a label to its bench again; a reprint says why."""
    return await caller.send(PrintDocument, given.id, document=document, why=given.why)


@router.post("/documents/{document}/void")
async def void(document: Number, given: Reason, caller: Lead) -> Done:
    """A document counts no more; a parcel without a label stays until it has another."""
    return await caller.send(VoidDocument, given.id, document=document, why=given.why)


@router.get("/shops")
async def shops(caller: Floor) -> tuple[Shop, ...]:
    """The shops that say how their papers look."""
    return await caller.read(documents.shops)


@router.put("/shops/{code}")
async def put_shop(code: Code, given: ShopIn, caller: Admin) -> Done:
    """Say how the papers and messages of a shop look."""
    shop = Shop(code=code, **given.model_dump(exclude={"id"}))
    return await caller.send(SetUpShops, given.id, shops=(shop,))
