"""Staffing from the books: what lies there and comes, when it is due, and what a line takes."""

from controller.messages import AnnounceReturn, OrderLine, PlaceOrder
from controller.plan import Effort
from controller.plan.staffing import Person, solve
from controller.units import DAY, HOUR, MINUTE
from controller.views.forecast import DOUBT_DAYS, SLOT_MS
from controller.views.standards import DOUBT, USUAL_MS, Standard, standards
from controller.views.workload import Shift, Span, as_rows, shift
from tests.workflows.inbound import NOON_MS, Site
from tests.workflows.test_replenishing import FACE, RESERVE

QUARTER = NOON_MS // SLOT_MS * SLOT_MS


def order(site: Site, number: str, sku: str = "MUG", due_ms: int = 0) -> None:
    lines = (OrderLine(line=1, sku=sku, qty=1),)
    site.handle(PlaceOrder, shop="web", number=number, lines=lines, due_ms=due_ms)


def shift_of(site: Site, slots: int = 8, people: tuple[Person, ...] = ()) -> Shift:
    with site.controller.reading() as db:
        return shift(db, site.clock.now, Span(QUARTER, slots), people)


def learned(site: Site) -> dict[str, Standard]:
    with site.controller.reading() as db:
        return {each.job: each for each in standards(db, 0)}


def test_orders_lie_where_they_are_and_are_due_with_their_departure() -> None:
    site = Site(stock=(FACE, RESERVE))
    order(site, "1", due_ms=QUARTER + HOUR)
    order(site, "2", due_ms=QUARTER + 90 * MINUTE)
    jobs = {job.name: job for job in shift_of(site).problem.jobs}
    assert jobs["picking"].arrives[0] == 2
    assert jobs["loading"].due == (0, 0, 0, 1, 1, 2, 2, 2)
    assert jobs["packing"].due == (0,) * 7 + (2,)
    site.release("MUG", "P1", 1)
    site.scan("CART", worker="BOB")
    site.follow("BOB")
    jobs = {job.name: job for job in shift_of(site).problem.jobs}
    assert (jobs["picking"].arrives[0], jobs["packing"].arrives[0]) == (2, 1)


def test_lines_still_to_be_ordered_come_as_on_other_days() -> None:
    site = Site(stock=(FACE, RESERVE))
    site.clock.now = NOON_MS - 2 * DAY + HOUR
    for number in "123":
        order(site, number, due_ms=NOON_MS + 3 * DAY)
    site.clock.now = NOON_MS - DAY + HOUR
    order(site, "4", due_ms=NOON_MS + 3 * DAY)
    site.clock.now = NOON_MS
    (picking, *_) = shift_of(site).problem.jobs
    at = (NOON_MS + HOUR - QUARTER) // SLOT_MS
    assert picking.arrives[0] == 4
    assert [n for slot, n in enumerate(picking.arrives) if slot and n] == [2]
    assert picking.arrives[at] == 2


def test_deliveries_returns_and_errands_are_due_at_the_end() -> None:
    site = Site(stock=(FACE, RESERVE))
    site.announce("ASN1", LAMP=1, MUG=5)
    lines = (OrderLine(line=1, sku="MUG", qty=1),)
    site.handle(AnnounceReturn, number="RMA1", lines=lines)
    site.release("MUG", "P1", 5)
    jobs = {job.name: job for job in shift_of(site).problem.jobs}
    assert sum(jobs["receiving"].arrives) == 2
    assert jobs["receiving"].arrives[0] == 0, "it is expected in an hour"
    assert jobs["returning"].due == (0,) * 7 + (1,)
    assert jobs["replenishing"].arrives[0] == 1


def test_the_time_of_a_line_is_learned_and_a_pause_is_no_work() -> None:
    site = Site(stock=(FACE, RESERVE))
    assert learned(site)["picking"].unit_ms == USUAL_MS["picking"]
    for _ in range(2):
        for _ in range(4):
            site.release("MUG", "P1", 1)
    start = site.clock.now // HOUR * HOUR
    rows = [start + at * MINUTE for at in (1, 2, 3, 4, 5, 6, 40)]
    with site.controller.store.transaction() as db:
        for nth, at_ms in enumerate(rows, 1):
            db.run(MOVED, id=nth, at=at_ms)
    found = learned(site)["picking"]
    assert found.learned_from == 5
    assert found.unit_ms == round((5 * MINUTE + DOUBT * found.usual_ms) / (5 + DOUBT))


MOVED = (
    "INSERT INTO movement VALUES (:id, 0, :id, 'MUG', '', '', 1, '', '', '', '', '', '', '', '', "
    "'pick', 'ANN', :at, :at, 0)"
)


def test_a_shift_is_planned_and_told_as_a_table() -> None:
    site = Site(stock=(FACE, RESERVE))
    for number in range(9):
        order(site, str(number), due_ms=QUARTER + 3 * HOUR)
    ann = Person(name="ANN", skills=("picking", "packing", "loading"), starts=0, ends=12)
    plan = solve(shift_of(site, 12, (ann,)).problem, Effort(work=60_000))
    ((name, row),) = as_rows(plan, 12)
    assert name == "ANN"
    assert plan.late == 0
    assert [job for job in dict.fromkeys(row) if job] == ["picking", "packing", "loading"]


def test_a_weekday_is_forecast_by_its_like_and_a_lead_may_know_better() -> None:
    site = Site(stock=(FACE, RESERVE))
    for days, lines in ((7, 6), (6, 2), (5, 2)):
        site.clock.now = NOON_MS - days * DAY + HOUR
        for number in range(lines):
            order(site, f"{days}/{number}", due_ms=NOON_MS + 3 * DAY)
    site.clock.now = NOON_MS
    with site.controller.reading() as db:
        usual, twice = (
            shift(db, NOON_MS, Span(QUARTER, 8), factor_percent=percent).forecast
            for percent in (100, 200)
        )
    at = (NOON_MS + HOUR - QUARTER) // SLOT_MS
    mean = 10 / 7  # lines a day; days without orders count
    like = (6 + DOUBT_DAYS * mean) / (1 + DOUBT_DAYS)  # this weekday of the week before
    assert usual[at] == sum(usual) == int(like)
    assert twice[at] == int(2 * like)
