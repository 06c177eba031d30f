"""Owns the bad line between two ends that speak TCP: cut, silent, or mended at a test's word.

`cut` resets what is open and refuses what comes; `hush` keeps connections open and lets nothing
through, as a line does whose other end has lost its power; `mend` ends both. It refuses to look
at what it carries.
"""

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import Final

CHUNK: Final = 65_536
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER on, no time: a close is a reset


@dataclass(eq=False)
class Proxy:
    """Listens on a free port of the loopback and carries bytes to `port`."""

    port: int
    host: str = "127.0.0.1"
    _flows: threading.Event = field(default_factory=threading.Event, init=False)
    _open: set[socket.socket] = field(default_factory=set, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _refusing: bool = field(default=False, init=False)
    _listener: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self._flows.set()
        self._listener = socket.create_server((self.host, 0))
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        host, port = self._listener.getsockname()[:2]
        return str(host), int(port)

    def cut(self) -> None:
        self._refusing = True
        self._reset_all()

    def hush(self) -> None:
        self._flows.clear()

    def mend(self) -> None:
        self._refusing = False
        self._flows.set()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self._flows.set()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._join(near)

    def _join(self, near: socket.socket) -> None:
        """Two threads carry the bytes of a connection; a refused one is reset at once."""
        try:
            if self._refusing:
                raise ConnectionRefusedError
            far = socket.create_connection((self.host, self.port), timeout=5)
        except OSError:
            _reset(near)
            return
        far.settimeout(None)
        for each in (near, far):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open |= {near, far}
        for source, sink in ((near, far), (far, near)):
            carry = threading.Thread(target=self._carry, args=(source, sink), daemon=True)
            carry.start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK):
                self._flows.wait()
                sink.sendall(chunk)
        with self._lock:
            self._open -= {source, sink}
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _reset_all(self) -> None:
        with self._lock:
            open_now, self._open = self._open, set()
        for each in open_now:
            _reset(each)


def _reset(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        line.shutdown(socket.SHUT_RDWR)
    line.close()
