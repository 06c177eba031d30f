"""`pickwright serve` as a real process: what it refuses and prints, how it stops and returns."""

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from api.demo.visitors import PIN as DEMO_PIN
from api.pins import pin_hash
from controller.core import Controller
from controller.messages import ImportWorkers, SetPin, Worker
from controller.store import open_store
from tests.api.command_line import CommandLine
from tests.house import SetClock
from tests.until import WAIT_S

PIN: Final = re.compile(r"badge ADMIN, one-time PIN (\d{8})")


class Process:
    """A controller that serves; `pin` is what its first start prints."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", *options]
        self.popen = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.log: list[dict[str, Any]] = []
        self.told: list[str] = []
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        for stream, take in ((self.popen.stderr, self._heard), (self.popen.stdout, self._said)):
            thread = threading.Thread(target=self._read, args=(stream, take), daemon=True)
            self._threads.append(thread)
            thread.start()
        self.url = str(self.wait_for("serving")["address"])

    def _read(self, stream: Any, take: Any) -> None:
        for line in stream:
            with self._changed:
                take(line)
                self._changed.notify_all()

    def _heard(self, line: str) -> None:
        self.log.append(json.loads(line) if line.startswith("{") else {"event": line})

    def _said(self, line: str) -> None:
        self.told.append(line)

    def wait_for(self, event: str) -> dict[str, Any]:
        with self._changed:
            self._changed.wait_for(lambda: self._find(event) or self._ended(), WAIT_S)
            found = self._find(event)
        assert found, self.log
        return found

    def _find(self, event: str) -> dict[str, Any] | None:
        return next((each for each in self.log if each["event"] == event), None)

    def _ended(self) -> bool:
        return self.popen.poll() is not None

    def pin(self) -> str:
        with self._changed:
            self._changed.wait_for(lambda: PIN.search("".join(self.told)), WAIT_S)
        found = PIN.search("".join(self.told))
        assert found
        return found[1]

    def end(self) -> None:
        """Killed, if it still runs, and read to the end."""
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait(WAIT_S)
        for thread in self._threads:
            thread.join(WAIT_S)
        for stream in (self.popen.stdout, self.popen.stderr):
            assert stream is not None
            stream.close()

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.popen.send_signal(by)
        return self.popen.wait(WAIT_S)


@contextmanager
def process(*options: str) -> Iterator[Process]:
    started = Process(*options)
    try:
        yield started
    finally:
        started.end()


def first_time(pin: str) -> dict[str, str]:
    return {"badge": "ADMIN", "pin": pin, "new_pin": "628405"}


@contextmanager
def signed_in(served: Process, pin: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=WAIT_S) as client:
        answer = client.post("/api/sign-in", json=first_time(pin))
        assert answer.status_code == 200, answer.text
        yield client


def test_the_first_start_makes_an_administrator_and_a_restart_keeps_everything(
    tmp_path: Path,
) -> None:
    database = ("--database", str(tmp_path / "warehouse.db"))
    with process(*database) as first:
        pin = first.pin()
        with signed_in(first, pin) as client:
            assert client.put("/api/workers/B1", json={"role": "packer"}).status_code == 200
            cookies = client.cookies
            once_more = client.post("/api/sign-in", json={"badge": "ADMIN", "pin": pin})
            assert once_more.status_code == 401
        assert first.stop() == 0
    with process(*database) as second:
        with httpx.Client(base_url=second.url, cookies=cookies, timeout=WAIT_S) as client:
            badges = [row["badge"] for row in client.get("/api/workers").json()["rows"]]
        assert badges == ["ADMIN", "B1"]
        assert second.told == []
        assert second.stop(signal.SIGINT) == 0
    assert pin not in str(first.log)


def test_an_open_page_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    with (
        process("--database", str(tmp_path / "warehouse.db")) as served,
        signed_in(served, served.pin()) as client,
        client.stream("GET", "/api/console/events") as stream,
    ):
        next(stream.iter_lines())
        assert served.stop() == 0


def test_over_tls_of_our_own_authority_the_cookie_is_secure(
    tmp_path: Path, pickwright: CommandLine
) -> None:
    folder = tmp_path / "certificates"
    assert pickwright("cert", "wms.local", "127.0.0.1", "--folder", str(folder)).code == 0
    assert oct((folder / "server.key").stat().st_mode & 0o777) == "0o600"
    assert oct((folder / "ca.key").stat().st_mode & 0o777) == "0o600"
    authority = (folder / "ca.pem").read_bytes()
    assert pickwright("cert", "wms.local", "--folder", str(folder)).code == 0
    assert (folder / "ca.pem").read_bytes() == authority
    options = ("--tls-cert", str(folder / "server.pem"), "--tls-key", str(folder / "server.key"))
    with process("--database", str(tmp_path / "w.db"), "--host", "0.0.0.0", *options) as served:
        trusted = ssl.create_default_context(cafile=str(folder / "ca.pem"))
        url = served.url.replace("0.0.0.0", "localhost")
        with httpx.Client(base_url=url, verify=trusted, timeout=WAIT_S) as client:
            answer = client.post("/api/sign-in", json=first_time(served.pin()))
            assert "secure" in answer.headers["set-cookie"].lower()
        assert served.stop() == 0


SITE_FILE = """
[serve]
port = "many"
[site]
cut_off_ms = 1
wip_orders_max = 5
[warehouse]
x = 1
"""


def test_what_is_unsafe_or_wrong_is_refused_before_anything_is_opened(
    pickwright: CommandLine, tmp_path: Path
) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE_FILE)
    devices = tmp_path / "devices.toml"
    devices.write_text("[device.scale1]\nx = 1\n")
    database = str(tmp_path / "w.db")
    refusals = {
        ("--host", "0.0.0.0"): "add --tls-cert and --tls-key",
        ("--host", "192.168.0.1"): "lets other computers in",
        ("--tls-cert", "x.pem"): "needs its key",
        ("--tls-cert", "x.pem", "--tls-key", "x.key"): "does not exist",
        ("--database", "postgresql://wms:postgres@db/wms"): "password that everybody knows",
        ("--database", "sqlite://"): "must be kept",
        (
            "--config",
            str(site),
        ): "[site] cut_off_ms is no key of this table: did you mean cutoff_ms?",
        ("--devices", str(devices)): str(devices),
        ("--config", "none.toml"): "cannot be read",
    }
    for options, words in refusals.items():
        given = options if "--database" in options else (*options, "--database", database)
        answer = pickwright("serve", *given)
        assert answer.code == 2, options
        assert words in answer.err, options
    assert not Path(database).exists()


def test_every_problem_of_a_site_file_is_told_at_once(
    pickwright: CommandLine, tmp_path: Path
) -> None:
    site = tmp_path / "site.toml"
    site.write_text(SITE_FILE)
    told = pickwright("serve", "--config", str(site)).err
    assert "[serve] port is wrong: expected `int`, got `str`" in told
    assert "[warehouse] is no table of this file" in told
    assert "[site] cut_off_ms" in told


def test_a_port_that_is_taken_is_named(pickwright: CommandLine, tmp_path: Path) -> None:
    with process("--database", str(tmp_path / "a.db")) as served:
        port = served.url.rpartition(":")[2]
        answer = pickwright("serve", "--port", port, "--database", str(tmp_path / "b.db"))
    assert f"port {port} is in use" in answer.err


def test_a_database_with_the_pins_of_the_demo_is_not_served(
    pickwright: CommandLine, tmp_path: Path
) -> None:
    database = str(tmp_path / "demo.db")
    store = open_store(f"sqlite:///{database}")
    controller = Controller(store, SetClock())
    controller.handle(ImportWorkers(id="w", workers=(Worker(badge="V1", role="admin"),)))
    hashed = pin_hash(DEMO_PIN)
    controller.handle(SetPin(id="demo/pin/V1", badge="V1", pin_hash=hashed))
    store.close()
    answer = pickwright("serve", "--port", "0", "--database", database)
    assert answer.code == 2
    assert "V1 have the PIN that the demo prints" in answer.err


def test_workers_are_added_and_listed_from_the_machine_itself(
    pickwright: CommandLine, tmp_path: Path
) -> None:
    database = ("--database", str(tmp_path / "w.db"))
    added = pickwright("worker", "add", "LEAD-7", "--role", "lead", *database)
    again = pickwright("worker", "pin", "LEAD-7", *database)
    pins = [re.search(r"PIN (\d{8})", each.out) for each in (added, again)]
    assert all(pins)
    assert pins[0] != pins[1]
    assert "LEAD-7" in pickwright("worker", "list", *database).out
    assert pickwright("worker", "pin", "NOBODY", *database).code == 2


def test_serving_imports_nothing_simulated() -> None:
    code = (
        "import api.serving, sys; print(*(m for m in sys.modules if m.startswith('simulation')))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert found.stdout.strip() == ""


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_needs_no_tls(host: str) -> None:
    from api.serving import is_loopback

    assert is_loopback(host)
