"""Owns the way of goods that no order wants: to the put-back shelf, then to their putaway.

A house without such a shelf keeps them where they were found. It refuses any other place.
"""

from collections.abc import Callable
from typing import Any

from controller import ledger
from controller.errors import Refused
from controller.workflows import putting_away
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import reconciling

_PUT_BACK = "SELECT name FROM place WHERE kind = 'put_back' ORDER BY name LIMIT 1"
_KIND = "SELECT kind FROM place WHERE name = :name"


def ask(job: Job, row: Any) -> None:
    """The screen that sends goods to the shelf; `row` is what lies loose in the tote."""
    place = job.turn.db.value(_PUT_BACK) or job.place
    job.goto("put_back", sku=row.sku, name=row.name, qty=row.units, target=place)


def put_back(job: Job, heard: Heard, then: Callable[[Job], None]) -> str:
    """The goods stand at the put-back place and wait for putaway; `then` draws what follows."""
    data, kind = job.data, job.turn.db.value(_KIND, name=heard.ref)
    if kind != "put_back" and heard.ref != data["target"]:
        raise Refused("wrong_place", expected=str(data["target"]), got=heard.ref)
    row = reconciling.loose(job.turn, data["tote"], data["sku"])
    if row is not None and row.units != data["qty"]:
        job.warn(sku=row.sku, qty=row.units)
        ask(job, row)
        return "order_changed"
    if row is not None:
        key = ledger.key_of(row)
        shelf = key.at(place=heard.ref)
        ledger.move(job.turn, key, shelf, row.units, cause="put_back")
        putting_away.plan_putaway(job.turn, shelf, row.units)
    then(job)
    return "put_back_done"


def draw(job: Job) -> dict[str, Any]:
    return {
        "expects": ("place",),
        "at": job.data["target"],
        "target": job.data["target"],
        "fields": {name: job.data[name] for name in ("sku", "name", "qty")},
    }
