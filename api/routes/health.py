"""Owns what a monitor asks: is the process there, can it work, and its figures.

Health and readiness are open to all and tell nothing but yes and no. Figures take a key with the
scope `metrics`, or a lead: an address says nothing about who asks, least of all behind a proxy.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from api.callers import Caller, needs
from api.fields import Told
from api.metrics import MEDIA_TYPE
from controller.errors import ControllerError
from controller.views import catalogue

router = APIRouter(tags=["about"])
OPEN: dict[str, Any] = {"security": []}


class Health(Told):
    status: str = "ok"


class Readiness(Told):
    """Each part that must work; `devices` counts cut wires and holds nothing up."""

    ready: bool
    database: bool
    threads: bool
    devices_offline: int


@router.get("/api/health", openapi_extra=OPEN)
async def health() -> Health:
    """The process answers."""
    return Health()


@router.get("/api/ready", openapi_extra=OPEN)
async def ready(request: Request, response: Response) -> Readiness:
    """Whether it can take work: 200, or 503 with the part that cannot."""
    runtime = request.app.state.runtime
    try:
        await runtime.desk.read(catalogue.site)
        database = True
    except ControllerError:
        database = False
    threads = runtime.alive
    response.status_code = 200 if database and threads else 503
    return Readiness(
        ready=database and threads,
        database=database,
        threads=threads,
        devices_offline=sum(not online for _, online in runtime.hub.devices()),
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"description": "Prometheus text.", "content": {"text/plain": {}}}},
)
async def metrics(
    request: Request, _caller: Annotated[Caller, needs("lead", "metrics")]
) -> Response:
    """Figures for Prometheus."""
    return Response(await request.app.state.metrics.scrape(), media_type=MEDIA_TYPE)
