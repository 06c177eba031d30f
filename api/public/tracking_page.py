"""Owns the look of the page that a customer sees of a parcel: plain HTML, no script, no picture.

Whatever comes from carriers and shops is text. It speaks English and German, as the browser asks.
"""

from datetime import UTC, datetime
from html import escape
from typing import Final

from controller.views.public_parcel import PublicParcel, Seen

LANGUAGES: Final = ("en", "de")
STEPS: Final = ("prepared", "shipped", "in_transit", "out_for_delivery", "delivered")
_STEP_OF: Final = {
    "announced": "shipped",
    "accepted": "in_transit",
    "ready_for_pickup": "out_for_delivery",
    "attempted": "out_for_delivery",
    "exception": "in_transit",
    "returning": "in_transit",
    "returned": "in_transit",
}
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "prepared": ("Being prepared", "Wird vorbereitet"),
    "shipped": ("Has left us", "Hat unser Haus verlassen"),
    "announced": ("Announced to the carrier", "Beim Zusteller angekündigt"),
    "accepted": ("With the carrier", "Beim Zusteller"),
    "in_transit": ("On its way", "Unterwegs"),
    "out_for_delivery": ("Out for delivery", "In Zustellung"),
    "ready_for_pickup": ("Ready for pickup", "Liegt zur Abholung bereit"),
    "delivered": ("Delivered", "Zugestellt"),
    "attempted": ("Delivery was tried", "Zustellung versucht"),
    "exception": ("Held up", "Aufgehalten"),
    "returning": ("On its way back", "Auf dem Rückweg"),
    "returned": ("Returned to us", "Zu uns zurückgekehrt"),
    "title": ("Your parcel", "Ihr Paket"),
    "order": ("Order", "Bestellung"),
    "parcel": ("Parcel", "Paket"),
    "of": ("of", "von"),
    "to": ("To", "Nach"),
    "carrier": ("Carrier", "Zusteller"),
    "tracking": ("Tracking number", "Sendungsnummer"),
    "arrives": ("Arrives on", "Kommt an am"),
    "at": ("on", "am"),
    "events": ("What happened", "Was geschah"),
    "return": ("Send something back", "Etwas zurücksenden"),
    "return_ask": ("Get a returns label", "Rücksendeetikett holen"),
    "return_have": ("Your returns label (PDF)", "Ihr Rücksendeetikett (PDF)"),
    "return_how": (
        "Print it, stick it onto the parcel over the old label, and hand it in.",
        "Drucken, über das alte Etikett kleben und das Paket abgeben.",
    ),
    "no_news": ("No news of the carrier yet.", "Noch keine Nachricht des Zustellers."),
}
_DAYS: Final = (
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
)
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def language_of(accepted: str) -> str:
    """The first language of the browser's list that there is here."""
    asked: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            asked.append((-float(weight or 1), name.lower()[:2]))
        except ValueError:
            continue
    best = sorted(asked, key=lambda each: each[0])
    return next((name for _, name in best if name in LANGUAGES), "en")


def page(parcel: PublicParcel, link: str, language: str) -> str:
    said = _said(language)
    rows = [
        (said["order"], parcel.order),
        (said["parcel"], _nth(parcel, said)),
        (said["to"], f"{parcel.town} ({parcel.country})" if parcel.town else parcel.country),
        (said["carrier"], parcel.carrier),
        (said["tracking"], parcel.tracking),
    ]
    facts = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows if value
    )
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex, nofollow">'
        f"<title>{escape(said['title'])}</title>"
        '<link rel="stylesheet" href="/track/look.css"></head><body><main>'
        f'<p class="shop">{_shop(parcel)}</p>'
        f'<h1 class="{escape(parcel.status)}">{escape(said[parcel.status])}</h1>'
        f"{_when(parcel, said, language)}{_steps(parcel, said)}<dl>{facts}</dl>"
        f"<h2>{escape(said['events'])}</h2>{_events(parcel, said, language)}"
        f"{_returns(parcel, link, said)}</main></body></html>"
    )


def _said(language: str) -> dict[str, str]:
    nth = LANGUAGES.index(language)
    return {name: told[nth] for name, told in _WORDS.items()}


def _nth(parcel: PublicParcel, said: dict[str, str]) -> str:
    """Which of several parcels of an order it is: the others may come by themselves."""
    return f"{parcel.nth} {said['of']} {parcel.parcels}" if parcel.parcels > 1 else ""


def _shop(parcel: PublicParcel) -> str:
    name = escape(parcel.shop)
    if parcel.website.startswith("https://"):
        return f'<a href="{escape(parcel.website)}" rel="noreferrer">{name}</a>'
    return name


def _when(parcel: PublicParcel, said: dict[str, str], language: str) -> str:
    if parcel.status == "delivered" and parcel.delivered_ms:
        day = _day(parcel.delivered_ms + parcel.utc_offset_ms, language)
        return f'<p class="when">{escape(said["at"])} <b>{escape(day)}</b></p>'
    if parcel.status == "out_for_delivery" and parcel.events:
        day = _day(parcel.events[0].at_ms + parcel.utc_offset_ms, language)
        return f'<p class="when">{escape(said["arrives"])} <b>{escape(day)}</b></p>'
    if parcel.promised_ms and parcel.status not in ("returning", "returned"):
        day = _day(parcel.promised_ms + parcel.utc_offset_ms, language)
        return f'<p class="when">{escape(said["arrives"])} <b>{escape(day)}</b></p>'
    return ""


def _steps(parcel: PublicParcel, said: dict[str, str]) -> str:
    """The way as a line of steps, those that are done marked."""
    at = STEPS.index(_STEP_OF.get(parcel.status, parcel.status))
    marks = "".join(
        f'<li class="{"done" if nth <= at else "open"}">{escape(said[step])}</li>'
        for nth, step in enumerate(STEPS)
    )
    return f'<ol class="steps">{marks}</ol>'


def _events(parcel: PublicParcel, said: dict[str, str], language: str) -> str:
    if not parcel.events:
        return f"<p>{escape(said['no_news'])}</p>"

    def row(event: Seen) -> str:
        when = _time(event.at_ms + parcel.utc_offset_ms, language)
        place = f'<span class="place">{escape(event.place)}</span>' if event.place else ""
        return f"<li><time>{escape(when)}</time><b>{escape(said[event.status])}</b>{place}</li>"

    return f'<ul class="events">{"".join(map(row, parcel.events))}</ul>'


def _returns(parcel: PublicParcel, link: str, said: dict[str, str]) -> str:
    if parcel.returns_label:
        what = (
            f'<p><a class="button" href="/track/{link}/return.pdf">{escape(said["return_have"])}'
            f"</a></p><p>{escape(said['return_how'])}</p>"
        )
    elif parcel.returnable:
        what = (
            f'<form method="post" action="/track/{link}/return">'
            f"<button>{escape(said['return_ask'])}</button></form>"
        )
    else:
        return ""
    return f"<h2>{escape(said['return'])}</h2>{what}"


def _day(local_ms: int, language: str) -> str:
    at = datetime.fromtimestamp(local_ms / 1000, UTC)
    name = _DAYS[LANGUAGES.index(language)][at.weekday()]
    if language == "de":
        return f"{name}, {at.day}.{at.month}.{at.year}"
    return f"{name}, {at.day} {_MONTHS[at.month - 1]} {at.year}"


def _time(local_ms: int, language: str) -> str:
    at = datetime.fromtimestamp(local_ms / 1000, UTC)
    return f"{_day(local_ms, language)}, {at:%H:%M}"
