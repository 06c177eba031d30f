"""Owns what people must know of connected carriers: their state, purchases, manifests, cases."""

from dataclasses import dataclass

from controller.store import Db

_CARRIERS = (
    "SELECT c.name, c.offers, c.down_ms, c.why, "
    "(SELECT COUNT(*) FROM purchase u WHERE u.carrier = c.name AND u.state = 'asked' "
    "AND u.state <> 'bought') AS asked, "
    "(SELECT COUNT(*) FROM purchase d WHERE d.carrier = c.name AND d.state = 'dropped' "
    "AND d.state <> 'bought') AS dropped "
    "FROM carrier c ORDER BY c.name"
)
_UNLABELLED = (
    "SELECT p.id, p.lpn, p.order_id, p.state, p.service, p.lane, u.state AS label, u.why, "
    "u.asked_ms FROM purchase u JOIN parcel p ON p.id = u.parcel "
    "WHERE u.state IN ('house', 'dropped', 'refused') "
    "AND p.state IN ('packed', 'labelled', 'sorted') AND u.number = "
    "(SELECT MAX(n.number) FROM purchase n WHERE n.parcel = u.parcel) ORDER BY u.id LIMIT :most"
)
_CASES = (
    "SELECT c.*, p.lpn, p.order_id, p.tracking, j.carrier, j.service, j.country, j.promised_ms, "
    "j.status FROM delivery_case c JOIN parcel p ON p.id = c.parcel "
    "LEFT JOIN journey j ON j.parcel = c.parcel WHERE c.state = :state "
    "ORDER BY c.since_ms, c.id LIMIT :most"
)
_VALID = (
    "SELECT reference FROM purchase WHERE tracking = :tracking AND carrier = :carrier "
    "AND state = 'bought' ORDER BY id LIMIT 1"
)
_NTH = "(SELECT COUNT(*) FROM parcel e WHERE e.order_id = p.order_id AND e.id <= p.id) AS nth"
_UNDER_WAY = (
    "SELECT j.carrier, j.service, j.left_ms, j.promised_ms, j.at_ms, p.tracking, "
    f"p.order_id, {_NTH} FROM journey j "
    "JOIN parcel p ON p.id = j.parcel WHERE j.left_ms > 0 "
    "AND j.status NOT IN ('delivered', 'returned') ORDER BY j.parcel"
)
_BOUGHT = (
    f"SELECT p.order_id, {_NTH}, u.number FROM purchase u JOIN parcel p ON p.id = u.parcel "
    "WHERE u.reference = :reference"
)
_MANIFESTS = (
    "SELECT m.*, d.lane, d.leaves_ms FROM manifest m JOIN departure d ON d.id = m.departure "
    "ORDER BY d.leaves_ms DESC, m.departure, m.carrier LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """`down_ms`: since then it does not answer, or 0; `dropped` labels are not void yet."""

    name: str
    offers: tuple[str, ...]
    down_ms: int
    why: str
    asked: int
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlabelled:
    """A parcel that is here and has no carrier's label. Ids are text for JavaScript."""

    parcel: str
    lpn: str
    order: str
    state: str
    service: str
    lane: str
    label: str
    why: str
    since_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A parcel under way that somebody must see to."""

    id: str
    kind: str
    since_ms: int
    words: str
    step: str
    reason: str
    ref: str
    by: str
    lpn: str
    order: str
    tracking: str
    carrier: str
    service: str
    country: str
    promised_ms: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """The `nth` parcel of its order, which is not there yet; `at_ms`: of its last news, or 0."""

    carrier: str
    service: str
    tracking: str
    left_ms: int
    promised_ms: int
    at_ms: int
    order_id: str
    nth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A purchase by its number among those of the `nth` parcel of an order."""

    order_id: str
    nth: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    departure: str
    carrier: str
    lane: str
    leaves_ms: int
    state: str
    number: str
    parcels: int
    why: str


def carriers(db: Db) -> tuple[Carrier, ...]:
    return tuple(
        Carrier(**row._asdict() | {"offers": tuple(row.offers.split(","))})
        for row in db.all(_CARRIERS)
    )


def valid_reference(db: Db, carrier: str, tracking: str) -> str:
    """The purchase of which a tracking number is the label that counts, or ""."""
    return db.value(_VALID, tracking=tracking, carrier=carrier) or ""


def unlabelled(db: Db, most: int = 200) -> tuple[Unlabelled, ...]:
    return tuple(
        Unlabelled(
            parcel=str(row.id),
            lpn=row.lpn,
            order=row.order_id,
            state=row.state,
            service=row.service,
            lane=row.lane,
            label=row.label,
            why=row.why,
            since_ms=row.asked_ms,
        )
        for row in db.all(_UNLABELLED, most=most)
    )


def bought(db: Db, reference: str) -> Bought:
    """Raises: NotFound."""
    return Bought(**db.the(_BOUGHT, reference=reference)._asdict())


def under_way(db: Db) -> tuple[UnderWay, ...]:
    return tuple(UnderWay(**row._asdict()) for row in db.all(_UNDER_WAY))


def cases(db: Db, state: str = "open", most: int = 200) -> tuple[Case, ...]:
    """Those in a state, the oldest first."""
    return tuple(
        Case(
            id=str(row.id),
            kind=row.kind,
            since_ms=row.since_ms,
            words=row.words,
            step=row.step,
            reason=row.reason,
            ref=row.ref,
            by=row.by,
            lpn=row.lpn,
            order=row.order_id,
            tracking=row.tracking,
            carrier=row.carrier or "",
            service=row.service or "",
            country=row.country or "",
            promised_ms=row.promised_ms or 0,
            status=row.status or "",
        )
        for row in db.all(_CASES, state=state, most=most)
    )


def manifests(db: Db, most: int = 50) -> tuple[Manifest, ...]:
    """The latest first."""
    return tuple(
        Manifest(
            departure=str(row.departure),
            carrier=row.carrier,
            lane=row.lane,
            leaves_ms=row.leaves_ms,
            state=row.state,
            number=row.number,
            parcels=row.parcels,
            why=row.why,
        )
        for row in db.all(_MANIFESTS, most=most)
    )
