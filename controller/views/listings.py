"""Owns the lists of everything, page by page: what a program or an export walks through.

A page starts after the key of the last row of the page before, so a list that grows meanwhile
loses and doubles nothing. Column names come from here alone; whatever a caller gives is bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar, get_type_hints

from controller.store import Db

R = TypeVar("R")
Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """Rows of `row` from `source`, in the order of `keys`; `filters` name a column each.

    `row` and `keys` are fields whose columns have their names, unless `columns` says otherwise.
    """

    row: type[R]
    source: str
    keys: tuple[str, ...]
    filters: Mapping[str, str]
    columns: Mapping[str, str]
    flags: tuple[str, ...]
    where: str = ""

    def key_kinds(self) -> tuple[type, ...]:
        kinds = get_type_hints(self.row)
        return tuple(kinds[key] for key in self.keys)

    def made(self, row: Any) -> R:
        """The row as it is told: the database keeps flags as 0 and 1."""
        told = row._asdict()
        return self.row(**told | {name: bool(told[name]) for name in self.flags})

    def column(self, name: str) -> str:
        return self.columns.get(name, name)


def page(
    db: Db, listing: Listing[R], wanted: Mapping[str, Any], after: Key, most: int
) -> tuple[list[R], Key]:
    """Up to `most` rows after a key (): from the start, and the key to go on from (): the end."""
    sql, params = _query(listing, wanted, after)
    rows = [listing.made(row) for row in db.all(sql, **params, most=most + 1)]
    if len(rows) <= most:
        return rows, ()
    rows = rows[:most]
    return rows, tuple(getattr(rows[-1], key) for key in listing.keys)


def _query(listing: Listing[R], wanted: Mapping[str, Any], after: Key) -> tuple[str, Any]:
    conditions = [listing.where] if listing.where else []
    conditions += [f"{listing.filters[name]} = :{name}" for name in wanted]
    keys = ", ".join(listing.column(key) for key in listing.keys)
    if after:
        marks = ", ".join(f":after_{n}" for n in range(len(after)))
        conditions.append(f"({keys}) > ({marks})")
    shown = ", ".join(
        f'{listing.column(each.name)} AS "{each.name}"'
        for each in fields(listing.row)  # type: ignore[arg-type]
    )
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    sql = f"SELECT {shown} FROM {listing.source} {where}ORDER BY {keys} LIMIT :most"
    return sql, {**wanted, **{f"after_{n}": part for n, part in enumerate(after)}}


def listing(
    row: type[R],
    source: str,
    keys: Sequence[str],
    *,
    by: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    where: str = "",
) -> Listing[R]:
    """A listing that can be narrowed by the columns `by`."""
    named = columns or {}
    filters = {name: named.get(name, name) for name in by}
    flags = tuple(name for name, kind in get_type_hints(row).items() if kind is bool)
    return Listing(row, source, tuple(keys), filters, named, flags, where)


def one(db: Db, listing: Listing[R], key: Key) -> R | None:
    """The row of a key, or None."""
    wanted = dict(zip(listing.keys, key, strict=True))
    by_key = replace(listing, filters={name: listing.column(name) for name in listing.keys})
    rows, _ = page(db, by_key, wanted, (), 1)
    return rows[0] if rows else None
