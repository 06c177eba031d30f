"""Owns the house in a process of its own, to be killed: `python -m ... DATABASE PORT`."""

import socket
import sys
from pathlib import Path

import uvicorn

from api.main import create_app
from tests.browser.building import open_house


class Announced(uvicorn.Server):
    """Says on stdout that it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write("listening\n")
        sys.stdout.flush()


def main(database: str, port: str) -> None:
    app = create_app(open_house(f"sqlite:///{Path(database)}").runtime)
    config = uvicorn.Config(app, port=int(port), log_level="error", access_log=False)
    Announced(config).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
