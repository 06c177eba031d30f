"""Owns what the packing planner is asked: goods as they measure, cartons, and what freight costs.

Goods that share no carton, by the site or by what is dangerous in them, bear kinds of their own.
It refuses to decide which carton is taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from controller.errors import NotFound, Refused
from controller.messages import Block, SiteSettings, from_json
from controller.plan.apart import named, pairs_of_names
from controller.plan.cartonizing import at_once
from controller.plan.cartons import packages
from controller.plan.cartons.blocks import blocks
from controller.plan.channels import allowed
from controller.plan.dangers import segregating
from controller.plan.methods import boxes
from controller.store import Db
from controller.workflows.packing import supplying

_SITE = "SELECT value FROM setting WHERE name = 'site'"
_CARTONS = (
    "SELECT t.*, COALESCE(f.percent, 100) AS fill_percent FROM carton_type t "
    "LEFT JOIN carton_fill f ON f.carton = t.code ORDER BY t.code"
)
_ITEM = "SELECT * FROM item WHERE sku = :sku"
_ITEMS = (
    "SELECT sku, length_mm, width_mm, height_mm, mass_g, upright, flat, fragile, load_max_g, "
    "hazardous, own_carton, goods FROM item ORDER BY sku"
)
Kinds = frozenset[str]
_PARCEL = (
    "SELECT line, sku, planned AS qty FROM parcel_line WHERE parcel = :parcel AND planned > 0 "
    "ORDER BY line"
)
_MEASURES = ("length_mm", "width_mm", "height_mm", "mass_g")
_FLAGS = ("upright", "flat", "fragile", "hazardous", "own_carton")


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Units to pack: of a SKU as the books know it, or as it is said to measure.

    Measures of 0 are those of the books.
    """

    ref: str
    qty: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    mass_g: int = 0
    upright: bool = False
    flat: bool = False
    fragile: bool = False
    load_max_g: int = -1
    hazardous: bool = False
    own_carton: bool = False
    goods: str = ""


def cartons(db: Db) -> tuple[packages.Carton, ...]:
    """The carton types, each as high as it may be filled."""
    return tuple(
        packages.Carton(
            code=row.code,
            length_mm=row.length_mm,
            width_mm=row.width_mm,
            height_mm=row.height_mm * row.fill_percent // 100,
            tare_g=row.tare_g,
            mass_max_g=row.mass_max_g,
            cost_cents=row.cost_cents,
            outer_mm3=row.outer_length_mm * row.outer_width_mm * row.outer_height_mm,
            flexible=bool(row.flexible),
        )
        for row in db.all(_CARTONS)
    )


def tariff(site: SiteSettings) -> packages.Tariff:
    """What a parcel roughly costs to send, for the choice between cartons."""
    return packages.Tariff(
        base_cents=site.tariff_base_cents,
        per_kg_cents=site.tariff_per_kg_cents,
        divisor_cm3_per_kg=5_000,
        step_g=500,
    )


def rules(db: Db, site: SiteSettings, held: Iterable[Kinds] | None = None) -> boxes.Rules:
    """How the site packs goods of these kinds, and what is left of its cartons.

    Without kinds the goods are known by one each, as files name them.
    """
    known = segregating.pairs(site.apart)
    each = held if held is not None else {frozenset((kind,)) for pair in known for kind in pair}
    return replace(_said(site, each), left=boxes.counts(supplying.left(db)))


def _said(site: SiteSettings, held: Iterable[Kinds]) -> boxes.Rules:
    return boxes.Rules(
        hazardous_max=site.hazardous_max or None,
        void_cents_per_l=site.void_cents_per_l,
        void_g_per_l=site.void_g_per_l,
        apart=pairs_of_names(held, segregating.pairs(site.apart)),
    )


def packed(db: Db, site: SiteSettings, problem: packages.Problem) -> packages.Plan:
    """The cartons of an order for somebody who waits, of those that are left."""
    return boxes.left_of(rules(db, site)).pack(problem, at_once)


def settings(db: Db) -> SiteSettings:
    """The figures of the site. Raises: NotFound before it is set up."""
    stored = db.value(_SITE)
    if stored is None:
        raise NotFound("site_not_set_up", fix="send SetUpSite first")
    return from_json(stored, SiteSettings)


def measures(db: Db) -> dict[str, dict[str, int]]:
    """How every item measures, by SKU."""
    return {row.sku: row._asdict() for row in db.all(_ITEMS)}


def of_lines(db: Db, site: SiteSettings, order: str, rows: Iterable[Any]) -> packages.Problem:
    """Lines of an order (line, sku, qty) to be packed; the planner names them by their line."""
    items = [(db.the(_ITEM, sku=row.sku), str(row.line), row.qty) for row in rows]
    there = allowed(cartons(db), site.channel_cartons, order)
    by = _said(site, [_kinds(item) for item, _, _ in items])
    return by.problem((_piece(*each) for each in items), there, tariff(site))


def places_in(db: Db, site: SiteSettings, parcel: int, carton: str) -> tuple[Block, ...]:
    """Where the goods of a parcel lie in this carton; nothing where no place for all is found."""
    problem = of_lines(db, site, "", db.all(_PARCEL, parcel=parcel))
    only = tuple(each for each in problem.cartons if each.code == carton)
    plan = at_once(replace(problem, cartons=only))
    whole = len(plan.cartons) == 1 and plan.cartons[0].carton == carton and not plan.refused
    return blocks(plan.cartons[0]) if whole else ()


def of_wants(
    db: Db, wants: tuple[Want, ...], shop: str = "", carrier: str = ""
) -> packages.Problem:
    """What somebody wants to know the cartons of: of those that the shop and the carrier take.

    Raises: NotFound for a SKU that the books do not know and that says no measures; Refused when
    a name stands twice, or only some measures are said, or shop and carrier share no carton.
    """
    site = settings(db)
    described: dict[str, Any] = {}
    for want in wants:
        if want.ref in described:
            raise Refused("named_twice", item=want.ref, fix="name each item once, with its units")
        described[want.ref] = _described(db, want)
    pieces = [_piece(described[want.ref], want.ref, want.qty) for want in wants]
    there = allowed(cartons(db), site.channel_cartons, shop)
    taken = allowed(there, site.carrier_cartons, carrier)
    if there and not taken:
        fix = "change channel_cartons or carrier_cartons, or ask for another carrier"
        raise Refused("carrier_takes_none", shop=shop, carrier=carrier, fix=fix)
    by = rules(db, site, [_kinds(each) for each in described.values()])
    return boxes.left_of(by).limited(by.problem(pieces, taken, tariff(site)))


def _described(db: Db, want: Want) -> Any:
    """What says how a unit measures: the item of the books, or the want itself."""
    said = {name: getattr(want, name) for name in _MEASURES}
    if not any(said.values()):
        item = db.one(_ITEM, sku=want.ref)
        if item is None:
            fix = f"import the item, or say its {', '.join(_MEASURES)}"
            raise NotFound("unknown_sku", sku=want.ref, fix=fix)
        return item
    missing = next((name for name, value in said.items() if not value), None)
    if missing is not None:
        raise Refused("measure_missing", item=want.ref, field=missing, fix="say all four, or none")
    return want


def _kinds(item: Any) -> Kinds:
    """What may be kept apart; of goods that the books do not know, what they are said to be."""
    if isinstance(item, Want):
        return frozenset((item.goods,)) if item.goods else frozenset()
    return segregating.of(item)


def _piece(item: Any, ref: str, qty: int) -> packages.Piece:
    """Units of what is described by an item of the books, or by a want."""
    measures: Mapping[str, Any] = {name: getattr(item, name) for name in _MEASURES}
    flags: Mapping[str, Any] = {name: bool(getattr(item, name)) for name in _FLAGS}
    load = item.load_max_g if item.load_max_g >= 0 else None
    goods = named(_kinds(item))
    return packages.Piece(ref=ref, qty=qty, goods=goods, load_max_g=load, **measures, **flags)
