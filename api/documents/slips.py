"""Owns the packing slip: what is in a parcel, what follows later, under the name of its shop."""

import msgspec

from api.documents.paper import Paper, address, day, recipient_of
from api.documents.words import LANGUAGES, mass, money, words
from controller.forms import Drawable, Slip, SlipLine


def slip(drawable: Drawable) -> bytes:
    """A PDF in the customer's language, else the shop's. A gift shows its message and no price."""
    data = msgspec.json.decode(drawable.data, type=Slip)
    head, gift = data.heading, drawable.recipient.gift_message
    asked = drawable.recipient.language
    language = asked if asked in LANGUAGES else head.language
    said = words(language)
    paper = Paper(drawable, said)
    prices = data.prices and not gift
    paper.side_by_side(
        paper.logo() or [paper.text(head.sender.name, 14, bold=True)],
        [paper.text(address(head.sender), 8)],
    )
    paper.gap(10)
    number = f"{head.nth} {said['of']} {head.of}"
    facts = paper.facts(
        (
            (said["order"], head.order),
            (said["date"], day(head.made_ms)),
            (said["parcel"], f"{number}, {mass(head.mass_g, language)}"),
            (said["carrier"], f"{head.carrier} {head.service}"),
            (said["tracking"], head.tracking),
        )
    )
    paper.side_by_side([paper.text(recipient_of(drawable), 10)], facts)
    paper.gap(8)
    paper.add(paper.text(said["packing_slip"], 14, bold=True))
    paper.gap(3)
    _lines(paper, data, language, prices)
    if any(line.backordered for line in data.lines):
        paper.gap(3)
        paper.add(paper.text(said["follows_later"], 8))
    if gift:
        paper.gap(8)
        paper.add(paper.text(said["gift"], 9, bold=True), paper.text(gift, 11))
    paper.gap(8)
    paper.add(_plate(paper, head.parcel), paper.text(head.parcel, 8))
    return paper.done(f"{said['packing_slip']} {head.order}", _foot(data))


def _lines(paper: Paper, data: Slip, language: str, prices: bool) -> None:
    said, currency = paper.words, data.heading.currency
    heading = [said["item"], said["name"], said["qty"], said["later"]]
    shares = [2.2, 5.6, -1, -1.3]

    def row(line: SlipLine) -> list[str]:
        cells = [line.sku, line.name, str(line.qty), str(line.backordered or "")]
        if prices:
            cells += [
                money(line.price_cents, currency, language),
                money(line.price_cents * line.qty, currency, language),
            ]
        return cells

    rows = [row(line) for line in data.lines]
    if prices:
        heading += [said["price"], said["sum"]]
        shares += [-2.0, -2.0]
        total = sum(line.price_cents * line.qty for line in data.lines)
        rows.append(["", said["total"], "", "", "", money(total, currency, language)])
    paper.rows(heading, rows, shares)


def _plate(paper: Paper, plate: str) -> object:
    """The barcode that our own scanners read."""
    is_sscc = len(plate) == 18 and plate.isdigit()
    return paper.code(f"00{plate}" if is_sscc else plate, gs1=is_sscc)


def _foot(data: Slip) -> str:
    sender = data.heading.sender
    return " · ".join(
        part
        for part in (sender.name, sender.website, sender.email, sender.phone, sender.vat)
        if part
    )
