"""Owns contracts with carriers, what shops prefer, who does not come, and what carriers have got.

It refuses contracts with carriers that the site does not have, and tiers that do not rise.
"""

import calendar
import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    Command,
    Contract,
    Done,
    Preference,
    SetUpContracts,
    SetUpPreferences,
    from_json,
    to_json,
)
from controller.messages.rates import WHOLE_PPM
from controller.plan.rates.calendars import weekday
from controller.plan.rating import Offer
from controller.store import Db
from controller.turn import Turn
from controller.units import DAY

PERIODS = ("day", "week", "month")
WHOLE_POINTS = 10_000  # hundredths of a percent
COUNT_MAX = 100_000_000
HISTORY_DAYS = 28
EPOCH = datetime.date(1970, 1, 1).toordinal()

_CONTRACTS = "SELECT * FROM contract ORDER BY carrier"
_PREFERENCES = "SELECT * FROM service_preference ORDER BY shop, name"
_BARRED = "SELECT carrier FROM carrier_bar WHERE until_ms > :now ORDER BY carrier"
_END_CONTRACTS = "DELETE FROM contract"
_END_PREFERENCES = "DELETE FROM service_preference"
_NAMES = "SELECT code, carrier FROM shipping_service ORDER BY code"
_COUNT = (
    "INSERT INTO service_day (service, day, parcels, base_cents, cost_cents) "
    "VALUES (:service, :day, 1, :base, :cost) ON CONFLICT (service, day) DO UPDATE SET "
    "parcels = service_day.parcels + 1, base_cents = service_day.base_cents + :base, "
    "cost_cents = service_day.cost_cents + :cost"
)
_UNCOUNT = (
    "UPDATE service_day SET parcels = parcels - 1, base_cents = base_cents - :base, "
    "cost_cents = cost_cents - :cost WHERE service = :service AND day = :day"
)
_DAYS = (
    "SELECT d.service, d.day, d.parcels, COALESCE(s.carrier, '') AS carrier FROM service_day d "
    "LEFT JOIN shipping_service s ON s.code = d.service WHERE d.day >= :since AND d.day < :day "
    "ORDER BY d.day, d.service"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Contracts by carrier, what shops prefer, and the carriers that do not come today."""

    contracts: Mapping[str, Contract]
    preferences: Mapping[tuple[str, str], Preference]
    barred: frozenset[str]

    def bars(self, service: str, carrier: str, shop: str) -> str:
        """Why a service is out for a shop today, or ""."""
        if carrier in self.barred:
            return f"{carrier} does not come today"
        barred = any(each.barred for each in self._about(service, carrier, shop))
        return f"{shop} does not take it" if barred else ""

    def penalty_cents(self, offer: Offer, shop: str) -> int:
        """What a shop would pay to avoid a service."""
        return sum(each.penalty_cents for each in self._about(offer.service, offer.carrier, shop))

    def with_tiers(self, tiers: Mapping[str, tuple[tuple[int, int], ...]]) -> "Terms":
        """The tiers of rate cards, in ppm, hold by the day for carriers without a contract."""
        granted = {
            name: Contract(
                carrier=name,
                tiers=tuple((start, ppm * WHOLE_POINTS // WHOLE_PPM) for start, ppm in steps),
            )
            for name, steps in tiers.items()
        }
        return replace(self, contracts=granted | dict(self.contracts)) if granted else self

    def _about(self, service: str, carrier: str, shop: str) -> Sequence[Preference]:
        if not self.preferences:
            return ()
        keys = ((whose, name) for whose in ("", shop) for name in (service, carrier))
        return [self.preferences[key] for key in dict.fromkeys(keys) if key in self.preferences]


def terms(db: Db, now_ms: int) -> Terms:
    """What holds now."""
    contracts = (
        Contract(
            **row._asdict()
            | {
                "tiers": from_json(row.tiers, tuple[tuple[int, int], ...]),
                "pickups": from_json(row.pickups, tuple[tuple[str, int], ...]),
            }
        )
        for row in db.all(_CONTRACTS)
    )
    preferences = (
        Preference(**row._asdict() | {"barred": bool(row.barred)}) for row in db.all(_PREFERENCES)
    )
    return Terms(
        contracts={each.carrier: each for each in contracts},
        preferences={(each.shop, each.name): each for each in preferences},
        barred=frozenset(row.carrier for row in db.all(_BARRED, now=now_ms)),
    )


def set_up_contracts(turn: Turn, command: SetUpContracts) -> Done:
    """Raises: NotFound naming the carrier; Refused naming the field that is wrong."""
    carriers = {row.carrier for row in turn.db.all(_NAMES)}
    for each in command.contracts:
        if each.carrier not in carriers:
            raise NotFound("unknown_carrier", carrier=each.carrier, fix="set up a service of it")
        _check(each)
    _once([each.carrier for each in command.contracts], "contract_twice")
    turn.db.run(_END_CONTRACTS)
    rows = [
        {name: getattr(each, name) for name in each.__slots__}
        | {"tiers": to_json(each.tiers).decode(), "pickups": to_json(each.pickups).decode()}
        for each in command.contracts
    ]
    turn.put(tables.contract, rows)
    return Done(note=f"{len(rows)} contracts")


def _check(given: Contract) -> None:
    def refuse(field: str, got: object, fix: str) -> None:
        raise Refused("bad_contract", carrier=given.carrier, field=field, got=str(got), fix=fix)

    if given.period not in PERIODS:
        refuse("period", given.period, f"one of {', '.join(PERIODS)}")
    for name in ("parcels_min", "missing_cents", "daily_max"):
        if not 0 <= getattr(given, name) <= COUNT_MAX:
            refuse(name, getattr(given, name), f"0 to {COUNT_MAX}")
    if list(given.tiers) != sorted(set(given.tiers)) or _falls(given.tiers):
        refuse("tiers", given.tiers, "more parcels, no smaller discount, each step once")
    if any(start < 0 or not 0 <= off <= WHOLE_POINTS for start, off in given.tiers):
        refuse("tiers", given.tiers, f"from 0 parcels on; discounts of 0 to {WHOLE_POINTS}")
    for pickup, most in given.pickups:
        if not pickup or not 0 <= most <= COUNT_MAX:
            refuse("pickups", f"{pickup}:{most}", f"a pickup and 0 to {COUNT_MAX} parcels")
    _once([pickup for pickup, _ in given.pickups], "pickup_twice")


def _falls(tiers: Sequence[tuple[int, int]]) -> bool:
    starts, offs = [start for start, _ in tiers], [off for _, off in tiers]
    return len(set(starts)) < len(starts) or offs != sorted(offs)


def _once(names: Sequence[object], code: str) -> None:
    name = next((name for name, times in Counter(names).items() if times > 1), None)
    if name is not None:
        raise Refused(code, name=str(name), fix="name it once")


def set_up_preferences(turn: Turn, command: SetUpPreferences) -> Done:
    """Raises: NotFound naming the service; Refused naming the penalty that is wrong."""
    known = {name for row in turn.db.all(_NAMES) for name in row}
    for each in command.preferences:
        if each.name not in known:
            raise NotFound("unknown_service", service=each.name, fix="a service, or a carrier")
        if not 0 <= each.penalty_cents <= COUNT_MAX:
            fix = f"0 to {COUNT_MAX} cents"
            raise Refused("bad_penalty", name=each.name, got=each.penalty_cents, fix=fix)
    _once([(each.shop, each.name) for each in command.preferences], "preference_twice")
    turn.db.run(_END_PREFERENCES)
    rows = [
        {name: getattr(each, name) for name in each.__slots__} | {"barred": int(each.barred)}
        for each in command.preferences
    ]
    turn.put(tables.service_preference, rows)
    return Done(note=f"{len(rows)} preferences")


def count_out(turn: Turn, parcel: Any, day: int) -> None:
    """A parcel has left: it counts for its carrier on the local day of the next departure."""
    if parcel.service:
        base, cost = parcel.base_cents, parcel.cost_cents
        turn.db.run(_COUNT, service=parcel.service, day=day, base=base, cost=cost)


def count_back(turn: Turn, parcel: Any) -> None:
    """The opposite of `count_out`, on the day on which the parcel was sent."""
    base, cost = parcel.base_cents, parcel.cost_cents
    day = parcel.sent_day
    turn.db.run(_UNCOUNT, service=parcel.service, day=day, base=base, cost=cost)


def local_day(offset_ms: int, at_ms: int) -> int:
    """The site's day of a time, counted from 1970."""
    return (at_ms + offset_ms) // DAY


def today(db: Db, contract: Contract, day: int) -> tuple[tuple[tuple[int, int], ...], int]:
    """The tiers and the minimum of a contract as they are to be reached on one day.

    What a week or month still lacks is spread over its days that are left; days on which nothing
    has left lately are not counted. Units: (parcels, hundredths of a percent).
    """
    if contract.period == "day":
        return contract.tiers, contract.parcels_min
    first, last = period_of(contract.period, day)
    history = db.all(_DAYS, since=min(first, day - HISTORY_DAYS), day=day)
    mine = (row for row in history if row.day >= first and row.carrier == contract.carrier)
    got = sum(int(row.parcels) for row in mine)
    busy = {weekday(row.day) for row in history}
    left = 1 + sum(not busy or weekday(each) in busy for each in range(day + 1, last + 1))

    def share(parcels: int) -> int:
        return max(0, -(-(parcels - got) // left))

    tiers: dict[int, int] = {}
    for start, off in contract.tiers:
        tiers[share(start)] = off
    return tuple(sorted(tiers.items())), share(contract.parcels_min)


def period_of(period: str, day: int) -> tuple[int, int]:
    """The first and the last day of the week or month of a day, or the day itself."""
    if period == "day":
        return day, day
    if period == "week":
        first = day - weekday(day)
        return first, first + 6
    date = datetime.date.fromordinal(EPOCH + day)
    first = day - date.day + 1
    return first, first + calendar.monthrange(date.year, date.month)[1] - 1


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetUpContracts: handler(set_up_contracts),
    SetUpPreferences: handler(set_up_preferences),
}
