"""Owns the address of the console: all of its routes need a lead, or an admin."""

from fastapi import APIRouter

from api.access import needs
from api.console import (
    acts,
    carriers,
    looks,
    nodes,
    packing,
    papers,
    plans,
    shipping,
    slotting,
    staffing,
    vans,
)

router = APIRouter(prefix="/api/console", tags=["console"], dependencies=[needs("lead")])
router.include_router(looks.router)
router.include_router(acts.router)
router.include_router(plans.router)
router.include_router(slotting.router)
router.include_router(staffing.router)
router.include_router(packing.router)
router.include_router(shipping.router)
router.include_router(papers.router)
router.include_router(nodes.router)
router.include_router(vans.router)
router.include_router(carriers.router)
