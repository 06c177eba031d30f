"""Owns the transport document of dangerous goods: one package, its entries, who declares them."""

import msgspec

from api.documents.paper import Paper, address, day, recipient_of
from api.documents.words import mass, words
from controller.forms import Carriage, CarriageLine, Drawable
from controller.plan.dangers import labels

_RULES = {
    "limited": "Dangerous goods in limited quantities (ADR 3.4)",
    "small": "In compliance with special provision 188",
    "full": "Fully regulated",
}
_DECLARED = (
    "I declare that the contents of this consignment are fully and accurately described above by "
    "the proper shipping name, and are classified, packaged, marked and labelled, and in all "
    "respects in proper condition for carriage according to the regulations that apply."
)


def carriage(drawable: Drawable) -> bytes:
    """Source: ADR 5.4.1.1.1 (a) to (h): what is said of each entry, and in which sequence."""
    data = msgspec.json.decode(drawable.data, type=Carriage)
    head = data.heading
    paper = Paper(drawable, words("en"))
    paper.side_by_side(
        [paper.text("TRANSPORT DOCUMENT FOR DANGEROUS GOODS", 13, bold=True)],
        [paper.code(head.parcel), paper.text(head.parcel, 8)],
    )
    paper.gap(5)
    paper.side_by_side(
        [paper.text("Consignor", 8, bold=True), paper.text(address(head.sender))],
        [paper.text("Consignee", 8, bold=True), paper.text(recipient_of(drawable))],
        0.5,
    )
    paper.gap(4)
    facts = (
        ("Order", head.order),
        ("Carrier", f"{head.carrier} {head.service}".strip()),
        ("Packages", data.package),
        ("Gross mass", mass(head.mass_g, "en")),
        ("Telephone", head.sender.phone),
        ("Labels", ", ".join(_labels(data))),
    )
    paper.add(*paper.facts(facts))
    paper.gap(4)
    rows = [
        (entry(line), net(line), _RULES[line.rule], f"{line.units} × {', '.join(line.skus)}")
        for line in data.lines
    ]
    heading = ("UN number, proper shipping name, class, packing group", "Net", "Rule", "Goods")
    paper.rows(heading, rows, (5, -1.4, 2.6, 2.4))
    paper.gap(8)
    if data.declared_by:
        paper.add(
            paper.text(_DECLARED, 8),
            paper.text(f"{day(head.made_ms)}, {data.declared_by}: ______________________________"),
        )
    return paper.done(f"Dangerous goods {head.order}", head.parcel)


def _labels(data: Carriage) -> list[str]:
    """The labels of the classes that the package bears."""
    full = [line for line in data.lines if line.rule == "full"]
    return sorted({labels.model(each.un_number, each.danger_class) for each in full} - {""})


def entry(line: CarriageLine) -> str:
    """An entry in the sequence that is prescribed: number, name, class, packing group."""
    number = f"{line.un_number[:2]} {line.un_number[2:]}"
    parts = (number, line.name, line.danger_class, line.packing_group)
    return ", ".join(part for part in parts if part)


def net(line: CarriageLine) -> str:
    """The net quantity of an entry; what is not known is not said."""
    if line.net_ml:
        return f"{line.net_ml / 1000:.3f} L"
    return f"{line.net_g / 1000:.3f} kg" if line.net_g else ""
