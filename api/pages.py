"""Owns the pages: the handheld and the console as Vite built them, and what they load.

A page is asked for anew each time, its assets carry their content in the name and may be kept.
"""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from api.problems import Problem

WEB: Final = Path(__file__).parent / "web" / "dist"
KEPT: Final = "public, max-age=31536000, immutable"
ASKED_ANEW: Final = "no-cache"
NAMES: Final = ("handheld", "console")

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
    return FileResponse(file, headers={"Cache-Control": ASKED_ANEW})


class Assets(StaticFiles):
    """What pages load; only names with their content in it are kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        hashed = path.replace("\\", "/").startswith("assets/")
        response.headers["Cache-Control"] = KEPT if hashed else ASKED_ANEW
        return response
