"""Owns the carrier of a site that has none connected: the parcel's own plate is its tracking.

It answers at once and costs what was quoted. It refuses to invent a number of a real carrier.
"""

from controller.messages import Event, LabelBought


def label(event: Event) -> LabelBought:
    """The label of a `carrier/buy` row; the same row gets the same answer."""
    asked = event.payload
    return LabelBought(
        id=f"carrier/{event.id}",
        actor="in-house",
        parcel=asked["parcel"],
        tracking=str(asked["reference"]),
        cost_cents=asked.get("cost_cents", 0),
    )
