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
from controller.workflows import alarming
from controller.workflows.handheld import Heard, Job

_TYPES = "SELECT * FROM carton_type ORDER BY code"
_PLATES = "SELECT COUNT(*) FROM container WHERE kind = 'carton' AND state = ''"
_PLANNED = "SELECT COUNT(*) FROM load WHERE kind = 'carton' AND state = 'planned'"
_PLANNED_OF = (
    "SELECT COUNT(*) FROM load l JOIN parcel p ON p.load = l.id "
    "WHERE l.kind = 'carton' AND l.state = 'planned' AND p.carton = :code"
)
_CARTON = "SELECT carton FROM parcel WHERE load = :load AND state = 'planned' ORDER BY id LIMIT 1"
_COUNT = (
    "UPDATE carton_type SET on_hand = on_hand + :n "
    "WHERE code = :code AND on_hand >= 0 AND on_hand + :n >= 0"
)
_OF_LOAD = (
    "SELECT p.carton FROM parcel p JOIN load l ON l.id = p.load "
    "WHERE l.id = :load AND l.kind = 'carton' ORDER BY p.id LIMIT 1"
)
_FREE_PLATE = "SELECT lpn FROM container WHERE kind = 'carton' AND state = '' ORDER BY lpn LIMIT 1"
_ON_HAND = "SELECT on_hand FROM carton_type WHERE code = :code"
_SET_COUNT = "UPDATE carton_type SET on_hand = :n WHERE code = :code"
_KIND = "UPDATE load SET kind = :kind WHERE id = :id"
_UNLOAD = "UPDATE load SET lpn = '', state = 'planned' WHERE id = :id AND state = 'picking'"
_TAKE_OFF = "UPDATE container SET state = '', parent = '', place = :place WHERE lpn = :lpn"
_HELD = "SELECT COUNT(*) FROM stock WHERE container = :lpn"
_PLACE = "SELECT place FROM container WHERE lpn = :lpn"


def types(db: Db, site: SiteSettings) -> tuple[Erect, ...]:
    """The cartons that carts of this site hold, less those that planned tours take."""
    if not site.pick_to_carton:
        return ()
    fit = widths(db, site)
    return tuple(
        Erect(code=row.code, slots=fit[row.code], left=_left(db, row))
        for row in db.all(_TYPES)
        if fit[row.code]
    )


def widths(db: Db, site: SiteSettings) -> dict[str, int]:
    """The slots of a cart that a carton of each type takes; 0: no cart holds it."""
    room = Room(
        length_mm=site.slot_length_mm,
        width_mm=site.slot_width_mm,
        height_mm=site.slot_height_mm,
        slots=site.cart_slots,
    )
    return {row.code: slots_of(_outer_mm(row), room) for row in db.all(_TYPES)}


def _outer_mm(row: Any) -> tuple[int, int, int]:
    return (
        row.outer_length_mm or row.length_mm,
        row.outer_width_mm or row.width_mm,
        row.outer_height_mm or row.height_mm,
    )


def _left(db: Db, row: Any) -> int:
    if row.on_hand == NOT_COUNTED:
        return NOT_COUNTED
    return max(0, int(row.on_hand) - int(db.value(_PLANNED_OF, code=row.code)))


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


def count(turn: Turn, carton: str, n: int) -> None:
    """So many cartons of a type more are there, where they are counted."""
    if turn.db.run(_COUNT, code=carton, n=n):
        watch(turn, carton)


def watch(turn: Turn, carton: str) -> None:
    """A counted carton that runs out raises an alarm, so that somebody fetches more."""
    left = int(turn.db.the(_ON_HAND, code=carton).on_hand)
    if 0 <= left <= turn.site.cartons_min:
        detail = f"{left} of {carton} are left: bring more, then count them"
        alarming.raise_alarm(turn, f"carton/{carton}", "cartons_low", detail)
    else:
        alarming.over(turn, f"carton/{carton}", "cartons_low")


def put_plate(job: Job, lpn: str) -> None:
    """The carton of the screen has got its plate, and stands on the cart."""
    turn, data = job.turn, job.data
    job.can_undo("plate", load=data["load"], lpn=lpn, carton=data["carton"])
    count(turn, data["carton"], -1)
    turn.event("carton_erected", subject=lpn, carton=data["carton"], slot=data["slot"])


def unload(turn: Turn, load: int) -> None:
    """A load without goods leaves its cart: its carton, if it has one, may be taken again."""
    carton = turn.db.value(_OF_LOAD, load=load)
    if carton is not None:
        count(turn, carton, 1)


def undo_plate(job: Job, load: int, lpn: str, carton: str) -> None:
    """Raises: Refused when goods lie in the carton by now."""
    turn = job.turn
    if turn.db.value(_HELD, lpn=lpn) or not turn.db.run(_UNLOAD, id=load):
        raise Refused("nothing_to_undo")
    place = turn.db.value(_PLACE, lpn=job.data["cart"]) or ""
    turn.db.run(_TAKE_OFF, lpn=lpn, place=place)
    count(turn, carton, 1)


def tote_instead(job: Job, _heard: Heard) -> str:
    """SHORT: there is no such carton or plate here; the next plans know, and a tote takes over."""
    turn, data = job.turn, job.data
    before = int(turn.db.the(_ON_HAND, code=data["carton"]).on_hand)
    if job.step == "carton":
        turn.db.run(_SET_COUNT, code=data["carton"], n=0)
        watch(turn, data["carton"])
    turn.db.run(_KIND, id=data["load"], kind="tote")
    turn.event("carton_missing", subject=data["carton"], by=job.worker)
    job.can_undo("tote_instead", load=data["load"], carton=data["carton"], on_hand=before)
    return "tote_instead"


def undo_tote_instead(job: Job, load: int, carton: str, on_hand: int) -> None:
    job.turn.db.run(_KIND, id=load, kind="carton")
    job.turn.db.run(_SET_COUNT, code=carton, n=on_hand)
    watch(job.turn, carton)
