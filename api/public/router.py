"""Owns the public addresses of the tracking page: a link in place of a sign-in, nothing to find.

Every link that means no parcel gets the same plain answer. It refuses those who ask too often, and
search engines.
"""

from itertools import count
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from api.documents.drawing import Sheet, file_of
from api.public.tracking_page import language_of, page
from api.rates import Rates
from api.runtime import Runtime
from controller.messages import MakeDocument
from controller.views.public_parcel import PublicParcel, public_parcel

LOOK: Final = (Path(__file__).parent / "look.css").read_text(encoding="utf-8")
UNSEEN: Final = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
PER_S: Final = 1.0
AT_ONCE: Final = 60
_NUMBERS: Final = count(1)

router = APIRouter(prefix="/track", include_in_schema=False)


def rates() -> Rates:
    """How often one address may ask: a phone that reloads, but nobody who tries links."""
    return Rates(PER_S, AT_ONCE)


@router.get("/look.css")
async def look() -> Response:
    return Response(LOOK, media_type="text/css", headers={"Cache-Control": "max-age=3600"})


@router.get("/{link}")
async def parcel(link: str, request: Request) -> Response:
    found = await _found(link, request)
    if isinstance(found, Response):
        return found
    language = language_of(request.headers.get("accept-language", ""))
    headers = UNSEEN | {"Content-Language": language, "Vary": "Accept-Language"}
    return HTMLResponse(page(found, link, language), headers=headers)


@router.post("/{link}/return")
async def ask_return(link: str, request: Request) -> Response:
    """The customer announces a return and gets its label; asked again it is the same one."""
    found = await _found(link, request)
    if isinstance(found, Response):
        return found
    if not found.returnable:
        return _nothing()
    runtime: Runtime = request.app.state.runtime
    if not found.returns_label:
        await runtime.desk.handle(
            MakeDocument(
                id=f"track/{found.parcel}/return/{runtime.boot}-{next(_NUMBERS)}",
                actor="customer",
                kind="returns_label",
                parcel=found.parcel,
            )
        )
    return RedirectResponse(f"/track/{link}", status_code=303, headers=UNSEEN)


@router.get("/{link}/return.pdf")
async def returns_label(link: str, request: Request) -> Response:
    found = await _found(link, request)
    if isinstance(found, Response):
        return found
    runtime: Runtime = request.app.state.runtime
    file = None
    if found.returns_label:
        file = await runtime.desk.read(file_of, found.returns_label, Sheet())
    if file is None:
        return _nothing()
    return Response(file.body, media_type=file.media, headers=UNSEEN)


async def _found(link: str, request: Request) -> PublicParcel | Response:
    runtime: Runtime = request.app.state.runtime
    address = request.client.host if request.client else ""
    wait_s = request.app.state.public.take(address)
    if wait_s:
        headers = UNSEEN | {"Retry-After": str(int(wait_s) + 1)}
        return PlainTextResponse("Too many requests.", status_code=429, headers=headers)
    found = await runtime.desk.read(public_parcel, link, runtime.clock.now_ms())
    return _nothing() if found is None else found


def _nothing() -> Response:
    return PlainTextResponse("There is no such page.", status_code=404, headers=UNSEEN)
