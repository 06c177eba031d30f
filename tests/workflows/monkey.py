"""Owns the monkey: people who scan anything, machines that lie, customers who change their mind.

Every random step comes from the seed. `settle` ends the play: then everybody does what the
screens ask for, until nothing is left to do.
"""

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

from controller.errors import Refused
from controller.messages import (
    AnnounceReceipt,
    AnnounceReturn,
    ApproveMoves,
    CancelMoves,
    CancelOrder,
    ChangeOrder,
    Command,
    FaceMove,
    LockTour,
    OrderLine,
    PayOrder,
    PlaceOrder,
    PullOrder,
    Scan,
    ScanReply,
    Screen,
    SignIn,
    SignOut,
)
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.store import Store
from controller.units import HOUR
from controller.workflows import releasing
from controller.workflows.table import HANDHELD
from tests.workflows.floor import Floor
from tests.workflows.monkey_machines import Machines
from tests.workflows.monkey_site import (
    BENCHES,
    CARTONS_ON_CARTS,
    CARTS,
    FIXED_CODES,
    LANES,
    SETUP,
    SKUS,
    STATION,
    STATIONS,
    TRUCK,
    WALL,
    WORKERS,
    ZONES,
)

STORY_MAX = 40
DOORS = (
    *("HAND-1", "HAND-2"),
    *CARTS,
    *CARTS,
    TRUCK,
    WALL,
    WALL,
    STATION,
    *BENCHES,
    *LANES,
    "DOCK",
    "DESK",
    "RUNOUT",
    "NEXT",
    "NEXT",
)
_CODES_OF = {
    "parcel": "SELECT lpn AS code FROM parcel WHERE lpn <> '' ORDER BY id",
    "tracking": "SELECT tracking AS code FROM parcel WHERE tracking <> '' ORDER BY id",
    "order": "SELECT id AS code FROM customer_order ORDER BY id",
    "receipt": "SELECT asn AS code FROM receipt ORDER BY asn",
    "return": "SELECT rma AS code FROM customer_return ORDER BY rma",
}
_ORDERS = "SELECT id FROM customer_order WHERE state IN ('open', 'held') ORDER BY id"
_PICKS = (
    "SELECT DISTINCT tour, order_id FROM task WHERE tour > 0 AND kind = 'pick' "
    "AND state = 'open' ORDER BY tour, order_id"
)
_LINES = "SELECT line, sku, wanted FROM order_line WHERE order_id = :id ORDER BY line"


class Monkey(Machines):
    """A house full of monkeys; `story` holds the last steps, for whoever reads a failure."""

    def __init__(self, seed: int, store: Store | None = None) -> None:
        self.floor = Floor(*WORKERS, setup=SETUP, store=store)
        self.stream = Random(seed)
        self.story: deque[str] = deque(maxlen=STORY_MAX)
        self.numbers = 0
        if seed % 3 == 0:
            self.floor.do(ZONES)
        if seed % 4 == 1:
            for command in STATIONS:
                self.floor.do(command)
        if seed % 2 == 0:
            for command in CARTONS_ON_CARTS:
                self.floor.do(command)
        self.past: list[Scan] = []
        for _ in range(3):
            self.order()
        self.plan()

    # --- one command ---------------------------------------------------------------------------

    def send(self, command: Command[Any]) -> Any:
        """The answer, or the clean refusal; anything else is a defect and is raised."""
        self.story.append(str(command))
        answer = self.answer(command)
        self.story.append(f"    {answer}")
        assert not (isinstance(answer, Refused) and answer.code == "defect"), answer
        return answer

    def answer(self, command: Command[Any]) -> Any:
        try:
            return self.floor.do(command)
        except Refused as refused:
            return refused

    def scan(self, worker: str, raw: str, **more: Any) -> ScanReply:
        version = self.floor.screens[worker].screen.version
        scan = Scan(id=self.floor.id(), worker=worker, raw=raw, **{"version": version} | more)
        self.past.append(scan)
        reply = self.send(scan)
        assert isinstance(reply, ScanReply), reply
        self.floor.screens[worker] = reply
        self.check_buttons(reply.screen)
        return reply

    def check_buttons(self, screen: Screen) -> None:
        """A button that is offered is heard."""
        heard = HANDHELD.flows[screen.workflow].transitions
        dead = [
            button
            for button in screen.buttons
            if button not in ("UNDO", "HOME") and (screen.step, button) not in heard
        ]
        assert not dead, f"{screen.workflow}/{screen.step} offers {dead} and refuses them"

    def screen(self, worker: str) -> Screen:
        """What the worker's handheld shows after a look at the server."""
        reply = self.floor.do(SignIn(id=self.floor.id(), badge=worker))
        self.floor.screens[worker] = reply
        return reply.screen

    # --- random steps --------------------------------------------------------------------------

    def step(self) -> None:
        steps: tuple[tuple[int, Callable[[], None]], ...] = (
            (55, self.obey),
            (22, self.disobey),
            (6, self.order),
            (3, self.cancel),
            (3, self.change),
            (2, self.goods_in),
            (5, self.pass_time),
            (3, self.plan),
            (2, self.reslot),
            (2, self.overrule),
            (2, self.shift_change),
            (3, self.send_again),
            (10, self.machines_work),
            (6, self.machines_lie),
        )
        weights = [weight for weight, _ in steps]
        self.stream.choices([act for _, act in steps], weights)[0]()

    def worker(self) -> str:
        return self.stream.choice(WORKERS)

    def obey(self) -> None:
        worker = self.worker()
        screen = self.screen(worker)
        raw = self.stream.choice(DOORS) if screen.workflow == "home" else self.asked_for(screen)
        self.scan(worker, raw)

    def asked_for(self, screen: Screen) -> str:
        if screen.target:
            return screen.target
        if "planned_g" in screen.fields:
            return str(screen.fields["planned_g"])
        if "number" in screen.expects:
            return str(screen.fields["qty"])
        return "HOME"

    def disobey(self) -> None:
        worker = self.worker()
        if self.stream.random() < 0.9:
            self.screen(worker)  # else the handheld shows an old screen
        buttons = self.floor.screens[worker].screen.buttons
        raw = self.stream.choice(buttons) if self.stream.random() < 0.3 else self.any_code()
        for _ in range(self.stream.choice((1, 1, 2))):
            self.scan(worker, raw)

    def any_code(self) -> str:
        kind = self.stream.choice((*FIXED_CODES, *_CODES_OF, "command"))
        if kind in FIXED_CODES:
            return self.stream.choice(FIXED_CODES[kind])
        found = self.floor.all(_CODES_OF[kind])
        return str(self.stream.choice(found).code) if found else kind

    def send_again(self) -> None:
        """A handheld repeats a scan with the same id, or hangs a scan onto an old chain."""
        if not self.past:
            return
        again = self.stream.choice(self.past[-5:])
        if self.stream.random() < 0.5:
            before = self.floor.all("SELECT COUNT(*) AS n FROM movement")
            self.send(again)
            assert self.floor.all("SELECT COUNT(*) AS n FROM movement") == before
        else:
            self.scan(again.worker, self.any_code(), after=again.id)

    def shift_change(self) -> None:
        worker = self.worker()
        self.send(SignOut(id=self.floor.id(), badge=worker))
        self.floor.screens[worker] = self.send(SignIn(id=self.floor.id(), badge=worker))

    # --- customers and suppliers ---------------------------------------------------------------

    def order(self) -> None:
        self.numbers += 1
        stream = self.stream
        skus = stream.sample(SKUS, stream.choice((1, 1, 1, 2, 3)))
        lines = tuple(
            OrderLine(line=n, sku=sku, qty=stream.choice((1, 1, 1, 2, 3, 6, 20)))
            for n, sku in enumerate(skus, 1)
        )
        self.send(
            PlaceOrder(
                id=self.floor.id(),
                shop="shop",
                number=str(self.numbers),
                lines=lines,
                country=stream.choice(("GB", "GB", "FR")),
                hold_ms=stream.choice((0, 0, 0, HOUR)),
            )
        )

    def open_order(self) -> str:
        found = self.floor.all(_ORDERS)
        return str(self.stream.choice(found).id) if found else "shop/none"

    def cancel(self) -> None:
        order, lines = self.open_order(), self.floor.all(_LINES, id=self.open_order())
        some = tuple(
            OrderLine(line=row.line, sku=row.sku, qty=self.stream.choice((1, 2, 50)))
            for row in lines[:1]
        )
        if self.stream.random() < 0.6:
            some = ()
        self.send(CancelOrder(id=self.floor.id(), order=order, lines=some))

    def change(self) -> None:
        order = self.open_order()
        if self.stream.random() < 0.3:
            self.send(PayOrder(id=self.floor.id(), order=order))
            return
        lines = [
            OrderLine(line=row.line, sku=row.sku, qty=self.stream.choice((0, 1, 2, 7)))
            for row in self.floor.all(_LINES, id=order)
        ]
        if self.stream.random() < 0.3:
            lines.append(OrderLine(line=9, sku=self.stream.choice(SKUS), qty=1))
        self.send(ChangeOrder(id=self.floor.id(), order=order, lines=tuple(lines)))

    def goods_in(self) -> None:
        self.numbers += 1
        stream = self.stream
        lines = tuple(
            OrderLine(line=n, sku=sku, qty=stream.choice((1, 3, 12, 40)))
            for n, sku in enumerate(stream.sample(SKUS, 2), 1)
        )
        if stream.random() < 0.5:
            asn = f"ASN-{self.numbers}"
            self.send(AnnounceReceipt(id=self.floor.id(), asn=asn, lines=lines))
        else:
            rma = f"RMA-{self.numbers}"
            self.send(AnnounceReturn(id=self.floor.id(), number=rma, lines=lines))

    def reslot(self) -> None:
        """A lead moves faces about, or thinks again."""
        if self.stream.random() < 0.3:
            self.send(CancelMoves(id=self.floor.id()))
            return
        places = [row.place for row in self.floor.all("SELECT place FROM face ORDER BY sku")]
        sku, target = self.stream.choice(SKUS), self.stream.choice([*places, "P-SPARE"])
        sources = self.floor.all("SELECT place FROM face WHERE sku = :sku", sku=sku)
        moves = tuple(FaceMove(sku=sku, source=row.place, target=target) for row in sources)
        self.send(ApproveMoves(id=self.floor.id(), moves=moves))

    def overrule(self) -> None:
        """A lead takes an order out of a tour, whatever its state, or locks one, or lets go."""
        picks = self.floor.all(_PICKS)
        if not picks:
            return
        at = self.stream.choice(picks)
        if self.stream.random() < 0.7:
            self.send(
                PullOrder(id=self.floor.id(), tour=at.tour, order=at.order_id, reason="a whim")
            )
            return
        locked = self.stream.random() < 0.5
        self.send(LockTour(id=self.floor.id(), tour=at.tour, locked=locked, reason="a whim"))

    # --- the house -----------------------------------------------------------------------------

    def pass_time(self) -> None:
        self.floor.clock.ms += self.stream.choice((1_000, 60_000, 600_000, 2 * HOUR))
        self.floor.controller.tick()

    def plan(self) -> None:
        with self.floor.controller.reading() as db:
            problem = releasing.snapshot(db, self.floor.clock.ms)
        plan = planner.solve(problem, Effort(work=200))
        self.numbers += 1
        for command in releasing.commands(plan, self.numbers):
            self.send(command)
