"""Owns what documents say: the data that is frozen when one is made, and from which it is drawn.

It holds no name, street or message of a customer: those are added from the personal store when a
document is drawn, and are gone when they were erased.
"""

from dataclasses import dataclass, field

from controller.messages import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sends: a shop, or the site where a shop says nothing."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What every paper of a parcel begins with; `nth` of `of` parcels of the order."""

    shop: str
    order: str
    sender: Party
    country: str
    postcode: str
    parcel: str
    tracking: str
    carrier: str
    service: str
    mass_g: int
    nth: int
    of: int
    made_ms: int
    currency: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipLine:
    line: int
    sku: str
    name: str
    qty: int
    backordered: int
    price_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A packing slip; without `prices` it shows none. What is backordered follows later."""

    heading: Heading
    lines: tuple[SlipLine, ...]
    prices: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """What customs is told of an item: `mass_g` and `value_cents` are those of all its units."""

    sku: str
    words: str
    qty: int
    mass_g: int
    value_cents: int
    hs_code: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A customs declaration or commercial invoice; `form`: cn22, cn23, invoice.

    `parcels` are the plates of all that it is made for; where a shop's number of the import
    scheme is not told since the order is worth too much, `ioss_over_eur_cents` is its worth.
    """

    heading: Heading
    form: str
    lines: tuple[GoodsLine, ...]
    parcels: tuple[str, ...] = ()
    ioss_over_eur_cents: int = 0

    @property
    def value_cents(self) -> int:
        return sum(line.value_cents for line in self.lines)

    @property
    def mass_g(self) -> int:
        return sum(line.mass_g for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriageLine:
    """Dangerous goods of one entry; `rule`: full, limited, small. `net_g` or `net_ml` is known."""

    un_number: str
    name: str
    danger_class: str
    packing_group: str
    rule: str
    units: int
    net_g: int
    net_ml: int
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriage:
    """The transport document of a package; fully regulated goods are declared by somebody."""

    heading: Heading
    package: str
    lines: tuple[CarriageLine, ...]
    declared_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLabels:
    """The labels that a package of fully regulated goods bears: one page each."""

    parcel: str
    labels: tuple[str, ...]
    side_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A returns label: `number` is scanned at the returns desk."""

    number: str
    order: str
    shop: str
    to: Party
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLine:
    parcel: str
    tracking: str
    service: str
    country: str
    postcode: str
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that a carrier takes along at one departure."""

    departure: int
    sender: Party
    carrier: str
    lane: str
    leaves_ms: int
    made_ms: int
    services: tuple[tuple[str, int], ...]
    mass_g: int
    lines: tuple[ManifestLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """All that a document is drawn from. `copy` is the number of the print, 1 for the first."""

    id: int
    kind: str
    form: str
    kept: str  # base64 of a label as its carrier sent it, or ""
    data: str
    recipient: Recipient = field(default_factory=Recipient)
    country: str = ""
    postcode: str = ""
    logo: str = ""
    copy: int = 1
    voided: bool = False
