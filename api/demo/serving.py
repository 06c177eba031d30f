"""Owns the web server of the demo: uvicorn on a thread, on a port that was checked before.

It refuses a port that another program has, and says which and what to do.
"""

import errno
import socket
import threading
from typing import Final

from fastapi import FastAPI

from api.errors import WrongInput
from api.server import Server

READY_S: Final = 10.0
STOP_S: Final = 2.0
BACKLOG: Final = 256


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
            f"port {port} is in use by another program, maybe another demo: "
            f"stop it, or choose a free port with --port {port + 1}"
        )
    if number == errno.EACCES:
        return f"port {port} is for the administrator only: choose one with --port 8000"
    return f"{host}:{port} cannot be listened on ({error}): check --host and --port"


class WebServer:
    """`app` behind a socket, on a thread, until it is stopped."""

    def __init__(self, app: FastAPI, listening: socket.socket) -> None:
        self._socket = listening
        self._server = Server(app)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> None:
        """Returns when requests are taken. Raises: RuntimeError when they never are."""
        self._thread.start()
        if not self._server.listening.wait(READY_S):
            raise RuntimeError("the web server does not start")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(STOP_S)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])
