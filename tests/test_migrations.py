"""The migrations build what the tables declare, on both databases."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from controller.errors import StoreOutdated
from controller.store import MIGRATIONS, Store, open_store
from controller.tables import metadata
from controller.units import HOUR
from controller.views.checks import check
from controller.workflows.carriers import tariffs
from tests.workflows.floor import Floor, packed_floor
from tests.workflows.vans import VanFloor

DAYS = "SELECT sent_day, service FROM parcel ORDER BY id"


def differences(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [each for each in compare_metadata(context, metadata) if not version_table(each)]


def version_table(difference: Any) -> bool:
    return bool(difference[0] == "remove_table" and difference[1].name == "alembic_version")


def test_the_migrated_schema_is_the_declared_one(store: Store) -> None:
    assert differences(store) == []


def test_opening_again_changes_nothing(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    for _ in range(2):
        store = open_store(url)
        assert differences(store) == []
        store.close()


def labelled(store: Store) -> None:
    """A parcel waits for its label."""
    packed_floor({"MUG": 1}, store).scans("TOTE-1", "BOX-S", "MUG", "430")


def brought(store: Store) -> None:
    """Of two parcels a van has brought one in the evening, after the departure of its day."""
    floor = VanFloor(store=store)
    plates = floor.parcels_for("YO1", "YO1")
    floor.plan()
    floor.load()
    floor.clock.ms += 14 * HOUR
    floor.scans(plates[0], "CUSTOMER", worker="W2")


@pytest.mark.parametrize("happened", [labelled, brought])
def test_what_an_older_program_has_kept_holds_after_the_upgrade(
    happened: Callable[[Store], None], tmp_path: Path
) -> None:
    filled, older = tmp_path / "filled.db", tmp_path / "older.db"
    now = open_store(f"sqlite:///{filled}")
    happened(now)
    with now.reading() as db:
        days = [tuple(row) for row in db.all(DAYS)]
    now.close()
    before_pieces(older, filled)
    now = open_store(f"sqlite:///{older}")
    with now.reading() as db:
        assert [row.code for row in db.all("SELECT code FROM shipping_service ORDER BY code")]
        assert {name: told for name, told in check(db).items() if told} == {}
        assert [tuple(row) for row in db.all(DAYS)] == days
    now.close()


def test_a_column_that_says_what_held_without_it_changes_no_price(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    store = open_store(url)
    Floor(store=store)
    with store.transaction() as db:
        db.run("ALTER TABLE shipping_service DROP COLUMN pieces_max")
    store.close()
    store = open_store(url)
    with store.transaction() as db:
        assert not tariffs.is_stale(db)
        db.run("UPDATE shipping_service SET base_cents = 1 WHERE code = 'ECO'")
        assert tariffs.is_stale(db)
    store.close()


def test_a_new_file_has_what_all_migrations_build(tmp_path: Path) -> None:
    taken, built = tmp_path / "taken.db", tmp_path / "built.db"
    open_store(f"sqlite:///{taken}", salt="salt").close()
    upgraded(built, "head")
    open_store(f"sqlite:///{built}", salt="salt").close()
    assert dump(taken) == dump(built)


def dump(path: Path) -> dict[str, Any]:
    """All that was made in a file, and the rows of its tables."""
    with closing(pysqlite3.connect(str(path))) as db:
        made = db.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        tables = [name for name, kind, _ in made if kind == "table"]
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    return {"made": sorted(map(str, made))} | rows


def upgraded(path: Path, version: str) -> None:
    """A new file with the schema of this version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with create_engine(f"sqlite:///{path}", module=pysqlite3).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def before_pieces(older: Path, filled: Path) -> None:
    """What a house has kept, as it was before shipments had pieces: its prices told as of then."""
    upgraded(older, "0036")
    db = pysqlite3.connect(str(older))
    db.execute("ATTACH ? AS filled", (str(filled),))
    tables = db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name")
    for (table,) in tables.fetchall():
        if table != "alembic_version" and not table.startswith("sqlite_"):
            names = [
                {row[1] for row in db.execute(f"PRAGMA {each}.table_info({table})")}
                for each in ("main", "filled")
            ]
            shared = ", ".join(sorted(names[0] & names[1]))
            kept = f"SELECT {shared} FROM filled.{table}"
            db.execute(f"INSERT OR REPLACE INTO main.{table} ({shared}) {kept}")
    db.execute("UPDATE service_day SET parcels = -1")  # counted back on another day
    db.execute("UPDATE setting SET value = 'of then' WHERE name = 'tariffs'")
    db.commit()
    db.close()


def test_a_schema_of_a_newer_program_is_refused(tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    store = open_store(url)
    with store.transaction() as db:
        db.run("UPDATE alembic_version SET version_num = :new", new="9999")
    store.close()
    with pytest.raises(StoreOutdated, match="9999"):
        open_store(url)


def test_a_schema_that_is_up_to_date_is_opened_without_alembic(
    database: str, tmp_path: Path
) -> None:
    url = database if database != "sqlite://" else f"sqlite:///{tmp_path / 'house.db'}"
    open_store(url).close()
    code = (
        "import sys; from controller.store import open_store; open_store(sys.argv[1]).close(); "
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, url], check=True)
