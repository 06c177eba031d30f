"""Orders are sourced from several nodes; what is promised is there, wherever it is."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from controller.messages import (
    ApplySourcing,
    CountNode,
    DeviceFault,
    ImportItems,
    Move,
    Node,
    NodeCounted,
    NodeStock,
    SetUpNodes,
    SetUpSite,
    Share,
    ShippingService,
    SiteSettings,
)
from controller.plan import Effort
from controller.plan import sourcing as planner
from controller.views.nodes import asked, network
from controller.workflows.nodes import resourcing
from tests.house import House, item

Given = Callable[..., House]
STORE = Node(code="STORE", kind="store", handling_cents=100, collects=True)
PARTNER = Node(code="3PL", kind="partner", handling_cents=300)
HERE = Node(code="main", handling_cents=200)
ECO = ShippingService(
    code="ECO",
    carrier="PARCELS",
    countries=("*",),
    base_cents=300,
    per_kg_cents=100,
    divisor_cm3_per_kg=0,
    mass_max_g=30_000,
    girth_max_mm=3_000,
    transit_days=2,
)


def house_of(given: Given, here: dict[str, int], nodes: dict[Node, dict[str, int]]) -> House:
    house = given(stock=here)
    house.handle(SetUpSite(id="services", settings=SiteSettings(), services=(ECO,)))
    house.handle(SetUpNodes(id="nodes", nodes=(HERE, *nodes)))
    for node, stock in nodes.items():
        count(house, node.code, **stock)
    return house


def count(house: House, node: str, **stock: int) -> NodeCounted:
    lines = tuple(NodeStock(sku=sku, qty=qty) for sku, qty in stock.items())
    return house.handle(CountNode(id=house.new_id(), node=node, lines=lines))


def promised(house: House, order: str) -> dict[tuple[int, str], int]:
    rows = house.all("SELECT * FROM promise WHERE order_id = :o ORDER BY line, node", o=order)
    return {(row.line, row.node): row.qty for row in rows}


def test_order_is_promised_by_the_node_that_ships_it_cheapest(given: Given) -> None:
    house = house_of(given, {"A": 9}, {STORE: {"A": 2}, PARTNER: {"A": 5}})
    house.order("1", {"A": 2})
    house.order("2", {"A": 1})
    assert promised(house, "shop/1") == {(1, "STORE"): 2}
    assert promised(house, "shop/2") == {(1, "main"): 1}
    assert house.violations() == []


def test_line_is_divided_where_no_node_has_all_of_it(given: Given) -> None:
    house = house_of(given, {"A": 2}, {STORE: {"A": 2}})
    placed = house.order("1", {"A": 5})
    assert (placed.promised_units, placed.backordered_units) == (4, 1)
    assert promised(house, "shop/1") == {(1, "STORE"): 2, (1, "main"): 2}
    assert house.line("shop/1").away == 2
    assert house.violations() == []


def test_safety_stock_of_a_store_is_promised_to_nobody(given: Given) -> None:
    careful = replace(STORE, safety_units=2)
    house = house_of(given, {"A": 1}, {careful: {"A": 3}})
    house.order("1", {"A": 1})
    assert house.order("2", {"A": 2}).backordered_units == 1
    assert promised(house, "shop/2") == {(1, "main"): 1}
    assert house.violations() == []


def test_full_node_gets_no_further_parcel_and_one_of_another_country_none(given: Given) -> None:
    busy, abroad = replace(STORE, parcels_max=1), replace(PARTNER, countries=("FR",))
    house = house_of(
        given, {"A": 9}, {busy: {"A": 9}, replace(abroad, handling_cents=0): {"A": 9}}
    )
    for number in ("1", "2"):
        house.order(number, {"A": 1})
    assert promised(house, "shop/1") == {(1, "STORE"): 1}
    assert promised(house, "shop/2") == {(1, "main"): 1}


def test_customer_collects_where_she_wants_or_waits_for_it(given: Given) -> None:
    house = house_of(given, {"A": 9}, {STORE: {"A": 1}, PARTNER: {"A": 5}})
    house.order("1", {"A": 2}, pickup_node="STORE")
    assert promised(house, "shop/1") == {(1, "STORE"): 1}
    assert house.line("shop/1").backordered == 1
    count(house, "STORE", A=2)
    assert promised(house, "shop/1") == {(1, "STORE"): 2}
    house.refuses(lambda: house.order("2", {"A": 1}, pickup_node="3PL"), "no_pickup_there")
    assert house.violations() == []


def test_units_that_are_missing_at_one_node_come_from_another_at_once(given: Given) -> None:
    house = house_of(given, {"A": 1}, {STORE: {"A": 3}, PARTNER: {"A": 1}})
    house.order("1", {"A": 3})
    assert promised(house, "shop/1") == {(1, "STORE"): 3}
    assert count(house, "STORE", A=0) == NodeCounted(more=0, less=3, backordered=1)
    assert promised(house, "shop/1") == {(1, "3PL"): 1, (1, "main"): 1}
    count(house, "3PL", A=4)
    assert promised(house, "shop/1") == {(1, "3PL"): 2, (1, "main"): 1}
    assert house.violations() == []


def test_split_order_is_changed_and_cancelled(given: Given) -> None:
    house = house_of(given, {"A": 2}, {STORE: {"A": 2}})
    house.order("1", {"A": 4})
    house.order("2", {"A": 1})
    house.change("shop/1", (1, "A", 3))
    assert promised(house, "shop/2") == {(1, "STORE"): 1}
    assert promised(house, "shop/1") == {(1, "STORE"): 1, (1, "main"): 2}
    house.cancel("shop/1")
    assert house.state("shop/1") == "cancelled"
    house.change("shop/2", (1, "A", 4))
    assert promised(house, "shop/2") == {(1, "STORE"): 2, (1, "main"): 2}
    assert house.all("SELECT order_id FROM consignment") == [("shop/2",)]
    assert house.violations() == []


def plan(house: House, request: int = 1) -> list[Any]:
    """What is asked for, solved and carried out."""
    with house.store.reading() as db:
        problem = resourcing.snapshot(db, house.clock.now_ms())
    assert problem is not None
    return [
        house.handle(command)
        for command in resourcing.commands(planner.solve(problem, Effort(work=20_000)), request)
    ]


def test_pool_gives_scarce_stock_to_the_order_that_saves_most_by_it(given: Given) -> None:
    dear = replace(PARTNER, handling_cents=900)
    house = house_of(given, {"A": 1, "B": 0}, {STORE: {"A": 1, "B": 1}, dear: {"A": 1}})
    house.order("1", {"A": 1})
    house.order("2", {"A": 1, "B": 1})
    assert promised(house, "shop/1") == {(1, "STORE"): 1}
    assert promised(house, "shop/2") == {(1, "main"): 1, (2, "STORE"): 1}
    assert len(plan(house)) == 1
    assert promised(house, "shop/1") == {(1, "main"): 1}
    assert promised(house, "shop/2") == {(1, "STORE"): 1, (2, "STORE"): 1}
    assert [row.order_id for row in house.all("SELECT * FROM consignment")] == ["shop/2"]
    assert house.violations() == []
    fault = DeviceFault(id="late", device=resourcing.TOPIC, fault="given_up", detail="expired")
    house.handle(fault)
    assert [done.note for done in plan(house, 2)] == ["0 orders moved"]
    assert house.all("SELECT state FROM alarm ORDER BY device") == [("cleared",)]


def test_node_that_had_nothing_at_entry_is_priced_when_it_promises(given: Given) -> None:
    cheap = replace(PARTNER, handling_cents=0)
    house = house_of(given, {"A": 0}, {STORE: {"A": 1}, cheap: {"A": 0}})
    house.order("1", {"A": 1})
    house.order("2", {"A": 1})
    count(house, "3PL", A=2)  # who waits is served at once
    assert promised(house, "shop/2") == {(1, "3PL"): 1}
    count(house, "STORE", A=0)  # another node steps in
    assert promised(house, "shop/1") == {(1, "3PL"): 1}
    count(house, "STORE", A=2)
    with house.store.reading() as db:
        problem = resourcing.snapshot(db, house.clock.now_ms())
    assert problem is not None
    found = planner.solve(problem, Effort(work=20_000))
    assert found.cost_cents == found.bound_cents == 2 * 330
    assert found.moves == ()
    paid = house.all("SELECT cost_cents FROM consignment ORDER BY order_id")
    assert [row.cost_cents for row in paid] == [330, 330]
    assert house.violations() == []


def test_order_without_a_price_of_its_node_stays_where_it_is(given: Given) -> None:
    house = house_of(given, {"A": 1}, {STORE: {"A": 1}})
    house.order("1", {"A": 1})
    with house.store.transaction() as db:
        db.run("UPDATE sourced SET prices = '{}' WHERE order_id = 'shop/1'")
        assert resourcing.snapshot(db, house.clock.now_ms()) is None


def test_move_of_an_order_that_is_begun_or_changed_is_refused(given: Given) -> None:
    house = house_of(given, {"A": 2}, {STORE: {"A": 1}})
    house.order("1", {"A": 2})
    share = Share(node="main", units=(("A", 2),))
    move = Move(order="shop/1", shares=(share,), cost_cents=1, before_cents=2)
    one = replace(move, shares=(Share(node="main", units=(("A", 1),)),))
    asked = ApplySourcing(id="apply", moves=(one,))
    house.refuses(lambda: house.handle(asked), "sourcing_obsolete", why="order_changed")
    house.release("shop/1")
    asked = ApplySourcing(id="again", moves=(move,))
    house.refuses(lambda: house.handle(asked), "sourcing_obsolete", why="order_changed")


def test_goods_that_share_no_carton_go_to_no_store_together(given: Given) -> None:
    house = house_of(given, {"A": 9, "B": 9}, {STORE: {"A": 2, "B": 2}})
    scent = replace(
        item("A"), un_number="UN1266", danger_class="3", limited_quantity=True, net_ml=50
    )
    bleach = replace(scent, sku="B", name="B", un_number="UN2014", danger_class="5.1")
    house.handle(ImportItems(id="dangers", items=(scent, bleach)))
    house.order("1", {"A": 1, "B": 1})
    house.order("2", {"A": 2})
    assert promised(house, "shop/1") == {(1, "main"): 1, (2, "main"): 1}
    assert promised(house, "shop/2") == {(1, "STORE"): 2}
    assert house.violations() == []


def test_an_order_that_no_service_takes_is_told_so_and_stands_in_no_cost(given: Given) -> None:
    house = given(stock={"A": 9})
    services = (replace(ECO, countries=("GB",)),)
    house.handle(SetUpSite(id="services", settings=SiteSettings(), services=services))
    house.handle(SetUpNodes(id="nodes", nodes=(HERE, PARTNER)))
    house.order("1", {"A": 1}, country="FR")
    house.order("2", {"A": 1})
    with house.controller.reading() as db:
        told = network(db, house.clock.now_ms())
        answers = {each.node: each.why_not for each in asked(db, "shop/1")}
    assert {each.order: each.unserved for each in told.orders} == {
        "shop/1": True,
        "shop/2": False,
    }
    assert (told.today.unserved, told.today.orders) == (1, 2)
    served = next(each for each in told.orders if each.order == "shop/2")
    assert told.today.cost_cents == served.cost_cents < 10_000
    assert answers == {"main": "no_service", "3PL": "no_stock"}
    (main,) = [each for each in told.nodes if each.here]
    assert main.cost_cents < 10_000
