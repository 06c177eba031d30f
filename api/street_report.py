"""Owns how the street of a simulated day reads in a terminal, and two days side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from rich.table import Table

from api.terminal import out

Fields = Mapping[str, Any]

LANES_SHOWN: Final = 12
CENTS: Final = 100


class Figure(NamedTuple):
    """A figure of a day, as it is compared."""

    name: str
    value: float
    unit: str = ""
    is_money: bool = False

    def said(self, value: float, sign: str = "") -> str:
        """A value of this figure as it is written."""
        return f"{value:{sign},{'.2f' if self.is_money else ''}}"


def print_street(street: Fields) -> None:
    """Carriers with the tier reached, their lanes, vans, stores."""
    carriers, lanes = street["carriers"], street["lanes"]
    for title, heads, rows in (
        ("Carriers", ("", "parcels", "tier", "list price", "on time"), map(_carrier, carriers)),
        ("Lanes", ("", "to", "parcels", "on time", "days (80 %)"), map(_lane, _largest(lanes))),
        ("Vans", ("", "tours", "stops", "done", "late", "km", "hours"), map(_van, street["vans"])),
        ("Stores", ("", "orders", "shipped", "collected"), map(_node, street["nodes"])),
    ):
        _print(title, heads, list(rows))


def _print(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left")
    for nth, head in enumerate(heads):
        table.add_column(head, justify="right" if nth else "left")
    for row in rows:
        table.add_row(*row)
    if table.row_count:
        out().print(table)


def _carrier(each: Fields) -> tuple[str, ...]:
    price = f"{each['list_price_cents'] / CENTS:,.2f}"
    tier = f"{each['tier_percent']:g} %"
    return each["carrier"], f"{each['parcels']:,}", tier, price, f"{each['on_time_percent']} %"


def _largest(lanes: Sequence[Fields]) -> list[Fields]:
    return sorted(lanes, key=lambda each: -int(each["parcels"]))[:LANES_SHOWN]


def _lane(each: Fields) -> tuple[str, ...]:
    on_time, days = f"{each['on_time_percent']} %", f"{each['days_p80']:g}"
    return each["service"], each["country"], f"{each['parcels']:,}", on_time, days


def _van(each: Fields) -> tuple[str, ...]:
    counts = (f"{each[name]:,}" for name in ("tours", "stops", "done", "late"))
    return each["van"], *counts, f"{each['km']:,}", f"{each['hours']:,}"


def _node(each: Fields) -> tuple[str, ...]:
    return each["node"], *(f"{each[name]:,}" for name in ("orders", "shipped", "collected"))


# --- two days --------------------------------------------------------------------------------


def figures(fields: Fields) -> Iterator[Figure]:
    """What two days are compared by."""
    past, street = fields["shipping"], fields["street"]
    sourcing, stores_sent = street["sourcing"], street["from_stores"]
    parcels = past["parcels"] + stores_sent["parcels"]
    cost_cents = past["cost_cents"] + stores_sent["cost_cents"]
    cheapest_cents = past["cheapest_first_cents"] + stores_sent["cost_cents"]
    vans, stores = street["vans"], street["nodes"]
    yield Figure("orders shipped", fields["orders"]["shipped"])
    yield Figure("on time from the house", fields["kpis"]["on_time_percent"]["value"], "%")
    yield Figure("parcels by carriers", parcels)
    yield _money("cost of carriers", cost_cents)
    yield _money("per parcel", round(cost_cents / max(1, parcels)))
    yield _money("each by its cheapest", cheapest_cents)
    yield Figure("on time at the door", _on_time(street["carriers"]), "%")
    yield Figure("parcels to see to", street["cases"])
    yield Figure("split orders", sourcing["splits"])
    yield _money("sourcing reckoned", sourcing["cost_cents"])
    yield _money("less than from the nearest", sourcing["saved_cents"])
    yield Figure("van stops", sum(each["stops"] for each in vans))
    yield Figure("van stops done", sum(each["done"] for each in vans))
    yield Figure("van stops late", sum(each["late"] for each in vans))
    yield Figure("van km", round(sum(each["km"] for each in vans), 1), "km")
    yield Figure("van hours", round(sum(each["hours"] for each in vans), 1), "h")
    yield _money("cost of vans", sum(each["cost_cents"] for each in vans))
    yield Figure("orders shipped by stores", sum(each["shipped"] for each in stores))


def _money(name: str, cents: int) -> Figure:
    return Figure(name, cents / CENTS, is_money=True)


def _on_time(carriers: Iterable[Fields]) -> float:
    """The share of all delivered parcels."""
    rows = [(each["delivered"], each["on_time_percent"]) for each in carriers]
    delivered = sum(count for count, _ in rows)
    return round(sum(n * share for n, share in rows) / delivered, 1) if delivered else 100.0


def compared(before: Fields, after: Fields) -> dict[str, dict[str, Any]]:
    """Each figure of both days, and the difference."""
    return {
        one.name.replace(" ", "_"): {
            "as_it_is": one.value,
            "what_if": other.value,
            "difference": round(other.value - one.value, 2),
            "unit": one.unit,
        }
        for one, other in zip(figures(before), figures(after), strict=True)
    }


def print_compared(before: Fields, after: Fields) -> None:
    """Two days side by side."""
    _print(
        "What if",
        ("", "as it is", "what if", "difference"),
        (
            (one.name, one.said(one.value), one.said(other.value), _more(one, other))
            for one, other in zip(figures(before), figures(after), strict=True)
        ),
    )


def _more(one: Figure, other: Figure) -> str:
    """What the other day has more or less; nothing where it has as much."""
    more = round(other.value - one.value, 2)
    return f"{one.said(more, '+')} {one.unit}".rstrip() if more else ""
