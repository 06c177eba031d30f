"""Owns the composition of the HTTP edge: one app over one running controller.

The runtime is started and stopped by whoever owns the process; the app only speaks for it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api import logs, pages, problems
from api.access import Access
from api.console import live
from api.console import routes as console
from api.console.desk import console_of
from api.direct import App
from api.edge import Edge
from api.events import Events
from api.guard import Guard
from api.handheld import router as handheld
from api.handheld.presence import Presence
from api.metrics import Metrics
from api.openapi import describe
from api.public import router as public
from api.routes import (
    carriers,
    cartons,
    checks,
    devices,
    documents,
    erasures,
    feed,
    files,
    health,
    inbound,
    loading,
    node_files,
    nodes,
    orders,
    outbound,
    packing,
    quotes,
    rate_cards,
    shipping_quotes,
    sign_in,
    site,
    stock,
    workers,
)
from api.runtime import Runtime

# Routes are tried one after another, so what is asked most often stands first.
ROUTERS = (
    orders.router,
    handheld.items,  # before the site's, whose address of an item takes the rest of the path
    handheld.router,
    console.router,
    sign_in.router,
    stock.router,
    feed.router,
    site.router,
    inbound.router,
    outbound.router,
    packing.router,
    documents.router,
    cartons.router,
    quotes.router,
    carriers.router,
    shipping_quotes.router,
    rate_cards.router,  # before the files', whose kinds of import are others
    loading.router,
    nodes.router,
    node_files.router,  # before the files', whose kinds of import are others
    devices.router,
    workers.router,
    erasures.router,
    files.router,
    checks.router,
    health.router,
    handheld.pages,
    public.router,
)
SHORTENED = (orders.place, handheld.scan)


def create_app(runtime: Runtime, edge: Edge | None = None, web: Path = pages.WEB) -> App:
    """The HTTP edge of a running controller: pages, JSON and events."""
    logs.configure()
    edge = edge or Edge()
    access = Access(runtime, edge)
    presence = Presence()
    events = Events(runtime, (*live.sources(runtime), *presence.sources()))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        events.close()
        access.close()

    app = App(
        title="Pickwright",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.runtime = runtime
    app.state.access = access
    app.state.events = events
    app.state.presence = presence
    app.state.console = console_of(runtime)
    app.state.metrics = Metrics(runtime, events)
    app.state.web = web
    app.state.public = public.rates()
    for router in (*ROUTERS, pages.router):
        app.router.routes += router.routes  # flat: a router within a router is matched twice
    if web.is_dir():
        app.mount("/web", pages.Assets(directory=web), name="web")
    problems.install(app)
    describe(app)
    app.add_middleware(Guard, edge=edge, answered=app.state.metrics.answered)
    app.shorten(SHORTENED, Guard(app, edge, app.state.metrics.answered))
    return app
