"""Owns the database: opening it, migrations, and the one way in which statements run.

Tables are declared with SQLModel; statements are SQL constants with `:name` parameters that both
SQLite and PostgreSQL understand, run straight on the driver's cursor. The store knows nothing of
warehouses, and no statement of any other module begins or ends a transaction.
"""

import os
import re
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pysqlite3
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from controller.engines import engine_of
from controller.errors import StoreOutdated, StoreUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
NETWORK_LOCK = 0x7069636B  # the advisory lock key of a network's writer on PostgreSQL
_RELAXED_POSTGRES = "SET synchronous_commit = off"
_RELAXED_SQLITE = "PRAGMA synchronous = OFF"
_READ_POSTGRES = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SET_SALT = (
    "INSERT INTO setting (name, value) VALUES ('salt', :salt) ON CONFLICT (name) DO NOTHING"
)
_VERSION_TABLE = "alembic_version"
_TABLES = "SELECT sql FROM sqlite_master WHERE sql <> '' ORDER BY rowid"
_NAMED = re.compile(r"(?<![:\w]):(\w+)")

Row = Any


class Db:
    """One connection; statements with named parameters in, named tuples out."""

    def __init__(self, raw: Any, postgres: bool) -> None:
        self._raw = raw
        self._cursor = raw.cursor()
        self._dialect: Callable[[str], str] = _for_psycopg if postgres else str
        self._inserts: dict[sa.Table, str] = {}
        self._shapes: dict[str, Callable[[Any], Row]] = {}
        self._fixed: dict[str, Any] = {}
        self.postgres = postgres

    def _execute(self, sql: str, params: Mapping[str, Any]) -> Any:
        return self._cursor.execute(self._dialect(sql), params)

    def _shape(self, sql: str) -> Any:
        shape = self._shapes.get(sql)
        if shape is None:
            names = [column[0] for column in self._cursor.description]
            shape = self._shapes[sql] = _row_type(names)._make
        return shape

    def one(self, sql: str, **params: Any) -> Row | None:
        """The first row, or None."""
        self._execute(sql, params)
        row = self._cursor.fetchone()
        return None if row is None else self._shape(sql)(row)

    def the(self, sql: str, **params: Any) -> Row:
        """The row that must be there: its absence is a defect of ours."""
        row = self.one(sql, **params)
        assert row is not None, sql
        return row

    def all(self, sql: str, **params: Any) -> list[Row]:
        self._execute(sql, params)
        return [*map(self._shape(sql), self._cursor.fetchall())]

    def value(self, sql: str, **params: Any) -> Any:
        """The first column of the first row, or None."""
        self._execute(sql, params)
        row = self._cursor.fetchone()
        return None if row is None else row[0]

    def fixed(self, sql: str) -> Any:
        """A value that nobody changes once it is there: asked for once."""
        if self._fixed.get(sql) is None:
            self._fixed[sql] = self.value(sql)
        return self._fixed[sql]

    def run(self, sql: str, **params: Any) -> int:
        """Executes and returns how many rows it touched."""
        self._execute(sql, params)
        return int(self._cursor.rowcount)

    def insert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows that name every column."""
        statement = self._inserts.get(table)
        if statement is None:
            statement = self._inserts[table] = self._dialect(_insert_sql(table))
        if len(rows) == 1:
            self._cursor.execute(statement, rows[0])
        else:
            self._cursor.executemany(statement, rows)

    def upsert(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Inserts rows that name every column, or overwrites those with the same key."""
        if rows:
            self._cursor.executemany(self._dialect(_upsert_sql(table)), rows)

    def plain(self, sql: str) -> None:
        """A statement without parameters: BEGIN, SAVEPOINT and their like."""
        self._cursor.execute(sql)

    def close(self) -> None:
        self._raw.close()


def _row_type(names: list[str]) -> Any:
    return namedtuple("Row", names)


@cache
def _for_psycopg(sql: str) -> str:
    return _NAMED.sub(r"%(\1)s", sql.replace("%", "%%"))


@cache
def _insert_sql(table: sa.Table) -> str:
    names = [column.name for column in table.columns]
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) "
        f"VALUES ({', '.join(':' + name for name in names)})"
    )


@cache
def _upsert_sql(table: sa.Table) -> str:
    keys = ", ".join(column.name for column in table.primary_key)
    rest = [column.name for column in table.columns if not column.primary_key]
    return f"{_insert_sql(table)} ON CONFLICT ({keys}) DO UPDATE SET " + ", ".join(
        f"{name} = excluded.{name}" for name in rest
    )


class Store:
    """The database of one network: one writer at a time, any number of readers."""

    def __init__(self, engine: Engine, durable: bool = True) -> None:
        self.engine = engine
        self.durable = durable
        self.postgres = engine.dialect.name == "postgresql"
        self.in_memory = not self.postgres and engine.url.database in (None, "", ":memory:")
        self._lock = threading.RLock()
        self._writer: Db | None = None
        self._readers: list[Db] = []

    def _open(self) -> Db:
        try:
            raw = self.engine.raw_connection()
        except (sa.exc.DBAPIError, pysqlite3.Error) as error:
            raise _unavailable(error) from error
        if self.postgres:
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]
        db = Db(raw, self.postgres)
        if not self.durable:
            db.plain(_RELAXED_POSTGRES if self.postgres else _RELAXED_SQLITE)
        return db

    @contextmanager
    def transaction(self) -> Iterator[Db]:
        """The writer's transaction under the network lock: all of it is committed, or nothing.

        Raises: StoreUnavailable when the database does not answer.
        """
        with self._lock:
            try:
                db = self._writer = self._writer or self._open()
                self._begin(db)
                yield db
                db.plain("COMMIT")
            except self.outages() as error:
                self._give_up_writer()
                raise _unavailable(error) from error
            except BaseException:
                self._roll_back()
                raise

    def _begin(self, db: Db) -> None:
        if self.postgres:
            db.plain("BEGIN")
            db.plain(
                f"SELECT pg_advisory_xact_lock({NETWORK_LOCK}), set_config('TimeZone','UTC',true)"
            )
        else:
            db.plain("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        try:
            if self._writer is not None:
                self._writer.plain("ROLLBACK")
        except Exception:
            self._give_up_writer()

    def _give_up_writer(self) -> None:
        """After an outage the connection's state is unknown: only an in-memory one is kept.

        Its rollback may find nothing to do, as SQLite rolls back by itself after some errors.
        """
        writer = self._writer
        if writer is None:
            return
        with suppress(Exception):
            writer.plain("ROLLBACK")
        if not self.in_memory:
            self._writer = None
            writer.close()

    def outages(self) -> tuple[type[BaseException], ...]:
        """The driver's errors that mean "the database is away", never "the row is wrong"."""
        driver = self.engine.dialect.dbapi
        return (driver.OperationalError, driver.InterfaceError)  # type: ignore[union-attr]

    @property
    def integrity_error(self) -> type[BaseException]:
        return self.engine.dialect.dbapi.IntegrityError  # type: ignore[union-attr]

    @contextmanager
    def reading(self) -> Iterator[Db]:
        """A connection that sees one committed state and cannot write.

        Raises: StoreUnavailable when the database does not answer.
        """
        try:
            with self._snapshot() as db:
                yield db
        except self.outages() as error:
            raise _unavailable(error) from error

    @contextmanager
    def _snapshot(self) -> Iterator[Db]:
        if self.in_memory:
            with self._lock:
                self._writer = self._writer or self._open()
                yield self._writer
            return
        db = self._idle_reader() or self._open_reader()
        try:
            db.plain(_READ_POSTGRES if self.postgres else "BEGIN")
            yield db
            db.plain("ROLLBACK")
        except BaseException:
            db.close()
            self._close_readers()
            raise
        self._readers.append(db)

    def _idle_reader(self) -> Db | None:
        """Another thread may take the last one between a look and a pop."""
        with suppress(IndexError):
            return self._readers.pop()
        return None

    def _open_reader(self) -> Db:
        """SQLite's readers neither write nor checkpoint: only the writer's connection does."""
        db = self._open()
        if not self.postgres:
            db.plain("PRAGMA query_only = 1")
            db.plain("PRAGMA wal_autocheckpoint = 0")
        return db

    def _close_readers(self) -> None:
        """After an outage the connections that wait are as dead as the one that failed."""
        while (db := self._idle_reader()) is not None:
            db.close()

    def close(self) -> None:
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._close_readers()
            self.engine.dispose()


def _unavailable(error: BaseException) -> StoreUnavailable:
    return StoreUnavailable("store_unavailable", detail=str(error).splitlines()[0])


def open_store(url: str = "sqlite://", *, durable: bool = True, salt: str = "") -> Store:
    """Opens the database at `url` and brings its schema up to date.

    `salt` is the secret of a new database, from which the keys of personal data are made; a
    random one by default. A store that is not `durable` survives a killed process but not a
    power cut; a simulation, which can be run again, uses it.

    Raises: StoreUnavailable, StoreOutdated (the schema is newer than this program).
    """
    store = Store(engine_of(url), durable)
    try:
        (_copy_schema if store.in_memory else _migrate)(store)
        _set_salt(store, salt or os.urandom(16).hex())
    except sa.exc.OperationalError as error:
        raise _unavailable(error.orig or error) from error
    return store


def _set_salt(store: Store, salt: str) -> None:
    """A new database gets a secret of its own, so that nobody can guess personal data's keys."""
    with store.transaction() as db:
        db.run(_SET_SALT, salt=salt)


def _copy_schema(store: Store) -> None:
    """A database in memory is a copy of the first one in this process, which was migrated."""
    with _first_in_memory().engine.connect() as first, store.engine.connect() as new:
        source: Any = first.connection.driver_connection
        source.backup(new.connection.driver_connection)


@cache
def _first_in_memory() -> Store:
    first = Store(engine_of("sqlite://"), durable=False)
    _migrate(first)
    return first


def _took_tables(store: Store) -> bool:
    """A new file of SQLite takes the empty tables of the first in memory; whether it was new."""
    if store.postgres or store.in_memory:
        return False
    with _first_in_memory().reading() as first, store.transaction() as db:
        if db.value("SELECT COUNT(*) FROM sqlite_master"):
            return False
        for each in first.all(_TABLES):
            db.plain(each.sql)
        version = first.value(f"SELECT version_num FROM {_VERSION_TABLE}")
        db.run(f"INSERT INTO {_VERSION_TABLE} (version_num) VALUES (:version)", version=version)
    return True


def _migrate(store: Store) -> None:
    """Alembic takes half a second to load, so it is asked only when there is something to do."""
    if _is_up_to_date(store) or _took_tables(store):
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreOutdated("schema_unknown", detail=str(error)) from error


def _is_up_to_date(store: Store) -> bool:
    """Whether the last of our migrations was the last one here; they are numbered by name."""
    newest = max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    with store.engine.connect() as connection:
        if not connection.dialect.has_table(connection, _VERSION_TABLE):
            return False
        found = connection.exec_driver_sql(f"SELECT version_num FROM {_VERSION_TABLE}").fetchall()
    return [tuple(row) for row in found] == [(newest,)]
