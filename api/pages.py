"""Owns the pages: the handheld and the console as Vite built them, and what they load.

A page is asked for anew each time, its assets carry their content in the name and may be kept.
The build lays compressed twins beside the files; whoever accepts one gets it.
"""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.types import Scope

from api.problems import Problem

WEB: Final = Path(__file__).parent / "web" / "dist"
KEPT: Final = "public, max-age=31536000, immutable"
ASKED_ANEW: Final = "no-cache"
TWINS: Final = {"br": ".br", "gzip": ".gz"}  # the smaller first

router = APIRouter(include_in_schema=False)


@router.get("/")
async def start() -> Response:
    return RedirectResponse("/console")


@router.get("/handheld")
@router.get("/handheld/{_rest:path}")
async def handheld(request: Request) -> Response:
    return _page(request, "handheld")


@router.get("/console")
@router.get("/console/{_rest:path}")
async def console(request: Request) -> Response:
    return _page(request, "console")


def _page(request: Request, name: str) -> Response:
    folder: Path = request.app.state.web
    file = folder / f"{name}.html"
    if not file.is_file():
        raise Problem(404, "page_not_built", "build the pages with: make web")
    coding = _coding(request.headers, file)
    headers = {"Cache-Control": ASKED_ANEW, **_coded(coding)}
    packed = file.with_name(file.name + TWINS[coding]) if coding else file
    return FileResponse(packed, headers=headers, media_type="text/html")


def _coding(headers: Headers, file: Path) -> str:
    """The coding of the twin that the caller accepts; "" for the file itself."""
    offered = headers.get("accept-encoding", "").replace(" ", "").split(",")
    accepted = {each.partition(";")[0] for each in offered if not each.endswith(";q=0")}
    for coding, ending in TWINS.items():
        if coding in accepted and file.with_name(file.name + ending).is_file():
            return coding
    return ""


def _coded(coding: str) -> dict[str, str]:
    return {"Vary": "Accept-Encoding"} | ({"Content-Encoding": coding} if coding else {})


class Assets(StaticFiles):
    """What pages load; only names with their content in it are kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        coding = _coding(Headers(scope=scope), Path(str(self.directory)) / path)
        response = await super().get_response(path + TWINS.get(coding, ""), scope)
        response.headers.update(_coded(coding))
        hashed = path.replace("\\", "/").startswith("assets/")
        response.headers["Cache-Control"] = KEPT if hashed else ASKED_ANEW
        return response
