"""Owns the look at the floor as planners see it: the site's rectangle, or the layout given."""

from functools import lru_cache

from controller.messages import FloorLayout, SiteSettings, from_json
from controller.plan.graphs.ground import Ground, floor_of, ground_of, plain_ground
from controller.plan.walking import Layout
from controller.store import Db

_LAYOUT = "SELECT value FROM setting WHERE name = 'layout'"


def rectangle(site: SiteSettings) -> Layout:
    """The rectangle of the site's figures."""
    return Layout(
        aisles=site.aisles,
        block_lengths_mm=site.block_lengths_mm,
        aisle_pitch_mm=site.aisle_pitch_mm,
        depot_aisle=site.depot_aisle,
    )


def given_layout(db: Db) -> FloorLayout | None:
    """The layout that the site was given; None where its figures are enough."""
    stored = db.value(_LAYOUT)
    return None if stored is None else _read(stored)


def layout(db: Db, site: SiteSettings) -> FloorLayout:
    """The floor as points and ways, also where it is the rectangle of the site's figures."""
    return given_layout(db) or floor_of(rectangle(site))


def ground(db: Db, site: SiteSettings) -> Ground:
    """Where places lie for planners."""
    stored = db.value(_LAYOUT)
    return plain_ground(rectangle(site)) if stored is None else _ground(stored)


@lru_cache(maxsize=8)
def _read(stored: str) -> FloorLayout:
    return from_json(stored, FloorLayout)


@lru_cache(maxsize=8)
def _ground(stored: str) -> Ground:
    return ground_of(_read(stored))
