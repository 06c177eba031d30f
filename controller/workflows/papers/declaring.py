"""Owns what is said of the dangerous goods in a parcel: its marks and its transport document.

Limited quantities and small lithium batteries have theirs as soon as the parcel is closed. It
refuses to let goods go of which class or name are not known, and fully regulated ones before a
person has made their declaration.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from controller.errors import Refused
from controller.forms import Carriage, CarriageLine, ClassLabels
from controller.plan.dangers import goods, labels
from controller.plan.dangers.goods import Danger
from controller.store import Db
from controller.turn import Turn
from controller.workflows.packing import outside
from controller.workflows.papers import documents, freezing

KIND: Final = "dangerous_goods"
CLASS_LABELS: Final = "class_labels"
KINDS: Final = (KIND, CLASS_LABELS)
MARKS: Final = "danger_marks"
LABEL_MM: Final = 100  # a side of a label of full size
SMALL_LABEL_MM: Final = 60
NOT_KNOWN: Final = "danger_not_known"
ROOM_MM: Final = 150  # of a side for a mark of 100 mm, which is 142 mm from corner to corner
_INSIDE = (
    "SELECT l.packed AS qty, i.* FROM parcel_line l JOIN item i ON i.sku = l.sku "
    "WHERE l.parcel = :id AND l.packed > 0 AND i.un_number <> '' ORDER BY l.line, i.sku"
)
_ROLE = "SELECT role FROM worker WHERE badge = :badge"
_CARTON = "SELECT carton FROM parcel WHERE id = :id"
_STATE = "SELECT state FROM parcel WHERE id = :id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """`fault`: danger_not_known, declaration_needed; `why` names the goods in one line."""

    fault: str
    why: str
    fix: str


def lacking(turn: Turn, parcel_id: int) -> Lack | None:
    """What the dangerous goods of a parcel wait for before it has a label; None where nothing."""
    inside = _inside(turn.db, parcel_id)
    if not inside or paper(turn.db, parcel_id, KIND) is not None:
        return None
    unknown = {row.sku: lacks for row, danger in inside if (lacks := _unknown(danger))}
    if unknown:
        why = "; ".join(f"{sku}: {', '.join(names)}" for sku, names in sorted(unknown.items()))
        return Lack(fault=NOT_KNOWN, why=why, fix="import it anew, then label the parcel anew")
    full = {row.sku: danger for row, danger in inside if danger.is_full}
    if not full:
        return None
    named = (f"{s} ({d.un_number}, class {d.danger_class})" for s, d in sorted(full.items()))
    why = f"{', '.join(named)}: fully regulated, a trained person makes their declaration"
    fix = "make the document dangerous_goods of this parcel"
    return Lack(fault="declaration_needed", why=why, fix=fix)


def _unknown(danger: Danger) -> list[str]:
    """Which fields of an item its transport document lacks."""
    lacks = [] if danger.danger_class else ["danger_class"]
    return [*lacks, "shipping_name"] if danger.is_full and not danger.name else lacks


def is_declared(db: Db, parcel_id: int) -> bool:
    """Whether a parcel holds goods whose transport document goes with it."""
    return any(danger.is_full for _, danger in _inside(db, parcel_id))


def paper(db: Db, parcel_id: int, kind: str) -> Any | None:
    """The paper of a parcel, while it says of its goods what is known of them now.

    What went with a parcel that has left stays as it was.
    """
    found = documents.of_parcel(db, parcel_id, kind)
    if found is None or db.value(_STATE, id=parcel_id) == "shipped":
        return found
    kept = documents.data_of(found)
    now = msgspec.json.decode(msgspec.json.encode(_SAID[kind](db, parcel_id)))
    return found if now == {name: kept.get(name) for name in now} else None


def entries(db: Db, parcel_id: int) -> tuple[CarriageLine, ...]:
    """The dangerous goods of a parcel, one line for each entry."""
    return tuple(_lines(_inside(db, parcel_id)))


def keep(turn: Turn, parcel_id: int) -> None:
    """The transport document of a parcel that holds dangerous goods, once."""
    if not _inside(turn.db, parcel_id) or paper(turn.db, parcel_id, KIND) is not None:
        return
    parcel = freezing.the_parcel(turn, parcel_id)
    documents.keep_anew(turn, KIND, freezing.about(parcel), carriage(turn, parcel))


def carriage(turn: Turn, parcel: Any) -> Carriage:
    """What is said of a parcel; whoever makes it declares what is fully regulated.

    Raises: Refused for a parcel without dangerous goods, and for goods without a class.
    """
    inside = _inside(turn.db, parcel.id)
    if not inside:
        raise Refused("no_dangerous_goods", parcel=parcel.lpn)
    for row, danger in inside:
        if lacks := _unknown(danger):
            told = {"sku": row.sku, "lacks": ", ".join(lacks), "fix": "import it anew"}
            raise Refused(NOT_KNOWN, parcel=parcel.lpn, **told)
    full = any(danger.is_full for _, danger in inside)
    if full and turn.db.value(_ROLE, badge=turn.actor) == "picker":
        raise Refused("declaration_by_a_lead", parcel=parcel.lpn, fix="a trained person declares")
    return Carriage(
        heading=freezing.heading(turn, parcel),
        package=f"1 box, carton {turn.db.value(_CARTON, id=parcel.id)}",
        lines=tuple(_lines(inside)),
        declared_by=turn.actor if full else "",
    )


def _lines(inside: list[tuple[Any, Danger]]) -> Iterator[CarriageLine]:
    """One line for each entry, with the goods of all SKUs under it."""
    entries: dict[tuple[str, ...], list[tuple[Any, Danger]]] = {}
    for row, each in inside:
        entry = (each.un_number, each.name, each.danger_class, each.packing_group, rule(each))
        entries.setdefault(entry, []).append((row, each))
    for (number, name, of_class, group, by), found in entries.items():
        yield CarriageLine(
            un_number=number,
            name=name,
            danger_class=of_class,
            packing_group=group,
            rule=by,
            units=sum(row.qty for row, _ in found),
            net_g=sum(row.qty * each.net_g for row, each in found),
            net_ml=sum(row.qty * each.net_ml for row, each in found),
            skus=tuple(sorted({row.sku for row, _ in found})),
        )


def rule(danger: Danger) -> str:
    """By which rule it is carried: full, limited, small."""
    return "full" if danger.is_full else "limited" if danger.limited_quantity else "small"


def marks(turn: Turn, parcel: Any) -> dict[str, Any]:
    """The marks that go on a parcel; empty where none do."""
    found = [danger for _, danger in _inside(turn.db, parcel.id)]
    lithium = sorted({each.un_number for each in found if each.is_small})
    said: dict[str, Any] = {}
    if any(each.limited_quantity for each in found):
        said["limited"] = True
    if lithium:
        said["lithium"] = lithium
        phone = freezing.sender(turn, parcel.shop).phone
        said |= {"phone": phone} if phone else {}
    return said | ({"large": True} if said and _is_large(turn.db, parcel.id) else {})


def class_labels(turn: Turn, parcel: Any) -> ClassLabels:
    """The labels of the classes in a parcel. Raises: Refused where there are none to draw."""
    found = labels_of(turn.db, parcel.id)
    if not found:
        raise Refused("no_class_labels", parcel=parcel.lpn, fix="put on those that you have")
    return ClassLabels(parcel=parcel.lpn, labels=found, side_mm=_side_mm(turn.db, parcel.id))


def labels_of(db: Db, parcel_id: int) -> tuple[str, ...]:
    """Which labels a parcel bears for its fully regulated goods, as far as they are drawn."""
    full = (danger for _, danger in _inside(db, parcel_id) if danger.is_full)
    return tuple(sorted({labels.model(each.un_number, each.danger_class) for each in full} - {""}))


def _side_mm(db: Db, parcel_id: int) -> int:
    return LABEL_MM if _is_large(db, parcel_id) else SMALL_LABEL_MM


def _is_large(db: Db, parcel_id: int) -> bool:
    """Whether a side of a parcel has room for marks of full size."""
    _, second, _ = sorted(outside.of_parcel(db, parcel_id))
    return second >= ROOM_MM


def _inside(db: Db, parcel_id: int) -> list[tuple[Any, Danger]]:
    return [(row, goods.of(row)) for row in db.all(_INSIDE, id=parcel_id)]


_SAID: Final[Mapping[str, Callable[[Db, int], dict[str, Any]]]] = {
    KIND: lambda db, parcel: {"lines": entries(db, parcel)},
    CLASS_LABELS: lambda db, parcel: {
        "labels": labels_of(db, parcel),
        "side_mm": _side_mm(db, parcel),
    },
}
