"""Owns the work of a store's people: orders of today, item after item into a bag, and back.

Every unit is a movement from the shelf into the bag, with its claim; what is not there is written
off and sourced elsewhere at once. It refuses to show orders of other nodes.
"""

from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.ledger import Claim
from controller.turn import Turn
from controller.workflows.handheld import Flow, Heard, Job, stay
from controller.workflows.naming import name_codes
from controller.workflows.nodes import consigning, fulfilling, node_counting, nodes, store_packing
from controller.workflows.packing import boxing

_HERE = "('open', 'begun', 'packed', 'ready')"
_COUNTS = (
    "SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('open', 'begun') THEN 1 ELSE 0 END), 0) "
    "AS BIGINT) AS to_pick, CAST(COALESCE(SUM(CASE WHEN state = 'ready' THEN 1 ELSE 0 END), 0) "
    "AS BIGINT) AS ready, CAST(COALESCE(SUM(CASE WHEN state = 'packed' THEN 1 ELSE 0 END), 0) "
    f"AS BIGINT) AS packed FROM consignment WHERE node = :node AND state IN {_HERE}"
)
_NEXT = (
    "SELECT c.* FROM consignment c JOIN customer_order o ON o.id = c.order_id "
    "WHERE c.node = :node AND c.state IN ('open', 'begun') AND o.state = 'open' "
    "AND c.order_id <> :skip ORDER BY CASE c.state WHEN 'begun' THEN 0 ELSE 1 END, "
    "c.ready_ms, o.priority DESC, o.placed_ms, c.order_id"
)
_NUMBERED = (
    "SELECT c.* FROM consignment c JOIN customer_order o ON o.id = c.order_id "
    f"WHERE c.node = :node AND c.state IN {_HERE} AND (o.number = :number OR o.id = :number) "
    "AND o.state = 'open' ORDER BY c.order_id LIMIT 1"
)
_LOOSE = (
    "SELECT c.order_id, s.* FROM consignment c JOIN stock s ON s.container = c.lpn "
    f"WHERE c.node = :node AND c.state IN {_HERE} AND c.lpn <> '' AND s.qty > s.reserved "
    "ORDER BY c.order_id, s.sku, s.lot LIMIT 1"
)
_LOOSE_IN = (
    "SELECT * FROM stock WHERE container = :lpn AND qty > reserved ORDER BY sku, lot LIMIT 1"
)
_IN_BAG = "SELECT COUNT(*) FROM stock WHERE container = :lpn"
_BEGIN = "UPDATE consignment SET state = 'begun', lpn = :lpn WHERE order_id = :id AND node = :node"
_NO_BAG = (
    "UPDATE consignment SET state = 'open', lpn = '', parcel = 0 "
    "WHERE order_id = :id AND node = :node AND state <> 'shipped'"
)
_DROP_BAG = "UPDATE container SET state = 'gone', place = '' WHERE lpn = :lpn"
_PICKED = "UPDATE order_line SET picked = picked + :n WHERE order_id = :id AND line = :line"
_ITEM = ("sku", "name", "qty", "place")
_NAME = "SELECT name FROM item WHERE sku = :sku"
_ORDER = "SELECT * FROM customer_order WHERE id = :id"


def enter(job: Job, node: str) -> str:
    """From home: the worker scanned the code of her store."""
    nodes.the_node(job.turn, node)
    job.switch("store", "list")
    job.place = node
    return _list(job, "store_open")


def _list(job: Job, message: str) -> str:
    """The list of today, on which an order stays that somebody has put off."""
    skip = job.data.get("skip", "")
    job.data = {}
    job.goto("list", skip=skip)
    return message


def _draw_list(job: Job) -> dict[str, Any]:
    """What is next and how much there is, as of now: orders come while nobody scans."""
    row = job.turn.db.one(_NEXT, node=job.place, skip=job.data["skip"])
    return {
        "expects": ("NEXT", "parcel"),
        "at": job.place,
        "target": row.order_id.partition("/")[2] if row is not None else "",
        "fields": job.turn.db.the(_COUNTS, node=job.place)._asdict(),
        "buttons": ("NEXT", "DONE"),
    }


def next_order(job: Job, _heard: Heard) -> str:
    """NEXT: goods that nobody wants any more go back first, then the order due first."""
    skip = job.data.get("skip", "")
    loose = job.turn.db.one(_LOOSE, node=job.place)
    if loose is not None:
        return _to_put_back(job, loose.order_id, loose)
    row = job.turn.db.one(_NEXT, node=job.place, skip=skip)
    row = row or job.turn.db.one(_NEXT, node=job.place, skip="")
    if row is None:
        job.warn()
        return _list(job, "nothing_to_pick")
    job.data = {"order": row.order_id, "box": row.lpn}
    return go_on(job, "pick_for_order")


def by_number(job: Job, heard: Heard) -> str:
    """The number of an order: it is picked, or the bag of it handed over."""
    row = job.turn.db.one(_NUMBERED, node=job.place, number=heard.raw.strip())
    if row is None:
        raise Refused("not_of_this_store", got=heard.raw, fix="look at the number again")
    if row.state in ("ready", "packed"):
        return _taken_up(job, row)
    job.data = {"order": row.order_id, "box": row.lpn}
    return go_on(job, "pick_for_order")


def by_bag(job: Job, heard: Heard) -> str:
    """A bag, carton or label: it goes on, or leaves."""
    row = store_packing.of_bag(job.turn, heard.ref, job.place)
    if row is None or row.state == "shipped":
        raise Refused("not_of_this_store", got=heard.ref, fix="scan a parcel or bag of the store")
    if row.state == "begun":
        job.data = {"order": row.order_id, "box": row.lpn}
        return go_on(job, "pick_for_order")
    return _taken_up(job, row)


def _taken_up(job: Job, row: Any) -> str:
    message = store_packing.take_up(job, row)
    if job.step in ("hand", "label"):
        return message
    return _list(job, message)


def go_on(job: Job, message: str) -> str:
    """The next item of the order; then bag or carton; the list when nothing is left of it."""
    turn, data = job.turn, job.data
    turn.flush()
    loose = _loose_in(job)
    if loose is not None:
        return _to_put_back(job, data["order"], loose)
    rows = consigning.not_begun(turn, data["order"], job.place)
    order = turn.db.the(_ORDER, id=data["order"])
    if rows and order.state == "open":
        row = rows[0]
        place = node_counting.shelf(job.place, row.sku, order.owner).place
        name = turn.db.value(_NAME, sku=row.sku)
        job.goto("item", line=row.line, sku=row.sku, name=name, qty=row.units, got=0, place=place)
        return message
    if data["box"] and turn.db.value(_IN_BAG, lpn=data["box"]):
        job.goto("bag" if store_packing.is_collected(turn, order.id) else "pack")
        return "all_picked"
    _drop_bag(turn, data["order"], job.place, data["box"])
    return _list(job, "order_gone")


def _drop_bag(turn: Turn, order_id: str, node: str, lpn: str) -> None:
    if lpn:
        turn.db.run(_DROP_BAG, lpn=lpn)
    turn.db.run(_NO_BAG, id=order_id, node=node)
    consigning.tidy(turn, order_id)


def scan_item(job: Job, heard: Heard) -> str:
    """A scan takes what its code holds; many units are keyed in."""
    data = job.data
    if heard.ref != data["sku"]:
        raise Refused("wrong_item", expected=data["sku"], got=heard.ref)
    if data["qty"] >= job.turn.site.count_from_units:
        job.can_undo("stay")
        job.goto("count")
        return "count_units"
    if heard.units > data["qty"]:
        raise Refused("too_many", wanted=data["qty"], got=heard.units)
    return _take(job, heard.units)


def count_items(job: Job, heard: Heard) -> str:
    if not 0 < heard.units <= job.data["qty"]:
        raise Refused("wrong_count", wanted=job.data["qty"], got=heard.units, fix="key in again")
    return _take(job, heard.units)


def _take(job: Job, units: int) -> str:
    """Units go from the shelf into the bag of the order."""
    turn, data = job.turn, job.data
    order = turn.db.the(_ORDER, id=data["order"])
    there = consigning.not_begun(turn, order.id, job.place)
    left = sum(row.units for row in there if row.line == data["line"])
    key = node_counting.shelf(job.place, data["sku"], order.owner)
    if left < units or not consigning.hold(turn, order.id, data["line"], key, units):
        job.warn()
        return go_on(job, "order_changed")
    if not data["box"]:
        data["box"] = boxing.new_plate(turn)
        bag = {"lpn": data["box"], "kind": "carton", "place": job.place, "state": "in_use"}
        turn.add(tables.container, **bag)
        name_codes(turn, "container", [(data["box"], data["box"])])
        turn.db.run(_BEGIN, id=order.id, node=job.place, lpn=data["box"])
    claim = Claim(order.id, data["line"])
    target = key.at(container=data["box"])
    movement = ledger.move(turn, key, target, units, cause="pick", claim=claim)
    turn.db.run(_PICKED, id=order.id, line=data["line"], n=units)
    job.step = "item"
    took = {"order": order.id, "line": data["line"], "movement": movement, "units": units}
    job.can_undo("take", **took, box=data["box"])
    return go_on(job, "item_ok")


def undo_take(job: Job, order: str, line: int, movement: int, units: int, box: str) -> None:
    """The units are on the shelf again; an empty bag is none."""
    turn = job.turn
    ledger.undo(turn, movement, Claim(order, line))
    row = turn.db.one("SELECT sku, owner FROM movement WHERE id = :id", id=movement)
    assert row is not None
    key = node_counting.shelf(job.place, row.sku, row.owner)
    consigning.let_go(turn, order, line, key, units)
    turn.db.run(_PICKED, id=order, line=line, n=-units)
    if not turn.db.value(_IN_BAG, lpn=box):
        _drop_bag(turn, order, job.place, box)
        if job.undo is not None:
            job.undo["data"]["box"] = ""


def not_here(job: Job, _heard: Heard) -> str:
    """SHORT: there are no more units of the item, and other nodes are asked at once."""
    data = job.data
    fulfilling.not_here(job.turn, data["order"], job.place, data["sku"])
    return go_on(job, "short_noted")


def not_by_us(job: Job, _heard: Heard) -> str:
    """REFUSED: the store does not ship the rest of this order; the stock is right."""
    fulfilling.give_back(job.turn, job.data["order"], job.place, (), "refused")
    return go_on(job, "given_back")


def later(job: Job, _heard: Heard) -> str:
    job.data = {"skip": job.data["order"]}
    return _list(job, "skipped")


def in_own_bag(job: Job, _heard: Heard) -> str:
    return _changed(job) or _after(job, store_packing.pack(job, ""))


def in_carton(job: Job, heard: Heard) -> str:
    return _changed(job) or _after(job, store_packing.pack(job, heard.ref))


def bag_filled(job: Job, heard: Heard) -> str:
    return _changed(job) or _after(job, store_packing.bag_filled(job, heard))


def _changed(job: Job) -> str:
    """What is in the bag is not wanted any more, or more is: back to that; "" as long as not."""
    message = go_on(job, "order_changed")
    if job.step in ("bag", "pack"):
        return ""
    job.warn()
    return message


def label_is_on(job: Job, heard: Heard) -> str:
    return _after(job, store_packing.label_is_on(job, heard))


def print_again(job: Job, heard: Heard) -> str:
    return _after(job, store_packing.print_again(job, heard))


def hand_over(job: Job, heard: Heard) -> str:
    """DONE, or the customer's number once more: the bag is hers."""
    if heard.kind != "DONE" and heard.raw.strip() not in (job.data["target"], job.data["order"]):
        raise Refused("wrong_scan", expected=job.data["target"], got=heard.raw)
    message = store_packing.hand_over(job, heard)
    job.step = "list"
    return _after(job, message)


def _after(job: Job, message: str) -> str:
    return message if job.step == "label" else _list(job, message)


def _loose_in(job: Job) -> Any:
    """Goods in the bag that no order wants any more; None for none."""
    box = job.data["box"]
    return job.turn.db.one(_LOOSE_IN, lpn=box) if box else None


def _to_put_back(job: Job, order: str, loose: Any) -> str:
    name = job.turn.db.value(_NAME, sku=loose.sku)
    job.data = {"order": order, "box": loose.container}
    units = loose.qty - loose.reserved
    job.goto("put_back", sku=loose.sku, name=name, qty=units)
    return "put_it_back"


def put_back(job: Job, heard: Heard) -> str:
    """What no order wants is on the shelf again."""
    turn, data = job.turn, job.data
    if heard.kind == "item" and heard.ref != data["sku"]:
        raise Refused("wrong_item", expected=data["sku"], got=heard.ref)
    loose = _loose_in(job)
    if loose is not None:
        key = ledger.key_of(loose)
        ledger.move(turn, key, key.at(job.place), loose.qty - loose.reserved, cause="put_back")
    if data["box"] and not turn.db.value(_IN_BAG, lpn=data["box"]):
        _drop_bag(turn, data["order"], job.place, data["box"])
        return _list(job, "put_back_done")
    return go_on(job, "put_back_done")


def done(job: Job, _heard: Heard) -> str:
    job.home()
    return "home"


def _drawn(target: str, expects: tuple[str, ...], fields: tuple[str, ...], *buttons: str) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.place,
        "target": str(job.data[target]) if target else "",
        "fields": {name: job.data[name] for name in fields} | _of_order(job),
        "buttons": buttons,
    }


def _of_order(job: Job) -> dict[str, str]:
    return {"order": job.data["order"].partition("/")[2]} if "order" in job.data else {}


FLOW = Flow(
    "store",
    transitions={
        ("list", "NEXT"): next_order,
        ("list", "number"): by_number,
        ("list", "unknown"): by_number,
        ("list", "container"): by_bag,
        ("list", "parcel"): by_bag,
        ("list", "DONE"): done,
        ("item", "item"): scan_item,
        ("item", "SHORT"): not_here,
        ("item", "REFUSED"): not_by_us,
        ("item", "SKIP"): later,
        ("count", "number"): count_items,
        ("pack", "carton_type"): in_carton,
        ("pack", "DONE"): in_own_bag,
        ("bag", "DONE"): bag_filled,
        ("label", "parcel"): label_is_on,
        ("label", "container"): label_is_on,
        ("label", "PRINT"): print_again,
        ("hand", "DONE"): hand_over,
        ("hand", "number"): hand_over,
        ("hand", "unknown"): hand_over,
        ("put_back", "item"): put_back,
        ("put_back", "DONE"): put_back,
    },
    draw={
        "list": _draw_list,
        "item": _drawn("sku", ("item",), _ITEM, "SHORT", "SKIP", "REFUSED"),
        "count": _drawn("", ("number",), _ITEM),
        "pack": _drawn("", ("carton_type",), ("box",), "DONE"),
        "bag": _drawn("", ("DONE",), ("box",), "DONE"),
        "label": _drawn("", ("parcel",), ("box", "fault", "printed"), "PRINT"),
        "hand": _drawn("target", ("DONE",), ("box",), "DONE"),
        "put_back": _drawn("sku", ("item",), ("sku", "name", "qty", "box"), "DONE"),
    },
    undo={"take": undo_take, "stay": stay},
)
