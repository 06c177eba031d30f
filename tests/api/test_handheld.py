"""What a handheld asks and sends over HTTP."""

import json
import threading
import xml.etree.ElementTree as ET
from contextlib import suppress
from typing import Any

import httpx
import pytest

from api.handheld.pictures import picture
from controller.views.items import ItemLook
from tests.api.serving import BADGES, Served
from tests.until import WAIT_S

PICKER = BADGES["picker"]


def at_work(house: Served) -> httpx.Client:
    client, answer = house.sign_in(PICKER, floor=True)
    assert answer.status_code == 200, answer.text
    return client


def scan(client: httpx.Client, **given: Any) -> httpx.Response:
    body = {"id": "scan-1", "version": 1, "raw": "CART"} | given
    return client.post("/api/handheld/scan", json=body)


def test_signing_in_at_a_handheld_opens_the_work(quick: Served) -> None:
    answer = at_work(quick).get("/api/handheld/screen")
    assert answer.json()["worker"] == PICKER
    assert answer.json()["screen"]["workflow"] == "home"


def test_a_scan_answers_with_the_next_screen(quick: Served) -> None:
    answer = scan(at_work(quick), raw="BENCH").json()
    assert (answer["message"], answer["tone"]) == ("nothing_to_pack", "warn")
    assert answer["screen"]["workflow"] == "packing"
    assert answer["screen"]["version"] == 2


def test_a_scan_sent_again_is_carried_out_once_and_answered_the_same(house: Served) -> None:
    client = at_work(house)
    first = scan(client, raw="BENCH")
    assert scan(client, raw="BENCH").json() == first.json()
    assert client.get("/api/handheld/screen").json()["screen"]["version"] == 2


def test_the_same_id_for_another_scan_is_a_conflict(quick: Served) -> None:
    client = at_work(quick)
    scan(client, raw="BENCH")
    answer = scan(client, raw="DOCK")
    assert (answer.status_code, answer.json()["code"]) == (409, "command_id_used_before")


def test_a_chain_stops_at_the_scan_that_was_refused(quick: Served) -> None:
    client = at_work(quick)
    said = [
        scan(client, id=name, raw=raw, after=after).json()["message"]
        for name, raw, after in (
            ("a", "BENCH", ""),
            ("b", "PARCEL-X", "a"),
            ("c", "DONE", "b"),
        )
    ]
    assert said == ["nothing_to_pack", "wrong_scan", "scan_before_was_refused"]


def test_a_scan_that_was_kept_for_another_worker_is_not_carried_out(quick: Served) -> None:
    answer = scan(at_work(quick), worker="SOMEBODY")
    assert (answer.status_code, answer.json()["code"]) == (409, "scan_of_another_worker")


def test_a_scanner_that_drops_fnc1_is_named(quick: Served) -> None:
    client = at_work(quick)
    assert scan(client, raw="010952123456789910L717261231").json()["warning"] == "fnc1_dropped"
    assert scan(client, id="scan-2", raw="BENCH").json()["warning"] == ""


@pytest.mark.parametrize("raw", ["", "\x00", "\x1d" * 3, "x" * 2_000, "CMD:FLY", "💥"])
def test_odd_scans_are_answered_with_the_screen(quick: Served, raw: str) -> None:
    answer = scan(at_work(quick), raw=raw)
    assert answer.status_code in (200, 422)
    assert answer.json().get("tone", "error") == "error"


def test_the_tour_ahead_is_empty_for_other_work(quick: Served) -> None:
    answer = at_work(quick).get("/api/handheld/ahead").json()
    assert answer == {"version": 0, "steps": [], "picks": 0, "slots": []}


def test_work_that_was_closed_is_opened_again_by_start(quick: Served) -> None:
    client = at_work(quick)
    other, _ = quick.sign_in(PICKER, floor=True)
    assert other.post("/api/sign-out").status_code == 204
    answer = client.get("/api/handheld/screen")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_signed_in")
    assert client.post("/api/handheld/start", json={"id": "start-1"}).json()["worker"] == PICKER
    assert client.get("/api/handheld/screen").status_code == 200


class Stream:
    """The live news of one page, read by a thread of its own."""

    def __init__(self, client: httpx.Client, device: str) -> None:
        self.events: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        self._client, self._device = client, device
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        address = f"/api/handheld/events?device={self._device}"
        with (
            suppress(httpx.TransportError, OSError),
            self._client.stream("GET", address) as answer,
        ):
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    with self._news:
                        self.events.append((name, json.loads(line.removeprefix("data: "))))
                        self._news.notify()

    def wait(self, name: str, **wanted: Any) -> None:
        def seen() -> bool:
            return any(
                kind == name and data and wanted.items() <= data.items()
                for kind, data in self.events
            )

        with self._news:
            assert self._news.wait_for(seen, WAIT_S), (name, wanted, self.events)


def test_a_change_of_the_screen_is_told_to_the_worker_s_page(quick: Served) -> None:
    client = at_work(quick)
    stream = Stream(client, "device-1")
    stream.wait("screen", workflow="home", version=1)
    scan(client, raw="BENCH")
    stream.wait("screen", workflow="packing", version=2)


def test_a_page_is_told_when_the_work_goes_to_another_device(quick: Served) -> None:
    first = Stream(at_work(quick), "device-1")
    first.wait("presence", here=True)
    second = Stream(at_work(quick), "device-2")
    second.wait("presence", here=True)
    first.wait("presence", here=False)


def test_an_item_has_a_picture(quick: Served) -> None:
    client = at_work(quick)
    answer = client.get("/api/items/S1/picture")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert ET.fromstring(answer.text).tag.endswith("svg")
    assert client.get("/api/items/S9/picture").json()["code"] == "unknown_sku"


def look(name: str, sku: str = "A", size: tuple[int, int, int] = (100, 80, 60)) -> ItemLook:
    length, width, height = size
    return ItemLook(
        sku=sku, name=name, length_mm=length, width_mm=width, height_mm=height, fragile=0
    )


@pytest.mark.parametrize("name", ["Red mug", "Blue tote bag", "Book", '<script>"&', ""])
@pytest.mark.parametrize("size", [(1, 1, 1), (5_000, 1, 1), (1, 1, 5_000), (300, 200, 100)])
def test_any_item_is_drawn_within_its_frame(name: str, size: tuple[int, int, int]) -> None:
    drawn = ET.fromstring(picture(look(name, size=size)))
    assert name == "" or name not in drawn.itertext()
    for polygon in drawn.iter("{http://www.w3.org/2000/svg}polygon"):
        for point in polygon.attrib["points"].split():
            assert all(-1 <= float(part) <= 97 for part in point.split(","))


def test_items_are_told_apart_by_colour_and_shape() -> None:
    looks = [look("Red mug"), look("Blue mug"), look("Red bag"), look("Box", "B"), look("Box")]
    assert len({picture(each) for each in looks}) == len(looks)
