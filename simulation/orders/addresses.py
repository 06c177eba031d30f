"""Owns invented recipients for customers that a file names by number only.

The address depends on the customer alone, so that a customer lives at one place in all runs. It
refuses real persons: names are the customer's number.
"""

from controller.messages import Recipient
from simulation.streams import Streams

STREETS = ("High Street", "Station Road", "Mill Lane", "Church Road", "Park Avenue")
TOWNS = ("Ashford", "Brookfield", "Castleton", "Easton", "Kingsford", "Milltown", "Westbury")
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"

Address = tuple[str, Recipient]


class Addresses:
    """Postcode and recipient by customer."""

    def __init__(self) -> None:
        self._streams = Streams(0)
        self._known: dict[str, Address] = {}

    def of(self, customer: str, country: str) -> Address:
        found = self._known.get(customer)
        if found is None:
            found = self._known[customer] = self._invented(customer, country)
        return found

    def _invented(self, customer: str, country: str) -> Address:
        stream = self._streams.stream(f"address/{customer}")
        if country == "GB":
            area, unit = ("".join(stream.choices(LETTERS, k=2)) for _ in range(2))
            postcode = f"{area}{stream.randint(1, 28)} {stream.randint(1, 9)}{unit}"
        else:
            postcode = f"{stream.randint(10_000, 99_999)}"
        return postcode, Recipient(
            name=f"Customer {customer}",
            street=f"{stream.randint(1, 180)} {stream.choice(STREETS)}",
            city=stream.choice(TOWNS),
        )
