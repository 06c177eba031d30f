"""Owns the house in a process of its own, to be killed."""

import os
import socket
from multiprocessing.connection import Connection

from api.main import create_app
from api.server import Server
from tests.browser.building import open_house


def serve(database: str, port: int, ready: Connection) -> None:
    """Serves until it is killed; a word on `ready` says that requests are taken."""
    server = Server(create_app(open_house(database).runtime))
    server.listening.set = lambda: ready.send(os.getpid())  # type: ignore[method-assign]
    server.run(sockets=[socket.create_server(("127.0.0.1", port))])
