"""Owns the papers that go with goods over a border: CN22, CN23 and the commercial invoice.

The two forms are those of the Universal Postal Union, in English and French.
"""

import msgspec

from api.documents.paper import A4, MM, Paper, address, day, recipient_of
from api.documents.words import mass, money, words
from controller.forms import Drawable, Goods

CN22: tuple[float, float] = (105 * MM, 148 * MM)
_EN: dict[str, str] = words("en")
_COLUMNS = ("Quantity and description / Quantité et description", "kg", "Value / Valeur")
_TARIFF = ("HS code / No tarifaire", "Origin / Origine")
_CERTIFIED = (
    "I certify that the particulars given in this declaration are correct and that this item does "
    "not contain any dangerous article prohibited by legislation or by postal regulations."
)


def customs(drawable: Drawable) -> bytes:
    data = msgspec.json.decode(drawable.data, type=Goods)
    return _cn22(drawable, data) if data.form == "cn22" else _cn23(drawable, data)


def _cn22(drawable: Drawable, data: Goods) -> bytes:
    paper = Paper(drawable, _EN, CN22)
    head = data.heading
    paper.side_by_side(
        [
            paper.text("CUSTOMS DECLARATION", 9, bold=True),
            paper.text("DÉCLARATION EN DOUANE", 7),
        ],
        [
            paper.text("CN 22", 14, bold=True),
            paper.text("May be opened officially / Peut être ouvert d'office", 5),
        ],
        0.62,
    )
    paper.gap(2)
    paper.add(paper.text("[X] Sale of goods / Vente de marchandises", 7))
    paper.gap(2)
    _goods(paper, data, 6)
    paper.gap(2)
    paper.add(
        *paper.facts((("Sender / Expéditeur", head.sender.name), *_numbers(data)), 6.5),
        paper.text(_CERTIFIED, 5),
    )
    paper.gap(2)
    paper.add(
        paper.text(f"Date: {day(head.made_ms)}    Signature: {head.sender.name}", 7),
        paper.text(f"{head.tracking or head.parcel}", 7),
    )
    return paper.done(f"CN22 {head.order}")


def _cn23(drawable: Drawable, data: Goods) -> bytes:
    paper = Paper(drawable, _EN, A4)
    head = data.heading
    paper.side_by_side(
        [
            paper.text("CUSTOMS DECLARATION / DÉCLARATION EN DOUANE", 11, bold=True),
            paper.text("May be opened officially / Peut être ouvert d'office", 7),
        ],
        [paper.text("CN 23", 20, bold=True)],
        0.8,
    )
    paper.gap(3)
    if head.tracking:
        paper.add(paper.code(head.tracking), paper.text(head.tracking, 8))
    paper.gap(4)
    paper.side_by_side(
        [paper.text("From / De", 7, bold=True), paper.text(address(head.sender), 9)],
        [paper.text("To / À", 7, bold=True), paper.text(recipient_of(drawable), 9)],
        0.5,
    )
    paper.gap(3)
    paper.add(*paper.facts(_numbers(data)))
    paper.gap(3)
    _goods(paper, data, 8)
    paper.gap(3)
    paper.add(
        paper.text("Category / Catégorie: [X] Sale of goods / Vente de marchandises"),
        *paper.facts(
            (
                ("Total gross weight / Poids brut total", mass(head.mass_g, "en")),
                ("Invoice / Facture", head.order),
            )
        ),
    )
    paper.gap(3)
    paper.add(
        paper.text(_CERTIFIED, 8),
        paper.text(f"Date and sender's signature: {day(head.made_ms)}  {head.sender.name}", 9),
    )
    return paper.done(f"CN23 {head.order}", head.parcel)


def _numbers(data: Goods) -> tuple[tuple[str, str], ...]:
    sender = data.heading.sender
    return (("EORI", sender.eori), ("IOSS", sender.ioss), ("VAT", sender.vat))


def _no_ioss(data: Goods) -> str:
    """Why the number of the import scheme is not told, in the language of the paper."""
    if not data.ioss_over_eur_cents:
        return ""
    language = data.heading.language
    worth = money(data.ioss_over_eur_cents, "EUR", language)
    return words(language)["ioss_over"].format(worth=worth)


def _goods(paper: Paper, data: Goods, size: float) -> None:
    currency = data.heading.currency
    rows = [
        [
            f"{line.qty} × {line.words}",
            f"{line.mass_g / 1000:.3f}",
            money(line.value_cents, currency, "en"),
            line.hs_code,
            line.origin,
        ]
        for line in data.lines
    ]
    total = money(data.value_cents, currency, "en")
    rows.append(["Total", f"{data.mass_g / 1000:.3f}", total, "", ""])
    paper.rows((*_COLUMNS, *_TARIFF), rows, (4.6, -1.4, -2.6, 2.2, 1.5), size)


def invoice(drawable: Drawable) -> bytes:
    """What the goods were sold for, and who answers for that."""
    data = msgspec.json.decode(drawable.data, type=Goods)
    head, language = data.heading, data.heading.language
    said = words(language)
    paper = Paper(drawable, said)
    paper.side_by_side(
        paper.logo() or [paper.text(head.sender.name, 14, bold=True)],
        [paper.text(said["invoice"], 14, bold=True)],
    )
    paper.gap(6)
    paper.side_by_side(
        [
            paper.text(said["seller"], 8, bold=True),
            paper.text(address(head.sender)),
            *paper.facts(_numbers(data)),
        ],
        [paper.text(said["buyer"], 8, bold=True), paper.text(recipient_of(drawable))],
        0.5,
    )
    paper.gap(5)
    paper.add(
        *paper.facts(
            (
                (said["order"], head.order),
                (said["date"], day(head.made_ms)),
                (said["tracking"], head.tracking),
                (said["terms"], "DAP (Incoterms 2020)" if not head.sender.ioss else "DDP, IOSS"),
                ("IOSS", _no_ioss(data)),
                (said["mass"], mass(head.mass_g, language)),
            )
        )
    )
    paper.gap(5)
    rows = [
        [
            line.sku,
            line.words,
            line.hs_code,
            line.origin,
            str(line.qty),
            money(line.value_cents // line.qty, head.currency, language),
            money(line.value_cents, head.currency, language),
        ]
        for line in data.lines
    ]
    total = money(data.value_cents, head.currency, language)
    rows.append(["", said["total"], "", "", "", "", total])
    names = ("item", "name", "hs", "origin", "qty", "price", "sum")
    paper.rows([said[name] for name in names], rows, (2.0, 4.0, 2.0, 1.3, -1.0, -2.0, -2.0))
    paper.gap(6)
    paper.add(paper.text(said["declared"], 8))
    paper.gap(10)
    paper.add(paper.text(f"{said['signature']}: ______________________________"))
    return paper.done(f"{said['invoice']} {head.order}", head.sender.name)
