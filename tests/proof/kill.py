"""Owns the proof that `kill -9` loses nothing and does nothing twice.

A real controller process works under the load of several clients and is killed at a random point
of the seed: at start, in recovery, in a batch, in a commit, between commit and answer, in a
checkpoint. The next life of it must know every answer that was given, carry out no command a
second time, and hold every invariant.

    python -m tests.proof.kill --kills 10000 --database postgresql://postgres@/scratch --seed 3
"""

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from controller.core import Controller
from controller.store import Store, open_store
from tests.forks import FORKS
from tests.house import SetClock, set_up
from tests.proof.client import OPENING, SKUS, Client
from tests.proof.victim import serve

LANES = 6
LIVES_PER_CAMPAIGN = 200
ANSWER_S = 20.0
LIFE_S = 0.06  # the longest time from a life's first command to its end
BIRTH_S = 0.03  # covers opening and recovery of the database


@dataclass(slots=True)
class Verdict:
    kills: int = 0
    answers: int = 0
    resent: int = 0
    findings: list[str] = field(default_factory=list)


class _Life:
    """One controller process and its wires."""

    def __init__(self, url: str, variant: str) -> None:
        self.ready, ready = FORKS.Pipe()
        pairs = [FORKS.Pipe() for _ in range(LANES)]
        self.lanes: list[Connection] = [ours for ours, _ in pairs]
        theirs = [each for _, each in pairs]
        self._process: BaseProcess = FORKS.Process(
            target=serve, args=(url, variant, ready, theirs), daemon=True
        )
        self._process.start()
        for each in (ready, *theirs):
            each.close()

    def wait_until_ready(self) -> None:
        if not self.ready.poll(ANSWER_S):
            raise TimeoutError("the controller did not start")
        self.ready.recv()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()

    def close(self) -> None:
        for each in (self.ready, *self.lanes):
            each.close()
        self._process.close()


class Campaign:
    """Lives and deaths of one controller on one database."""

    def __init__(self, url: str, seed: int, variant: str = "sound") -> None:
        self.url = url
        self.verdict = Verdict()
        self._rng = random.Random(seed)
        self._variant = variant
        self._client = Client(self._rng, LANES)
        self._store = open_store(url)
        controller = Controller(self._store, SetClock())
        for command in set_up(dict.fromkeys(SKUS, OPENING)):
            controller.handle(command)
        self._store.close()

    def run(self, kills: int) -> Verdict:
        """Kills as often as asked, or until something is found."""
        while self.verdict.kills < kills and not self.verdict.findings:
            self._live_and_die()
            self.verdict.kills += 1
        if not self.verdict.findings:
            self._live_and_die(last=True)
        self.verdict.answers = len(self._client.answers)
        self._store.close()
        return self.verdict

    def _live_and_die(self, last: bool = False) -> None:
        life = _Life(self.url, self._variant)
        try:
            if last:
                self._recover(life, settle=True)
            elif self._rng.random() < 0.1:
                wait([life.ready], self._rng.uniform(0, BIRTH_S))
            else:
                self._recover(life, settle=self._rng.random() < 0.7)
                self._load(life, self._rng.uniform(0, LIFE_S))
        except (EOFError, OSError) as error:
            self.verdict.findings.append(f"the controller left without a kill: {error!r}")
        finally:
            life.kill()
            self._hear_the_last(life)
            life.close()

    def _recover(self, life: _Life, *, settle: bool) -> None:
        """Looks at what the last life left behind; without settling, the load goes on at once."""
        life.wait_until_ready()
        self._look(self._client.lost)
        self.verdict.resent += len(self._client.waiting)
        if settle:
            self._answer_all(life)
            self._look(self._client.differences)

    def _look(self, questions: "Callable[..., Iterator[str]]") -> None:
        with self._store.reading() as db:
            self.verdict.findings += questions(db)

    def _answer_all(self, life: _Life) -> None:
        """Sends again what was not answered, and waits for the answers."""
        for lane in self._client.waiting:
            life.lanes[lane].send(self._client.next(lane))
        while self._client.waiting:
            heard = self._hear(life, ANSWER_S)
            if not heard:
                raise TimeoutError(f"no answer to {self._client.waiting}")

    def _load(self, life: _Life, seconds: float) -> None:
        end = time.monotonic() + seconds
        for lane in range(LANES):
            life.lanes[lane].send(self._client.next(lane))
        while (left := end - time.monotonic()) > 0:
            for lane in self._hear(life, left):
                life.lanes[lane].send(self._client.next(lane))

    def _hear(self, life: _Life, seconds: float) -> list[int]:
        """The lanes that were answered within this time."""
        heard = []
        for each in wait(life.lanes, seconds):
            lane = life.lanes.index(each)  # type: ignore[arg-type]
            self._client.hear(lane, life.lanes[lane].recv())
            heard.append(lane)
        return heard

    def _hear_the_last(self, life: _Life) -> None:
        """Answers that had left the process before it died are answers given."""
        for lane in list(self._client.waiting):
            with contextlib.suppress(EOFError, OSError):
                self._client.hear(lane, life.lanes[lane].recv())


def kill_often(new_url: Callable[[int], str], kills: int, seed: int) -> Verdict:
    """Campaigns on fresh databases until all kills are done or something is found."""
    total = Verdict()
    for number in range((kills + LIVES_PER_CAMPAIGN - 1) // LIVES_PER_CAMPAIGN):
        left = min(LIVES_PER_CAMPAIGN, kills - total.kills)
        verdict = Campaign(new_url(number), seed + number).run(left)
        total.kills += verdict.kills
        total.answers += verdict.answers
        total.resent += verdict.resent
        total.findings += [f"seed {seed + number}: {each}" for each in verdict.findings]
        sys.stderr.write(f"{total.kills} kills, {total.answers} answers kept\n")
        if total.findings:
            break
    return total


def _empty(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Kill a controller many times; lose nothing.")
    parser.add_argument("--kills", type=int, default=200, help="how often (200)")
    parser.add_argument("--seed", type=int, default=1, help="of the points of time (1)")
    parser.add_argument(
        "--database",
        default="",
        help="an empty PostgreSQL database, as postgresql://...; SQLite files otherwise",
    )
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kill-") as home:

        def new_url(number: int) -> str:
            if not asked.database:
                return f"sqlite:///{Path(home) / f'{number}.db'}"
            if number:
                store = open_store(asked.database)
                _empty(store)
                store.close()
            return str(asked.database)

        verdict = kill_often(new_url, asked.kills, asked.seed)
    for finding in verdict.findings:
        sys.stderr.write(f"FOUND {finding}\n")
    sys.stdout.write(
        f"{verdict.kills} kills, {verdict.answers} answers kept, {verdict.resent} commands sent "
        f"again, {len(verdict.findings)} findings\n"
    )
    return 1 if verdict.findings else 0


if __name__ == "__main__":
    sys.exit(main())
