"""Owns what a person may write for a database: a file, an SQLite URL, a PostgreSQL URL.

A file that is to be read must be there and be ours; it refuses to turn anything else into a
warehouse by opening it.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import WrongInput

if TYPE_CHECKING:
    from controller.store import Store

IN_MEMORY = "sqlite://"
_IN_MEMORY = (IN_MEMORY, "sqlite:///", "sqlite:///:memory:")
_POSTGRES = ("postgresql://", "postgres://")
_FORMS = "write a file like day.db, or sqlite:///day.db, or postgresql://user@host/name"
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@/]*@")


def database_url(text: str) -> str:
    """The URL that `text` means. Raises: WrongInput for another form or a missing folder."""
    if text in _IN_MEMORY:
        return IN_MEMORY
    if text.startswith(_POSTGRES):
        return text
    path = _file_of(text)
    if path.is_dir():
        raise WrongInput(f"{path} is a folder: {_FORMS}")
    if not path.parent.is_dir():
        raise WrongInput(f"the folder {path.parent} does not exist: create it, or {_FORMS}")
    return f"sqlite:///{path}"


def _file_of(text: str) -> Path:
    """The file of an SQLite URL or a plain path."""
    if text.startswith("sqlite:///"):
        return Path(text.removeprefix("sqlite:///"))
    if not text or "://" in text:
        raise WrongInput(f"{shown(text)!r} is no database: {_FORMS}")
    return Path(text)


def shown(url: str) -> str:
    """The URL without its password."""
    return _PASSWORD.sub(r"\1:***@", url)


@contextmanager
def filled(text: str) -> Iterator["Store"]:
    """The store of a database that holds a warehouse already.

    Raises: WrongInput when it does not; a foreign file is left as it is.
    """
    url = database_url(text)
    if url == IN_MEMORY:
        raise WrongInput(f"a database in memory is empty at every start: {_FORMS}")
    if url.startswith("sqlite:///"):
        _must_be_ours(_file_of(url))
    with opened(url) as store:
        if not commands_in(store):
            raise WrongInput(
                f"{shown(text)} holds no commands yet: fill it first, for example with "
                f"pickwright simulate --database {shown(text)}"
            )
        yield store


def _must_be_ours(path: Path) -> None:
    if not path.exists():
        raise WrongInput(f"{path} does not exist: check the path of the database")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            found = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'journal'").fetchone()
    except sqlite3.Error as error:
        raise WrongInput(f"{path} cannot be read as a database ({error}): {_FORMS}") from error
    if found is None:
        raise WrongInput(f"{path} is no Pickwright database: check the path of the database")


@contextmanager
def opened(url: str) -> Iterator["Store"]:
    """The store at a URL, closed at the end."""
    from controller.store import open_store

    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def commands_in(store: "Store") -> int:
    """How many commands the journal holds."""
    from controller import journal

    with store.reading() as db:
        return journal.head(db)[0]


def empty_url(text: str) -> str:
    """The URL of a database that a run may fill. Raises: WrongInput when something is in it."""
    url = database_url(text)
    if url == IN_MEMORY:
        return url
    if url.startswith("sqlite:///") and _file_of(url).exists() and _file_of(url).stat().st_size:
        _must_be_ours(_file_of(url))
    with opened(url) as store:
        commands = commands_in(store)
    if commands:
        raise WrongInput(
            f"{shown(text)} holds {commands} commands already: give a new file or an empty "
            "database, because a run starts with an empty warehouse"
        )
    return url
