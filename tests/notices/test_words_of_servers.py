"""What a mail server says of a customer is nowhere once they are erased."""

from api.erasing import erase
from api.replaying import replay
from controller.messages import CancelOrder
from tests.notices.receivers import mail_server
from tests.notices.test_notices import mail, told


def test_what_a_server_says_of_a_customer_is_erased_with_them_and_in_no_journal() -> None:
    floor = told("delivered")
    with mail_server() as inbox:
        inbox.say["ada@example.org"] = "550 5.1.1 Lovelace has moved"
        mail(floor, inbox.port).round()
    assert floor.value("SELECT why FROM notice") == "550 5.1.1: Lovelace has moved"
    places = ("journal.payload", "event.data", "notice.why", "alarm.detail", "personal.data")

    def named() -> list[str]:
        each = (place.partition(".")[::2] for place in places)
        kept = ((f"SELECT {column} AS kept FROM {table}", table) for table, column in each)
        return [table for asked, table in kept if "Lovelace" in str(floor.all(asked))]

    assert named() == ["notice", "alarm", "personal"]
    order = floor.parcels()[0].order_id
    floor.do(CancelOrder(id="cancel", order=order))
    erase(floor.controller, [order], actor="ADMIN-001")
    assert named() == []
    assert replay(floor.controller.store).same
