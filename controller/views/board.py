"""Owns the work board: what waits for whom on the floor, as people see it lie there."""

from dataclasses import dataclass

from controller.store import Db
from controller.workflows.errands import AT_STATIONS, READY_MOVES
from controller.workflows.stations.walls import WORKABLE

_TOURS = "SELECT container, COUNT(*) AS n FROM tour WHERE state = 'planned' GROUP BY container"
_PARKED = (
    "SELECT t.cart, c.place FROM tour t JOIN container c ON c.lpn = t.cart "
    "WHERE t.state = 'active' AND t.worker = '' ORDER BY t.cart"
)
_LOADS = "SELECT COUNT(*) FROM load WHERE state = 'picked' AND wall = ''"
_WALLS = (
    "SELECT DISTINCT l.wall FROM load l WHERE l.state = 'picked' AND l.wall <> '' "
    f"AND {WORKABLE} ORDER BY l.wall"
)
_STATIONS = (
    "SELECT t.to_place AS station FROM tour r JOIN task t ON t.tour = r.id "
    "AND t.state = 'open' JOIN container c ON c.lpn = r.cart AND c.place = t.to_place "
    "WHERE r.kind = 'station' AND r.state IN ('planned', 'active') UNION "
    f"SELECT w.station FROM ({AT_STATIONS}) w JOIN container c ON c.lpn = w.pod "
    "AND c.place = w.station ORDER BY station"
)
_LANES = (
    "SELECT lane, COUNT(*) AS n FROM parcel WHERE state = 'sorted' GROUP BY lane ORDER BY lane"
)
_RECEIPTS = (
    "SELECT COUNT(*) FROM receipt WHERE state IN ('announced', 'receiving') "
    "AND expected_ms <= :now"
)
_RETURNS = "SELECT COUNT(*) FROM customer_return WHERE state = 'announced'"
_TASKS = (
    "SELECT COUNT(*) FROM task WHERE state = 'open' AND worker = '' AND (kind IN "
    f"('carry', 'replenish', 'putaway') OR id IN ({READY_MOVES})) "
    f"AND id NOT IN (SELECT w.id FROM ({AT_STATIONS}) w)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """How many tours (by kind of container), totes, parcels (by lane) and tasks wait.

    `parked`: where each cart stands on which a tour was left half done; `walls` names the put
    walls with totes, `stations` those with work on a pod that stands there.
    """

    tours: dict[str, int]
    parked: dict[str, str]
    loads: int
    walls: tuple[str, ...]
    stations: tuple[str, ...]
    lanes: dict[str, int]
    receipts: int
    returns: int
    tasks: int


def board(db: Db, now_ms: int) -> Board:
    return Board(
        tours={row.container: row.n for row in db.all(_TOURS)},
        parked={row.cart: row.place for row in db.all(_PARKED)},
        loads=int(db.value(_LOADS)),
        walls=tuple(row.wall for row in db.all(_WALLS)),
        stations=tuple(row.station for row in db.all(_STATIONS)),
        lanes={row.lane: row.n for row in db.all(_LANES)},
        receipts=int(db.value(_RECEIPTS, now=now_ms)),
        returns=int(db.value(_RETURNS)),
        tasks=int(db.value(_TASKS)),
    )
