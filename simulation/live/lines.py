"""Owns the far ends of lines: a pseudo-terminal for a scale, a socket for a printer.

One thread serves them all. Whoever opens the terminal or connects to the port talks to the
emulated machine behind it, as with a real one. It refuses to know what the bytes mean.
"""

import os
import selectors
import socket
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from typing import Final

READ_MAX: Final = 4_096
HOST: Final = "127.0.0.1"

Heard = Callable[[str, bytes], None]


class FarEnds:
    """`heard(address, payload)` is called on the thread of the lines."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._selector = selectors.DefaultSelector()
        self._writers: dict[str, Callable[[bytes], object]] = {}
        self._open: list[int] = []
        self._sockets: list[socket.socket] = []
        self._wake, self._woken = socket.socketpair()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._run, name="far ends", daemon=True)

    def serial(self, address: str) -> str:
        """A new serial line; the path of the port that the host opens."""
        near, far = os.openpty()
        tty.setraw(far)
        os.set_blocking(near, False)
        self._open += [near, far]  # the far side stays open, or the near one would end
        self._writers[address] = lambda payload: os.write(near, payload)
        self._selector.register(near, selectors.EVENT_READ, lambda: self._read(near, address))
        return os.ttyname(far)

    def tcp(self, address: str, port: int = 0) -> int:
        """A port on which the host connects; any free one by default.

        Raises: OSError when the port is taken.
        """
        listening = socket.create_server((HOST, port))
        listening.setblocking(False)
        self._sockets.append(listening)
        self._selector.register(
            listening, selectors.EVENT_READ, lambda: self._accept(listening, address)
        )
        return int(listening.getsockname()[1])

    def send(self, address: str, payload: bytes) -> None:
        """What a machine says; nobody hears it while the line is not open."""
        write = self._writers.get(address)
        if write is not None:
            with suppress(OSError):
                write(payload)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._wake.close()
        if self._thread.is_alive():
            self._thread.join()
        self._selector.close()
        for each in (*self._sockets, self._woken):
            each.close()
        for descriptor in self._open:
            os.close(descriptor)

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                key.data()

    def _read(self, near: int, address: str) -> None:
        with suppress(BlockingIOError):
            self._heard(address, os.read(near, READ_MAX))

    def _accept(self, listening: socket.socket, address: str) -> None:
        connection, _ = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._sockets.append(connection)
        self._writers[address] = connection.sendall
        self._selector.register(
            connection, selectors.EVENT_READ, lambda: self._receive(connection, address)
        )

    def _receive(self, connection: socket.socket, address: str) -> None:
        try:
            payload = connection.recv(READ_MAX)
        except OSError:
            payload = b""
        if payload:
            self._heard(address, payload)
            return
        self._selector.unregister(connection)
        self._sockets.remove(connection)
        connection.close()
