"""Owns pick-and-pass: a cart is picked in one zone and handed over to the next.

The worker of a zone sees the next cart of that zone: one that was passed on to it, or an empty
one for a tour that begins there. A cart that is handed over belongs to nobody until it is
scanned. It refuses a hand-over at any place but that of the zone that has the next pick.
"""

from typing import Any

from controller.errors import Refused
from controller.workflows import touring, zones
from controller.workflows.handheld import Heard, Job

_PASSED = (
    "SELECT t.cart FROM tour t JOIN container c ON c.lpn = t.cart AND c.place = :place "
    "WHERE t.state = 'active' AND t.worker = '' ORDER BY t.due_ms, t.id LIMIT 1"
)
_EMPTY_CART = (
    "SELECT c.lpn FROM container c WHERE c.kind = 'cart' AND NOT EXISTS "
    "(SELECT 1 FROM tour t WHERE t.cart = c.lpn AND t.state = 'active') "
    "ORDER BY CASE WHEN c.place = :place THEN 0 ELSE 1 END, c.lpn LIMIT 1"
)
_MOVE_CART = "UPDATE container SET place = :place WHERE lpn = :lpn"


def enter(job: Job, place: str) -> str:
    """From home, or after a hand-over: the worker works in the zone of this place."""
    zone = zones.zone_at(job.turn, place)
    if not zone:
        raise Refused("not_a_hand_over", got=place, fix="scan the hand-over place of your zone")
    cart = job.turn.db.value(_PASSED, place=place)
    if cart is None and touring.begins_in(job, zone):
        cart = job.turn.db.value(_EMPTY_CART, place=place)
    if cart is None:
        job.home()
        job.warn(zone=zone)
        return "no_cart_waits"
    job.switch("picking", "cart", zone=zone, cart=cart, at=place)
    return "fetch_cart"


def other_zone(job: Job, heard: Heard) -> str:
    return enter(job, heard.ref)


def draw_cart(job: Job) -> dict[str, Any]:
    return {
        "expects": ("container",),
        "at": job.data["at"],
        "target": job.data["cart"],
        "fields": {"zone": job.data["zone"]},
    }


def show_hand_over(job: Job, zone: int) -> bool:
    """Another zone has the next pick; False where the site has no place for its carts."""
    at = zones.place_of(job.turn, zone)
    if at:
        job.goto("hand_over", at=at, to_zone=zone)
    return bool(at)


def pass_on(job: Job, heard: Heard) -> str:
    """The cart waits with its totes for another zone; the worker sees their own next one."""
    turn, data = job.turn, job.data
    if heard.ref != data["at"]:
        raise Refused("wrong_place", expected=data["at"], got=heard.ref, fix="bring it there")
    turn.db.run(touring.PARK, id=data["tour"])
    turn.db.run(_MOVE_CART, lpn=data["cart"], place=heard.ref)
    turn.event("passed_on", subject=data["tour"], cart=data["cart"], zone=data["to_zone"])
    own = zones.place_of(turn, data["zone"])
    job.home()
    if own:
        enter(job, own)
        job.tone = "ok"
    return "passed_on"
