"""Owns a mail server on this machine that lets no letter out: each becomes a file to look at.

The newest letters are kept. It refuses TLS and sign-in, since nobody else reaches it.
"""

import socketserver
import threading
from itertools import count
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
KEPT: Final = 100
LINE_MAX: Final = 8_192
IDLE_S: Final = 30.0


class Mailbox:
    """Letters come to lie in `folder`, which is made with the first one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(self._last() + 1)
        handler = type("Handler", (_Handler,), {"box": self})
        self._server = socketserver.ThreadingTCPServer((HOST, 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._serve, name="mailbox", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def keep(self, letter: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        number = next(self._numbers)
        (self.folder / f"{number:06}.eml").write_bytes(letter)
        (self.folder / f"{number - KEPT:06}.eml").unlink(missing_ok=True)

    def _last(self) -> int:
        names = (path.stem for path in self.folder.glob("*.eml"))
        return max((int(name) for name in names if name.isdecimal()), default=0)

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)


class _Handler(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to be handed a letter."""

    box: Mailbox
    timeout = IDLE_S

    def handle(self) -> None:
        self._say("220 mailbox")
        while line := self.rfile.readline(LINE_MAX):
            verb = line[:4].upper().strip()
            if verb == b"QUIT":
                self._say("221 bye")
                return
            if verb == b"DATA":
                self._say("354 go on")
                self.box.keep(self._letter())
            self._say("250 ok")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline(LINE_MAX)) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
