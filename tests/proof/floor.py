"""Owns the proof that kills of the controller and of the broker lose and double nothing.

A served warehouse works under the load of shops over HTTP and of a sorter over MQTT, while
controller and broker are killed at random points of the seed. Every answer that was given must
be in the books, every order once, every scan decided and every divert confirmed once.

    python -m tests.proof.floor --kills 200 --broker-kills 50 --seed 3
"""

import argparse
import random
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import msgspec

from api.pins import token_hash
from controller.core import Controller
from controller.messages import AddApiKey
from controller.store import Db, open_store
from controller.views.checks import check
from devices.mosquitto import Mosquitto, free_port
from tests.forks import FORKS
from tests.house import SetClock, set_up
from tests.proof.floor_clients import ScanningSorter, Shop
from tests.proof.floor_victim import SORTER, serve

SHOPS: Final = 6
STOCK: Final = 40  # of each SKU: most orders of a long run are backordered, none may oversell
SCAN_EVERY_S: Final = 0.02
BORN_S: Final = 30.0
LIFE_S: Final = 0.5
SETTLE_S: Final = 60.0
SHOWN: Final = 20
KEY, SECRET = "proof", "secret-of-the-proof"

_ORDERS = "SELECT order_id, wanted, backordered FROM order_line ORDER BY order_id, line"
_SEEN = "SELECT command_id FROM journal WHERE name = 'ContainerSeen' ORDER BY seq"
_TOLD = "SELECT fault FROM alarm WHERE device = :device ORDER BY fault LIMIT 1"
_DIVERTS = "SELECT id, state, payload FROM outbox WHERE topic = :topic ORDER BY id"


@dataclass(slots=True)
class Verdict:
    kills: int = 0
    broker_kills: int = 0
    orders: int = 0
    resent: int = 0
    scans: int = 0
    scans_resent: int = 0
    reported: int = 0  # diverts that failed and were told as faults; the units came round again
    findings: list[str] = field(default_factory=list)


class Floor:
    """A broker, one life of the controller after the other, and their clients."""

    def __init__(self, home: Path, seed: int) -> None:
        self.url = f"sqlite:///{home / 'floor.db'}"
        self.rng = random.Random(seed)
        self.verdict = Verdict()
        self.broker = Mosquitto(home / "broker", {SORTER: "sorter-word"})
        self.port = free_port()
        token = f"pw_{KEY}_{SECRET}"
        self.shops = [
            Shop(f"shop{n}", f"http://127.0.0.1:{self.port}", token, f"S{n % 3}")
            for n in range(SHOPS)
        ]
        self.sorter = ScanningSorter(self.broker.login(SORTER), SCAN_EVERY_S)
        self._life: BaseProcess | None = None
        self._lives = 0
        self._set_up()

    def _set_up(self) -> None:
        store = open_store(self.url)
        controller = Controller(store, SetClock())
        key = AddApiKey(
            id="proof/key",
            key=KEY,
            name="proof",
            secret_hash=token_hash(SECRET),
            scopes=("orders",),
        )
        for command in (*set_up({f"S{n}": STOCK for n in range(3)}), key):
            controller.handle(command)
        store.close()

    def run(self, kills: int, broker_kills: int) -> Verdict:
        over = threading.Event()
        deaths = ["controller"] * kills + ["broker"] * broker_kills
        self.rng.shuffle(deaths)
        workers = [
            threading.Thread(target=work, args=(over,), daemon=True)
            for work in (self.sorter.work, *(shop.work for shop in self.shops))
        ]
        self.broker.start()
        try:
            self._let_live(workers, over, deaths)
        finally:
            self.sorter.stop()
            self._kill()
            self.broker.stop()
        return self.verdict

    def _let_live(
        self, workers: Sequence[threading.Thread], over: threading.Event, deaths: Sequence[str]
    ) -> None:
        self._bear()
        for worker in workers:
            worker.start()
        for death in deaths:
            self._live_and_die(death)
        over.set()
        for worker in workers:
            worker.join(SETTLE_S)
        self._settled()
        self._judge()

    def _live_and_die(self, death: str) -> None:
        threading.Event().wait(self.rng.uniform(0, LIFE_S))
        if death == "broker":
            self.broker.kill()
            self.verdict.broker_kills += 1
            self.broker.start()
            return
        self._kill()
        self.verdict.kills += 1
        self._bear()

    def _bear(self) -> None:
        self._lives += 1
        ours, theirs = FORKS.Pipe()
        self._life = FORKS.Process(
            target=serve,
            args=(self.url, self.port, self.broker.login(), str(self._lives), theirs),
        )
        self._life.start()
        theirs.close()
        if not _spoke(ours):
            raise RuntimeError(f"life {self._lives} did not begin to serve")

    def _kill(self) -> None:
        if self._life is not None:
            self._life.kill()
            self._life.join()

    # --- the verdict -----------------------------------------------------------------------------

    def _settled(self) -> None:
        """Waits until the sorter's word on every divert has come in."""
        store = open_store(self.url)
        pause = threading.Event()
        for _ in range(int(SETTLE_S / 0.1)):
            with store.reading() as db:
                if not [row for row in _diverts(db) if row.state in ("waiting", "sent")]:
                    break
            pause.wait(0.1)
        store.close()

    def _judge(self) -> None:
        verdict, store = self.verdict, open_store(self.url)
        verdict.orders = sum(len(shop.answers) for shop in self.shops)
        verdict.resent = sum(shop.resent for shop in self.shops)
        verdict.scans, verdict.scans_resent = self.sorter.scans, self.sorter.resent
        verdict.findings += [each for shop in self.shops for each in shop.surprises]
        with store.reading() as db:
            verdict.findings += self._orders(db)
            verdict.findings += self._scans(db)
            for name, sentences in check(db).items():
                verdict.findings += [f"{name}: {each}" for each in sentences[:3]]
        store.close()

    def _orders(self, db: Db) -> Iterator[str]:
        rows = {row.order_id: row for row in db.all(_ORDERS)}
        answers = {a["order"]: a for shop in self.shops for a in shop.answers.values()}
        for order, answer in answers.items():
            row = rows.get(order)
            if row is None:
                yield f"{order} was answered, but is not in the books"
            elif (row.wanted, row.backordered) != (1, answer["backordered_units"]):
                yield f"{order} was answered {answer}, the books say {row}"
        for order in rows.keys() - answers.keys():
            yield f"{order} is in the books, but nobody was answered so"
        promised = sum(answer["promised_units"] for answer in answers.values())
        if answers and promised > 3 * STOCK:
            yield f"{promised} units promised of {3 * STOCK}"

    def _scans(self, db: Db) -> Iterator[str]:
        yield from (f"{unit} was never decided" for unit in self.sorter.waiting())
        seen = [row.command_id for row in db.all(_SEEN)]
        rows = {str(row.id): row for row in _diverts(db)}
        if len(seen) > self.sorter.scans or len(rows) > len(seen):
            yield f"{self.sorter.scans} scans, {len(seen)} in the journal, {len(rows)} diverts"
        for unit, corrs in self.sorter.diverts.items():
            yield from (f"{unit} was diverted by {corr}, unknown" for corr in corrs - rows.keys())
        failed = [row for row in rows.values() if row.state == "failed"]
        self.verdict.reported = len(failed)
        if failed and db.value(_TOLD, device=SORTER) is None:
            yield f"{len(failed)} diverts failed, and no alarm says so"
        for row in rows.values():
            if row.state not in ("done", "failed"):
                yield f"divert {row.id} of {msgspec.json.decode(row.payload)} is {row.state}"


def _diverts(db: Db) -> list[Any]:
    return db.all(_DIVERTS, topic=f"device/{SORTER}")


def _spoke(ours: Connection) -> bool:
    try:
        return ours.poll(BORN_S) and bool(ours.recv())
    except EOFError:
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--broker-kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="floor-") as home:
        verdict = Floor(Path(home), asked.seed).run(asked.kills, asked.broker_kills)
    counts = replace(verdict, findings=[f"{len(verdict.findings)} findings"])
    sys.stdout.write("\n".join((f"{counts}", *verdict.findings[:SHOWN], "")))
    return 1 if verdict.findings else 0


if __name__ == "__main__":
    sys.exit(main())
