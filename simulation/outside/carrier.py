"""Owns carriers that answer over HTTP on this machine: labels, manifests, and news that they tell.

What is sold follows from the reference, so a repeat is the same label even after a new start. It
is now and then slow, and fails now and then; it refuses whoever lacks the token.
"""

import base64
import hashlib
import hmac
import http.client
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from controller.units import MINUTE
from simulation.outside.journeys import Happening, story

HOST: Final = "127.0.0.1"
DAYS: Final = {  # by what carriers sell, and by the house's names for parcels of an earlier start
    "T": 0,
    "N": 1,
    "S": 2,
    "ALBION-TODAY": 0,
    "ALBION-NEXT-DAY": 1,
    "ALBION-STANDARD": 2,
    "MERIDIAN-HOME": 2,
    "MERIDIAN-NEAR": 3,
    "MERIDIAN-WORLD": 6,
}
NORMAL_MS, SLOW_MS = 300, 12_000  # of the building's time
SLOW_OF_100, FAILS_OF_100 = 3, 2
TOLD_MAX: Final = 100  # shipments to a message
TELL_S: Final = 0.5
TIMEOUT_S: Final = 5.0

Answer = tuple[int, dict[str, Any]]


class Carrier:
    """`now_ms` is the building's clock, `speed` how much faster it goes than ours."""

    def __init__(self, name: str, path: str, prefix: str, token: str) -> None:
        self.name = name
        self.path = path
        self.token = token
        self._prefix = prefix
        self._sold: dict[str, dict[str, Any]] = {}
        self._coming: dict[str, list[Happening]] = {}  # by number, what is not told yet
        self._manifests = 0
        self._lock = threading.Lock()

    def take(self, number: str, service: str, left_ms: int, known_ms: int = 0) -> None:
        """A parcel is on its way from now on; what happened until `known_ms` is told already."""
        happens = story(number, DAYS.get(service, 2), left_ms)
        with self._lock:
            self._coming[number] = [each for each in happens if each.at_ms > known_ms]

    def due(self, now_ms: int) -> list[tuple[str, list[Happening]]]:
        """News that nobody was told of yet, some at a time."""
        with self._lock:
            found = (
                (n, [each for each in coming if each.at_ms <= now_ms])
                for n, coming in self._coming.items()
            )
            return [(n, happened) for n, happened in found if happened][:TOLD_MAX]

    def told(self, news: Iterable[tuple[str, list[Happening]]]) -> None:
        with self._lock:
            for number, happened in news:
                left = self._coming[number][len(happened) :]
                if left:
                    self._coming[number] = left
                else:
                    del self._coming[number]

    def answer(self, method: str, path: str, body: Any, now_ms: int) -> Answer:
        parts = urlsplit(path)
        area = parts.path.removeprefix(self.path).split("/")[1]
        if area == "account":
            return 200, {"account": self.name}
        if area == "rates":
            return 200, {"offers": self._offers(body)}
        if area == "manifests":
            return 200, {"number": self._manifest(body, now_ms)}
        if method == "DELETE":
            return 200, {"voided": True}
        if area == "pickups":
            return 201, body | {"number": self._number(body["reference"])}
        if method == "POST":
            return 201, self._sell(body)
        found = self._sold.get(parse_qs(parts.query)["reference"][0])
        return 200, {"items": [found] if found else []}

    def _number(self, reference: str) -> str:
        return f"{self._prefix}{int(_digest(reference), 16) % 10**10:010}"

    def _sell(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A label; of a shipment of several pieces it says which one it is of how many."""
        reference = str(body["reference"])
        number, of = self._number(reference), int(body.get("of", 1))
        nth = f" {body['piece']} of {of}" if of > 1 else ""
        lines = (f"^FD{self.name}^FS", f"^FD{body['to']['postcode']}{nth}^FS")
        label = (
            f"^XA^FO40,40^A0N,48,48{lines[0]}^FO40,110^A0N,36,36{lines[1]}"
            f"^FO40,200^BCN,120,Y,N,N^FD{number}^FS"
            f"^FO40,400^BCN,120,Y,N,N^FD{reference.partition('-')[0]}^FS^XZ"
        )
        sold = {"reference": reference, "number": number, "label": _text(label.encode())}
        self._sold[reference] = sold
        return sold

    def _offers(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        at_home = body["country"] == "GB"
        products = [("S", 3.4, 2), ("N", 5.7, 1)] if at_home else [("E", 9.8, 3)]
        kilos = float(body["weight_kg"])
        return [
            {"product": product, "price": round(price + 0.3 * kilos, 2), "days": days}
            for product, price, days in products
        ]

    def _manifest(self, body: Mapping[str, Any], now_ms: int) -> str:
        for each in body["parcels"]:
            self.take(str(each["number"]), str(each["product"]), now_ms)
        self._manifests += 1
        return f"{self._prefix}-{now_ms // MINUTE}-{self._manifests}"


class Carriers:
    """The carriers behind one port. It tells news to the house at `port` once they happened."""

    def __init__(self, carriers: Iterable[Carrier]) -> None:
        self.carriers = tuple(carriers)
        self.stopping = threading.Event()
        self.now_ms: Callable[[], int] = lambda: 0
        self.speed = 1.0
        self._asked = 0
        handler = type("Handler", (_Handler,), {"house": self})
        self._server = ThreadingHTTPServer((HOST, 0), handler)
        self._server.daemon_threads = True
        self._port = 0
        self._threads = (
            threading.Thread(target=self._serve, name="carriers", daemon=True),
            threading.Thread(target=self._tell, name="carriers-tell", daemon=True),
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_port}"

    def start(self, now_ms: Callable[[], int], speed: float, port: int) -> None:
        """From now on they answer, by the building's clock, and tell news to the house's port."""
        self.now_ms, self.speed, self._port = now_ms, speed, port
        for each in self._threads:
            each.start()

    def stop(self) -> None:
        self.stopping.set()
        if self._threads[0].is_alive():
            self._server.shutdown()
        self._server.server_close()

    def of(self, path: str) -> Carrier | None:
        return next((each for each in self.carriers if path.startswith(f"{each.path}/")), None)

    def mood(self, buys: bool) -> tuple[int, int]:
        """How many milliseconds this answer takes, and with which fault it ends; 0 for none."""
        self._asked += 1
        drawn = int(_digest(f"mood/{self._asked}"), 16) % 100
        if buys and drawn < FAILS_OF_100:
            return NORMAL_MS, 503
        slow = buys and drawn < FAILS_OF_100 + SLOW_OF_100
        return SLOW_MS if slow else NORMAL_MS, 0

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.1)

    def _tell(self) -> None:
        while not self.stopping.wait(TELL_S):
            for carrier in self.carriers:
                news = carrier.due(self.now_ms())
                if news and _post(self._port, carrier, news, self.now_ms()):
                    carrier.told(news)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    house: Carriers

    def log_message(self, *_args: Any) -> None:
        pass

    def _serve(self) -> None:
        given = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        carrier = self.house.of(self.path)
        if carrier is None or self.headers.get("Authorization") != f"Bearer {carrier.token}":
            self._send(401, {"error": "who are you?"})
            return
        takes_ms, fault = self.house.mood(self.command == "POST" and "/shipments" in self.path)
        self.house.stopping.wait(takes_ms / 1_000 / self.house.speed)
        if fault:
            self._send(fault, {"error": "try again"})
            return
        body = json.loads(given) if given else None
        self._send(*carrier.answer(self.command, self.path, body, self.house.now_ms()))

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815

    def _send(self, code: int, answer: Mapping[str, Any]) -> None:
        text = json.dumps(answer).encode()
        try:
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
        except OSError:
            self.close_connection = True


def _post(
    port: int, carrier: Carrier, news: Iterable[tuple[str, list[Happening]]], now_ms: int
) -> bool:
    """Tells the house, signed; whether it has taken it."""
    shipments = [{"number": n, "events": [_event(each) for each in some]} for n, some in news]
    body = json.dumps({"shipments": shipments}).encode()
    at = datetime.fromtimestamp(now_ms / 1_000, UTC).isoformat()
    signed = hmac.new(carrier.token.encode(), at.encode() + b"." + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": at,
        "X-Signature": signed.hexdigest(),
    }
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_S)
    try:
        path = f"/api/carriers/{quote(carrier.name)}/tracking"
        connection.request("POST", path, body, headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _event(happening: Happening) -> dict[str, Any]:
    named = {"code": happening.code, "place": happening.place, "words": happening.words}
    return {"time": happening.at_ms} | named


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
