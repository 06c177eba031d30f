"""Carriers through karrio, against a peer that answers in the carrier's own form.

The answers are made up in the published form of the carrier's API.
"""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFile

if find_spec("karrio") is None:
    pytest.skip("karrio is not here: make test-karrio", allow_module_level=True)

from api.carriers import karrio_bridge
from api.carriers.adapter import Declined
from api.carriers.carriers_file import read_carriers
from api.errors import WrongInput
from controller.messages import SetUpShops, SetUpSite, Shop
from controller.units import HOUR
from controller.views import pickups
from controller.views.pickups import Collection
from tests.carriers.conftest import Shipping
from tests.carriers.peer import ZPL
from tests.carriers.test_declared import asked as asked_of
from tests.workflows.floor import ECO, MORNING_MS, SETTINGS

NUMBER = "1Z999AA10123456784"
OK = {"ResponseStatus": {"Code": "1", "Description": "Success"}}
MONEY = {"CurrencyCode": "GBP", "MonetaryValue": "3.21"}
UPS = """
[carriers.Snail]
kind = "karrio"
connector = "ups"
url = "URL"
services = { ECO = "ups_standard" }
settings = { client_id = "us", account_number = "A1", account_country_code = "GB" }
secrets = { client_secret = { env = "UPS_SECRET" } }
"""
ANSWERS: dict[str, Any] = {
    "/security": {"access_token": "t", "expires_in": "14399", "issued_at": "1685542319575"},
    "/api/rating": {
        "RateResponse": {
            "Response": OK,
            "RatedShipment": [
                {
                    "Service": {"Code": "11"},
                    "TotalCharges": MONEY,
                    "TransportationCharges": MONEY,
                    "BaseServiceCharge": MONEY,
                    "ServiceOptionsCharges": {"CurrencyCode": "GBP", "MonetaryValue": "0"},
                    "GuaranteedDelivery": {"BusinessDaysInTransit": "2"},
                }
            ],
        }
    },
    "/api/shipments": {
        "ShipmentResponse": {
            "Response": OK,
            "ShipmentResults": {
                "ShipmentIdentificationNumber": NUMBER,
                "ShipmentCharges": {"TotalCharges": MONEY},
                "PackageResults": [
                    {
                        "TrackingNumber": NUMBER,
                        "ShippingLabel": {
                            "ImageFormat": {"Code": "ZPL"},
                            "GraphicImage": base64.b64encode(ZPL).decode(),
                        },
                    }
                ],
            },
        }
    },
    "/api/pickupcreation": {
        "PickupCreationResponse": {"Response": OK, "PRN": "2929602E9CP", "RateStatus": {}}
    },
    "/api/track": {
        "trackResponse": {
            "shipment": [
                {
                    "package": [
                        {
                            "trackingNumber": NUMBER,
                            "activity": [
                                {
                                    "location": {"address": {"city": "York"}},
                                    "status": {"type": "D", "description": "DONE", "code": "FS"},
                                    "date": "20241005",
                                    "time": "101010",
                                }
                            ],
                        }
                    ]
                }
            ]
        }
    },
}
CALLED_OFF = {"PickupCancelResponse": {"Response": OK}}
VOIDED = {"VoidShipmentResponse": {"Response": OK, "SummaryResult": {"Status": {"Code": "1"}}}}
NO = {"response": {"errors": [{"code": "120802", "message": "Address is not valid"}]}}


class _Ups(BaseHTTPRequestHandler):
    refuse: set[str]
    seen: list[str]
    told: list[bytes]
    odd: Any = None

    def log_message(self, *_args: Any) -> None:
        pass

    def _serve(self) -> None:
        self.told.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        area = next(each for each in ANSWERS if self.path.startswith(each))
        self.seen.append(f"{self.command} {area}")
        gone = CALLED_OFF if "/pickup/" in self.path else VOIDED
        answer = gone if self.command == "DELETE" else ANSWERS[area]
        answer = self.odd if "ODD" in self.path else answer
        refused = area in self.refuse
        text = json.dumps(NO if refused else answer).encode()
        self.send_response(400 if refused else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815


@pytest.fixture
def ups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shipping]:
    """A floor that ships by UPS as a peer plays it."""
    monkeypatch.setenv("UPS_SECRET", "ups-secret-5")
    _Ups.refuse, _Ups.seen, _Ups.told = set(), [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Ups)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    path = tmp_path / "carriers.toml"
    path.write_text(UPS.replace("URL", f"http://127.0.0.1:{server.server_port}"))
    made = Shipping(read_carriers(path))
    shop = Shop(code="shop", street="2 Dock Road", city="Hull", postcode="HU1 1AA")
    made.floor.do(SetUpShops(id="shops", shops=(shop,)))
    yield made
    made.deliverer.stop()
    server.shutdown()
    thread.join()
    server.server_close()


def test_labels_rates_and_news_come_through_karrio_and_labels_go_back(ups: Shipping) -> None:
    ups.pack()
    ups.settled()
    parcel = ups.floor.parcels()[0]
    assert (parcel.tracking, ups.purchases()) == (NUMBER, [("Snail", "bought")])
    (job,) = ups.floor.sent("device/printer")
    assert base64.b64decode(job.payload["kept"]) == ZPL
    adapter = ups.deliverer.lines["Snail"].adapter
    (found,) = adapter.track((NUMBER,))
    assert [(r.status, r.place) for r in found.reports] == [("delivered", "York")]
    adapter.void(parcel.lpn, NUMBER)
    assert {"rate", "buy", "void", "track"} <= adapter.offers
    assert "add" not in adapter.offers  # several pieces are all told at once, with the first
    site = SetUpSite(id="pieces", settings=SETTINGS, services=(replace(ECO, pieces_max=2),))
    ups.floor.do(site)
    assert "pieces_max of ECO" in ups.floor.value("SELECT detail FROM alarm WHERE state = 'open'")
    assert "ups-secret-5" not in repr(adapter)


def test_a_pickup_is_booked_by_the_clock_of_the_place_and_called_off(ups: Shipping) -> None:
    with ups.floor.controller.reading() as db:
        place, _ = pickups.place(db)
    here = replace(place, street="2 Dock Road", city="Hull")
    asked = Collection(
        reference="P1",
        carrier="Snail",
        place=here,
        ready_ms=MORNING_MS,
        latest_ms=MORNING_MS + 5 * HOUR,
        parcels=3,
        mass_g=4_500,
        replaces="",
        utc_offset_ms=HOUR,
    )
    adapter = ups.deliverer.lines["Snail"].adapter
    assert {"pickup", "cancel_pickup"} <= adapter.offers
    with pytest.raises(Declined, match="no street"):
        adapter.pickup(replace(asked, place=replace(here, street="")))
    assert adapter.pickup(asked).number == "2929602E9CP"
    told = json.loads(_Ups.told[-1])["PickupCreationRequest"]
    times = {"CloseTime": "1400", "ReadyTime": "0900", "PickupDate": "20241004"}
    assert told["PickupDateInfo"] == times
    assert (told["PickupPiece"][0]["Quantity"], told["TotalWeight"]["Weight"]) == ("3", "4.5")
    assert told["PickupAddress"]["City"] == "Hull"
    adapter.cancel_pickup(replace(asked, replaces="2929602E9CP"))
    assert _Ups.seen[-1] == "DELETE /api/shipments"
    _Ups.refuse.add("/api/pickupcreation")
    with pytest.raises(Declined, match="Address is not valid"):
        adapter.pickup(asked)


def test_pickups_of_a_connector_that_books_them_are_taken_into_the_file(
    ups: Shipping, tmp_path: Path
) -> None:
    assert ups.deliverer.lines
    path = tmp_path / "carriers.toml"
    booked = 'connector = "ups"\npickups = { ahead_min = 60, window_min = 60 }'
    path.write_text(path.read_text().replace('connector = "ups"', booked))
    assert read_carriers(path).connected[0].terms.ahead_ms == HOUR


def test_a_time_that_is_none_keeps_nobody_elses_news_back(ups: Shipping) -> None:
    (good,) = ANSWERS["/api/track"]["trackResponse"]["shipment"]
    odd = deepcopy(good)
    odd["package"][0]["trackingNumber"] = "ODD"
    odd["package"][0]["activity"][0] |= {"date": None, "time": None}
    adapter = ups.deliverer.lines["Snail"].adapter
    assert [each.tracking for each in adapter.track((NUMBER,))] == [NUMBER]
    _Ups.odd = {"trackResponse": {"shipment": [odd]}}
    assert [each.tracking for each in adapter.track(("ODD", NUMBER))] == [NUMBER]


def test_a_no_of_the_carrier_is_told_in_its_words(ups: Shipping) -> None:
    _Ups.refuse.add("/api/shipments")
    ups.pack()
    ups.settled()
    assert ups.purchases() == [("Snail", "refused"), ("Swift", "bought")]
    detail = ups.floor.value("SELECT detail FROM alarm WHERE fault = 'no_label'")
    assert "Address is not valid" in detail


def test_karrio_switches_no_tls_check_off_and_sends_no_label_away(ups: Shipping) -> None:
    assert ups.deliverer.lines
    assert ssl._create_default_https_context is ssl.create_default_context
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    helpers = __import__("karrio.core.utils.helpers", fromlist=["helpers"])
    assert helpers.urlopen is karrio_bridge._urlopen
    with pytest.raises(Declined):
        helpers.zpl_to_pdf("x", 4, 6)


def test_a_connector_that_is_not_here_is_told_with_what_to_install(
    ups: Shipping, tmp_path: Path
) -> None:
    assert ups.deliverer.lines
    path = tmp_path / "carriers.toml"
    path.write_text(path.read_text().replace('"ups"', '"snailmail"'))
    with pytest.raises(WrongInput, match=r"uv pip install karrio\.snailmail"):
        read_carriers(path)


def test_karrio_hears_of_customs_and_whose_account_pays(ups: Shipping) -> None:
    adapter = ups.deliverer.lines["Snail"].adapter
    assert isinstance(adapter, karrio_bridge.Karrio)
    adapter.accounts = {"": "A1", "ACME": "A2"}
    asked = asked_of("CH", "ACME")
    home = replace(asked.sender, street="2 Dock Road", city="Hull", postcode="HU1 1AA")
    there = replace(asked.to, name="Ada", street="1 Bahnhofstrasse", city="Bern", postcode="3011")
    sent = replace(asked, sender=home, to=there, insured_cents=0)
    assert adapter.buy(sent).tracking == NUMBER
    assert b"A2" in _Ups.told[-1]
    assert b"330300" in _Ups.told[-1]
    assert asked.rule == "limited"
    with pytest.raises(Declined, match=r"karrio\.ups insures nothing"):
        adapter.buy(replace(sent, insured_cents=4_900))
    adapter.connector = "another"
    told = adapter._shipment(replace(sent, insured_cents=4_900))
    assert told["options"]["insurance"] == 49
