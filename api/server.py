"""Owns the HTTP server: uvicorn with the figures of this house, and how it stops.

Live events would keep it from stopping for ever, so they are ended first. It refuses a port that
another program has, and says which and what to do.
"""

import errno
import socket
import threading
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from api.errors import WrongInput

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


def listen_on(host: str, port: int) -> socket.socket:
    """A socket of our own on the port. Raises: WrongInput naming the port and the fix."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except (OSError, OverflowError) as error:
        taken.close()
        raise WrongInput(_why(host, port, error)) from error
    taken.listen(BACKLOG)
    return taken


def _why(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", 0)
    if number == errno.EADDRINUSE:
        return (
            f"port {port} is in use by another program: "
            f"stop it, or choose a free port with --port {port + 1}"
        )
    if number == errno.EACCES:
        return f"port {port} is for the administrator only: choose one with --port 8000"
    return f"{host}:{port} cannot be listened on ({error}): check --host and --port"
