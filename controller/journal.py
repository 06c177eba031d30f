"""Owns the log of commands: idempotency, the audit chain, and what a replay reads.

The row of a command holds its answer. The same id with the same content gets that answer again;
the same id with another content is a Conflict. The journal is the inbox of devices too.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from controller import tables
from controller.errors import REFUSALS, ControllerError, Refused
from controller.messages import COMMANDS, Command, to_json, without_personal
from controller.store import Db

_HEAD = "SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1"
_LAST_MS = "SELECT now_ms FROM journal ORDER BY seq DESC LIMIT 1"
_FIND = "SELECT payload AS content, refused, reply FROM journal WHERE command_id = :id"
_PAGE = "SELECT * FROM journal WHERE seq > :seq ORDER BY seq LIMIT 1000"
_REMEMBER = "INSERT INTO personal (key, data) VALUES (:key, :data) ON CONFLICT (key) DO NOTHING"
_RECALL = "SELECT data FROM personal WHERE key = :key"
_SALT = "SELECT value FROM setting WHERE name = 'salt'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
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


def content_of(db: Db, command: Command[Any]) -> str:
    """The command as the journal stores it: personal fields are replaced by their key."""
    if not command.personal:
        return to_json(command).decode()
    return to_json(without_personal(command, personal_key(db, command))).decode()


def personal_key(db: Db, command: Command[Any]) -> str:
    """The salted digest under which the personal fields of this command are kept."""
    salt = db.fixed(_SALT) or ""
    return hashlib.sha256(f"{salt}\n{command.id}\n".encode() + _personal(command)).hexdigest()


def remember_personal(db: Db, command: Command[Any]) -> None:
    if command.personal:
        db.run(_REMEMBER, key=personal_key(db, command), data=_personal(command).decode())


def _personal(command: Command[Any]) -> bytes:
    return to_json({name: getattr(command, name) for name in command.personal})


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
        kept = db.value(_RECALL, key=content.pop(name))
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
