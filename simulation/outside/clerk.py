"""Owns the clerk of a store: picks what the store ships, packs it, hands bags to customers.

Parcels go to the carrier, and bags to their customers, a while after they were packed.
"""

from typing import Final

from controller.messages import Screen
from controller.units import DAY, HOUR, MINUTE
from controller.views import nodes
from simulation.outside.people import Outside, Outsider

CARTON: Final = "BOX-04"
OPENS_MS, CLOSES_MS = 7 * HOUR, 21 * HOUR
SCAN_MS: Final = 20_000
LOOK_MS: Final = 2 * MINUTE
LIES_MS: Final = {"ready": 25 * MINUTE, "packed": 40 * MINUTE}  # until it is fetched
LABEL_MS: Final = 5_000
LABEL_LOOKS: Final = 24


class Clerk(Outsider):
    def __init__(self, badge: str, node: str, outside: Outside) -> None:
        super().__init__(badge, outside)
        self.node = node
        self._seen: dict[str, int] = {}  # what lies there, by bag: since when
        self._looks = 0

    def step(self) -> int:
        screen, hour_ms = self.screen(), self.now_ms % DAY
        if screen is None:
            if not OPENS_MS <= hour_ms < CLOSES_MS:
                return LOOK_MS
            self.sign_in()
            self.scan(self.node)
            return SCAN_MS
        if self.stuck or screen.workflow not in ("store", "home"):
            self.errors = 0
            self.scan("HOME")
            return SCAN_MS
        if screen.workflow == "home":
            self.scan(self.node)
            return SCAN_MS
        return self._work(screen)

    def _work(self, screen: Screen) -> int:
        if screen.step != "label":
            self._looks = 0
        match screen.step:
            case "list":
                return self._at_list(screen)
            case "count":
                self.scan(str(screen.fields["qty"]))
            case "pack":
                self.scan(CARTON)
            case "label":
                return self._stick(screen)
            case "hand" | "bag":
                self.scan("DONE")
            case _:
                self.scan(screen.target or "DONE")
        return SCAN_MS

    def _at_list(self, screen: Screen) -> int:
        """What is fetched goes first; else NEXT, which also shows whether there is anything."""
        fetched = self._fetched()
        if fetched:
            self.scan(fetched)
            return SCAN_MS
        if self.now_ms % DAY >= CLOSES_MS and not screen.fields["to_pick"]:
            self.sign_out()
            return LOOK_MS
        reply = self.scan("NEXT")
        return LOOK_MS if reply.screen.step == "list" else SCAN_MS

    def _fetched(self) -> str:
        """A bag whose customer is there, or a parcel whose carrier is."""
        with self.floor.controller.reading() as db:
            lying = nodes.lying(db, self.node)
        self._seen = {each.lpn: self._seen.get(each.lpn, self.now_ms) for each in lying}
        for each in lying:
            if self.now_ms - self._seen[each.lpn] >= LIES_MS[each.state]:
                self._seen[each.lpn] = self.now_ms  # one that does not go is tried again later
                return each.lpn
        return ""

    def _stick(self, screen: Screen) -> int:
        """The label, once it has come out."""
        box = str(screen.fields["box"])
        if screen.fields["printed"]:
            self.floor.take_label(self.node, box)
            self.scan(box)
            return SCAN_MS
        self._looks += 1
        if self._looks > LABEL_LOOKS:
            self._looks = 0
            self.scan("PRINT")
        return LABEL_MS
