"""Owns what a handheld asks and sends: the present screen, a scan, the tour ahead, live news.

Each scan is the one command that the device made of it, under the id that the device gave it, so
it may be sent again until it is answered. It refuses scans kept for another worker.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field

from api.access import Who, needs
from api.desk import Desk
from api.events import Events
from api.fields import Code, Count, Said
from api.handheld.pictures import picture
from api.handheld.presence import SCREEN, Presence, true_screen
from api.problems import Problem
from controller import barcodes
from controller.messages import Fields, Scan, ScanReply, Screen, SignIn
from controller.views.ahead import Ahead, ahead
from controller.views.items import ItemLook, look_of
from controller.views.stowage import Stowage, at_bench
from controller.views.van_tours import VanTourRow, of_driver
from controller.views.wanted_papers import WantedPaper, wanted_papers

RAW_MAX: Final = 2_000
PICTURE_KEPT: Final = "private, max-age=86400"
WORKER_FILE: Final = "handheld-worker.js"

router = APIRouter(prefix="/api/handheld", tags=["handheld"])
items = APIRouter(prefix="/api/items", tags=["items"])
pages = APIRouter(include_in_schema=False)
Floor = Annotated[Who, needs("picker")]
Device = Annotated[str, Query(min_length=1, max_length=64, pattern="^[A-Za-z0-9-]+$")]


class Start(Said):
    id: Code


class ScanMade(Said):
    """`worker`: for whom the device kept it; `after`: the scan before it in the device's queue."""

    id: Annotated[Code, Field(examples=["5f2b7c1e-9d1c-4f0a-8a55-0c8b0a5f1d10"])]
    version: Count
    raw: Annotated[str, Field(max_length=RAW_MAX, examples=["4006381333931"])]
    symbology: Annotated[str, Field(max_length=8)] = ""
    after: Annotated[str, Field(max_length=100)] = ""
    worker: Annotated[str, Field(max_length=100)] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    worker: str
    screen: Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`warning`: what is wrong with the scanner, such as fnc1_dropped; "" for nothing."""

    worker: str
    screen: Screen
    message: str
    tone: str
    fields: Fields
    warning: str = ""


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.runtime.desk
    return desk


def _json(answer: object) -> Response:
    """Frozen messages are encoded as the journal does it, without a detour over models."""
    return Response(msgspec.json.encode(answer), media_type="application/json")


@router.get("/screen", response_model=Where)
async def screen(request: Request, who: Floor) -> Response:
    """The screen that the worker is on."""
    shown = await _desk(request).read(true_screen, who.badge)
    return _json(Where(worker=who.badge, screen=shown))


@router.post("/start", response_model=Answer)
async def start(given: Start, request: Request, who: Floor) -> Response:
    """Opens the work of a worker who is signed in, or resumes it."""
    reply = await _desk(request).handle(SignIn(id=given.id, actor=who.actor, badge=who.badge))
    return _json(_answer(who, reply))


@router.post("/scan", response_model=Answer)
async def scan(given: ScanMade, request: Request, who: Floor) -> Response:
    """Carries out one scan, key-pad entry or button, once, however often it is sent."""
    if given.worker not in ("", who.badge):
        raise Problem(409, "scan_of_another_worker", "sign in as this worker", worker=given.worker)
    reply = await _desk(request).handle(
        Scan(
            id=given.id,
            actor=who.actor,
            worker=who.badge,
            version=given.version,
            raw=given.raw,
            symbology=given.symbology,
            after=given.after,
        )
    )
    return _json(_answer(who, reply, _warning(given)))


def _answer(who: Who, reply: ScanReply, warning: str = "") -> Answer:
    return Answer(
        worker=who.badge,
        screen=reply.screen,
        message=reply.message,
        tone=reply.tone,
        fields=reply.fields,
        warning=warning,
    )


def _warning(given: ScanMade) -> str:
    reading = barcodes.read(given.raw, given.symbology)
    return "" if reading.kind == "invalid" else reading.warning


@router.get("/ahead", response_model=Ahead)
async def tour_ahead(request: Request, who: Floor) -> Response:
    """The screens that follow to the end of the tour if all goes well, for a dead zone."""
    return _json(await _desk(request).read(ahead, who.badge))


@router.get("/packing", response_model=Stowage | None)
async def parcel_in_hand(request: Request, who: Floor) -> Response:
    """The parcel on the packer's bench: its carton, the steps, and where each unit lies."""
    return _json(await _desk(request).read(at_bench, who.badge))


@router.get("/papers", response_model=tuple[WantedPaper, ...])
async def papers_in_hand(request: Request, who: Floor) -> Response:
    """The papers that go with the packed parcel on the packer's bench, and their prints."""
    return _json(await _desk(request).read(wanted_papers, who.badge))


@router.get("/tour", response_model=VanTourRow | None)
async def tour_in_hand(request: Request, who: Floor) -> Response:
    """The tour of the driver's van: each stop with its address, its window and its parcels."""
    return _json(await _desk(request).read(of_driver, who.badge))


@router.get("/events", responses={200: {"content": {"text/event-stream": {}}}})
async def events(request: Request, who: Floor, device: Device, over: bool = True) -> Response:
    """Live: `screen` when something else changed it; `presence`, whether the work is here."""
    presence: Presence = request.app.state.presence
    stream: Events = request.app.state.events
    here = presence.take(who.badge, device, over=over)
    return await stream.stream(who, (SCREEN + who.badge, here))


@items.get("/{sku:path}/picture", responses={200: {"content": {"image/svg+xml": {}}}})
async def item_picture(sku: str, request: Request, _who: Floor) -> Response:
    """A pictogram of the item, drawn from its name and size."""
    look: ItemLook | None = await _desk(request).read(look_of, sku)
    if look is None:
        raise Problem(404, "unknown_sku", "import the item first", sku=sku)
    return Response(
        picture(look), media_type="image/svg+xml", headers={"Cache-Control": PICTURE_KEPT}
    )


@pages.get(f"/{WORKER_FILE}")
async def service_worker(request: Request) -> Response:
    """The page's worker; at the root, as it must stand above the page that it serves."""
    file: Any = request.app.state.web / WORKER_FILE
    if not file.is_file():
        raise Problem(404, "page_not_built", "build the pages with: make web")
    return FileResponse(file, media_type="text/javascript", headers={"Cache-Control": "no-cache"})
