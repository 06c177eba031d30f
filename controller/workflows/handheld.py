"""Owns the grammar of guided work: sessions, resolving a scan, screens, UNDO, and the way back.

A workflow is a `Flow`: a table from (step, class of scan) to a function, and one function per step
that draws its screen from the data of the job. The session row holds where a worker is, so a
reload or another handheld resumes there. A refused scan changes nothing and shows the same screen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from controller import barcodes, tables
from controller.errors import NotFound, Refused, Stale
from controller.messages import Done, Scan, ScanReply, Screen, SignIn, SignOut, to_json
from controller.turn import Turn
from controller.workflows.stations import lighting

_SESSION = "SELECT * FROM session WHERE worker = :worker"
_SAVE = (
    "UPDATE session SET workflow = :workflow, step = :step, version = :version, data = :data, "
    "undo = :undo, last = :last, last_command = :last_command, place = :place "
    "WHERE worker = :worker"
)
_CODE = "SELECT kind, ref, units FROM barcode WHERE code = :code"
_END = "DELETE FROM session WHERE worker = :worker"
_BADGE = "SELECT badge FROM worker WHERE badge = :badge"
_AT_PLACE = "SELECT worker FROM session WHERE place = :place ORDER BY worker LIMIT 1"
_ALL_AT_PLACE = "SELECT worker FROM session WHERE place = :place ORDER BY worker"
_COLLEAGUES = (
    "SELECT worker, data FROM session WHERE workflow = :workflow AND worker <> :worker "
    "ORDER BY worker"
)

ALWAYS = ("UNDO", "HOME")
HOME = "home"


@dataclass(frozen=True, slots=True)
class Heard:
    """A scan that this site understands.

    `kind`: item, place, container, worker, order, parcel, carton_type, receipt, return, number,
    a command code such as UNDO, or unknown. `units` is what one scan of this code counts.
    """

    kind: str
    ref: str
    raw: str
    units: int = 1
    lot: str = ""
    expiry: str = ""


@dataclass(slots=True)
class Job:
    """One worker's work while one scan is carried out; saved to the session afterwards."""

    turn: Turn
    worker: str
    workflow: str
    step: str
    version: int
    data: dict[str, Any]
    place: str = ""
    undo: dict[str, Any] | None = None
    last: str = ""
    tone: str = "ok"
    fields: dict[str, str | int] = field(default_factory=dict)

    def goto(self, step: str, **data: Any) -> None:
        """The next screen of this workflow; `data` is added to what the job knows."""
        self.step = step
        self.data.update(data)

    def switch(self, workflow: str, step: str, **data: Any) -> None:
        """The first screen of another workflow."""
        self.workflow, self.step, self.data, self.undo = workflow, step, data, None

    def home(self) -> None:
        self.switch(HOME, HOME)
        self.place = ""

    def can_undo(self, act: str, **details: Any) -> None:
        """UNDO will call the flow's `undo[act]` with these details and come back to this screen.

        Call it before the job moves on.
        """
        self.undo = {
            "act": act,
            "details": details,
            "step": self.step,
            "data": dict(self.data),
        }

    def warn(self, **fields: str | int) -> None:
        self.tone = "warn"
        self.fields.update(fields)


Transition = Callable[[Job, Heard], str]
"""Carries out one scan and returns the key of the message that the worker sees."""


@dataclass(frozen=True, slots=True)
class Flow:
    """`draw[step](job)` gives the screen's parts: expects, at, target, fields, buttons."""

    name: str
    transitions: Mapping[tuple[str, str], Transition]
    draw: Mapping[str, Callable[[Job], dict[str, Any]]]
    undo: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    leave: Callable[[Job], None] | None = None  # gives claimed work back before HOME


def drawn(
    target: str, expects: str, fields: tuple[str, ...], *buttons: str
) -> Callable[[Job], dict[str, Any]]:
    """A screen at the job's place that shows what its data hold by these names."""
    return lambda job: {
        "expects": (expects,),
        "at": job.place,
        "target": str(job.data[target]) if target else "",
        "fields": {name: job.data[name] for name in fields},
        "buttons": buttons,
    }


def resolve(turn: Turn, raw: str, symbology: str = "", number: bool = False) -> Heard:
    """What a scan means here; with `number`, digits are a count before they are a code."""
    reading = barcodes.read(raw, symbology)
    if reading.kind == "command":
        return Heard(reading.code, reading.code, raw)
    if number and reading.kind == "number":
        return Heard("number", reading.code, raw, int(reading.code))
    row = turn.db.one(_CODE, code=reading.code)
    if row is not None:
        return Heard(row.kind, row.ref, raw, row.units, reading.lot, reading.expiry)
    if reading.kind == "number":
        return Heard("number", reading.code, raw, int(reading.code))
    return Heard("unknown", reading.code, raw)


class Handheld:
    """The handlers of SignIn and Scan over the flows of this house."""

    def __init__(self, flows: Mapping[str, Flow]) -> None:
        self.flows = flows

    def sign_in(self, turn: Turn, command: SignIn) -> ScanReply:
        """Opens the worker's session, or resumes it where it was left."""
        check_badge(turn, command.badge)
        job = load(turn, command.badge)
        if job is None:
            turn.add(tables.session, worker=command.badge, workflow=HOME, step=HOME, version=1)
            turn.flush()
            job = load(turn, command.badge)
        assert job is not None
        return ScanReply(screen=self.screen(job), message="signed_in", tone="ok")

    def sign_out(self, turn: Turn, command: SignOut) -> Done:
        """Gives claimed work back and closes the session."""
        job = load(turn, command.badge)
        if job is None:
            return Done(note="was not signed in")
        leave = self.flows[job.workflow].leave
        if leave is not None:
            leave(job)
        lighting.follow(turn, command.badge, None)
        turn.db.run(_END, worker=command.badge)
        tell_screen(turn, command.badge)
        return Done()

    def scan(self, turn: Turn, command: Scan) -> ScanReply:
        job = load(turn, command.worker)
        if job is None:
            raise NotFound("not_signed_in", worker=command.worker, fix="scan the badge first")
        self._must_be_current(turn, command, job)
        counts = (job.step, "number") in self.flows[job.workflow].transitions
        heard = resolve(turn, command.raw, command.symbology, number=counts)
        message = self._carry_out(job, heard)
        job.version += 1
        save(job, command.id)
        return ScanReply(
            screen=self.screen(job), message=message, tone=job.tone, fields=job.fields
        )

    def refuse(self, turn: Turn, command: Scan, error: Refused) -> ScanReply:
        """The screen that the worker is really on, with what was wrong."""
        job = load(turn, command.worker)
        if job is None:
            raise error
        return ScanReply(
            screen=self.screen(job),
            message=error.code,
            tone="warn" if isinstance(error, Stale) else "error",
            fields=dict(error.fields),
        )

    def _must_be_current(self, turn: Turn, command: Scan, job: Job) -> None:
        if command.after:
            row = turn.db.one(_SESSION, worker=command.worker)
            if row is not None and row.last_command != command.after:
                raise Stale("scan_before_was_refused", after=command.after)
        elif command.version != job.version:
            raise Stale("screen_out_of_date", version=command.version, now=job.version)

    def _carry_out(self, job: Job, heard: Heard) -> str:
        flow = self.flows[job.workflow]
        transition = flow.transitions.get((job.step, heard.kind))
        if transition is None and heard.kind == "carton_type":  # cartons are goods, too
            transition = flow.transitions.get((job.step, "item"))
        if transition is not None:
            undo_before, before = job.undo, (job.workflow, job.step)
            job.undo = None
            message = transition(job, heard)
            stayed = (job.workflow, job.step) == before
            if job.undo is None and job.tone == "warn" and stayed:
                job.undo = undo_before
            job.last = message
            return message
        if heard.kind == "UNDO":
            return self._undo(flow, job)
        if heard.kind == "HOME":
            if flow.leave is not None:
                flow.leave(job)
            job.home()
            return "home"
        drawn = flow.draw[job.step](job)
        raise Refused(
            "wrong_scan",
            expected=str(drawn.get("target") or " / ".join(drawn.get("expects", ()))),
            got=heard.ref or heard.raw,
        )

    def _undo(self, flow: Flow, job: Job) -> str:
        if job.undo is None:
            raise Refused("nothing_to_undo")
        undo = job.undo
        flow.undo[undo["act"]](job, **undo["details"])
        job.step, job.data, job.undo = undo["step"], undo["data"], None
        job.last = "undone"
        return "undone"

    def screen(self, job: Job) -> Screen:
        drawn = self.flows[job.workflow].draw[job.step](job)
        buttons = drawn.pop("buttons", ())
        return Screen(
            workflow=job.workflow,
            step=job.step,
            version=job.version,
            last=job.last,
            buttons=(*buttons, *(b for b in ALWAYS if b != "UNDO" or job.undo is not None)),
            **drawn,
        )


def load(turn: Turn, worker: str) -> Job | None:
    row = turn.db.one(_SESSION, worker=worker)
    if row is None:
        return None
    return Job(
        turn,
        worker,
        row.workflow,
        row.step,
        row.version,
        msgspec.json.decode(row.data),
        row.place,
        msgspec.json.decode(row.undo) if row.undo else None,
        row.last,
    )


def save(job: Job, command_id: str) -> None:
    lighting.follow(
        job.turn, job.worker, lighting.lit(job.workflow, job.step, job.place, job.data)
    )
    job.turn.db.run(
        _SAVE,
        worker=job.worker,
        workflow=job.workflow,
        step=job.step,
        version=job.version,
        data=to_json(job.data).decode(),
        undo=to_json(job.undo).decode() if job.undo else "",
        last=job.last,
        last_command=command_id,
        place=job.place,
    )
    tell_screen(job.turn, job.worker)


def tell_screen(turn: Turn, worker: str) -> None:
    """Whoever shows this worker's screen looks at it again after the commit."""
    turn.news.add(f"screen/{worker}")


def tell_place(turn: Turn, place: str) -> None:
    """Likewise all who work there."""
    for row in turn.db.all(_ALL_AT_PLACE, place=place):
        tell_screen(turn, row.worker)


def worker_at(turn: Turn, place: str) -> str | None:
    """Who stands at this bench or desk."""
    worker = turn.db.value(_AT_PLACE, place=place)
    return None if worker is None else str(worker)


def busy_with(job: Job, name: str, value: Any) -> str:
    """The other worker of the same workflow whose work has this value under `name`, or ""."""
    for row in job.turn.db.all(_COLLEAGUES, workflow=job.workflow, worker=job.worker):
        if msgspec.json.decode(row.data).get(name) == value:
            return str(row.worker)
    return ""


def send_home(turn: Turn, worker: str, leave: Callable[[Job], None] | None = None) -> None:
    """Another worker has taken over what this one had in hand; `leave` gives the rest back."""
    job = load(turn, worker)
    if job is not None:
        if leave is not None:
            leave(job)
        job.home()
        job.version += 1
        save(job, turn.command_id)


def stay(_job: Job) -> None:
    """UNDO of a step that has changed nothing yet: the screen before is enough."""


def check_badge(turn: Turn, badge: str) -> None:
    """Raises: NotFound for a badge that this site has not imported."""
    if turn.db.value(_BADGE, badge=badge) is None:
        raise NotFound("unknown_badge", badge=badge, fix="import the worker first")
