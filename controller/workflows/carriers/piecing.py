"""Owns shipments of several pieces: which parcels of an order go as one, and as which piece.

Each piece is bought when its parcel is closed, so no bench waits for another; only the answer to
the first is waited for a moment, since it has the number of the whole. It refuses pieces beyond
what the carrier was told, and to begin again with a carrier that has said no.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from controller import outbox, tables
from controller.turn import Turn
from controller.workflows import alarming
from controller.workflows.carriers.abilities import can
from controller.workflows.papers import crossing

Ids = tuple[int, ...]
HELD_MS: Final = 12_000  # so long a further piece waits for the number of the whole
SHORT: Final = "shipment_short"

UNLABELLED: Final = (  # in this building: what another node packs is fetched there
    "p.order_id = :order_id AND p.id <> :parcel "
    "AND p.state IN ('planned', 'packing', 'packed', 'labelled', 'sorted') "
    "AND NOT EXISTS (SELECT 1 FROM purchase u WHERE u.parcel = p.id "
    "AND u.state IN ('asked', 'bought', 'house')) AND NOT EXISTS "
    "(SELECT 1 FROM consignment c WHERE c.order_id = p.order_id AND c.parcel = p.id)"
)
KEPT: Final = (  # by a shipment of which it was told, and the first of another was not
    "EXISTS (SELECT 1 FROM told_piece t JOIN shipment s ON s.reference = t.shipment "
    "WHERE t.parcel = p.id AND s.order_id = :order_id AND s.state = 'open' AND NOT EXISTS "
    "(SELECT 1 FROM told_piece f WHERE f.shipment = t.shipment AND f.parcel = :parcel))"
)
_IS_TOLD = (
    "EXISTS (SELECT 1 FROM told_piece t WHERE t.shipment = s.reference AND t.parcel = :parcel)"
)
_OPEN = (  # places of parcels that were told, and may come, are theirs
    "SELECT s.*, COUNT(u.id) AS live, CAST(COALESCE(SUM(u.billed), 0) AS BIGINT) AS billed "
    "FROM shipment s JOIN carrier c ON c.name = s.carrier AND c.down_ms = 0 "
    "LEFT JOIN purchase u ON u.shipment = s.reference AND u.shipment <> '' "
    "AND u.state IN ('asked', 'bought') AND u.parcel <> :parcel "
    "WHERE s.order_id = :order_id AND s.state = 'open' AND s.carrier NOT IN (SELECT carrier "
    "FROM shipment WHERE order_id = :order_id AND state = 'refused') "
    "GROUP BY s.reference, s.order_id, s.carrier, s.service, s.state, s.pieces, "
    "s.master, s.promised_ms, s.opened_ms HAVING COUNT(u.id) < s.pieces "
    f"AND ({_IS_TOLD} OR COUNT(u.id) + (SELECT COUNT(*) FROM told_piece t JOIN parcel p "
    f"ON p.id = t.parcel WHERE t.shipment = s.reference AND {UNLABELLED}) < s.pieces) "
    f"ORDER BY {_IS_TOLD} DESC, s.opened_ms DESC, s.reference DESC LIMIT 1"
)
_FULL = (
    "SELECT s.reference, s.carrier, s.pieces FROM shipment s WHERE s.order_id = :order_id "
    "AND s.state = 'open' AND s.pieces <= (SELECT COUNT(*) FROM purchase u "
    "WHERE u.shipment = s.reference AND u.shipment <> '' "
    "AND u.state IN ('asked', 'bought') AND u.parcel <> :parcel) ORDER BY s.reference"
)
_SHIPMENT = "SELECT * FROM shipment WHERE reference = :reference"
_OF_ORDER = (
    "SELECT * FROM shipment WHERE order_id = :order_id AND state = 'open' ORDER BY reference"
)
_PIECES = (
    "SELECT u.*, p.label, p.lpn, p.state AS parcel_state FROM purchase u "
    "JOIN parcel p ON p.id = u.parcel WHERE u.shipment = :reference AND u.shipment <> '' "
    "AND u.state IN ('asked', 'bought') ORDER BY u.piece, u.id"
)
_TAKES = (
    "SELECT s.carrier, s.pieces_max, COALESCE(c.offers, '') AS offers FROM shipping_service s "
    "LEFT JOIN carrier c ON c.name = s.carrier WHERE s.code = :service"
)
_COMING = (  # where a label was voided, that is what is short
    f"SELECT COUNT(*) FROM parcel p WHERE {UNLABELLED} AND p.state NOT IN ('labelled', 'sorted')"
)
_JOINING = (
    "SELECT name, offers FROM carrier WHERE down_ms = 0 AND name NOT IN (SELECT carrier "
    "FROM shipment WHERE order_id = :order_id AND state = 'refused') ORDER BY name"
)
_NO = (  # of this carrier, or of who packs it
    "SELECT reference FROM shipment WHERE order_id = :order_id AND carrier = :carrier "
    "AND state = 'refused' UNION ALL SELECT lpn FROM consignment "
    "WHERE order_id = :order_id AND parcel = :parcel ORDER BY 1 LIMIT 1"
)
_STATE = "UPDATE shipment SET state = :state WHERE reference = :reference AND state = 'open'"
_MASTER = "UPDATE shipment SET master = :master WHERE reference = :reference AND master = ''"
_LEFT = (
    "SELECT DISTINCT u.shipment FROM parcel p JOIN purchase u ON u.parcel = p.id "
    "AND u.state = 'bought' AND u.shipment <> '' WHERE p.departure = :departure "
    "ORDER BY u.shipment"
)


class Terms(NamedTuple):
    """Of a label: when it is to arrive, the mass that its price is for, what shipment it joins."""

    arrives_ms: int
    billed: int
    joins: str


def carrier_of(turn: Turn, service: str) -> Any | None:
    """Whose service it is, what that carrier offers, and how many pieces a shipment has."""
    return turn.db.one(_TAKES, service=service)


def joining(turn: Turn, order_id: str) -> frozenset[str]:
    """The carriers that take several parcels of an order as one shipment."""
    rows = turn.db.all(_JOINING, order_id=order_id)
    return frozenset(row.name for row in rows if can(row.offers, "add"))


def open_of(turn: Turn, order_id: str, parcel_id: int) -> Any | None:
    """The shipment that a parcel may still join, with how many pieces it has and their mass."""
    return turn.db.one(_OPEN, order_id=order_id, parcel=parcel_id)


def all_told(turn: Turn, order_id: str, parcel_id: int) -> str:
    """What keeps a parcel from the shipments of its order, where these take no more pieces."""
    found = turn.db.all(_FULL, order_id=order_id, parcel=parcel_id)
    return "; ".join(
        f"shipment {row.reference} of {row.carrier} has the {row.pieces} pieces that it was told"
        for row in found
    )


def of_order(turn: Turn, order_id: str) -> list[Any]:
    """The shipments of which nothing has left."""
    return turn.db.all(_OF_ORDER, order_id=order_id)


def known(turn: Turn, reference: str) -> Any | None:
    return turn.db.one(_SHIPMENT, reference=reference)


def shipment(turn: Turn, reference: str) -> Any:
    """Of a purchase that is a piece of it."""
    return turn.db.the(_SHIPMENT, reference=reference)


def pieces(turn: Turn, reference: str) -> list[Any]:
    """The purchases that count, by piece, each with what is known of its parcel."""
    return turn.db.all(_PIECES, reference=reference)


def place(
    turn: Turn, parcel: Any, reference: str, takes: Any, terms: Terms, which: Callable[[], Ids]
) -> tuple[str, int]:
    """The shipment of a parcel whose label is bought, and which piece it is; "" for none.

    The first piece tells the carrier `which` come; none where it begins no shipment.
    """
    if takes is None or takes.pieces_max < 2 or not can(takes.offers, "add"):
        return "", 0
    named = {"order_id": parcel.order_id, "parcel": parcel.id}
    if turn.db.one(_NO, carrier=takes.carrier, **named) is not None:
        return "", 0
    joined = open_of(turn, parcel.order_id, parcel.id)
    if joined is not None and joined.reference == terms.joins:
        taken = {each.piece for each in pieces(turn, joined.reference)}
        return joined.reference, min({*range(1, joined.pieces + 1)} - taken)
    begun = which()
    if len(begun) < 2:
        return "", 0
    row = {"reference": reference, "order_id": parcel.order_id, "carrier": takes.carrier}
    row |= {"service": parcel.service, "pieces": len(begun), "promised_ms": terms.arrives_ms}
    turn.put(tables.shipment, [row | {"opened_ms": turn.now_ms}])
    for each in begun:
        turn.add(tables.told_piece, shipment=reference, parcel=each)
    return reference, 1


def waits_ms(turn: Turn, reference: str, begun_by: str) -> int:
    """How long a purchase is to wait for the number of the shipment that another one began."""
    return HELD_MS if reference != begun_by and not shipment(turn, begun_by).master else 0


def sold(turn: Turn, bought: Any, master: str) -> None:
    """A carrier has sold a piece: the number of the whole is known, and others go on."""
    turn.db.run(_MASTER, reference=bought.shipment, master=master)
    _go_on(turn, bought.shipment)
    tell(turn, shipment(turn, bought.shipment).order_id)


def over(turn: Turn, ended: Any, *, refused: bool = False) -> None:
    """A piece counts no more; with the last one its shipment ends."""
    if refused:
        turn.db.run(_STATE, reference=ended.shipment, state="refused")
    if not pieces(turn, ended.shipment):
        turn.db.run(_STATE, reference=ended.shipment, state="voided")
        alarming.over(turn, f"shipment/{ended.shipment}", SHORT)
    _go_on(turn, ended.shipment)


def _go_on(turn: Turn, reference: str) -> None:
    for each in pieces(turn, reference):
        if each.state == "asked":
            outbox.hasten(turn, each.label, "carrier/buy")


def remind(turn: Turn, order_id: str) -> None:
    """A person is told of shipments that go short, and of customs papers that lack.

    For where pieces change without a bench that asks for papers.
    """
    tell(turn, order_id)
    crossing.remind(turn, order_id)


def tell(turn: Turn, order_id: str) -> None:
    """Of the shipments of an order of which nothing has left, which are short of pieces."""
    for each in of_order(turn, order_id):
        coming = turn.db.value(_COMING, order_id=order_id, parcel=0)
        _tell(turn, each, coming)


def _tell(turn: Turn, whole: Any, coming: int) -> None:
    """A carrier that was told of more pieces than go, or may come, is a matter for a person."""
    here = pieces(turn, whole.reference)
    device = f"shipment/{whole.reference}"
    if not here or len(here) + coming >= whole.pieces:
        alarming.over(turn, device, SHORT)
        return
    plates = ", ".join(each.lpn for each in here)
    told = f"{whole.carrier} {whole.master}: {whole.pieces} pieces told, {len(here)} go"
    alarming.raise_alarm(turn, device, SHORT, f"{told}: {plates}"[:500])


def left(turn: Turn, departure: int) -> None:
    """What has left takes no more pieces."""
    for row in turn.db.all(_LEFT, departure=departure):
        turn.db.run(_STATE, reference=row.shipment, state="closed")
        whole = shipment(turn, row.shipment)
        _tell(turn, whole, 0)
        crossing.remind(turn, whole.order_id)
