"""Owns the carton types of a site: what they measure, who takes them, how full they get.

It refuses a carton without room, and rules about cartons that are not set up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    CartonRule,
    CartonType,
    Command,
    Done,
    ImportCartonRules,
    ImportCartons,
    SetCartonFill,
    SiteSettings,
)
from controller.turn import Turn
from controller.workflows.naming import name_codes

FILL_MIN_PERCENT = 30
FIELDS = {"channel": "channel_cartons", "carrier": "carrier_cartons"}
"""What kind of rule stands under which setting."""

_CARTONS = "SELECT code FROM carton_type ORDER BY code"
_CARTON = "SELECT code FROM carton_type WHERE code = :code"

Rules = tuple[tuple[str, tuple[str, ...]], ...]


def import_cartons(turn: Turn, command: ImportCartons) -> Done:
    """Raises: Refused naming the carton that is wrong."""
    keep_cartons(turn, command.cartons)
    return Done(note=f"{len(command.cartons)} cartons")


def keep_cartons(turn: Turn, cartons: Sequence[CartonType]) -> None:
    """Carton types as they are now; how many there are is another matter."""
    for carton in cartons:
        _check_carton(carton)
    rows = [
        {name: getattr(each, name) for name in each.__slots__} | {"flexible": int(each.flexible)}
        for each in cartons
    ]
    turn.put(tables.carton_type, rows)
    name_codes(turn, "carton_type", ((each.code, each.code) for each in cartons))


def _check_carton(carton: CartonType) -> None:
    sides = (carton.length_mm, carton.width_mm, carton.height_mm, carton.mass_max_g)
    if not carton.code or min(sides) <= 0 or carton.tare_g < 0:
        raise Refused("bad_carton", carton=carton.code, fix="give it a code, sides and a load")


def import_rules(turn: Turn, command: ImportCartonRules) -> Done:
    """Rules of other shops and carriers stay; one without cartons ends. Raises: Refused."""
    settings = turn.site
    for rule in command.rules:
        if rule.kind not in FIELDS:
            fix = f"one of {', '.join(FIELDS)}"
            raise Refused("bad_rule", name=rule.name, kind=rule.kind, fix=fix)
        field = FIELDS[rule.kind]
        changed: dict[str, Any] = {field: _with(getattr(settings, field), rule)}
        settings = replace(settings, **changed)
    check_rules(turn, settings)
    turn.settle(settings)
    return Done(note=f"{len(command.rules)} carton rules")


def _with(rules: Rules, rule: CartonRule) -> Rules:
    kept = dict(rules)
    kept.pop(rule.name, None)
    if rule.cartons:
        kept[rule.name] = rule.cartons
    return tuple(kept.items())


def check_rules(turn: Turn, settings: SiteSettings) -> None:
    """Each shop and carrier once, and only cartons that are set up."""
    known = {row.code for row in turn.db.all(_CARTONS)}
    for field in FIELDS.values():
        rules = getattr(settings, field)
        for name, cartons in rules:
            _check_rule(field, name, cartons, known)
            if [each for each, _ in rules].count(name) > 1:
                raise Refused("bad_setting", field=field, got=name, fix="name each once")


def _check_rule(field: str, name: str, cartons: Iterable[str], known: set[str]) -> None:
    wrong = sorted(set(cartons) - known)
    if wrong:
        fix = f"one of {', '.join(sorted(known)) or 'the cartons that you set up'}"
        raise Refused("bad_setting", field=field, got=f"{name}: {wrong[0]}", fix=fix)
    if not name or not cartons:
        fix = "name each with one carton or more"
        raise Refused("bad_setting", field=field, got=name, fix=fix)


def set_fill(turn: Turn, command: SetCartonFill) -> Done:
    """Raises: NotFound; Refused for a share that cannot be."""
    if turn.db.one(_CARTON, code=command.carton) is None:
        raise NotFound("unknown_carton", carton=command.carton, fix="set the carton up first")
    if not FILL_MIN_PERCENT <= command.percent <= 100:
        fix = f"{FILL_MIN_PERCENT} to 100"
        raise Refused("bad_share", carton=command.carton, percent=command.percent, fix=fix)
    turn.put(tables.carton_fill, [{"carton": command.carton, "percent": command.percent}])
    return Done(note=f"{command.carton} is filled up to {command.percent} percent of its height")


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ImportCartons: handler(import_cartons),
    ImportCartonRules: handler(import_rules),
    SetCartonFill: handler(set_fill),
}
