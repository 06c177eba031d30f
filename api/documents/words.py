"""Owns the words of documents in each language; customs papers have their own two."""

from typing import Final

LANGUAGES: Final = ("en", "de")
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "packing_slip": ("Packing slip", "Lieferschein"),
    "invoice": ("Commercial invoice", "Handelsrechnung"),
    "order": ("Order", "Bestellung"),
    "parcel": ("Parcel", "Paket"),
    "of": ("of", "von"),
    "date": ("Date", "Datum"),
    "carrier": ("Carrier", "Versand"),
    "tracking": ("Tracking", "Sendungsnummer"),
    "item": ("Item", "Artikel"),
    "name": ("Description", "Bezeichnung"),
    "qty": ("Qty", "Menge"),
    "later": ("Follows", "Folgt"),
    "price": ("Price", "Preis"),
    "sum": ("Sum", "Summe"),
    "total": ("Total", "Gesamt"),
    "gift": ("A message for you", "Eine Nachricht für Sie"),
    "follows_later": (
        "What follows is on its way to us and comes in a parcel of its own.",
        "Was folgt, kommt in einem eigenen Paket, sobald es bei uns ist.",
    ),
    "page": ("Page", "Seite"),
    "copy": ("COPY", "KOPIE"),
    "void": ("VOID", "UNGÜLTIG"),
    "return": ("RETURN", "RÜCKSENDUNG"),
    "manifest": ("Manifest", "Ladeliste"),
    "departure": ("Departure", "Abfahrt"),
    "lane": ("Lane", "Tor"),
    "leaves": ("Leaves", "Abfahrt um"),
    "parcels": ("Parcels", "Pakete"),
    "mass": ("Mass", "Gewicht"),
    "service": ("Service", "Produkt"),
    "to": ("To", "Nach"),
    "driver": ("Received by the driver: name, signature, time", "Übernommen: Name, Unterschrift"),
    "sender": ("Handed over by: name, signature", "Übergeben: Name, Unterschrift"),
    "seller": ("Seller", "Verkäufer"),
    "buyer": ("Buyer", "Käufer"),
    "origin": ("Origin", "Ursprung"),
    "hs": ("HS code", "Zolltarifnr."),
    "terms": ("Terms of delivery", "Lieferbedingung"),
    "ioss_over": (
        "not used: the order is worth {worth}, more than 150: duties are due",
        "nicht verwendet: Bestellwert {worth}, mehr als 150: Abgaben fallen an",
    ),
    "declared": (
        "I certify that the particulars given here are true and that the origin of the goods is "
        "as stated.",
        "Die Angaben sind richtig, und der Ursprung der Waren ist wie angegeben.",
    ),
    "signature": ("Date and signature", "Datum und Unterschrift"),
}


def words(language: str) -> dict[str, str]:
    """The words of a language; English for one that is not known here."""
    nth = LANGUAGES.index(language) if language in LANGUAGES else 0
    return {name: told[nth] for name, told in _WORDS.items()}


def money(cents: int, currency: str, language: str) -> str:
    """An amount such as 1,234.50 GBP or 1.234,50 EUR."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    group, point = (".", ",") if language == "de" else (",", ".")
    return f"{sign}{whole:,}".replace(",", group) + f"{point}{rest:02d} {currency}"


def mass(grams: int, language: str) -> str:
    text = f"{grams / 1000:.3f} kg"
    return text.replace(".", ",") if language == "de" else text
