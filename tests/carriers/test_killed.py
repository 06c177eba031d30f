"""The controller is killed after the carrier has sold a label, and before it hears of that."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.carriers.deliverer import Carriers
from api.clock import WallClock
from controller.core import Controller
from controller.store import open_store
from controller.views.checks import check
from tests.carriers.conftest import SIGNS, Shipping, write
from tests.carriers.peer import TOKEN, Peer
from tests.carriers.victim import work
from tests.forks import FORKS
from tests.until import until

TRACKING = "SELECT tracking FROM parcel WHERE tracking <> '' ORDER BY id"


@contextmanager
def victim(database: str, carriers: Path) -> Iterator[None]:
    """A process that works until the block ends; then it is killed, whatever it does."""
    secrets = {"SNAIL_TOKEN": TOKEN, "SNAIL_SIGNS": SIGNS}
    running = FORKS.Process(target=work, args=(database, str(carriers), secrets))
    running.start()
    try:
        yield
    finally:
        running.kill()
        running.join()


def test_the_next_process_finds_the_label_that_was_sold_and_buys_no_second(
    peer: Peer, carriers: Carriers, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'house.db'}"
    store = open_store(database)
    shipping = Shipping(carriers, store)
    shipping.floor.clock.ms = WallClock().now_ms()
    shipping.pack()
    shipping.deliverer.stop()
    store.close()
    patient = write(
        peer, tmp_path, lambda text: text.replace("patience_s = 20", "patience_s = 900")
    )
    peer.idempotent = False
    peer.faults.append("late")
    with victim(database, patient):
        until(lambda: peer.valid, "a label that is sold")
    peer.held.set()
    store = open_store(database)
    books = Controller(store, WallClock())

    def labels() -> list[str]:
        with books.reading() as db:
            return [row.tracking for row in db.all(TRACKING)]

    assert labels() == []
    with victim(database, patient):
        until(labels, "a label that is known")
    assert labels() == peer.valid == ["PEER000001"]
    assert peer.count("GET", r"/shipments\?.*") == 1
    with books.reading() as db:
        assert not [said for found in check(db).values() for said in found]
    store.close()
