"""Owns the end of the monkey's play: all do what the screens ask for until all is quiet."""

from controller.messages import LetGoOrder, Screen
from controller.views import outcomes
from controller.views.board import board
from tests.workflows.monkey import Monkey
from tests.workflows.monkey_site import BENCHES, CARTS, STATION, TRUCK, WALL, WORKERS

ROUNDS_MAX = 150
SCANS_MAX = 400  # of one worker until home: an order of many cartons takes long
_RESORT = (
    "SELECT 1 FROM parcel p JOIN container c ON c.lpn = p.lpn "
    "WHERE c.place = 'RUNOUT' AND p.state IN ('labelled', 'sorted', 'cancelled') LIMIT 1"
)
_OPEN = "SELECT id FROM customer_order WHERE state = 'open' ORDER BY id"
_UNPLANNED = (
    "SELECT l.order_id FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.planned > 0 "
    "ORDER BY l.order_id LIMIT 1"
)
_EXPLAINED = "SELECT order_id FROM event WHERE kind IN ('no_service', 'misdiverted') ORDER BY id"


class Ending(Monkey):
    """A monkey's house that comes to rest; nobody tries one of the `closed` doors twice."""

    closed: set[str]

    def settle(self) -> None:
        """Raises: AssertionError when somebody is stuck, or work is left that nobody is shown."""
        for row in self.floor.all(_OPEN):
            self.send(LetGoOrder(id=self.floor.id(), order=row.id))
        for _ in range(ROUNDS_MAX):
            self.lanes_are_cleared()
            self.machines_work()
            self.plan()
            self.closed = set()
            worked = [self.finish(worker) for worker in WORKERS]
            self.machines_work()
            if not any(worked):
                break
        else:
            raise AssertionError("the house does not come to rest")
        self.floor.books_balance()
        self.nothing_is_left()

    def finish(self, worker: str) -> bool:
        """Does one job to its end; False when there was none."""
        screen = self.screen(worker)
        if screen.workflow == "home":
            door = self.next_door()
            if not door:
                return False
            screen = self.scan(worker, door).screen
            self.closed.add(door)
        errors = 0
        for _ in range(SCANS_MAX):
            if screen.workflow == "home":
                return True
            reply = self.scan(worker, self.told(screen))
            errors = errors + 1 if reply.tone == "error" else 0
            assert errors < 2, f"{worker} is stuck: {reply}"
            self.machines_work()
            screen = self.screen(worker)
        raise AssertionError(f"{worker} does not come home: {screen}")

    def told(self, screen: Screen) -> str:
        """What somebody who wants to come to an end does on this screen."""
        if screen.step == "label" and not self.label_is_out(screen):
            return "PRINT"
        if screen.workflow == "loading" and not screen.target:
            return "DONE"
        if screen.step == "done":
            return "HOME"
        return self.asked_for(screen)

    def label_is_out(self, screen: Screen) -> bool:
        row = self.floor.all(
            "SELECT o.state, o.topic FROM parcel p JOIN outbox o ON o.id = p.label "
            "WHERE p.lpn = :lpn",
            lpn=screen.target,
        )[0]
        return bool(row.state == "done" and row.topic.startswith("device/"))

    def next_door(self) -> str:
        """Where somebody without work finds some, or "" when all is quiet."""
        with self.floor.controller.reading() as db:
            open_work = board(db, self.floor.clock.ms)
        lanes = sorted(open_work.lanes)
        doors = (
            (open_work.parked, next(iter(open_work.parked), "")),
            (open_work.walls, WALL),
            (open_work.stations, STATION),
            (open_work.tours.get("cage"), TRUCK),
            (open_work.tours.get("tote"), CARTS[0]),
            (open_work.loads, BENCHES[0]),
            (self.floor.value(_RESORT), "RUNOUT"),
            (lanes, lanes[0] if lanes else ""),
            (open_work.receipts, "DOCK"),
            (open_work.returns, "DESK"),
            (open_work.tasks, "NEXT"),
        )
        return next((door for work, door in doors if work and door not in self.closed), "")

    def nothing_is_left(self) -> None:
        self.closed = set()
        assert not self.next_door(), f"work is left at {self.next_door()}"
        with self.floor.controller.reading() as db:
            rows = outcomes.orders(db)
            ends = {row.id: outcomes.outcome(db, row, self.floor.clock.ms) for row in rows}
        told = {row.order_id for row in self.floor.all(_EXPLAINED)}
        stuck = {
            order: end
            for order, end in ends.items()
            if end[0] not in ("shipped", "cancelled", "backordered")
            and end[1] != "unpaid"
            and order not in told
        }
        assert not stuck, stuck
