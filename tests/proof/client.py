"""Owns the client of the kill test: what it asks for, what it hears, what must then be true.

Every lane has one command on its way at most, and its own orders. A command without an answer is
sent again, unchanged, to the next life of the controller.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from controller import journal
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Command,
    ImportStock,
    OrderLine,
    PayOrder,
    PlaceOrder,
    Recipient,
    StockLine,
)
from controller.store import Db
from controller.views.checks import check
from tests.proof.victim import DEFECT, Answer

SKUS = tuple(f"S{n}" for n in range(8))
OPENING = 50
HOLD_MS = 40

_ON_HAND = (
    "SELECT sku, CAST(SUM(qty) AS BIGINT) AS units FROM stock "
    "WHERE substr(place, 1, 1) <> '~' GROUP BY sku ORDER BY sku"
)
_WANTED = (
    "SELECT order_id, CAST(SUM(wanted) AS BIGINT) AS units FROM order_line "
    "GROUP BY order_id ORDER BY order_id"
)


@dataclass(slots=True)
class Model:
    """What the answers say: units on hand, and units that each line of an order wants."""

    on_hand: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SKUS, OPENING))
    wanted: dict[str, dict[int, int]] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)

    def hear(self, command: Command[Any], reply: Any) -> None:
        match command:
            case ImportStock(lines=lines):
                for line in lines:
                    self.on_hand[line.sku] += line.qty
            case PlaceOrder(hold_ms=0, lines=lines):
                self.wanted[reply["order"]] = {line.line: line.qty for line in lines}
            case ChangeOrder(order=order, lines=lines) if order in self.wanted:
                self.wanted[order] |= {line.line: line.qty for line in lines}
            case CancelOrder(order=order) if order in self.wanted:
                units = sum(self.wanted[order].values())
                if reply["cancelled_units"] != units:
                    self.surprises.append(f"{command.id}: {reply}, answers so far say {units}")
                self.wanted[order] = {}


class Client:
    """All lanes of one campaign, their answers, and the model that follows from them."""

    def __init__(self, rng: random.Random, lanes: int) -> None:
        self.model = Model()
        self.waiting: dict[int, Command[Any]] = {}
        self.answers: dict[str, Answer] = {}
        self._fresh: list[Answer] = []
        self._commands = [_lane(random.Random(rng.random()), lane) for lane in range(lanes)]

    def next(self, lane: int) -> Command[Any]:
        """The command without an answer, or else a new one."""
        if lane not in self.waiting:
            self.waiting[lane] = next(self._commands[lane])
        return self.waiting[lane]

    def hear(self, lane: int, answer: Answer) -> None:
        command = self.waiting.pop(lane)
        assert command.id == answer[0], (command, answer)
        self.answers[command.id] = answer
        self._fresh.append(answer)
        if not answer[1]:
            self.model.hear(command, msgspec.json.decode(answer[2]))

    def lost(self, db: Db) -> Iterator[str]:
        """Answers since the last look that the journal does not have, and broken invariants."""
        for command_id, refused, reply in self._fresh:
            row = journal.find(db, command_id)
            if refused == DEFECT:
                yield f"{command_id} was answered by a defect: {reply}"
            elif row is None:
                yield f"{command_id} was answered, but the journal does not know it"
            elif (row.refused, row.reply) != (refused, reply):
                yield f"{command_id} was answered {reply}, the journal says {row.reply}"
        self._fresh.clear()
        yield from self.model.surprises
        for name, sentences in check(db).items():
            yield from (f"{name}: {sentence}" for sentence in sentences[:3])

    def differences(self, db: Db) -> Iterator[str]:
        """What was done twice or not at all; true only while no command is on its way."""
        assert not self.waiting
        on_hand = {row.sku: row.units for row in db.all(_ON_HAND)}
        for sku, units in self.model.on_hand.items():
            if on_hand.get(sku, 0) != units:
                yield f"{sku}: {on_hand.get(sku, 0)} units on hand, answers say {units}"
        wanted = {row.order_id: row.units for row in db.all(_WANTED)}
        for order, lines in self.model.wanted.items():
            units = sum(lines.values())
            if wanted.get(order) != units:
                yield f"{order}: {wanted.get(order)} units wanted, answers say {units}"


def _lane(rng: random.Random, lane: int) -> Iterator[Command[Any]]:
    """Commands without end; each order belongs to the lane that placed it."""
    orders: list[str] = []
    number = 0
    while True:
        number += 1
        command_id = f"{lane}/{number}"
        what = rng.random()
        if what < 0.5 or not orders:
            command = _order(rng, command_id, f"{lane}-{number}")
            orders.append(f"shop/{lane}-{number}")
            yield command
        elif what < 0.7:
            line = StockLine(sku=rng.choice(SKUS), place="R1", qty=rng.randint(1, 9))
            yield ImportStock(id=command_id, lines=(line,))
        else:
            yield _later(rng, command_id, rng.choice(orders[-8:]))


def _order(rng: random.Random, command_id: str, number: str) -> PlaceOrder:
    """Most orders are good; some are held unpaid, some name an unknown SKU."""
    sku = rng.choice(SKUS) if rng.random() < 0.9 else "unknown"
    return PlaceOrder(
        id=command_id,
        shop="shop",
        number=number,
        lines=(
            OrderLine(line=1, sku=sku, qty=rng.randint(1, 5)),
            OrderLine(line=2, sku=rng.choice(SKUS), qty=1),
        ),
        hold_ms=HOLD_MS if rng.random() < 0.2 else 0,
        recipient=Recipient(name=f"Customer {number}"),
    )


def _later(rng: random.Random, command_id: str, order: str) -> Command[Any]:
    what = rng.random()
    if what < 0.3:
        return PayOrder(id=command_id, order=order)
    if what < 0.7:
        return CancelOrder(id=command_id, order=order)
    sku = rng.choice(SKUS)
    lines = tuple(OrderLine(line=n, sku=sku, qty=rng.randint(0, 6)) for n in (3, 4))
    return ChangeOrder(id=command_id, order=order, lines=lines)
