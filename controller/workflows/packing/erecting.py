"""Owns shipping cartons on picking carts: which are there, erected and named before the pick.

A carton gets a licence plate off a roll, a free container of the kind `carton`, before goods go
in; the plate is the parcel's from then on. Where a carton or a plate is not to be had, a tote
takes its place. It refuses another carton than the planned one.
"""

from typing import Any

from controller.errors import Refused
from controller.messages import SiteSettings
from controller.plan.methods.erecting import NOT_COUNTED, Erect, Room, slots_of
from controller.store import Db
from controller.turn import Turn
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import outside, supplying

_PLATES = "SELECT COUNT(*) FROM container WHERE kind = 'carton' AND state = ''"
_PLANNED = "SELECT COUNT(*) FROM load WHERE kind = 'carton' AND state = 'planned'"
_CARTON = "SELECT carton FROM parcel WHERE load = :load AND state = 'planned' ORDER BY id LIMIT 1"
_OF_LOAD = (
    "SELECT p.carton FROM parcel p JOIN load l ON l.id = p.load "
    "WHERE l.id = :load AND l.kind = 'carton' ORDER BY p.id LIMIT 1"
)
_FREE_PLATE = "SELECT lpn FROM container WHERE kind = 'carton' AND state = '' ORDER BY lpn LIMIT 1"
_KIND = "UPDATE load SET kind = :kind WHERE id = :id"
_UNLOAD = "UPDATE load SET lpn = '', state = 'planned' WHERE id = :id AND state = 'picking'"
_TAKE_OFF = "UPDATE container SET state = '', parent = '', place = :place WHERE lpn = :lpn"
_HELD = "SELECT COUNT(*) FROM stock WHERE container = :lpn"
_PLACE = "SELECT place FROM container WHERE lpn = :lpn"


def types(db: Db, site: SiteSettings) -> tuple[Erect, ...]:
    """The cartons that carts of this site hold, less those that planned tours take."""
    if not site.pick_to_carton:
        return ()
    left = supplying.left_for_carts(db)
    return tuple(
        Erect(code=code, slots=slots, left=left.get(code, NOT_COUNTED))
        for code, slots in widths(db, site).items()
        if slots
    )


def widths(db: Db, site: SiteSettings) -> dict[str, int]:
    """The slots of a cart that a carton of each type takes; 0: no cart holds it."""
    room = Room(
        length_mm=site.slot_length_mm,
        width_mm=site.slot_width_mm,
        height_mm=site.slot_height_mm,
        slots=site.cart_slots,
    )
    return {code: slots_of(sides, room) for code, sides in outside.of_cartons(db).items()}


def plates_left(db: Db) -> int:
    """Plates on the rolls that no planned tour takes."""
    return max(0, int(db.value(_PLATES)) - int(db.value(_PLANNED)))


def ask(job: Job, load: Any) -> None:
    """The screen that names the carton of a load; `load` has the number of its slot."""
    carton = job.turn.db.value(_CARTON, load=load.id) or ""
    job.goto("carton", load=load.id, slot=load.slot, kind=load.kind, carton=carton, tote="")


def take_carton(job: Job, heard: Heard) -> str:
    """The planned carton is erected; its plate is next. The free one on the roll is shown."""
    if heard.ref != job.data["carton"]:
        raise Refused(
            "wrong_carton",
            expected=job.data["carton"],
            got=heard.ref,
            fix="take the carton shown, or SHORT where there is none",
        )
    job.can_undo("stay")
    ask_for_plate(job)
    return "stick_plate"


def ask_for_plate(job: Job) -> None:
    job.goto("plate", tote=job.turn.db.value(_FREE_PLATE) or "")


def put_plate(job: Job, lpn: str) -> None:
    """The carton of the screen has got its plate, and stands on the cart."""
    turn, data = job.turn, job.data
    job.can_undo("plate", load=data["load"], lpn=lpn, carton=data["carton"])
    supplying.use(turn, data["carton"])
    turn.event("carton_erected", subject=lpn, carton=data["carton"], slot=data["slot"])


def unload(turn: Turn, load: int) -> None:
    """A load without goods leaves its cart: its carton, if it has one, may be taken again."""
    carton = turn.db.value(_OF_LOAD, load=load)
    if carton is not None:
        supplying.give_back(turn, carton)


def undo_plate(job: Job, load: int, lpn: str, carton: str) -> None:
    """Raises: Refused when goods lie in the carton by now."""
    turn = job.turn
    if turn.db.value(_HELD, lpn=lpn) or not turn.db.run(_UNLOAD, id=load):
        raise Refused("nothing_to_undo")
    place = turn.db.value(_PLACE, lpn=job.data["cart"]) or ""
    turn.db.run(_TAKE_OFF, lpn=lpn, place=place)
    supplying.give_back(turn, carton)


def tote_instead(job: Job, _heard: Heard) -> str:
    """SHORT: there is no such carton or plate here; the next plans know, and a tote takes over."""
    turn, data = job.turn, job.data
    missing = supplying.none_for_carts(turn, data["carton"]) if job.step == "carton" else None
    turn.db.run(_KIND, id=data["load"], kind="tote")
    turn.event("carton_missing", subject=data["carton"], by=job.worker)
    job.can_undo("tote_instead", load=data["load"], carton=data["carton"], missing=missing)
    return "tote_instead"


def undo_tote_instead(job: Job, load: int, carton: str, missing: dict[str, Any] | None) -> None:
    job.turn.db.run(_KIND, id=load, kind="carton")
    if missing is not None:
        supplying.some_for_carts(job.turn, carton, **missing)
