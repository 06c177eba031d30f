"""Owns the HTTP server: uvicorn with the figures of this house, and how it stops.

Live events would keep it from stopping for ever, so they are ended first.
"""

import socket
import threading
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

STOP_S: Final = 3
KEEP_ALIVE_S: Final = 30
BACKLOG: Final = 2_048


class Server(uvicorn.Server):
    """`listening` is set when requests are taken."""

    def __init__(self, app: FastAPI, tls: tuple[Path, Path] | None = None) -> None:
        certificate, key = tls or (None, None)
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                log_level="warning",
                server_header=False,
                date_header=False,
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=STOP_S,
                ssl_certfile=certificate,
                ssl_keyfile=key,
            )
        )
        self.listening = threading.Event()
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if hasattr(self._app.state, "events"):
            self._app.state.events.close()
        await super().shutdown(sockets)
