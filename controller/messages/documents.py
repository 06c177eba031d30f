"""Owns the words of documents: made, printed, voided, and the shops whose name they bear."""

from dataclasses import dataclass

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """How the papers and messages of a shop look, and what customs asks of it."""

    code: str
    name: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    vat: str = ""
    eori: str = ""
    ioss: str = ""
    language: str = "en"
    logo: str = ""  # a PNG in base64
    slip: bool = False  # every parcel gets a packing slip
    prices: bool = True  # slips show prices, except with gifts
    returns: str = ""  # no label; box: one in each parcel; link: by the tracking page
    return_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpShops(Command[Done]):
    shops: tuple[Shop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeDocument(Command["DocumentMade"]):
    """A document about a parcel, or about a departure; one that is there already is named again.

    `kind`: packing_slip, customs, invoice, returns_label (parcel); manifest, pallet_label
    (departure: a pallet of its own each time).
    """

    kind: str
    parcel: int = 0
    departure: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMade:
    """`new` is False where it had been made before."""

    document: int
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDeparture(Command["DocumentMade"]):
    """The vehicle leaves now: its manifest is made, and later parcels take the next one."""

    departure: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDocument(Command[Done]):
    """A page prints it, or a label comes out at its bench; a reprint says why."""

    document: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidDocument(Command[Done]):
    """It must not be used any more: no print, and a parcel with this label is not loaded."""

    document: int
    why: str
