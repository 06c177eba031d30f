"""Owns the driver's work: a van's tour from the first parcel loaded to the last one back.

Scanning a van takes its tour where it stands. The screens hold numbers only; who lives where is
personal, and is asked for by the page itself. It refuses a second driver unless asked twice, and
a van that is down, except to unload it.
"""

from typing import Any, Final

from controller import timers
from controller.errors import Refused
from controller.turn import Turn
from controller.units import clock
from controller.workflows import handheld
from controller.workflows.handheld import Flow, Job, stay
from controller.workflows.vans import boarding, stopping

TO: Final = ("CUSTOMER", "NEIGHBOUR", "SAFE_PLACE")
AT_DOOR: Final = ("DONE", "NOT_HOME", "REFUSED", "DAMAGED", "SKIP", "BREAK", "NEXT")

_TOUR = (
    "SELECT * FROM van_tour WHERE van = :van AND state IN ('planned', 'loading', 'driving', "
    "'back') ORDER BY CASE state WHEN 'planned' THEN 1 ELSE 0 END, starts_ms, id LIMIT 1"
)
_WAITING = (
    "SELECT t.van FROM van_tour t JOIN van v ON v.code = t.van "
    "WHERE t.driver IN ('', :driver) AND (t.state IN ('loading', 'driving', 'back') "
    "OR (t.state = 'planned' AND v.state <> 'down')) "
    "ORDER BY CASE WHEN t.driver = :driver THEN 0 ELSE 1 END, t.starts_ms, t.id LIMIT 1"
)
_AT_WORK = "SELECT worker FROM session WHERE worker = :worker AND workflow = 'delivering'"
_VAN = "SELECT state FROM van WHERE code = :code"
_TAKE = "UPDATE van_tour SET driver = :driver, state = :state WHERE id = :id"
_COUNT = (
    "SELECT COUNT(*) AS stops, CAST(COALESCE(SUM(CASE WHEN state = 'planned' THEN 0 ELSE 1 END), "
    "0) AS BIGINT) AS past FROM van_stop WHERE tour = :tour"
)

_SHOW = {
    "loading": boarding.show_load,
    "driving": stopping.show_next,
    "back": boarding.show_back,
}


def _without_tour(job: Job, van: str) -> str:
    due_ms = timers.due_of(job.turn, "vans", "")
    if due_ms is None:
        job.warn(van=van)
        return "no_tour_for_van"
    job.warn(van=van, at=clock(due_ms + job.turn.site.utc_offset_ms))
    return "no_tour_for_van_yet"


def waiting_van(turn: Turn, driver: str) -> str:
    """The van of this driver's tour, or else of the next that is nobody's yet; "" for none."""
    return turn.db.value(_WAITING, driver=driver) or ""


def enter(job: Job, van: str) -> str:
    """From home: the driver scanned a van; its tour is loaded, driven on, or unloaded."""
    turn = job.turn
    tour = turn.db.one(_TOUR, van=van)
    if turn.db.value(_VAN, code=van) == "down" and (tour is None or tour.state != "back"):
        raise Refused("van_is_down", van=van, fix="take another van")
    if tour is None:
        return _without_tour(job, van)
    if tour.driver not in ("", job.worker) and turn.db.value(_AT_WORK, worker=tour.driver):
        if job.data.get("take_over") != van:
            job.warn(van=van, by=tour.driver)
            job.data["take_over"] = van
            return "van_taken"
        handheld.send_home(turn, tour.driver)
    state = "loading" if tour.state == "planned" else tour.state
    turn.db.run(_TAKE, id=tour.id, driver=job.worker, state=state)
    job.switch("delivering", "load", tour=tour.id, van=van)
    job.place = van
    return _SHOW[state](job)


def _draw(*expects: str, buttons: tuple[str, ...] = ()) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data.get("lane") if job.step == "load" else job.data["van"],
        "target": str(job.data["target"]),
        "fields": _fields(job),
        "buttons": buttons,
    }


def _fields(job: Job) -> dict[str, Any]:
    """Numbers only: who lives there is personal, and is asked for by the page itself."""
    fields = {"van": job.data["van"]}
    if job.step in ("load", "stop"):
        fields["left"] = job.data.get("left", 0)
    if job.data.get("stop"):
        row = job.turn.db.the(_COUNT, tour=job.data["tour"])
        fields |= {"stop": str(job.data["stop"]), "nth": int(row.past) + 1, "of": int(row.stops)}
    return fields


FLOW = Flow(
    "delivering",
    transitions={
        ("load", "parcel"): boarding.load_parcel,
        ("load", "container"): boarding.load_parcel,
        ("load", "DONE"): boarding.drive_off,
        ("stop", "parcel"): stopping.scan_at_door,
        ("stop", "container"): stopping.scan_at_door,
        ("stop", "return"): stopping.collect,
        ("stop", "DONE"): stopping.some_only,
        ("stop", "NOT_HOME"): stopping.not_over,
        ("stop", "REFUSED"): stopping.not_over,
        ("stop", "DAMAGED"): stopping.damaged,
        ("stop", "SKIP"): stopping.later,
        ("stop", "BREAK"): stopping.rest,
        ("stop", "NEXT"): stopping.look_again,
        **{("hand", to): stopping.hand_over for to in TO},
        ("hand", "REFUSED"): stopping.not_over,
        ("not_home", "DONE"): stopping.give_up_today,
        ("not_home", "LATER"): stopping.later,
        ("damaged", "parcel"): stopping.damaged_parcel,
        ("damaged", "container"): stopping.damaged_parcel,
        ("rest", "DONE"): stopping.go_on,
        ("depot", "DONE"): boarding.come_back,
        ("depot", "place"): boarding.come_back,
        ("depot", "NEXT"): stopping.look_again,
        ("back", "parcel"): boarding.unload,
        ("back", "container"): boarding.unload,
    },
    draw={
        "load": _draw("parcel", "DONE", buttons=("DONE",)),
        "stop": _draw("parcel", "return", buttons=AT_DOOR),
        "hand": _draw("CUSTOMER", buttons=(*TO, "REFUSED")),
        "not_home": _draw("DONE", "LATER", buttons=("DONE", "LATER")),
        "damaged": _draw("parcel"),
        "rest": _draw("DONE", buttons=("DONE",)),
        "depot": _draw("DONE", buttons=("DONE", "NEXT")),
        "back": _draw("parcel"),
    },
    undo={
        "stay": stay,
        "unload": boarding.undo_load,
        "retake": stopping.retake,
        "sooner": stopping.sooner,
        "not_rested": stopping.not_rested,
    },
)
