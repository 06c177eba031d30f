"""Owns the way to carriers through karrio's connectors, an extra that a site may install.

karrio asks; what it brings along is kept out: it may not switch off TLS checks for this process,
wait without end, log, or send labels to a public site. Volume weights, surcharges and zones are
those of our rate cards. It refuses to buy again what may have been bought: most connectors know no
repeat.
"""

import base64
import binascii
import importlib
import ssl
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from urllib.request import urlopen

import structlog

from api.carriers.adapter import (
    Adapter,
    Booked,
    Checked,
    Declined,
    Label,
    Quote,
    Tracked,
    Unavailable,
    Unusable,
)
from api.carriers.rest import looks_like
from api.carriers.secrets import HIDDEN, Secret
from api.carriers.statuses import Statuses
from api.carriers.templates import at_ms, cents
from controller.messages import TrackingReport
from controller.views.consignments import Address, Announcement, Consignment
from controller.views.pickups import Collection

TIMEOUT_S: Final = 20.0
INTERNAL: Final = "SHIPPING_SDK_INTERNAL_ERROR"  # karrio's word for whatever went wrong inside it
INSURE_NOTHING: Final = ("ups",)  # takes the value for a charge on the customs invoice
NEVER_SENT: Final = ("[Errno 111]", "[Errno -2]", "[Errno -3]", "Connection refused")
STATUSES: Final = {
    "pending": "announced",
    "picked_up": "accepted",
    "on_hold": "exception",
    "delivery_delayed": "exception",
    "delivery_failed": "attempted",
    "return_to_sender": "returning",
}
_importing = threading.Lock()
log = structlog.get_logger("pickwright")


class NotInstalled(Exception):
    """What to install, in a sentence."""


@cache
def sdk() -> Any:
    """karrio, with what it does to a process undone. Raises: NotInstalled."""
    with _importing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checked = ssl._create_default_https_context
        try:
            importlib.import_module("loguru").logger.disable("karrio")
            karrio = importlib.import_module("karrio.sdk")
            inside = importlib.import_module("karrio.core.utils.helpers")
        except ImportError as error:
            fix = "uv pip install 'pickwright[karrio]'"
            raise NotInstalled(f"{error.name} is not installed: {fix}") from error
        finally:
            ssl._create_default_https_context = checked
    images: Any = importlib.import_module("PIL.ImageFile")
    images.LOAD_TRUNCATED_IMAGES = False  # a picture that is cut off stays one
    inside.urlopen = _urlopen  # type: ignore[attr-defined]
    for name in ("karrio.core.utils.helpers", "karrio.core.utils", "karrio.lib"):
        importlib.import_module(name).zpl_to_pdf = _no_public_site  # type: ignore[attr-defined]
    return karrio


def _urlopen(request: Any, timeout: float | None = None) -> Any:
    """As karrio calls it, but never without end and never unchecked."""
    return urlopen(request, timeout=timeout or TIMEOUT_S, context=ssl.create_default_context())


def _no_public_site(*_args: Any, **_named: Any) -> Any:
    raise Declined("label_form", "karrio would send the label to a public site to convert it")


@dataclass(slots=True, kw_only=True)
class Karrio(Adapter):
    """One connector with its settings; `secrets` are told to it alone."""

    connector: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, Secret]
    statuses: Statuses
    services: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)  # by owner of the goods
    url: str = ""
    label_form: str = "zpl"
    _gateway: Any = field(default=None, repr=False)  # it holds the secrets

    def connect(self) -> None:
        """Raises: NotInstalled, ValueError for settings that the connector does not take."""
        karrio = sdk()
        given = dict(self.settings) | {name: s.reveal() for name, s in self.secrets.items()}
        with _importing, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                made = karrio.gateway[self.connector].create(given)
            except (ImportError, KeyError) as error:
                raise NotInstalled(f"uv pip install karrio.{self.connector}") from error
            except Exception as error:
                if "Unknown provider" in str(error):
                    raise NotInstalled(f"uv pip install karrio.{self.connector}") from None
                raise ValueError(self._hide(str(error))[:200]) from None
        if self.url:
            own = type("Settings", (made.settings.__class__,), {"server_url": self.url})
            made.settings.__class__ = own
        self._gateway = made
        able = {*made.capabilities, *made.proxy_methods}
        words = {
            "rating": ("rate",),
            "shipping": ("buy", "void"),
            "tracking": ("track",),
            "manifest": ("manifest",),
            "address": ("validate",),
            "schedule_pickup": ("pickup",),
            "cancel_pickup": ("cancel_pickup",),
        }
        self.offers = frozenset(w for name, each in words.items() if name in able for w in each)

    def check(self) -> str:
        if "track" not in self.offers:
            raise self._not_offered("check")
        self.track(("0",))
        return "answers"

    def rate(self, consignment: Consignment) -> tuple[Quote, ...]:
        asked = self._shipment(consignment) | {"services": [*self.services.values()]}
        ours = {theirs: mine for mine, theirs in self.services.items()}
        return tuple(
            Quote(
                service=ours.get(each.service, each.service),
                cost_cents=cents(each.total_charge),
                days=each.transit_days or 0,
            )
            for each in self._ask("Rating", "fetch", asked)
        )

    def buy(self, consignment: Consignment) -> Label:
        asked = self._shipment(consignment) | {
            "service": self.services.get(consignment.service, consignment.service),
            "label_type": self.label_form.upper(),
        }
        sold = self._ask("Shipment", "create", asked)
        number = str(sold.tracking_number or "")
        if not number:
            raise Unavailable("wrong_answer", "no tracking number")
        docs = sold.docs
        text = docs.zpl_label if self.label_form == "zpl" else docs.pdf_label
        try:
            data = base64.b64decode(text or docs.label or "", validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if not looks_like(data, self.label_form):
            raise Unusable("label_unreadable", f"no {self.label_form}", number)
        rate = sold.selected_rate
        cost_cents = cents(rate.total_charge) if rate is not None else 0
        return Label(tracking=number, cost_cents=cost_cents, data=data, form=self.label_form)

    def void(self, reference: str, tracking: str) -> None:
        done = self._ask("Shipment", "cancel", {"shipment_identifier": tracking})
        if not done.success:
            raise Declined("not_voided", reference)

    def track(self, numbers: tuple[str, ...]) -> tuple[Tracked, ...]:
        found = []
        for each in self._ask("Tracking", "fetch", {"tracking_numbers": [*numbers]}, none=[]):
            number = str(each.tracking_number)
            try:
                found.append(Tracked(tracking=number, reports=self._reports(each)))
            except ValueError as error:  # the news of the other parcels count
                log.warning("news_unreadable", carrier=self.name, tracking=number, why=str(error))
        return tuple(found)

    def _reports(self, told: Any) -> tuple[TrackingReport, ...]:
        """Raises: ValueError for a time that is none."""
        return tuple(
            self.statuses.report(
                code=each.status or each.code or "",
                at_ms=at_ms(each.timestamp or each.date),
                place=each.location or "",
                words=each.description or "",
            )
            for each in told.events
        )

    def manifest(self, announcement: Announcement) -> str:
        numbers = [each.tracking for each in announcement.parcels]
        asked = {"shipment_identifiers": numbers, "address": _address(announcement.sender)}
        told = self._ask("Manifest", "create", asked)
        return str((told.meta or {}).get("manifest_number") or told.id or "")

    def pickup(self, collection: Collection) -> Booked:
        """By the clock of the place; connectors do not say within which times it comes."""
        if not collection.place.street:
            raise Declined("address", "the site has no street: set street and city")
        parcels = collection.parcels
        day, ready = _wall(collection, collection.ready_ms)
        same, closing = _wall(collection, collection.latest_ms)
        each = {"weight": round(collection.mass_g / parcels / 1_000, 3), "weight_unit": "KG"}
        asked = {
            "pickup_date": day,
            "ready_time": ready,
            "closing_time": closing if same == day else "23:59",
            "address": _address(collection.place),
            "parcels": [each] * parcels,
            "parcels_count": parcels,
        }
        number = str(self._ask("Pickup", "schedule", asked).confirmation_number or "")
        if not number:
            raise Unavailable("wrong_answer", "no confirmation number")
        return Booked(number=number)

    def cancel_pickup(self, collection: Collection) -> None:
        day, _ = _wall(collection, collection.ready_ms)
        asked = {"confirmation_number": collection.replaces, "pickup_date": day}
        done = self._ask("Pickup", "cancel", asked | {"address": _address(collection.place)})
        if not done.success:
            raise Declined("not_cancelled", collection.replaces)

    def validate(self, address: Address) -> Checked:
        told = self._ask("Address", "validate", {"address": _address(address)})
        return Checked(valid=bool(told.success))

    def _ask(self, area: str, what: str, asked: Mapping[str, Any], none: Any = None) -> Any:
        """What a connector answers. Raises: Declined, Unavailable."""
        verb = getattr(getattr(sdk(), area), what)(dict(asked))
        call = verb.from_ if hasattr(verb, "from_") else verb.with_
        answer, messages = call(self._gateway).parse()
        if answer or (answer is not None and not messages):
            return answer
        said = [self._hide(str(each.message or "")) for each in messages]
        codes = {str(each.code or "") for each in messages}
        detail = "; ".join(said)[:300]
        if INTERNAL in codes:
            sent = not any(mark in detail for mark in NEVER_SENT)
            raise Unavailable("no_answer", detail, unclear=sent)
        if none is not None:
            return none
        raise Declined("declined", f"{', '.join(sorted(codes))} {detail}".strip())

    def _hide(self, text: str) -> str:
        for secret in self.secrets.values():
            text = text.replace(secret.reveal(), HIDDEN)
        return text

    def _shipment(self, consignment: Consignment) -> dict[str, Any]:
        """Karrio's words for a parcel: kilograms, centimetres, whole units of money."""
        parcel = {
            "weight": consignment.mass_g / 1_000,
            "weight_unit": "KG",
            "length": consignment.length_mm / 10,
            "width": consignment.width_mm / 10,
            "height": consignment.height_mm / 10,
            "dimension_unit": "CM",
            "reference_number": consignment.reference,
        }
        value, insured = consignment.value_cents / 100, consignment.insured_cents / 100
        if insured and self.connector in INSURE_NOTHING:
            fix = f"name an insured_max of the services, or connect {self.name} by rest"
            raise Declined("insurance", f"karrio.{self.connector} insures nothing: {fix}")
        for who, address in (("sender", consignment.sender), ("recipient", consignment.to)):
            if not address.street:
                raise Declined("address", f"the {who} has no street")
        return {
            "shipper": _address(consignment.sender),
            "recipient": _address(consignment.to),
            "parcels": [parcel],
            "reference": consignment.reference,
            "options": {
                "currency": consignment.currency,
                "declared_value": value,
                **({"dangerous_good": True} if consignment.rule else {}),
                **({"insurance": insured} if insured else {}),
            },
            **self._paid(consignment),
            **_declared(consignment),
        }

    def _paid(self, consignment: Consignment) -> dict[str, Any]:
        """Whose account pays; that of the settings where none is named for the owner."""
        account = self.accounts.get(consignment.owner, self.accounts.get("", ""))
        if not account:
            return {}
        return {"payment": {"paid_by": "third_party", "account_number": account}}


def _wall(collection: Collection, ms: int) -> tuple[str, str]:
    """A day and a time as the clock at the place shows them."""
    at = datetime.fromtimestamp((ms + collection.utc_offset_ms) / 1_000, UTC)
    return f"{at:%Y-%m-%d}", f"{at:%H:%M}"


def _declared(consignment: Consignment) -> dict[str, Any]:
    """What customs is told, where the parcel goes over a border."""
    if not consignment.customs:
        return {}
    commodities = [
        {
            "sku": line.sku,
            "title": line.words,
            "description": line.words,
            "quantity": line.qty,
            "weight": line.mass_g / line.qty / 1_000,
            "weight_unit": "KG",
            "hs_code": line.hs_code,
            "origin_country": line.origin,
            "value_amount": line.value_cents / line.qty / 100,
            "value_currency": consignment.currency,
        }
        for line in consignment.customs
    ]
    return {"customs": {"commodities": commodities, "content_type": "merchandise"}}


def _address(address: Address) -> dict[str, Any]:
    named = {
        "person_name": address.name,
        "address_line1": address.street,
        "city": address.city,
        "postal_code": address.postcode,
        "country_code": address.country,
        "phone_number": address.phone,
        "email": address.email,
    }
    return {name: value for name, value in named.items() if value}
