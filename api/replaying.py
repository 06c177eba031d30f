"""Owns replay: a journal's commands through a fresh controller, and where the two histories part.

Every command gets the time and the place in the sequence that it had, so a journal that says the
truth gives the same answers and the same digests.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby, islice
from typing import Any

from controller import journal
from controller.core import BATCH_MAX, Controller
from controller.messages import Command
from controller.store import Db, Store, open_store
from controller.views.digests import event_digest, ledger_digest

Entry = tuple[int, Command[Any], Any]


@dataclass(slots=True)
class _ToldTime:
    """The clock of a replay: it says what the journal says."""

    at_ms: int = 0

    def now_ms(self) -> int:
        return self.at_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The first command whose answer is another one now."""

    seq: int
    command: str
    kind: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    commands: int
    ledger_digest: tuple[str, str]  # (stored, replayed)
    event_digest: tuple[str, str]
    difference: Difference | None
    broken_link: int  # the first row that the audit chain does not vouch for; 0: none

    @property
    def same(self) -> bool:
        equal = all(then == now for then, now in (self.ledger_digest, self.event_digest))
        return equal and self.difference is None and not self.broken_link

    def as_fields(self) -> dict[str, Any]:
        """The comparison as plain data for JSON."""
        pairs = {"ledger_digest": self.ledger_digest, "event_digest": self.event_digest}
        return {
            "same": self.same,
            "commands": self.commands,
            **{name: {"stored": then, "replayed": now} for name, (then, now) in pairs.items()},
            "difference": asdict(self.difference) if self.difference else None,
            "broken_link": self.broken_link,
        }


def replay(store: Store) -> Replayed:
    """Carries out the stored commands again in memory and compares."""
    clock = _ToldTime()
    fresh = open_store()
    controller = Controller(fresh, clock)
    with store.reading() as db:
        difference = None
        for now_ms, entries in _batches(db):
            clock.at_ms = now_ms
            controller.handle_all([command for _, command, _ in entries])
            difference = difference or _difference(fresh, entries)
            if difference:
                break
        with fresh.reading() as again:
            return Replayed(
                commands=controller.commands,
                ledger_digest=(ledger_digest(db), ledger_digest(again)),
                event_digest=(event_digest(db), event_digest(again)),
                difference=difference,
                broken_link=journal.broken_link(db),
            )


def _batches(db: Db) -> Iterator[tuple[int, list[Entry]]]:
    """The commands in order, those of one instant together."""
    for now_ms, entries in groupby(journal.commands(db), key=lambda entry: entry[0]):
        while batch := list(islice(entries, BATCH_MAX)):
            yield now_ms, batch


def _difference(fresh: Store, entries: list[Entry]) -> Difference | None:
    with fresh.reading() as db:
        for _, command, row in entries:
            again = journal.find(db, command.id)
            then = (row.refused, row.reply)
            now = (again.refused, again.reply) if again else (0, "not carried out")
            if then != now:
                return Difference(
                    seq=row.seq, command=command.id, kind=row.name, then=then[1], now=now[1]
                )
    return None
