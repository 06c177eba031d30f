"""Owns the generic carrier: JSON over HTTP, its words and addresses from the carriers file.

A carrier whose API is a handful of requests needs no program: each call has a path, a body with
placeholders, and paths to what we want of the answer. It refuses answers that lack what was asked
for, and labels under another reference than ours.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from msgspec import Struct

from api.carriers.adapter import (
    FORMS,
    NOT_OFFERED,
    Adapter,
    Booked,
    Checked,
    CutShort,
    Declined,
    Label,
    Quote,
    Tracked,
    Unavailable,
    Unreadable,
    Unusable,
)
from api.carriers.calls import ILL, Calls
from api.carriers.statuses import Statuses
from api.carriers.templates import at_ms, cents, facts, fill, pick, quoted
from controller.messages import TrackingReport
from controller.views.consignments import Address, Announcement, Consignment
from controller.views.pickups import Collection

RATES_S: Final = 2.0
PURCHASE_S: Final = 20.0
OTHER_S: Final = 10.0
GONE: Final = ("http_404", "http_410")
ILL_MAX: Final = 10  # numbers of a question that may each make the carrier stumble
log = structlog.get_logger("pickwright")


class Call(Struct, frozen=True, forbid_unknown_fields=True):
    """`answer` maps our words to paths of theirs; a `body` of None sends none."""

    path: str
    method: str = "POST"
    body: Any = None
    answer: dict[str, str] = {}
    timeout_s: float = 0.0


WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    "check": (),
    "rate": ("offers", "service", "cost"),
    "buy": ("tracking",),
    "add": ("tracking",),
    "find": ("tracking",),
    "void": (),
    "void_all": (),
    "track": ("events", "status", "at"),
    "manifest": (),
    "pickup": ("number",),
    "cancel_pickup": (),
    "validate": ("valid",),
}
KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "check": (),
    "rate": ("offers", "service", "cost", "cost_cents", "days"),
    "buy": ("tracking", "cost", "cost_cents", "label", "reference", "master"),
    "add": ("tracking", "cost", "cost_cents", "label", "reference", "master"),
    "find": ("tracking", "cost", "cost_cents", "label", "reference", "master", "list"),
    "void": ("voided", "detail"),
    "void_all": ("voided", "detail"),
    "track": ("events", "status", "at", "place", "words"),
    "manifest": ("number",),
    "pickup": ("number", "from", "until"),
    "cancel_pickup": ("voided", "detail"),
    "validate": ("valid", "detail"),
}


@dataclass(slots=True, kw_only=True)
class Rest(Adapter):
    """`key_header` carries the reference, so that a repeat is known as one."""

    calls: Calls
    asks: Mapping[str, Call]
    statuses: Statuses
    services: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)  # by owner of the goods
    label_form: str = "zpl"
    key_header: str = "Idempotency-Key"

    def check(self) -> str:
        if "check" not in self.asks:
            raise Declined(NOT_OFFERED, "no [calls.check]: nothing can be tried")
        self._ask("check", {}, OTHER_S)
        return "answers, and knows us"

    def rate(self, consignment: Consignment) -> tuple[Quote, ...]:
        answer = self._ask("rate", self._of(consignment), RATES_S)
        paths = self.asks["rate"].answer
        offers = pick(answer, paths["offers"])
        if not isinstance(offers, list):
            raise Unreadable(f"no list at {paths['offers'] or 'the top'}")
        ours = {theirs: mine for mine, theirs in self.services.items()}
        return tuple(
            Quote(
                service=ours.get(name := str(pick(each, paths["service"], "")), name),
                cost_cents=_price(each, paths, -1),
                days=_whole(pick(each, paths.get("days", "days"), 0)),
            )
            for each in offers
        )

    def buy(self, consignment: Consignment) -> Label:
        return self._sold("buy", consignment)

    def add(self, consignment: Consignment) -> Label:
        return self._sold("add", consignment)

    def _sold(self, what: str, consignment: Consignment) -> Label:
        key = {self.key_header: consignment.reference} if self.key_header else {}
        answer = self._ask(what, self._of(consignment), PURCHASE_S, key)
        return self._label(answer, what, consignment.reference)

    def find(self, reference: str) -> Label | None:
        try:
            answer = self._ask("find", {"reference": reference}, OTHER_S)
        except Declined as no:
            if no.why in GONE:
                return None
            raise
        paths = self.asks["find"].answer
        if "list" in paths:
            found = pick(answer, paths["list"])
            answer = found[0] if isinstance(found, list) and found else None
        return None if answer is None else self._label(answer, "find", reference)

    def void(self, reference: str, tracking: str) -> None:
        self._give_back("void", {"reference": reference, "tracking": tracking})

    def void_all(self, reference: str, master: str) -> None:
        self._give_back("void_all", {"shipment": reference, "master": master})

    def _give_back(self, what: str, known: Mapping[str, Any]) -> None:
        try:
            answer = self._ask(what, known, OTHER_S)
        except Declined as no:
            if no.why in GONE:
                return
            raise
        paths = self.asks[what].answer
        if "voided" in paths and not pick(answer, paths["voided"], False):
            raise Declined("not_voided", str(pick(answer, paths.get("detail", ""), ""))[:200])

    def track(self, numbers: tuple[str, ...]) -> tuple[Tracked, ...]:
        """One number's fault is not the others'; that of all, or of many in a row, is another.

        Raises: CutShort with the number that had no answer behind all others, Unavailable.
        """
        found: list[Tracked] = []
        ill: Unavailable | None = None
        in_a_row, heard = 0, False
        for at, number in enumerate(numbers, 1):
            try:
                found += self._news(number)
            except Unavailable as error:
                ill, in_a_row = error, in_a_row + 1
                left = numbers[at:] if error.why == ILL else (*numbers[at:], number)
                if error.why == ILL and in_a_row < ILL_MAX:
                    log.warning("no_news", carrier=self.name, tracking=number, why=str(error))
                    continue
                if heard and left:
                    raise CutShort(error, tuple(found), left) from error
                break
            in_a_row, heard = 0, True
        if ill is not None and not heard:
            raise ill
        return tuple(found)

    def _news(self, number: str) -> tuple[Tracked, ...]:
        """None of a number that the carrier does not know, or declines. Raises: Unavailable."""
        try:
            reports = self.reports(self._ask("track", {"tracking": number}, OTHER_S))
        except Unreadable as error:  # it is asked for again in its time
            log.warning("news_unreadable", carrier=self.name, tracking=number, why=str(error))
            return ()
        except Declined as no:
            if no.why not in GONE:
                log.warning("no_news", carrier=self.name, tracking=number, why=str(no))
            return ()
        return (Tracked(tracking=number, reports=reports),)

    def reports(self, answer: Any) -> tuple[TrackingReport, ...]:
        """Raises: Unreadable for what is no list of events."""
        return read_reports(answer, self.asks["track"].answer, self.statuses)

    def manifest(self, announcement: Announcement) -> str:
        known = facts(announcement)
        known["parcels"] = [self._theirs(each) for each in known["parcels"]]
        answer = self._ask("manifest", known, PURCHASE_S)
        return str(pick(answer, self.asks["manifest"].answer.get("number", "number"), "") or "")

    def pickup(self, collection: Collection) -> Booked:
        key = {self.key_header: collection.reference} if self.key_header else {}
        answer = self._ask("pickup", facts(collection), PURCHASE_S, key)
        paths = self.asks["pickup"].answer
        number = str(pick(answer, paths["number"], "") or "").strip()
        if not number:
            raise Unreadable(f"no confirmation at {paths['number']}")
        times = (
            pick(answer, paths[name]) if name in paths else None for name in ("from", "until")
        )
        try:
            from_ms, until_ms = (at_ms(each) if each else 0 for each in times)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        return Booked(number=number, from_ms=from_ms, until_ms=until_ms)

    def cancel_pickup(self, collection: Collection) -> None:
        self._give_back("cancel_pickup", facts(collection) | {"number": collection.replaces})

    def validate(self, address: Address) -> Checked:
        answer = self._ask("validate", {"to": facts(address), **facts(address)}, OTHER_S)
        paths = self.asks["validate"].answer
        detail = str(pick(answer, paths.get("detail", "detail"), "") or "")
        return Checked(valid=bool(pick(answer, paths["valid"], False)), detail=detail[:300])

    def close(self) -> None:
        self.calls.close()

    def _of(self, consignment: Consignment) -> dict[str, Any]:
        account = self.accounts.get(consignment.owner, self.accounts.get("", ""))
        return self._theirs(facts(consignment) | {"account": account})

    def _theirs(self, known: dict[str, Any]) -> dict[str, Any]:
        """The same with the service by the carrier's name."""
        return known | {"service": self.services.get(known["service"], known["service"])}

    def _ask(
        self,
        what: str,
        known: Mapping[str, Any],
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        call = self.asks.get(what)
        if call is None:
            raise self._not_offered(what)
        try:
            path = fill(call.path, quoted(known))
            body = None if call.body is None else fill(call.body, known)
        except KeyError as hole:
            raise Declined(
                "template", f"[calls.{what}] names {hole}, which is not known"
            ) from hole
        return self.calls.call(call.method, path, call.timeout_s or timeout_s, body, headers)

    def _label(self, answer: Any, what: str, reference: str) -> Label:
        """Raises: Unusable, Unreadable."""
        paths = self.asks[what].answer
        tracking = pick(answer, paths["tracking"], "")
        if not isinstance(tracking, str | int) or not str(tracking).strip():
            raise Unreadable(f"no tracking number at {paths['tracking']}")
        number = str(tracking).strip()
        if "reference" in paths and str(pick(answer, paths["reference"], "")) != reference:
            raise Unusable("label_of_another_reference", number)  # not ours to give back
        data = _decoded(pick(answer, paths["label"]), number) if "label" in paths else b""
        form = self.label_form if data else ""
        if form not in FORMS:
            raise Unusable("label_form", form, number)
        if data and not looks_like(data, form):
            raise Unusable("label_unreadable", f"no {form}", number)
        try:
            cost_cents = _price(answer, paths, 0)
        except Unreadable as error:
            raise Unusable("price_unreadable", error.detail, number) from error
        master = str(pick(answer, paths.get("master", ""), "") or "") if "master" in paths else ""
        return Label(
            tracking=number, cost_cents=cost_cents, data=data, form=form, master=master.strip()
        )


def read_reports(
    answer: Any, paths: Mapping[str, str], statuses: Statuses
) -> tuple[TrackingReport, ...]:
    """The events in an answer. Raises: Unreadable for what is none."""
    events = pick(answer, paths["events"])
    if not isinstance(events, list):
        raise Unreadable(f"no events at {paths['events'] or 'the top'}")
    try:
        return tuple(
            statuses.report(
                code=str(pick(each, paths["status"], "")),
                at_ms=at_ms(pick(each, paths["at"])),
                place=str(pick(each, paths.get("place", "place"), "") or ""),
                words=str(pick(each, paths.get("words", "words"), "") or ""),
            )
            for each in events
        )
    except ValueError as error:
        raise Unreadable(str(error)) from error


def _price(answer: Any, paths: Mapping[str, str], otherwise: int) -> int:
    """Raises: Unreadable for what is no price."""
    try:
        if "cost_cents" in paths:
            return int(pick(answer, paths["cost_cents"], otherwise))
        if "cost" in paths:
            return cents(pick(answer, paths["cost"]))
    except (TypeError, ValueError) as error:
        raise Unreadable(str(error)) from error
    return otherwise


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int) or str(value).isdecimal() else 0


def _decoded(data: Any, tracking: str) -> bytes:
    """Raises: Unusable for a label that is not there, or in no base64."""
    try:
        made = base64.b64decode(data or "", validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Unusable("label_unreadable", "no base64", tracking) from None
    if not made:
        raise Unusable("label_unreadable", "it is empty", tracking)
    return made


def looks_like(data: bytes, form: str) -> bool:
    """Whether a printer could make something of it."""
    start = data.lstrip()[:16]
    return start.startswith(b"%PDF-") if form == "pdf" else b"^XA" in data
