"""Owns sockets to devices that listen themselves, such as label printers on port 9100.

It sends at once and notices a peer that is gone without a word. It refuses to listen.
"""

import socket
from dataclasses import dataclass
from typing import Final

CONNECT_S: Final = 3.0
READ_S: Final = 0.2
WRITE_S: Final = 2.0
READ_MAX: Final = 4_096
SILENT_S: Final = 4  # then the peer's machine is asked whether it is there
ASK_S: Final = 2
ASK_TIMES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Socket:
    host: str
    port: int = 9_100

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class TcpChannel:
    """An open connection. Raises: OSError when nobody answers."""

    def __init__(self, peer: Socket) -> None:
        self._socket = socket.create_connection((peer.host, peer.port), CONNECT_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (
            ("TCP_KEEPIDLE", SILENT_S),
            ("TCP_KEEPINTVL", ASK_S),
            ("TCP_KEEPCNT", ASK_TIMES),
            ("TCP_USER_TIMEOUT", 1_000 * (SILENT_S + ASK_S * ASK_TIMES)),
        ):
            if hasattr(socket, name):  # not every system has all of them
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        self._socket.settimeout(WRITE_S)
        self._reader = self._socket.dup()
        self._reader.settimeout(READ_S)

    def read(self) -> bytes:
        try:
            payload = self._reader.recv(READ_MAX)
        except TimeoutError:
            return b""
        if not payload:
            raise ConnectionError("the other side hung up")
        return payload

    def write(self, payload: bytes) -> None:
        self._socket.sendall(payload)

    def close(self) -> None:
        self._reader.close()
        self._socket.close()
