"""Owns the templates of messages: text with names in braces, and no code.

`{order}` stands for a value, `{{` and `}}` for braces. It refuses names that it does not know, and
braces that do not match, when a template is saved and not when a message is sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from controller.errors import Refused

PLACEHOLDERS: Final[Mapping[str, str]] = {
    "order": "the number of the order",
    "shop": "the name of the shop",
    "name": "the customer's name",
    "town": "the town that it goes to",
    "carrier": "the carrier",
    "tracking": "the tracking number",
    "tracking_link": "the page that shows where the parcel is",
    "arrives": "the day on which it should arrive",
    "items": "what is in the parcel, a line each",
    "words": "what the carrier says",
    "place": "where the carrier says it",
}
BODY_MAX: Final = 10_000
SUBJECT_MAX: Final = 200
_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    subject: str
    body: str


def check(template: Template) -> None:
    """Raises: Refused naming the field, and the placeholder or brace that is wrong."""
    for field, text, most in (
        ("subject", template.subject, SUBJECT_MAX),
        ("body", template.body, BODY_MAX),
    ):
        if not text.strip() or len(text) > most:
            raise Refused("bad_template", field=field, fix=f"1 to {most} characters")
        if field == "subject" and "\n" in text:
            raise Refused("bad_template", field=field, fix="one line")
        for found in _PART.finditer(text):
            if found[0] in ("{{", "}}"):
                continue
            if found[1] is None:
                fix = f"write {found[0] * 2} for a brace"
                raise Refused("bad_template", field=field, got=found[0], fix=fix)
            if found[1] not in PLACEHOLDERS:
                known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                raise Refused("unknown_placeholder", field=field, got=found[0], known=known)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; what is not known of this parcel is left out."""

    def put(found: re.Match[str]) -> str:
        return values.get(found[1], "") if found[1] is not None else found[0][:1]

    return _PART.sub(put, text)


_EN, _DE = "en", "de"
_GREETING: Final = {_EN: "Hello {name},\n\n", _DE: "Guten Tag {name},\n\n"}
_ENDING: Final = {
    _EN: "\n\nWhere your parcel is: {tracking_link}\n\n{shop}\n",
    _DE: "\n\nWo Ihr Paket ist: {tracking_link}\n\n{shop}\n",
}
_SENTENCES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "shipped": {
        _EN: (
            "Your order {order} is on its way",
            "your parcel has left us with {carrier} and should arrive on {arrives}.\n\n{items}",
        ),
        _DE: (
            "Ihre Bestellung {order} ist unterwegs",
            "Ihr Paket ist mit {carrier} unterwegs und soll am {arrives} ankommen.\n\n{items}",
        ),
    },
    "out_for_delivery": {
        _EN: (
            "Your order {order} arrives today",
            "your parcel is in the delivery vehicle and arrives today.",
        ),
        _DE: (
            "Ihre Bestellung {order} kommt heute",
            "Ihr Paket ist im Zustellfahrzeug und kommt heute an.",
        ),
    },
    "delivered": {
        _EN: ("Your order {order} was delivered", "your parcel was delivered. Enjoy it!"),
        _DE: (
            "Ihre Bestellung {order} wurde zugestellt",
            "Ihr Paket wurde zugestellt. Viel Freude damit!",
        ),
    },
    "attempted": {
        _EN: (
            "We missed you: order {order}",
            "{carrier} could not hand over your parcel. {words}",
        ),
        _DE: (
            "Nicht angetroffen: Bestellung {order}",
            "{carrier} konnte Ihr Paket nicht übergeben. {words}",
        ),
    },
    "exception": {
        _EN: (
            "Your order {order} is delayed",
            "something held your parcel up. We look after it. {words}",
        ),
        _DE: (
            "Ihre Bestellung {order} verspätet sich",
            "Ihr Paket wurde aufgehalten. Wir kümmern uns darum. {words}",
        ),
    },
    "ready_for_pickup": {
        _EN: (
            "Your order {order} is ready for pickup",
            "your parcel waits for you. {place}",
        ),
        _DE: (
            "Ihre Bestellung {order} liegt zur Abholung bereit",
            "Ihr Paket wartet auf Sie. {place}",
        ),
    },
}
STATUSES: Final = tuple(_SENTENCES)


def check_status(status: str) -> None:
    """Raises: Refused naming the statuses that are told."""
    if status not in STATUSES:
        raise Refused("unknown_status", got=status, fix=f"one of {', '.join(STATUSES)}")


def default(status: str, language: str) -> Template:
    """The template of a shop that has none of its own; English where there is no other."""
    language = language if language in _GREETING else _EN
    subject, sentence = _SENTENCES[status][language]
    return Template(subject=subject, body=f"{_GREETING[language]}{sentence}{_ENDING[language]}")
