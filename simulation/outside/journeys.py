"""Owns what becomes of a parcel once its carrier has it: a story that follows from its name.

Most arrive on their day; a few are late, find nobody at home, or are damaged and come back. It
refuses chance that is not the name's and the seed's, so that a carrier that starts again tells
the same.
"""

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple

from controller.units import DAY, HOUR, MINUTE
from simulation.streams import Streams

SUNDAY: Final = 3  # days since 1970 modulo 7: the first one was a Thursday
HUBS: Final = ("Wakefield", "Birmingham", "Daventry", "Warrington")
LATE, NOBODY_HOME, DAMAGED = 30, 50, 52  # of 1,000 parcels, each beginning where the last ends

STATUSES: Final = {
    "COLLECTED": "accepted",
    "HUB": "in_transit",
    "DELAYED": "in_transit",
    "ROUND": "out_for_delivery",
    "DELIVERED": "delivered",
    "NOBODY_HOME": "attempted",
    "DAMAGED": "exception",
    "BACK": "returned",
}


class Happening(NamedTuple):
    """A scan of the carrier: its own code, where, and in which words."""

    at_ms: int
    code: str
    place: str
    words: str


def story(name: str, days: int, left_ms: int, seed: int = 0) -> tuple[Happening, ...]:
    """Everything that happens to a parcel that left then and takes so many days."""
    return tuple(sorted(_story(Streams(seed).stream(f"journey/{name}"), days, left_ms)))


def _story(stream: Random, days: int, left_ms: int) -> Iterator[Happening]:

    def within(first_ms: int, last_ms: int) -> int:
        return stream.randint(first_ms, last_ms)

    collected_ms = left_ms + within(5 * MINUTE, 25 * MINUTE)
    yield Happening(collected_ms, "COLLECTED", "Leeds", "Collected from the sender")
    fate = stream.randrange(1_000)
    if not days:
        out_ms = collected_ms + within(20 * MINUTE, 40 * MINUTE)
        yield Happening(out_ms, "ROUND", "Leeds", "With the courier")
        there_ms = out_ms + within(30 * MINUTE, 3 * HOUR)
        yield Happening(there_ms, "DELIVERED", "", "Handed to the customer")
        return
    for night in range(min(days, 3)):
        hub_ms = collected_ms + within(2 * HOUR, 6 * HOUR) + night * DAY
        yield Happening(hub_ms, "HUB", HUBS[stream.randrange(len(HUBS))], "Sorted at the hub")
    morning_ms = _day(left_ms // DAY + days) * DAY
    if fate < LATE:
        late_ms = morning_ms + within(6 * HOUR, 8 * HOUR)
        yield Happening(late_ms, "DELAYED", "", "Delayed by a day")
        morning_ms = _day(morning_ms // DAY + 1) * DAY
    out_ms = morning_ms + within(6 * HOUR, 8 * HOUR)
    yield Happening(out_ms, "ROUND", "", "Out for delivery")
    there_ms = out_ms + within(HOUR, 9 * HOUR)
    if LATE <= fate < NOBODY_HOME:
        yield Happening(there_ms, "NOBODY_HOME", "", "Nobody at home, a card was left")
        there_ms = _day(morning_ms // DAY + 1) * DAY + within(9 * HOUR, 17 * HOUR)
    if NOBODY_HOME <= fate < DAMAGED:
        yield Happening(there_ms, "DAMAGED", "", "The parcel is damaged")
        yield Happening(there_ms + 2 * DAY, "BACK", "Leeds", "Returned to the sender")
        return
    yield Happening(there_ms, "DELIVERED", "", "Handed to the customer")


def _day(day: int) -> int:
    """The day itself, or the Monday after a Sunday."""
    return day + (day % 7 == SUNDAY)
