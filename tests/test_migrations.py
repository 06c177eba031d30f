"""The migrations build what the tables declare, on both databases."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from controller.errors import StoreOutdated
from controller.store import Store, open_store
from controller.tables import metadata


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
