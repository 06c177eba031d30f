"""The carriers and the mailbox of the demo, reached as a site reaches its own."""

import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from api.carriers.adapter import Adapter, Label, Unavailable
from api.demo.partners import Partners, letters_beside, partners
from api.demo.site import SHIPS, commands
from controller.messages import ImportRateCard, SetUpNodes, SetUpVans
from controller.store import open_store
from controller.units import DAY, HOUR
from controller.views.consignments import Address, Announced, Announcement, Consignment
from controller.views.pickups import Collection
from simulation.live.clock import ScaledClock
from simulation.live.plan import Plan
from simulation.outside.customers import LOCAL, customer, postcodes
from simulation.outside.journeys import story
from simulation.outside.mailbox import KEPT

THURSDAY = 20_783 * DAY
TO = Address(name="Customer 1", street="1 High Street", city="Leeds", postcode="LS1 1AA")
PARCEL = Consignment(
    reference="00395201234500000018",
    plate="00395201234500000018",
    order="web/W-1",
    number="W-1",
    carrier="Albion Parcels",
    service="ALBION-NEXT-DAY",
    mass_g=1_200,
    length_mm=300,
    width_mm=200,
    height_mm=100,
    to=TO,
)


@pytest.fixture
def others(tmp_path: Path) -> Iterator[Partners]:
    store = open_store()
    with partners(tmp_path / "mail") as made:
        made.start(store, ScaledClock(THURSDAY + 7 * HOUR, 50.0), 1)
        yield made
    store.close()


def named(others: Partners, carrier: str = PARCEL.carrier) -> Adapter:
    return next(each.adapter for each in others.carriers.connected if each.adapter.name == carrier)


def persistent(sell: Callable[[Consignment], Label], parcel: Consignment = PARCEL) -> Label:
    """A label, asked for again for as long as the carrier is ill."""
    while True:
        try:
            return sell(parcel)
        except Unavailable as error:
            if "503" not in str(error):
                raise


def test_a_label_is_sold_once_found_void_and_on_its_way_with_the_manifest(
    others: Partners,
) -> None:
    adapter = named(others)
    assert adapter.check() == "answers, and knows us"
    number = persistent(adapter.buy).tracking
    assert persistent(adapter.buy).tracking == number
    found = adapter.find(PARCEL.reference)
    assert found is not None
    assert found.tracking == number
    assert PARCEL.plate.encode() in found.data
    announced = Announced(
        tracking=number, reference=PARCEL.reference, service=PARCEL.service, mass_g=1_200, to=TO
    )
    asked = Announcement(
        departure=1,
        carrier=adapter.name,
        lane="LANE-02",
        leaves_ms=THURSDAY + 21 * HOUR,
        sender=TO,
        parcels=(announced,),
    )
    assert adapter.manifest(asked).startswith("AP-")
    ((told, news),) = others.emulated.carriers[0].due(THURSDAY + 30 * DAY)
    assert told == number
    assert news[0].code == "COLLECTED"
    assert news[0].at_ms < THURSDAY + 9 * HOUR
    adapter.void(PARCEL.reference, number)
    adapter.close()


def test_pieces_of_a_shipment_are_sold_one_by_one_and_given_back_at_once(
    others: Partners,
) -> None:
    adapter = named(others)
    first = persistent(adapter.buy, replace(PARCEL, shipment="S", pieces=2))
    second = persistent(
        adapter.add,
        replace(PARCEL, reference="S-2", shipment="S", piece=2, pieces=2, master=first.tracking),
    )
    assert second.tracking != first.tracking
    assert b"LS1 1AA 1 of 2^FS" in first.data
    assert b"LS1 1AA 2 of 2^FS" in second.data
    adapter.void_all("S", first.tracking)
    adapter.close()


def test_a_pickup_is_confirmed_for_the_time_that_was_asked_for_and_called_off(
    others: Partners,
) -> None:
    adapter = named(others, "Meridian Express")
    asked = Collection(
        reference="PICKUP-1",
        carrier=adapter.name,
        place=TO,
        ready_ms=THURSDAY + 20 * HOUR,
        latest_ms=THURSDAY + 21 * HOUR,
        parcels=3,
        mass_g=4_000,
        replaces="",
    )
    booked = adapter.pickup(asked)
    assert booked.number.startswith("MX")
    assert (booked.from_ms, booked.until_ms) == (asked.ready_ms, asked.latest_ms)
    adapter.cancel_pickup(replace(asked, replaces=booked.number))
    adapter.close()


def test_stories_begin_with_the_pickup_and_nearly_all_end_at_the_door_in_time() -> None:
    ends: Counter[str] = Counter()
    for nth in range(1_000):
        told = story(f"AP{nth}", 2, THURSDAY)
        assert [each.at_ms for each in told] == sorted(each.at_ms for each in told)
        assert told[0].code == "COLLECTED"
        ends[told[-1].code] += told[-1].at_ms < THURSDAY + 3 * DAY
    assert ends["DELIVERED"] > 900


def test_a_letter_becomes_a_file_and_old_ones_go(others: Partners) -> None:
    letter = EmailMessage()
    letter["To"] = "one@customers.example"
    letter["From"] = "parcels@shops.example"
    letter.set_content("Your parcel is here\n..\n")
    with smtplib.SMTP("127.0.0.1", others.mailbox.port) as smtp:
        for _ in range(3):
            smtp.send_message(letter)
    kept = sorted(others.mailbox.folder.iterdir())
    assert [path.name for path in kept] == ["000001.eml", "000002.eml", "000003.eml"]
    assert b"\r\n..\r\n" in kept[0].read_bytes()
    for _ in range(KEPT):
        others.mailbox.keep(b"")
    assert len(list(others.mailbox.folder.iterdir())) == KEPT


def test_the_site_of_the_demo_is_whole() -> None:
    made = {type(each): each for each in commands(Plan().wants)}
    assert {ImportRateCard, SetUpNodes, SetUpVans} <= made.keys()
    areas = {area for van in SHIPS.file.vans for area in van.area}
    assert areas == {town.area for town in LOCAL}
    assert all(each.code.startswith(tuple(areas)) for each in postcodes())
    assert customer("web-1") == customer("web-1")


def test_letters_lie_beside_the_database() -> None:
    assert letters_beside("sqlite:////var/lib/demo.db") == Path("/var/lib/demo-mail")
    assert letters_beside("postgresql://wms@/tour") == Path("demo-mail")
