"""Owns the routes that plan how a container, a vehicle, pallets or roll cages are loaded."""

from typing import Annotated, Any, Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.callers import Caller, needs
from api.errors import WrongInput
from api.loading import LaneRooms, LoadList, told
from api.loading_sheet import sheet
from api.solved import loaded
from controller.errors import Refused
from controller.messages import LaneSequenced, SequenceLane
from controller.plan import Effort
from controller.plan import loading as planner
from controller.views.docks import waiting

router = APIRouter(prefix="/api/loading", tags=["loading"])
Lead = Annotated[Caller, needs("lead")]
EFFORT: Final = Effort(work=60_000)
PARCELS_MAX: Final = 500


def _problem(given: LoadList) -> planner.Problem:
    try:
        return given.problem()
    except WrongInput as error:
        raise Refused("wrong_load_list", got=str(error), fix="correct it and ask again") from error


@router.post("/plan")
async def loading_plan(given: LoadList, _caller: Lead) -> dict[str, Any]:
    """Which goods go into which room, where each lies, in which order they are loaded, and why."""
    return told(await loaded(planner.solve, _problem(given), EFFORT))


@router.post("/picture.svg", responses={200: {"content": {"image/svg+xml": {}}}})
async def loading_picture(given: LoadList, _caller: Lead) -> Response:
    """The same plan as a picture of each room, to print."""
    problem = _problem(given)
    plan = await loaded(planner.solve, problem, EFFORT)
    return Response(sheet(problem, plan), media_type="image/svg+xml")


@router.post("/lanes/{lane:path}")
async def lane_sequence(lane: str, given: LaneRooms, caller: Lead) -> dict[str, Any]:
    """Plans how the parcels that wait at a lane are loaded; loaders are shown them in sequence.

    A loader who scans another parcel of the lane loads that one, and goes on in the sequence.
    """
    parcels = await caller.read(waiting, lane, PARCELS_MAX)
    measured = [each for each in parcels if min(each.length_mm, each.width_mm, each.height_mm)]
    if not measured:
        raise Refused("nothing_to_load", lane=lane, fix="sort parcels to this lane first")
    plan = await loaded(planner.solve, given.problem(measured), EFFORT)
    plates = tuple(unit.ref for load in plan.loads for unit in load.units)
    done: LaneSequenced = await caller.send(SequenceLane, lane=lane, parcels=plates)
    return told(plan) | {"sequenced": done.parcels, "dropped": done.dropped}
