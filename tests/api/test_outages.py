"""The database away under a running server: 503 with a time to come again, then all is well."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.api.serving import Served, served
from tests.conftest import PostgresServer
from tests.until import until


@pytest.fixture
def on_postgres(postgres: PostgresServer) -> Iterator[tuple[Served, str]]:
    url = postgres.new_database()
    with served(url, {"S1": 9}) as house:
        yield house, url


def order(number: int) -> dict[str, Any]:
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    return {"shop": "web", "number": str(number), "lines": lines, "id": f"order-{number}"}


def cut(url: str) -> None:
    """Ends every connection of the house, as a restart of the database does."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_an_order_that_meets_an_outage_is_sent_again_and_stands_once(
    on_postgres: tuple[Served, str],
) -> None:
    house, url = on_postgres
    client = house.as_("lead")
    assert client.post("/api/orders", json=order(1)).status_code == 201
    cut(url)
    answers = []

    def placed() -> bool:
        answers.append(client.post("/api/orders", json=order(2)))
        return answers[-1].status_code == 201

    until(placed, "the order after the outage")
    for refused in answers[:-1]:
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert "host" not in json.dumps(refused.json())
    rows = client.get("/api/orders").json()["rows"]
    assert [row["number"] for row in rows] == ["1", "2"]
    free = client.get("/api/stock/available").json()["rows"][0]["free"]
    assert free == 7


def test_readiness_says_that_the_database_is_away(on_postgres: tuple[Served, str]) -> None:
    house, url = on_postgres
    with psycopg.connect(url) as own:
        name = own.info.dbname
    assert house.client().get("/api/ready").status_code == 200
    with psycopg.connect(url, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        cut_by(admin, name)
        until(lambda: house.client().get("/api/ready").status_code == 503)
        away = house.client().get("/api/ready").json()
        assert (away["ready"], away["database"], away["threads"]) == (False, False, True)
        assert house.client().get("/api/health").status_code == 200
        answer = house.client(cookie="pickwright_session=x").get("/api/me")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
    until(lambda: house.client().get("/api/ready").status_code == 200)


def cut_by(admin: psycopg.Connection[Any], name: str) -> None:
    admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
    )
