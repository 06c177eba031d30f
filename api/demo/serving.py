"""Owns the web server of the demo: the house's own, on a thread, on a port that was checked."""

import socket
import threading
from typing import Final

from fastapi import FastAPI

from api.server import Server

READY_S: Final = 10.0
STOP_S: Final = 2.0


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
