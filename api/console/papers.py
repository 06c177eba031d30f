"""Owns the console's routes about documents, departures and messages to customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from api.console.acts import Act, Number, Reasoned
from api.console.desk import Lead, Open, Text
from api.fields import Said
from controller import templates
from controller.messages import (
    CloseDeparture,
    DocumentMade,
    Done,
    MakeDocument,
    PrintDocument,
    SetNoticeRules,
    SetNoticeTemplate,
    VoidDocument,
)
from controller.store import Db
from controller.views import documents, notices
from controller.workflows.papers import notifying

router = APIRouter(prefix="/papers")
Shop = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^/\x00-\x1f\x7f]+$")]
Status = Annotated[str, Field(max_length=40, examples=["shipped"])]
Language = Literal["en", "de"]
Body = Annotated[str, Field(max_length=templates.BODY_MAX, pattern=r"^[^\x00]*$")]
Subject = Annotated[str, Field(max_length=templates.SUBJECT_MAX, pattern=r"^[^\x00]*$")]
RECENT_MAX = 100


class Make(Act):
    parcel: Number
    kind: Literal[
        "packing_slip", "customs", "invoice", "returns_label", "dangerous_goods", "class_labels"
    ]


class Print(Act):
    document: Number
    reason: Annotated[str, Field(max_length=200)] = ""


class Void(Reasoned):
    document: Number


class OfDeparture(Act):
    departure: Number


class Rules(Act):
    shop: Shop
    rules: Annotated[
        list[tuple[Status, Literal["mail", "webhook"]]],
        Field(max_length=50, examples=[[["shipped", "mail"]]]),
    ]


class Words(Said):
    subject: Annotated[Subject, Field(examples=["Your order {order}"])]
    body: Annotated[Body, Field(examples=["It is here: {tracking_link}"])]


class Template(Words, Act):
    shop: Shop
    status: Status
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The id is text for JavaScript."""

    document: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """What is told to whom, and what became of the latest; `placeholders` with their meaning."""

    shops: tuple[str, ...]
    statuses: tuple[str, ...]
    channels: tuple[str, ...]
    placeholders: Mapping[str, str]
    rules: tuple[notices.Rule, ...]
    recent: tuple[notices.NoticeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A template, and how a message of it would read."""

    subject: str
    body: str
    shown_subject: str
    shown_body: str


@router.get("/order")
async def of_order(console: Open, order: Text) -> tuple[documents.DocumentRow, ...]:
    """The documents of an order, with every print."""
    return await console.runtime.desk.read(documents.of_order, order)


@router.get("/departures")
async def departures(console: Open) -> tuple[documents.Leaving, ...]:
    """The latest departures, with their papers and what carriers say of them."""
    return await console.runtime.desk.read(documents.departures)


@router.post("/make")
async def make(given: Make, console: Open, who: Lead) -> Made:
    """Make a document about a parcel; one that is there already is named again."""
    asked = MakeDocument(id=given.id, actor=who.actor, kind=given.kind, parcel=int(given.parcel))
    return _made(await console.runtime.desk.handle(asked))


@router.post("/pallet")
async def pallet(given: OfDeparture, console: Open, who: Lead) -> Made:
    """Make the label of another pallet of a departure."""
    asked = MakeDocument(
        id=given.id, actor=who.actor, kind="pallet_label", departure=int(given.departure)
    )
    return _made(await console.runtime.desk.handle(asked))


@router.post("/close")
async def close(given: OfDeparture, console: Open, who: Lead) -> Made:
    """Close a departure before its time; its manifest is made."""
    asked = CloseDeparture(id=given.id, actor=who.actor, departure=int(given.departure))
    return _made(await console.runtime.desk.handle(asked))


def _made(answer: DocumentMade) -> Made:
    return Made(document=str(answer.document), new=answer.new)


@router.post("/print")
async def print_document(given: Print, console: Open, who: Lead) -> Done:
    """Record a print from this page; a label comes out at its bench. A reprint says why."""
    return await console.runtime.desk.handle(
        PrintDocument(id=given.id, actor=who.actor, document=int(given.document), why=given.reason)
    )


@router.post("/void")
async def void(given: Void, console: Open, who: Lead) -> Done:
    """A document counts no more; a parcel without a label does not leave."""
    return await console.runtime.desk.handle(
        VoidDocument(id=given.id, actor=who.actor, document=int(given.document), why=given.reason)
    )


@router.get("/messages")
async def messages(console: Open) -> Messages:
    """Which messages go out, and what became of the latest."""

    def read(db: Db) -> Messages:
        return Messages(
            shops=notices.shops(db),
            statuses=templates.STATUSES,
            channels=notifying.CHANNELS,
            placeholders=templates.PLACEHOLDERS,
            rules=notices.rules(db),
            recent=notices.recent(db, RECENT_MAX),
        )

    return await console.runtime.desk.read(read)


@router.post("/rules")
async def rules(given: Rules, console: Open, who: Lead) -> Done:
    """Say which statuses of parcels of a shop are told, and how."""
    return await console.runtime.desk.handle(
        SetNoticeRules(id=given.id, actor=who.actor, shop=given.shop, rules=tuple(given.rules))
    )


@router.get("/template")
async def template(console: Open, shop: Text, status: Text, language: Language = "en") -> Written:
    """What a shop's customers read of a status."""

    def read(db: Db) -> Written:
        found = notices.template(db, shop, status, language)
        return _shown(found)

    templates.check_status(status)
    return await console.runtime.desk.read(read)


@router.post("/preview")
async def preview(given: Words) -> Written:
    """How a message of this template would read. Refused with what is wrong in it."""
    asked = templates.Template(subject=given.subject, body=given.body)
    templates.check(asked)
    return _shown(asked)


def _shown(asked: templates.Template) -> Written:
    values = notices.sample()
    return Written(
        subject=asked.subject,
        body=asked.body,
        shown_subject=templates.filled(asked.subject, values),
        shown_body=templates.filled(asked.body, values),
    )


@router.post("/template")
async def set_template(given: Template, console: Open, who: Lead) -> Done:
    """Write a shop's own template; empty ones are those of the house again."""
    return await console.runtime.desk.handle(
        SetNoticeTemplate(
            id=given.id,
            actor=who.actor,
            shop=given.shop,
            status=given.status,
            language=given.language,
            subject=given.subject,
            body=given.body,
        )
    )
