"""From an order over HTTP to the bytes at the printer: one label, whatever the order says."""

import pytest

from api.main import create_app
from api.runtime import Runtime, Wiring
from controller.store import open_store
from devices.printer import Printer
from devices.transports.memory import MemoryTransport
from simulation.machines.printer import read_label
from tests.api.security.strangers import ZPL
from tests.api.serving import LiveSetClock, Served, running, staff
from tests.workflows.floor import Floor


def order_over_http(floor: Floor, text: str) -> str:
    """Placed as a shop does it, with this text wherever text is taken; its name."""
    runtime = Runtime(
        floor.controller.store, LiveSetClock(), Wiring(drivers=(), transport=MemoryTransport())
    )
    for command in staff():
        floor.do(command)
    runtime.desk.start()
    app = create_app(runtime)
    with running(app) as url:
        house = Served(runtime, app, url)
        house.new_id = lambda: "http/session"  # type: ignore[method-assign]
        person = dict.fromkeys(("name", "street", "city"), text)
        body = {"shop": text[:10], "number": text, "recipient": person, "postcode": text}
        lines = [{"line": 1, "sku": "MUG", "qty": 1}]
        answer = house.as_("lead").post("/api/orders", json=body | {"lines": lines})
        assert answer.status_code == 201, answer.text
        house.close()
    runtime.desk.stop()
    return str(answer.json()["order"])


@pytest.mark.parametrize("text", ZPL)
def test_an_order_prints_exactly_one_label_whatever_it_says(text: str) -> None:
    floor = Floor(store=open_store())
    order = order_over_http(floor, text)
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    floor.carrier_answers()
    (event,) = floor.sent("device/printer-")
    printer = Printer(name=event.topic.removeprefix("device/"), address="tcp/printer")
    sends = printer.carry_out(event, floor.clock.ms).sends
    printed = b"".join(send.payload for send in sends)
    (zpl,) = [send.payload for send in sends if b"^XA" in send.payload]
    assert (printed.count(b"^XA"), printed.count(b"^XZ"), printed.count(b"~JR")) == (1, 1, 0)
    assert zpl.strip().startswith(b"^XA")
    assert zpl.strip().endswith(b"^XZ")
    assert text in read_label(zpl).texts
