"""The migrations build what the tables declare, on both databases."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pysqlite3
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, insert, select, text

from controller.engines import engine_of
from controller.errors import StoreOutdated
from controller.messages import SetUpSite
from controller.store import MIGRATIONS, Store, open_store
from controller.tables import metadata
from controller.units import HOUR
from controller.views.checks import check
from controller.workflows.carriers import tariffs
from tests.workflows.floor import SETTINGS, Floor, packed_floor
from tests.workflows.vans import VanFloor

DAYS = "SELECT sent_day, service FROM parcel ORDER BY id"
SITE = "SELECT value FROM setting WHERE name = 'site'"
NewUrl = Callable[[], str]


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


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """URLs of databases that hold nothing yet, not even a schema."""
    if request.param == "postgresql":
        new_database: NewUrl = request.getfixturevalue("postgres").new_database
        return new_database
    numbers = count(1)
    return lambda: f"sqlite:///{tmp_path / str(next(numbers))}.db"


@pytest.mark.parametrize("happened", [labelled, brought])
def test_what_an_older_program_has_kept_holds_after_the_upgrade(
    happened: Callable[[Store], None], new_url: NewUrl
) -> None:
    filled, older = open_store(new_url()), new_url()
    happened(filled)
    with filled.reading() as db:
        days = [tuple(row) for row in db.all(DAYS)]
    before_pieces(older, filled)
    now = open_store(older)
    with now.reading() as db:
        assert [row.code for row in db.all("SELECT code FROM shipping_service ORDER BY code")]
        assert {name: told for name, told in check(db).items() if told} == {}
        assert [tuple(row) for row in db.all(DAYS)] == days
    now.close()
    filled.close()


@pytest.mark.parametrize("said", [True, False], ids=["said", "as usual"])
@pytest.mark.parametrize(("currency", "eur_ppm"), [("GBP", 831_900), ("CHF", 0)])
def test_the_pounds_rate_of_the_euro_stays_with_the_pound_alone(
    currency: str, eur_ppm: int, said: bool, new_url: NewUrl
) -> None:
    filled, older = open_store(new_url()), new_url()
    settings = replace(SETTINGS, company="Müller", currency=currency, eur_ppm=831_900)
    Floor(store=filled).do(SetUpSite(id="again", settings=settings))
    upgraded(older, "0049")
    fill(older, filled)
    if not said:
        engine = engine_of(older)
        with engine.begin() as connection:
            kept = json.loads(connection.execute(text(SITE)).scalar_one())
            told = json.dumps({name: kept[name] for name in kept if name != "eur_ppm"})
            connection.execute(
                text("UPDATE setting SET value = :v WHERE name = 'site'"), {"v": told}
            )
        engine.dispose()
    now = open_store(older)
    with filled.reading() as was, now.reading() as db:
        told = json.loads(was.value(SITE)) | {"eur_ppm": eur_ppm}
        assert json.loads(db.value(SITE)) == told
    now.close()
    filled.close()


def test_parcels_that_a_carrier_was_told_of_stay_with_their_shipment(new_url: NewUrl) -> None:
    filled, older = open_store(new_url()), new_url()
    floor = Floor(store=filled)
    order = floor.order("1", {"MUG": 3})
    floor.tour([[(order, "BOX-S", {"MUG": 1})] * 3])
    ids = [each.id for each in floor.parcels()]
    upgraded(older, "0052")
    fill(older, filled)
    engine = engine_of(older)
    shipment = (
        "INSERT INTO shipment (reference, order_id, carrier, service, state, pieces, master, "
        "promised_ms, opened_ms, told) VALUES (:ref, :order, 'Snail', 'ECO', 'open', 2, '', 0, 0, "
        ":told)"
    )
    with engine.begin() as connection:
        for ref, told in (("A", f"{ids[0]},{ids[2]}"), ("B", "")):
            connection.execute(text(shipment), {"ref": ref, "order": order, "told": told})
    engine.dispose()
    now = open_store(older)
    with now.reading() as db:
        kept = db.all("SELECT shipment, parcel FROM told_piece ORDER BY shipment, parcel")
        assert [(row.shipment, row.parcel) for row in kept] == [
            ("A", ids[0]),
            ("A", ids[2]),
            *(("B", each) for each in ids),
        ]
        assert db.value("SELECT COUNT(*) FROM shipment") == 2
    assert differences(now) == []
    now.close()
    filled.close()


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
    upgraded(f"sqlite:///{built}", "head")
    open_store(f"sqlite:///{built}", salt="salt").close()
    assert dump(taken) == dump(built)


def dump(path: Path) -> dict[str, Any]:
    """All that was made in a file, and the rows of its tables."""
    with closing(pysqlite3.connect(str(path))) as db:
        made = db.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        tables = [name for name, kind, _ in made if kind == "table"]
        rows = {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
    return {"made": sorted(map(str, made))} | rows


def upgraded(url: str, version: str) -> None:
    """A new database with the schema of this version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = engine_of(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def fill(older: str, filled: Store) -> None:
    """All rows of a database, as far as an older schema has their columns."""
    engine, known, old = engine_of(older), MetaData(), MetaData()
    with filled.engine.connect() as source, engine.begin() as target:
        known.reflect(source)
        old.reflect(target)
        for name, table in sorted(old.tables.items()):
            if name in known.tables and name != "alembic_version":
                shared = [each for each in known.tables[name].c if each.name in table.c]
                target.execute(table.delete())
                rows = [dict(row._mapping) for row in source.execute(select(*shared))]
                if rows:
                    target.execute(insert(table), rows)
    engine.dispose()


def before_pieces(older: str, filled: Store) -> None:
    """What a house has kept, as it was before shipments had pieces: its prices told as of then."""
    upgraded(older, "0036")
    fill(older, filled)
    engine = engine_of(older)
    with engine.begin() as connection:
        connection.execute(text("UPDATE service_day SET parcels = -1"))  # counted back otherwise
        connection.execute(text("UPDATE setting SET value = 'of then' WHERE name = 'tariffs'"))
    engine.dispose()


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
