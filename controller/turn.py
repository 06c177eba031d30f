"""Owns one command's turn at the writer: its transaction, its time, its ids, its new rows.

Handlers get everything through the turn. It reads no clock and rolls no die: ids follow from the
command's place in the journal, so a replay makes the same ones.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from controller import journal, tables
from controller.errors import LimitReached, NotFound
from controller.messages import SiteSettings, from_json, to_json
from controller.store import Db

IDS_PER_COMMAND = 1 << 20

_SETTINGS = "SELECT value FROM setting WHERE name = 'site'"
_COUNT = (
    "INSERT INTO counter (name, value) VALUES (:name, :step) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + :step RETURNING value"
)


class Turn:
    """What a handler works with. Rows given to `add` reach the database in one go at `flush`.

    `shared` is what the turns of one transaction know together.
    """

    def __init__(
        self,
        db: Db,
        *,
        seq: int,
        command_id: str,
        actor: str,
        now_ms: int,
        shared: dict[str, Any] | None = None,
    ) -> None:
        self.db = db
        self.seq = seq
        self.command_id = command_id
        self.actor = actor
        self.now_ms = now_ms
        self.filed = journal.Filed("")
        self.news: set[str] = set()
        self._shared = {} if shared is None else shared
        self._ids = 0
        self._lines = 0
        self._new: dict[sa.Table, list[dict[str, Any]]] = {}

    def new_id(self) -> int:
        """An id unique in this network, in order of creation. Raises: LimitReached."""
        self._ids += 1
        if self._ids >= IDS_PER_COMMAND:
            raise LimitReached("command_too_large", ids_max=IDS_PER_COMMAND)
        return self.seq * IDS_PER_COMMAND + self._ids

    def next_line(self) -> int:
        """The ordinal of the next movement of this command."""
        self._lines += 1
        return self._lines

    def count(self, name: str, step: int = 1) -> int:
        """The next value of a durable counter."""
        return int(self.db.value(_COUNT, name=name, step=step))

    def add(self, table: sa.Table, **values: Any) -> None:
        """A new row; columns that are not named get the defaults of the table's model."""
        self._new.setdefault(table, []).append(_defaults(table) | values)

    def put(self, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
        """Writes rows at once, over those with the same key."""
        defaults = _defaults(table)
        self.db.upsert(table, [defaults | row for row in rows])

    def event(self, kind: str, *, order_id: str = "", subject: object = "", **data: Any) -> None:
        self.add(
            tables.event,
            id=self.new_id(),
            at_ms=self.now_ms,
            kind=kind,
            order_id=order_id,
            subject=str(subject),
            data=to_json(data).decode() if data else "{}",
        )

    def flush(self) -> None:
        """Writes the new rows; reads of them are right only after this."""
        for table, rows in self._new.items():
            self.db.insert(table, rows)
        self._new.clear()

    def carry_out(self, run: Callable[["Turn", Any], Any], command: Any) -> Any:
        """What `run` answers to a command; all that it writes stays, or none of it."""
        self.db.plain("SAVEPOINT command")
        try:
            journal.remember_personal(self.db, self.filed, self.now_ms)
            reply = run(self, command)
            self.flush()
        except Exception:
            self.db.plain("ROLLBACK TO SAVEPOINT command")
            self.db.plain("RELEASE SAVEPOINT command")
            self.forget()
            raise
        self.db.plain("RELEASE SAVEPOINT command")
        return reply

    def forget(self) -> None:
        """After a rollback: what the handler wanted to write is gone."""
        self._new.clear()
        self._shared.clear()
        self.news.clear()

    @property
    def site(self) -> SiteSettings:
        """The site's settings. Raises: NotFound before the site is set up."""
        found = self._shared.get(_SETTINGS)
        if found is None:
            stored = self.db.value(_SETTINGS)
            if stored is None:
                raise NotFound("site_not_set_up", fix="send SetUpSite first")
            found = self._shared[_SETTINGS] = _settings(stored)
        return found

    def shared(self, query: str) -> list[Any]:
        """Rows that hardly ever change: read once for all turns of a transaction."""
        rows = self._shared.get(query)
        if rows is None:
            rows = self._shared[query] = self.db.all(query)
        return rows

    def unshare(self) -> None:
        """What turns know together has changed."""
        self._shared.clear()

    def settle(self, settings: SiteSettings) -> None:
        """From now on the site has these settings."""
        self.put(tables.setting, [{"name": "site", "value": to_json(settings).decode()}])
        self.unshare()


@lru_cache(maxsize=8)
def _settings(stored: str) -> SiteSettings:
    return from_json(stored, SiteSettings)


_MODELS: dict[str, type[SQLModel]] = {
    mapper.local_table.name: mapper.class_  # type: ignore[attr-defined]
    for mapper in SQLModel._sa_registry.mappers
}


@cache
def _defaults(table: sa.Table) -> dict[str, Any]:
    fields = _MODELS[table.name].model_fields
    return {name: field.default for name, field in fields.items() if not field.is_required()}
