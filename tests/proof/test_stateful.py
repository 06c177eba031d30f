"""Stock and orders against a model that knows totals only, in any order of events."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from controller.messages import CancelOrder, ChangeOrder, ImportStock, OrderLine, StockLine
from controller.store import open_store
from tests.house import SCANS_MAX, House

SKUS = ("S1", "S2")
_ON_HAND = (
    "SELECT sku, SUM(qty) AS units FROM stock WHERE substr(place, 1, 1) <> '~' "
    "GROUP BY sku ORDER BY sku"
)
_PROMISED = "SELECT sku, SUM(qty) AS units FROM promise GROUP BY sku ORDER BY sku"
_WANTED = (
    "SELECT order_id, SUM(wanted) AS units FROM order_line "
    "GROUP BY order_id HAVING SUM(wanted) > 0 ORDER BY order_id"
)
_TOURS = (
    "SELECT t.id FROM tour t WHERE t.state = 'planned' AND EXISTS "
    "(SELECT 1 FROM task k WHERE k.tour = t.id AND k.state = 'open') ORDER BY t.id"
)
_FREE_TOTES = "SELECT lpn FROM container WHERE kind = 'tote' AND state = '' ORDER BY lpn"

skus = st.sampled_from(SKUS)
few = st.integers(1, 6)
some = st.integers(0, 30)


class Warehouse(RuleBasedStateMachine):
    """Beside each real command stands what it must do to the totals.

    Promised is what is wanted, as far as it is on hand: nobody waits for a unit that lies free.
    """

    def __init__(self) -> None:
        super().__init__()
        self.on_hand = {"S1": 5, "S2": 2}
        self.wanted: dict[str, dict[str, int]] = {}  # units by order and SKU
        self.house = House(open_store(), dict(self.on_hand))

    def teardown(self) -> None:
        self.house.store.close()

    def promised(self, sku: str) -> int:
        return min(sum(lines.get(sku, 0) for lines in self.wanted.values()), self.on_hand[sku])

    def an_order(self, choice: int) -> str:
        return sorted(self.wanted)[choice % len(self.wanted)]

    @rule(sku=skus, qty=few)
    def receive(self, sku: str, qty: int) -> None:
        line = StockLine(sku=sku, place=f"P-{sku}", qty=qty)
        self.house.handle(ImportStock(id=self.house.new_id(), lines=(line,)))
        self.on_hand[sku] += qty

    @rule(lines=st.dictionaries(skus, few, min_size=1))
    def place(self, lines: dict[str, int]) -> None:
        number = str(len(self.wanted) + 1)
        before = sum(map(self.promised, SKUS))
        self.wanted[f"shop/{number}"] = dict(lines)
        expected = sum(map(self.promised, SKUS)) - before
        assert self.house.order(number, lines).promised_units == expected

    @precondition(lambda self: self.wanted)
    @rule(choice=some)
    def cancel(self, choice: int) -> None:
        order = self.an_order(choice)
        answer = self.house.handle(CancelOrder(id=self.house.new_id(), order=order))
        assert answer.cancelled_units == sum(self.wanted[order].values())
        self.wanted[order] = {}

    @precondition(lambda self: any(self.wanted.values()))
    @rule(choice=some, qty=few)
    def change(self, choice: int, qty: int) -> None:
        open_orders = sorted(order for order, lines in self.wanted.items() if lines)
        order = open_orders[choice % len(open_orders)]
        row = self.house.line(order)
        more, before = qty > row.wanted, self.promised(row.sku)
        self.wanted[order][row.sku] = qty
        line = OrderLine(line=row.line, sku=row.sku, qty=qty)
        answer = self.house.handle(ChangeOrder(id=self.house.new_id(), order=order, lines=(line,)))
        assert answer.promised_units == (self.promised(row.sku) - before if more else 0)

    def can_release(self) -> list[str]:
        """Orders with units that are promised, not planned, and free at their face."""
        return [
            order
            for order in sorted(self.wanted)
            for row in self.house.lines(order)[:1]
            if row.wanted > row.backordered + row.planned and self._free_at_face(row.sku)
        ]

    def _free_at_face(self, sku: str) -> bool:
        qty, reserved = self.house.stock(sku, f"P-{sku}")
        return qty > reserved

    @precondition(lambda self: self.can_release())
    @rule(choice=some)
    def release(self, choice: int) -> None:
        orders = self.can_release()
        assert self.house.release(orders[choice % len(orders)]).picks > 0

    def can_pick(self) -> bool:
        return bool(self.house.all(_TOURS) and self.house.all(_FREE_TOTES))

    @precondition(lambda self: self.can_pick())
    @rule()
    def pick(self) -> None:
        self.house.pick_all()

    @precondition(lambda self: self.can_pick())
    @rule(there=st.integers(0, 4))
    def pick_short(self, there: int) -> None:
        """The first bin of the tour holds `there` units, whatever the books say."""
        reply: Any = self.house.start_tour()
        if reply.screen.step == "place":
            sku = str(reply.screen.fields["sku"])
            booked, _ = self.house.stock(sku, f"P-{sku}")
            self.house.scan("SHORT")
            reply = self.house.scan(str(there))
            self.on_hand[sku] -= max(0, booked - there)
        for _ in range(SCANS_MAX):
            if reply.screen.step == "hand_over":
                break
            assert reply.tone != "error", reply
            reply = self.house.scan(reply.screen.target)
        assert self.house.scan("BUFFER").message == "handed_over"

    @invariant()
    def totals_are_those_of_the_model(self) -> None:
        on_hand = {row.sku: row.units for row in self.house.all(_ON_HAND)}
        promised = {row.sku: row.units for row in self.house.all(_PROMISED)}
        wanted = {row.order_id: row.units for row in self.house.all(_WANTED)}
        assert on_hand == {sku: units for sku, units in self.on_hand.items() if units}
        assert promised == {sku: self.promised(sku) for sku in SKUS if self.promised(sku)}
        assert wanted == {
            order: sum(lines.values()) for order, lines in self.wanted.items() if lines
        }

    @invariant()
    def books_are_sound(self) -> None:
        assert self.house.violations() == []


TestWarehouse = Warehouse.TestCase
TestWarehouse.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, derandomize=True
)
