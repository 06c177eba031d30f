"""Owns a Mosquitto that we start ourselves, for a demo, a bench or a test; production has its own.

It refuses to run without the shipped configuration, and ends with the process that started it.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from devices import broker
from devices.transports.mqtt_connection import Broker

READY_S: Final = 10.0
STOP_S: Final = 5.0
POLL_S: Final = 0.02
# Becomes the broker; beside it somebody reads our end of a pipe, which closes when we die.
END_WITH_US: Final = '(read -r _ <&{0} || kill -9 $$) & exec "$0" "$@"'
PATHS: Final = "/usr/local/sbin:/usr/sbin:/opt/homebrew/sbin"


class BrokerMissing(RuntimeError):
    def __init__(self) -> None:
        super().__init__(
            "mosquitto is not installed (Debian, Ubuntu: apt install mosquitto; "
            "macOS: brew install mosquitto)"
        )


def program() -> str:
    """Where mosquitto is. Raises: BrokerMissing."""
    path = f"{os.environ.get('PATH', '')}{os.pathsep}{PATHS}"
    found = shutil.which("mosquitto", path=path)
    if not found:
        raise BrokerMissing
    return found


class Mosquitto:
    """A broker on a free port of the loopback; `users` are names and passwords.

    `tls` are the certificate and key that it shows, and the authority whose clients it lets in.
    """

    def __init__(
        self,
        home: Path,
        users: Mapping[str, str] = {},
        *,
        rights: str = "",
        port: int = 0,
        tls: tuple[str, str, str] = ("", "", ""),
    ) -> None:
        self.port = port or free_port()
        self.users = {broker.HOST: broker.new_password()} | dict(users)
        self._program = program()
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline = -1
        certificate, key, ca = tls
        listener = broker.Listener(port=self.port, certificate=certificate, key=key, ca=ca)
        self._path = broker.write(home, [listener], rights or broker.rights(), self.users)
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # else it would leave its own files
            with self._path.open("a") as file:
                file.write("user root\n")
        self._log = home / "mosquitto.log"

    def login(self, user: str = broker.HOST, **more: object) -> Broker:
        """How `user` connects."""
        settings = {"client": user, "username": user, "password": self.users.get(user, "")}
        return Broker(port=self.port, **{**settings, **more})  # type: ignore[arg-type]

    def start(self) -> None:
        """Starts it, and waits until it accepts connections. Raises: RuntimeError with its log."""
        ours, self._lifeline = os.pipe()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", END_WITH_US.format(ours), self._program, "-c", str(self._path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(ours,),
                start_new_session=True,
            )
        os.close(ours)
        until = time.monotonic() + READY_S
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"mosquitto does not start: {self._log.read_text()[-600:]}")
            time.sleep(POLL_S)

    def kill(self) -> None:
        """As a power cut does it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            with suppress(BrokenPipeError):
                os.write(self._lifeline, b"ended\n")
            os.close(self._lifeline)

    def _accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1.0).close()
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
