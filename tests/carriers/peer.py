"""Owns a carrier on the loopback: labels, tracking, manifests, and the faults that carriers have.

It keeps what it sold, so that a test can count labels; each fault is used up by one request.
"""

import base64
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "tok-3f9a-very-secret"
ZPL = b"^XA^FO20,20^FDlabel^FS^XZ"
Answer = tuple[int, dict[str, Any]]


@dataclass
class Peer:
    """`labels` by reference, `voided` tracking numbers, `seen` requests as (method, path)."""

    url: str = ""
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    manifests: list[dict[str, Any]] = field(default_factory=list)
    news: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    ill: str = ""  # the first part of the paths at which it stumbles each time
    tokens: list[str] = field(default_factory=lambda: [TOKEN])
    price: float = 3.2
    added: list[tuple[str, str]] = field(default_factory=list)  # (master, reference)
    takes_pieces: bool = True
    pickups: dict[str, dict[str, Any]] = field(default_factory=dict)  # by number, until cancelled
    idempotent: bool = True
    held: threading.Event = field(default_factory=threading.Event)  # ends a slow answer
    _sold: int = 0

    @property
    def valid(self) -> list[str]:
        """Tracking numbers that would be billed."""
        return [n for n in self.numbers if n not in self.voided]

    @property
    def numbers(self) -> list[str]:
        return [f"PEER{n:06d}" for n in range(1, self._sold + 1)]

    def sell(self, body: dict[str, Any]) -> dict[str, Any]:
        reference = str(body["reference"])
        if self.idempotent and reference in self.labels:
            return self.labels[reference]
        self._sold += 1
        label = {
            "number": self.numbers[-1],
            "reference": reference,
            "price": {"total": self.price},
            "labels": [{"data": base64.b64encode(ZPL).decode()}],
        }
        self.labels[reference] = label
        return label

    def count(self, method: str, path: str) -> int:
        return sum(m == method and re.fullmatch(path, p) is not None for m, p in self.seen)


def _shipments(peer: Peer, method: str, path: str, body: Any) -> Answer:
    if method == "POST":
        return _sold(peer, path, body)
    if method == "DELETE":
        peer.voided.add(path.rsplit("/", 1)[1])
        return 200, {"voided": True}
    reference = parse_qs(urlsplit(path).query)["reference"][0]
    found = peer.labels.get(reference)
    found = None if found and found["number"] in peer.voided else found
    return 200, {"items": [found] if found else []}


def _sold(peer: Peer, path: str, body: Any) -> Answer:
    """One label; of a shipment of several pieces, each is sold by itself, the first begins it."""
    if body.get("of", 1) > 1 and not peer.takes_pieces:
        return 422, {"error": "one parcel a shipment"}
    sold = peer.sell(body)
    if path.endswith("/pieces"):
        sold["price"] = {"total": 0.2}
        sold["master"] = path.split("/")[2]
        peer.added.append((sold["master"], sold["reference"]))
    elif body.get("of", 1) > 1:
        sold["master"] = f"M-{sold['number']}"
    return 201, {"shipment": sold}


def _groups(peer: Peer, _method: str, path: str, _body: Any) -> Answer:
    """All pieces of a shipment are given back at once."""
    master = path.rsplit("/", 1)[1]
    peer.voided |= {e["number"] for e in peer.labels.values() if e.get("master") == master}
    return 200, {"voided": True}


def _tracking(peer: Peer, _method: str, path: str, _body: Any) -> Answer:
    number = path.rsplit("/", 1)[1]
    events = peer.news.get(number)
    return (200, {"events": events}) if events is not None else (404, {})


def _manifests(peer: Peer, _method: str, _path: str, body: Any) -> Answer:
    peer.manifests.append(body)
    return 200, {"id": f"MF-{len(peer.manifests)}"}


def _pickups(peer: Peer, method: str, path: str, body: Any) -> Answer:
    if method == "DELETE":
        gone = peer.pickups.pop(path.rsplit("/", 1)[1], None)
        return (200, {}) if gone else (404, {})
    known = [n for n, each in peer.pickups.items() if each["reference"] == body["reference"]]
    number = known[0] if known else f"PU{peer.count('POST', '/pickups'):03}"
    peer.pickups[number] = body
    return 201, {"confirmation": number, "earliest": body["from"], "latest": body["until"]}


def _rates(peer: Peer, _method: str, _path: str, _body: Any) -> Answer:
    return 200, {"rates": [{"product": "ECONOMY", "total": str(peer.price), "days": 2}]}


def _addresses(_peer: Peer, _method: str, _path: str, body: Any) -> Answer:
    known = body["postcode"] != "NOWHERE"
    return 200, {"ok": known, "message": "" if known else "no such postcode"}


def _account(_peer: Peer, _method: str, _path: str, _body: Any) -> Answer:
    return 200, {"account": "1"}


ROUTES: dict[str, Callable[[Peer, str, str, Any], Answer]] = {
    "shipments": _shipments,
    "groups": _groups,
    "tracking": _tracking,
    "manifests": _manifests,
    "pickups": _pickups,
    "rates": _rates,
    "addresses": _addresses,
    "account": _account,
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    peer: Peer

    def log_message(self, *_args: Any) -> None:
        pass

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.peer.seen.append((self.command, self.path))
        if self.path == "/token":
            self._token(body)
            return
        if self.headers.get("Authorization") != f"Bearer {self.peer.tokens[-1]}":
            said = {"error": f"bad token {self.headers.get('Authorization')}"}
            self._answer(401, json.dumps(said).encode())
            return
        fault = self.peer.faults.popleft() if self.peer.faults else ""
        given = json.loads(body) if body else None
        self.peer.bodies.append(given)
        self._with(fault, given)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815

    def _token(self, body: bytes) -> None:
        assert b"client_secret=tok-3f9a-very-secret" in body
        self.peer.tokens.append(f"fresh-{len(self.peer.tokens)}")
        answer = {"access_token": self.peer.tokens[-1], "expires_in": 3600}
        self._answer(200, json.dumps(answer).encode())

    def _with(self, fault: str, given: Any) -> None:
        """A fault before the request is carried out, after it, or none."""
        if fault.isdigit():
            more = {"Retry-After": "7"} if fault in ("429", "503") else {}
            said = b'{"error": "postcode and street do not match"}'
            self._answer(int(fault), said, **more)
            return
        if fault == "slow":
            self.peer.held.wait(30)
        area = self.path.split("?")[0].split("/")[1]
        if area == self.peer.ill:
            self._answer(500, b"")
            return
        code, answer = ROUTES[area](self.peer, self.command, self.path, given)
        if fault == "reset":
            self.connection.close()
            self.close_connection = True
            return
        if fault in ("late", "late_no_label"):
            self.peer.held.wait(30)
        text = json.dumps(self._bent(fault.removeprefix("late_"), answer)).encode()
        if fault == "garbage":
            text = b"<html>Sorry</html>"
        kind = "text/html" if fault == "type" else "application/json"
        self._answer(code, text, kind)

    def _bent(self, fault: str, answer: dict[str, Any]) -> dict[str, Any]:
        if fault == "no_number" and "confirmation" in answer:
            return {"confirmation": None}
        shipment = dict(answer.get("shipment", {}))
        if fault == "of_another":
            shipment["reference"] = "SOMEBODY-ELSES"
        elif fault == "dear":
            shipment["price"] = {"total": 99.0}
        elif fault == "priceless":
            shipment["price"] = {"total": "on request"}
        elif fault == "no_label":
            shipment["labels"] = [{"data": base64.b64encode(b"not zpl").decode()}]
        elif fault == "taken":
            shipment["number"] = self.peer.numbers[0]
        elif fault == "no_number":
            shipment["number"] = None
        elif fault == "of_another_shipment":
            shipment["master"] = "M-SOMEBODYS"
        return {**answer, "shipment": shipment} if shipment else answer

    def _answer(self, code: int, text: bytes, kind: str = "application/json", **more: str) -> None:
        try:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            for name, value in more.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(text)
        except OSError:
            self.close_connection = True


@contextmanager
def carrier_peer() -> Iterator[Peer]:
    peer = Peer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"peer": peer}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield peer
    finally:
        peer.held.set()
        server.shutdown()
        thread.join()
        server.server_close()
