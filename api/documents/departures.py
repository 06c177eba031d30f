"""Owns the manifest: what a carrier takes along at one departure, to be signed by both."""

from datetime import UTC, datetime

import msgspec

from api.documents.paper import Paper, address
from api.documents.words import mass, words
from controller.forms import Drawable, Manifest


def manifest(drawable: Drawable) -> bytes:
    data = msgspec.json.decode(drawable.data, type=Manifest)
    said = words("en")
    paper = Paper(drawable, said)
    leaves = datetime.fromtimestamp(data.leaves_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    paper.side_by_side(
        [paper.text(said["manifest"], 16, bold=True), paper.text(address(data.sender), 8)],
        paper.facts(
            (
                (said["carrier"], data.carrier),
                (said["lane"], data.lane),
                (said["leaves"], leaves),
                (said["parcels"], str(len(data.lines))),
                (said["mass"], mass(sum(line.mass_g for line in data.lines), "en")),
            )
        ),
    )
    paper.gap(4)
    paper.add(paper.code(f"D{data.departure}"), paper.text(f"D{data.departure}", 8))
    paper.gap(4)
    paper.rows(
        (said["service"], said["parcels"]),
        [(service, str(parcels)) for service, parcels in data.services],
        (3, -1),
    )
    paper.gap(5)
    rows = [
        (
            str(nth),
            line.parcel,
            line.tracking,
            line.service,
            f"{line.country} {line.postcode}",
            mass(line.mass_g, "en"),
        )
        for nth, line in enumerate(data.lines, 1)
    ]
    heading = ("#", said["parcel"], said["tracking"], said["service"], said["to"], said["mass"])
    paper.rows(heading, rows, (-0.6, 3, 3.2, 1.6, 1.8, -1.4))
    paper.gap(10)
    for name in ("sender", "driver"):
        paper.add(paper.text(f"{said[name]}: ____________________________________"))
        paper.gap(7)
    return paper.done(f"{said['manifest']} {data.departure}", f"D{data.departure}")
