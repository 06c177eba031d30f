"""Owns what is kept of carriers' offers, and the book that is compiled of it once.

The book is kept until services, rate cards, holidays or the site's settings change. It refuses a
rate card that is wrong in itself, or that holds on days of another one; pricing is the book's.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    Command,
    Done,
    DropRateCard,
    Holiday,
    ImportRateCard,
    RateCard,
    ShippingService,
    SiteSettings,
    from_json,
    to_json,
)
from controller.plan.dangers import carrying
from controller.plan.rates.checking import Fault, Place, faults
from controller.plan.rating import Book, Origin
from controller.store import Db
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import alarming
from controller.workflows.carriers.abilities import can

BOOKS_MAX = 4
_JOINED = ("countries", "pickups_ms", "delivery_days", "dangers")
_FLAGS = ("hazardous", "po_box")
NO_PIECES = (
    "0: the carrier is connected without the call add, as all are that karrio connects; "
    "or connect it by rest with one"
)
PER = ("piece", "shipment")  # what the base price of a service is for
_CARRIERS = "SELECT name, offers FROM carrier ORDER BY name"
_OF_PIECES = (
    "SELECT code FROM shipping_service WHERE carrier = :carrier AND pieces_max > 1 ORDER BY code"
)
_SERVICES = "SELECT * FROM shipping_service ORDER BY code"
_CARDS = "SELECT * FROM rate_card ORDER BY code"
_DROP = "DELETE FROM rate_card WHERE code = :code"
_KEPT = (
    "SELECT name, value FROM setting WHERE name IN ('site', 'tariffs', 'measured') ORDER BY name"
)
_TOLD = "SELECT value FROM setting WHERE name = 'tariffs'"
_HOLIDAYS = "SELECT country, day, name FROM holiday ORDER BY country, day"


def book(db: Db) -> Book:
    """What every service asks for any parcel, as the books stand now."""
    kept = {row.name: row.value for row in db.all(_KEPT)}
    revision = kept.get("tariffs") or _revision(db)
    key = (revision, kept.get("site", ""), kept.get("measured", "{}"))
    found = _books.get(key)
    if found is None:
        if len(_books) >= BOOKS_MAX:
            _books.clear()
        found = _books[key] = _compiled(db, *key[1:])
    return found


_books: dict[tuple[str, str, str], Book] = {}


def _compiled(db: Db, site: str, measured: str) -> Book:
    settings = from_json(site, SiteSettings) if site else SiteSettings()
    origin = Origin(
        country=settings.country,
        postcode=settings.postcode,
        currency=settings.currency,
        utc_offset_ms=settings.utc_offset_ms,
        departure_ms=settings.departure_ms,
        measured_days={
            (service, country): days
            for service, by_country in from_json(measured, dict[str, dict[str, int]]).items()
            for country, days in by_country.items()
        },
        holidays=frozenset((each.country, each.day) for each in holidays(db)),
    )
    return Book(services(db), origin, cards(db))


def cards(db: Db) -> tuple[RateCard, ...]:
    """All rate cards, by code."""
    return tuple(from_json(row.body, RateCard) for row in db.all(_CARDS))


def services(db: Db) -> tuple[ShippingService, ...]:
    """All services, by code."""
    return tuple(_service(row) for row in db.all(_SERVICES))


def holidays(db: Db) -> tuple[Holiday, ...]:
    """All holidays, by country and day."""
    return tuple(Holiday(**row._asdict()) for row in db.all(_HOLIDAYS))


def keep_services(turn: Turn, given: Iterable[ShippingService]) -> None:
    """Services as they are now; those that are not named stay. Raises: Refused."""
    given = tuple(given)
    for each in given:
        _check(each)
        _check_dangers(each)
    turn.put(tables.shipping_service, [_columns(each) for each in given])
    tell_pieces(turn)
    changed(turn)


def import_card(turn: Turn, command: ImportRateCard) -> Done:
    """Raises: Refused naming what is wrong in the card."""
    card = command.card
    before = cards(turn.db)
    fault = next(iter(faults_of(turn.db, command)), None)
    if fault is not None:
        raise Refused(
            "bad_rate_card",
            card=card.code,
            sheet=fault.sheet,
            row=fault.row + 1,
            column=fault.column,
            got=fault.got,
            fix=fault.fix,
        )
    keep_services(turn, command.services)
    turn.put(tables.holiday, [_columns_of(each) for each in command.holidays])
    turn.put(
        tables.rate_card,
        [
            {
                "code": card.code,
                "carrier": card.carrier,
                "owner": card.owner,
                "from_day": card.from_day,
                "until_day": card.until_day,
                "body": to_json(card).decode(),
            }
        ],
    )
    _check_priced(turn.db, before)
    changed(turn)
    return Done(note=f"{len(card.rates)} rates")


def drop_card(turn: Turn, command: DropRateCard) -> Done:
    """Its services are priced by other cards from now on, or by their own figures.

    Raises: NotFound; Refused naming a service that would cost nothing then.
    """
    before = cards(turn.db)
    if not turn.db.run(_DROP, code=command.code):
        there = ", ".join(card.code for card in before) or "none"
        raise NotFound("unknown_rate_card", card=command.code, fix=f"there are: {there}")
    _check_priced(turn.db, before)
    changed(turn)
    return Done()


def _check_priced(db: Db, before: Iterable[RateCard]) -> None:
    """Raises: Refused for a service that had a price by a card, and would cost nothing now."""
    had = {row.service for card in before for row in card.rates}
    lost = had - {row.service for card in cards(db) for row in card.rates}
    free = [s.code for s in services(db) if not (s.base_cents or s.per_kg_cents)]
    for code in sorted(lost & set(free)):
        fix = "import another card with it first, or give it base_cents in the site file"
        raise Refused("service_without_price", service=code, fix=fix)


def faults_of(
    db: Db, command: ImportRateCard, unread: frozenset[Place] = frozenset()
) -> list[Fault]:
    """Everything that is wrong in a card, and with the others that are here.

    Nothing is said of what hangs on cells that are `unread`.
    """
    card = command.card
    carriers = {each.code: each.carrier for each in services(db)}
    headless = any(sheet == "card" for sheet, _, _ in unread)
    own = {code for code, carrier in carriers.items() if headless or carrier == card.carrier}
    found = faults(card, own | {each.code for each in command.services}, unread)
    if headless:
        return found
    for nth, service in enumerate(command.services):
        carrier = carriers.get(service.code, card.carrier)
        if not card.carrier == service.carrier == carrier:
            fix = f"is a service of {carrier}; give it another code"
            found.append(Fault("services", nth, "code", service.code, fix))
    priced = {row.service for row in card.rates}
    for other in cards(db):
        same = (other.carrier, other.owner) == (card.carrier, card.owner)
        shared = priced & {row.service for row in other.rates}
        if same and other.code != card.code and shared and _overlap(card, other):
            fix = (
                f"overlaps the days of {other.code}, which has {min(shared)}, too; "
                f"end that card before, or give this one its code"
            )
            found.append(Fault("card", 0, "from", card.code, fix))
    return found


def _overlap(one: RateCard, other: RateCard) -> bool:
    return one.from_day <= (other.until_day or one.from_day) and other.from_day <= (
        one.until_day or other.from_day
    )


def measured(turn: Turn, days: Mapping[tuple[str, str], int]) -> None:
    """Promises go by what carriers have needed, by (service, country), where that is longer."""
    found: dict[str, dict[str, int]] = {}
    for (service, country), each in sorted(days.items()):
        found.setdefault(service, {})[country] = each
    turn.put(tables.setting, [{"name": "measured", "value": to_json(found).decode()}])


def _check(service: ShippingService) -> None:
    times_ms = service.pickups_ms
    if len(times_ms) not in (0, 7) or not all(-1 <= each <= DAY for each in times_ms):
        got = ", ".join(map(str, times_ms))
        fix = "seven times from Monday on, in ms after midnight, -1 for none; or none at all"
        raise Refused("bad_service", service=service.code, field="pickups_ms", got=got, fix=fix)
    if not set(service.delivery_days) <= set(range(7)):
        got = ", ".join(map(str, service.delivery_days))
        fix = "weekdays from 0 (Monday) to 6"
        raise Refused("bad_service", service=service.code, field="delivery_days", got=got, fix=fix)
    if service.per not in PER or service.pieces_max < 0:
        got = f"{service.per}, {service.pieces_max}"
        fix = f"per is one of {', '.join(PER)}, and pieces_max 0 or more"
        raise Refused("bad_service", service=service.code, field="per", got=got, fix=fix)


def _check_dangers(service: ShippingService) -> None:
    wrong = carrying.unknown(service.dangers)
    if wrong:
        fix = f"words out of {' '.join(carrying.WORDS)}; or none at all"
        raise Refused("bad_service", service=service.code, field="dangers", got=wrong, fix=fix)


def tell_pieces(turn: Turn) -> None:
    """Services of several pieces are told while their carrier sells no further one."""
    for carrier in turn.db.all(_CARRIERS):
        device = f"carrier/{carrier.name}"
        codes = [row.code for row in turn.db.all(_OF_PIECES, carrier=carrier.name)]
        if not codes:
            alarming.over(turn, device, "no_pieces")
        elif not can(carrier.offers, "add"):
            told = f"pieces_max of {', '.join(codes)} is to be {NO_PIECES}"
            alarming.raise_alarm(turn, device, "no_pieces", told[:500])


def changed(turn: Turn) -> None:
    """From now on the book is another one."""
    turn.put(tables.setting, [{"name": "tariffs", "value": _revision(turn.db)}])


def is_stale(db: Db) -> bool:
    """Whether services, cards or holidays are others than the book was told of."""
    told = db.value(_TOLD)
    return told is not None and told != _revision(db)


def _revision(db: Db) -> str:
    """What tells a state of services, cards and holidays from all others.

    A column that was added since, and says of a service what it means without, is no other state.
    """
    said = [[_said(each) for each in kept] for kept in (services(db), holidays(db))]
    rows = [[row.code, row.body] for row in db.all(_CARDS)]
    return hashlib.sha256(to_json([*said, rows])).hexdigest()


def _said(message: Any) -> dict[str, Any]:
    """What a service or a holiday says that is not said of all without a word."""
    values = {each.name: (getattr(message, each.name), each.default) for each in fields(message)}
    return {name: value for name, (value, default) in values.items() if value != default}


def _service(row: Any) -> ShippingService:
    values = row._asdict()
    for name in _FLAGS:
        values[name] = bool(values[name])
    for name in ("countries", "dangers"):
        values[name] = tuple(each for each in values[name].split(",") if each)
    for name in ("pickups_ms", "delivery_days"):
        values[name] = tuple(int(each) for each in values[name].split(",") if each)
    return ShippingService(**values)


def _columns_of(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__slots__}


def _columns(service: ShippingService) -> dict[str, Any]:
    values = _columns_of(service)
    for name in _JOINED:
        values[name] = ",".join(map(str, values[name]))
    return values | {name: int(values[name]) for name in _FLAGS}


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ImportRateCard: handler(import_card),
    DropRateCard: handler(drop_card),
}
