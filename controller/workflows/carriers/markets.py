"""Owns what services are asked today: offers, contracts and who comes, and parcels as rows of it.

What another node packs goes with what calls there, at its price from there, and to no lane of the
building. It refuses carriers that do not take the parcel's carton, or do not come.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import structs

from controller.messages import CarrierOutlook, Node, PickupOutlook, SiteSettings, from_json
from controller.plan import rating
from controller.plan.cartons.packages import OWN
from controller.plan.choosing import Wish
from controller.plan.dangers import carrying
from controller.plan.rating import Book, Offer, Refusal
from controller.store import Db
from controller.units import DAY
from controller.workflows.carriers import contracting, insuring, tariffs
from controller.workflows.carriers.contracting import WHOLE_POINTS, Terms
from controller.workflows.nodes import nodes
from controller.workflows.packing import outside
from controller.workflows.packing.cartonizing import settings
from controller.workflows.packing.outside import Sides

_GOODS = (
    "SELECT MAX(i.length_mm) AS length_mm, MAX(i.width_mm) AS width_mm, "
    "MAX(i.height_mm) AS height_mm, COALESCE(MAX(i.hazardous), 0) AS hazardous, "
    "CAST(COALESCE(SUM(DISTINCT i.danger), 0) AS BIGINT) AS dangers, "
    f"{insuring.GOODS.format(parcel=':parcel')} "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku WHERE l.parcel = :parcel"
)
_INSIDE = (
    "SELECT DISTINCT i.sku, i.danger FROM parcel_line l JOIN item i ON i.sku = l.sku "
    "WHERE l.parcel = :parcel AND i.danger > 0 ORDER BY i.sku"
)
_NODE = (
    "SELECT n.* FROM consignment c JOIN node n ON n.code = c.node "
    "WHERE c.order_id = :order_id AND c.parcel = :parcel"
)
_OUTLOOK = (
    "SELECT carriers, pickups FROM carrier_plan WHERE leaves_ms = :leaves "
    "ORDER BY at_ms DESC, id DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a parcel: `goods` has the largest measures, the dangers and the worth; `inside`
    are its dangerous goods. `node` packs it, where this building does not.
    """

    goods: Any
    inside: tuple[tuple[str, int], ...] = ()
    node: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """All that decides about services today: offers, contracts, who does not come, who is full."""

    now_ms: int
    site: SiteSettings
    book: Book
    terms: Terms
    sides: Mapping[str, Sides]
    without: frozenset[str] = frozenset()
    own: str = ""  # the carrier of own vans
    carriers: Mapping[str, CarrierOutlook] = field(default_factory=dict)  # as last planned
    pickups: Mapping[str, PickupOutlook] = field(default_factory=dict)

    def answers(self, row: Any, held: Held, now_ms: int) -> list[Offer | Refusal]:
        """What each service says to a parcel."""
        asked = self.asked(row, held, now_ms)
        answers = [self._allowed(each, row, held.goods) for each in self.book.offers(asked)]
        node = held.node
        return [self._at(node, each) for each in answers] if node else answers

    def asked(self, row: Any, held: Held, now_ms: int) -> rating.Parcel:
        """A parcel row as it is rated."""
        goods, node = held.goods, held.node
        sides = self.sides.get(row.carton) or outside.of_goods(goods)
        length_mm, width_mm, height_mm = sides
        return rating.Parcel(
            length_mm=length_mm,
            width_mm=width_mm,
            height_mm=height_mm,
            mass_g=row.mass_g,
            country=row.country,
            postcode=row.postcode,
            origin_country=node.country if node else "",
            origin_postcode=node.postcode if node else "",
            owner=row.owner,
            hazardous=bool(goods.hazardous),
            dangers=goods.dangers,
            inside=held.inside,
            value_cents=insuring.due(self.site, goods.goods_cents),
            ready_ms=now_ms,
        )

    def further(
        self, parcel: rating.Parcel, row: Any, goods: Any, shipment: Any
    ) -> Offer | Refusal:
        """What a parcel costs as one more piece of a shipment that has pieces already."""
        answer = self.book.further(parcel, shipment.service, shipment.billed)
        return self._allowed(answer, row, goods)

    def _at(self, node: Node, answer: Offer | Refusal) -> Offer | Refusal:
        if isinstance(answer, Refusal):
            return answer
        why = nodes.why_no_call(node, answer, self.own)
        if why:
            return Refusal(answer.service, why)
        pickup = f"{node.code}/{answer.pickup}"
        return structs.replace(answer, lane=node.code, pickup=pickup)

    def _allowed(self, answer: Offer | Refusal, row: Any, goods: Any) -> Offer | Refusal:
        if isinstance(answer, Refusal):
            return answer
        for carrier, cartons in self.site.carrier_cartons:
            if carrier == answer.carrier and row.carton not in (*cartons, OWN):
                return Refusal(answer.service, f"{carrier} takes no carton {row.carton}")
        if answer.carrier in self.without:
            return Refusal(answer.service, f"no label of {answer.carrier} can be had")
        if goods.dangers & carrying.EXPLOSIVES and answer.carrier == self.own:
            return Refusal(answer.service, "own vans carry no explosives beside other goods")
        why = self.terms.bars(answer.service, answer.carrier, row.shop)
        return Refusal(answer.service, why) if why else answer

    def weight(self, shop: str, offer: Offer) -> int:
        """A price at the tiers and charges of the last plan, with what the shop would pay."""
        cents = offer.cost_cents + self.terms.penalty_cents(offer, shop)
        if carrier := self.carriers.get(offer.carrier):
            cents -= offer.base_cents * carrier.tier // WHOLE_POINTS - carrier.charge_cents
        pickup = self.pickups.get(offer.pickup)
        return cents + pickup.charge_cents if pickup else cents

    def pickup_of(self, service: str) -> str:
        """The pickup that takes a service; each that shares none has its own."""
        known = self.book.services.get(service)
        return (known.pickup if known else "") or service

    def carrier_of(self, service: str) -> str:
        known = self.book.services.get(service)
        return known.carrier if known else ""

    def rooms(self) -> dict[str, int]:
        """The parcels that each pickup with a limit takes at once."""
        rooms = {
            self.pickup_of(each.code): each.capacity
            for each in self.book.services.values()
            if each.capacity
        }
        return rooms | {
            pickup: most for each in self.terms.contracts.values() for pickup, most in each.pickups
        }

    def is_shared(self) -> bool:
        """Whether parcels share anything, so that they must be weighed together."""
        return bool(self.terms.contracts or self.rooms())


def market(db: Db, now_ms: int, without: frozenset[str] = frozenset()) -> Market:
    """The market of now, without carriers of which no label can be had. Raises: NotFound."""
    site, book = settings(db), tariffs.book(db)
    tiers = book.tiers("", (now_ms + site.utc_offset_ms) // DAY)
    return Market(
        now_ms=now_ms,
        site=site,
        book=book,
        terms=contracting.terms(db, now_ms).with_tiers(tiers),
        sides=outside.of_cartons(db),
        without=without,
        own=nodes.own_carrier(db.all(nodes.VANS)),
    )


def held(db: Db, site: SiteSettings, parcel: Any) -> Held:
    """What a parcel row holds, or is planned to hold."""
    row = db.one(_NODE, order_id=parcel.order_id, parcel=parcel.id)
    goods = db.the(_GOODS, parcel=parcel.id, insure_from=site.insure_from_cents)
    rows = db.all(_INSIDE, parcel=parcel.id) if goods.dangers else []
    inside = tuple((each.sku, each.danger) for each in rows)
    return Held(goods, inside, nodes.of_row(row) if row is not None else None)


def wish(parcel: Any) -> Wish:
    """What a parcel's order wants of its service, and what was planned."""
    return Wish(
        arrive_by_ms=parcel.arrive_by_ms,
        service=parcel.paid_for,
        planned=parcel.planned_service,
        set_by=parcel.set_by,
    )


def as_planned(db: Db, today: Market, leaves_ms: int) -> Market:
    """The market with the outlook of the last plan of a departure."""
    row = next(iter(db.all(_OUTLOOK, leaves=leaves_ms)), None)
    if row is None:
        return today
    return replace(
        today,
        carriers={e.carrier: e for e in from_json(row.carriers, tuple[CarrierOutlook, ...])},
        pickups={e.pickup: e for e in from_json(row.pickups, tuple[PickupOutlook, ...])},
    )
