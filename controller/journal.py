"""Owns the log of commands: idempotency, the audit chain, and what a replay reads.

The row of a command holds its answer. The same id with the same content gets that answer again;
the same id with another content is a Conflict. The journal is the inbox of devices too.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from controller import tables
from controller.errors import REFUSALS, ControllerError, Refused
from controller.messages import COMMANDS, Command, to_json, without_personal
from controller.store import Db

_HEAD = "SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1"
_LAST_MS = "SELECT now_ms FROM journal ORDER BY seq DESC LIMIT 1"
_KEPT = "SELECT command_id, payload AS content, refused, reply FROM journal WHERE command_id"
_FIND = f"{_KEPT} = :id"
_NUL = "\0"  # PostgreSQL takes no text with it, so there is none
_PAGE = "SELECT * FROM journal WHERE seq > :seq ORDER BY seq LIMIT 1000"
_REMEMBER = (
    "INSERT INTO personal (key, data, whose, filed_ms) VALUES (:key, :data, :whose, :now) "
    "ON CONFLICT (key) DO NOTHING"
)
_RECALL = "SELECT data FROM personal WHERE key = :key"
_SALT = "SELECT value FROM setting WHERE name = 'salt'"


class Filed(msgspec.Struct, frozen=True, gc=False):
    """A command as the journal stores it: `key` stands for the personal fields, which are `data`.

    All are "" for a command without such fields.
    """

    content: str
    key: str = ""
    data: str = ""
    whose: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A row of the journal as it will be written; `content` is the command as stored."""

    command_id: str
    name: str
    content: str
    now_ms: int
    refused: int
    reply: str


def head(db: Db) -> tuple[int, str]:
    """The last sequence number and the hash of its row."""
    row = db.one(_HEAD)
    return (0, "") if row is None else (row.seq, row.chain)


def last_ms(db: Db) -> int:
    """When the last command was carried out; 0 when none was."""
    return int(db.value(_LAST_MS) or 0)


def find(db: Db, command_id: str) -> Any:
    """The `content`, `refused` and `reply` kept under an id, or None."""
    return db.one(_FIND, id=command_id)


def find_all(db: Db, command_ids: Collection[str]) -> dict[str, Any]:
    """What is kept under several ids at once, by id; those that are new are left out."""
    ids = [each for each in command_ids if _NUL not in each]
    if not ids:
        return {}
    room = 1 << (len(ids) - 1).bit_length()  # few statements for all numbers of ids
    given = {f"i{n}": ids[min(n, len(ids) - 1)] for n in range(room)}
    return {row.command_id: row for row in db.all(_find_many(room), **given)}


@cache
def _find_many(count: int) -> str:
    names = ", ".join(f":i{n}" for n in range(count))
    return f"{_KEPT} IN ({names}) ORDER BY command_id"


def append(db: Db, entries: Iterable[Entry], seq: int, chain: str) -> None:
    """Writes entries behind the row `seq`, whose hash is `chain`."""
    rows = []
    for entry in entries:
        seq += 1
        chain = link(chain, seq, entry)
        rows.append(
            {
                "seq": seq,
                "command_id": entry.command_id,
                "name": entry.name,
                "payload": entry.content,
                "now_ms": entry.now_ms,
                "refused": entry.refused,
                "reply": entry.reply,
                "chain": chain,
            }
        )
    if rows:
        db.insert(tables.journal, rows)


def link(chain: str, seq: int, entry: Entry) -> str:
    """The hash of a row, over everything in it and the hash of the row before it."""
    told = f"{chain}\n{seq}\n{entry.now_ms}\n{entry.refused}\n{entry.name}"
    told = f"{told}\n{entry.content}\n{entry.reply}\n{entry.command_id}"
    return hashlib.sha256(told.encode()).hexdigest()


def filed(db: Db, command: Command[Any]) -> Filed:
    """The command with a salted digest in place of its personal fields, if they say anything."""
    personal = {name: getattr(command, name) for name in command.personal}
    if not any(personal.values()):
        return Filed(to_json(command).decode())
    data = to_json(personal)
    salt = db.fixed(_SALT) or ""
    key = hashlib.sha256(f"{salt}\n{command.id}\n".encode() + data).hexdigest()
    content = to_json(without_personal(command, key)).decode()
    return Filed(content, key, data.decode(), command.whose)


def remember_personal(db: Db, command: Filed, now_ms: int) -> None:
    if command.key:
        told = {"key": command.key, "data": command.data, "whose": command.whose}
        db.run(_REMEMBER, **told, now=now_ms)


def refusal(error: ControllerError) -> str:
    """A refusal as the journal keeps it."""
    return to_json(
        {"kind": type(error).__name__, "code": error.code, "fields": dict(error.fields)}
    ).decode()


def kept_refusal(reply: str) -> Refused:
    """The refusal that `reply` keeps."""
    kept = msgspec.json.decode(reply)
    return REFUSALS.get(kept["kind"], Refused)(kept["code"], **kept["fields"])


def commands(db: Db, after: int = 0) -> Iterator[tuple[int, Command[Any], Any]]:
    """Every command with its time, in order: (now_ms, command, row).

    Erased personal data comes back as the empty values of its fields.
    """
    while page := db.all(_PAGE, seq=after):
        for row in page:
            yield row.now_ms, _restore(db, row), row
            after = row.seq


def _restore(db: Db, row: Any) -> Command[Any]:
    kind = COMMANDS[row.name]
    content = msgspec.json.decode(row.payload)
    for name in kind.personal:
        key = content.pop(name, "")
        kept = db.value(_RECALL, key=key) if key else None
        if kept:
            content |= msgspec.json.decode(kept)
    command: Command[Any] = msgspec.convert(content, kind)
    return command


def broken_link(db: Db) -> int:
    """The first row whose hash does not follow from the rows before it, or 0."""
    chain, after = "", 0
    while page := db.all(_PAGE, seq=after):
        for row in page:
            chain = link(chain, row.seq, _entry(row))
            if chain != row.chain or row.seq != after + 1:
                return int(row.seq)
            after = row.seq
    return 0


def _entry(row: Any) -> Entry:
    return Entry(
        command_id=row.command_id,
        name=row.name,
        content=row.payload,
        now_ms=row.now_ms,
        refused=row.refused,
        reply=row.reply,
    )
