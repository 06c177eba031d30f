"""Keys from the command line: a token is told once, and a key ends when it is revoked."""

from api.pins import token_hash
from controller.store import open_store
from tests.api.command_line import ITEMS, PLACES, CommandLine, Files


def test_a_key_is_made_listed_and_revoked(pickwright: CommandLine, files: Files) -> None:
    database = files.database
    for kind, lines in (("items", ITEMS), ("places", PLACES), ("nodes", ("code", "3PL"))):
        assert not pickwright(
            "import", kind, files(f"{kind}.csv", *lines), "--database", database
        ).code
    asked = ("key", "add", "partner 3PL", "--scope", "nodes", "--node", "3PL")
    made = pickwright(*asked, "--database", database, "--json").document
    _, key, secret = made["token"].split("_", 2)
    store = open_store(f"sqlite:///{database}")
    with store.reading() as db:
        row = db.the("SELECT * FROM api_key")
        kept = str(db.all("SELECT * FROM journal ORDER BY seq"))
    store.close()
    assert (row.key, row.secret_hash, row.node) == (key, token_hash(secret), "3PL")
    assert secret not in kept
    listed = pickwright("key", "list", "--database", database).out
    assert "partner 3PL" in listed
    assert "node=3PL" in listed
    assert secret not in listed
    assert pickwright("key", "revoke", key, "--database", database).code == 0
    assert "revoked" in pickwright("key", "list", "--database", database).out


def test_what_is_wrong_with_a_key_is_told(pickwright: CommandLine, files: Files) -> None:
    database = files.database
    pickwright("import", "places", files("places.csv", *PLACES), "--database", database)
    ended = pickwright("key", "add", "x", "--scope", "all", "--database", database)
    assert (ended.code, "'all' is no scope: use orders, stock" in ended.err) == (2, True)
    ended = pickwright(
        "key", "add", "x", "--scope", "nodes", "--node", "HULL", "--database", database
    )
    assert (ended.code != 0, "HULL" in ended.err) == (True, True)
    ended = pickwright("key", "revoke", "none", "--database", database)
    assert (ended.code != 0, "none" in ended.err) == (True, True)
