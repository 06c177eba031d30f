"""Owns the composition of the HTTP edge: one app over one running controller.

The runtime is started and stopped by whoever owns the process; the app only speaks for it.
"""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.runtime import Runtime

WEB: Final = Path(__file__).parent / "web" / "dist"


def create_app(runtime: Runtime) -> FastAPI:
    """The HTTP edge of a running controller: pages, JSON and events."""
    app = FastAPI(title="Pickwright", openapi_url="/api/openapi.json", docs_url="/api/docs")
    app.state.runtime = runtime
    if WEB.is_dir():
        app.mount("/web", StaticFiles(directory=WEB), name="web")
    return app
