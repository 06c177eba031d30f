"""Owns what has become of the goods once a scan was answered: the hands follow the screen.

People move what the screen says, not what the books have booked, so that the two can be compared.
Errors of the hands happen here: a unit too many or too few.
"""

from collections.abc import Callable

from controller.messages import ScanReply, Screen
from simulation.hands import Hands
from simulation.world import OUTSIDE

NOT_LOADABLE = (
    *("parcel_cancelled", "not_labelled", "parcel_empty", "already_shipped"),
    *("not_a_parcel", "not_a_labelled_parcel", "carrier_label_missing", "goes_by_van"),
)


def done(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    """The goods after a scan: `screen` is the one on which it was made, `reply` its answer."""
    if reply.tone == "error":
        _not_loaded(hands, screen, raw, reply)
        return
    follow = _DONE.get((screen.workflow, screen.step))
    if follow is not None:
        follow(hands, screen, raw, reply)


def _sku(screen: Screen) -> str:
    return str(screen.fields["sku"])


def _units(screen: Screen, name: str = "qty") -> int:
    return int(screen.fields[name])


# --- picking and errands ---------------------------------------------------------------------


def _picked(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    """From the bin into the tote, now and then one too many or too few."""
    if reply.message in ("picked", "slot_complete"):
        place, got = str(screen.fields["place"]), _units(screen, "got")
        there = hands.world.units(place, _sku(screen))
        hands.world.move(_sku(screen), place, raw, _miscounted(hands, got, there), booked=got)


def _miscounted(hands: Hands, got: int, there: int) -> int:
    if not hands.happens(hands.floor.scenario.faults.wrong_pick_ppm, "wrong_pick"):
        return got
    wrong = [units for units in (got - 1, got + 1) if 0 < units <= there] or [got]
    return wrong[hands.floor.chance.below(len(wrong), f"miscounted/{hands.about}")]


def _counted(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    if reply.tone == "ok":
        hands.world.counted(str(screen.fields["place"]), _sku(screen))


def _not_fetched(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    if reply.message == "short_noted" and "missing" in reply.fields:
        hands.world.written_off(screen.at, _sku(screen), int(reply.fields["missing"]))
    hands.source = screen.at


def _filled(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    """What the books did not take goes back to where it came from."""
    if reply.message == "face_filled":
        booked = _units(reply.screen)
        hands.world.carry(_sku(screen), hands.source, raw, booked)


def _moved(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    """All that lay at the old place, however much the books have, lies at the new one."""
    if reply.message == "moved":
        there = hands.world.units(hands.source, _sku(screen))
        hands.world.move(_sku(screen), hands.source, raw, there, booked=_units(reply.screen))


def _at_source(hands: Hands, _screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.tone == "ok":
        hands.source = raw


def _put_away(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    """The goods come to their place, or in the hand to a station."""
    if reply.message in ("put_away", "put_part", "goods_set_down"):
        _emptied_into(hands, screen, hands.source, raw)


def _stowed(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message in ("put_away", "put_part"):
        _emptied_into(hands, screen, str(screen.fields["source"]), raw)


def _emptied_into(hands: Hands, screen: Screen, source: str, target: str) -> None:
    """The units lie elsewhere; an emptied carton is thrown away."""
    world = hands.world
    world.carry(_sku(screen), source, target, _units(screen))
    if source in world.parcels and not any(n > 0 for n in world.goods[source].values()):
        hands.floor.take_from_lane(source)
        world.forget(source)


def _received(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message == "received":
        hands.world.move(_sku(screen), OUTSIDE, str(screen.fields["lpn"]), int(raw))


def _returned(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    if reply.message in ("returned", "return_received"):
        hands.world.move(_sku(screen), OUTSIDE, str(screen.fields["shelf"]), _units(screen))


def _passed_on(hands: Hands, _screen: Screen, _raw: str, reply: ScanReply) -> None:
    if reply.message == "passed_on":
        hands.put_down()


# --- put walls -------------------------------------------------------------------------------


def _put(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message in ("put_into_slot", "slot_complete"):
        hands.world.carry(_sku(screen), hands.tote, raw, _units(screen))


def _tote_counted(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    if reply.message == "short_noted":
        hands.world.written_off(hands.tote, _sku(screen), int(reply.fields["missing"]))


# --- packing ---------------------------------------------------------------------------------


def _opened(hands: Hands, _screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message in ("tote_opened", "carton_offered"):
        hands.tote = raw


def _packed(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    """A line goes into its carton; a short one as far as it was there."""
    sku, box = _sku(screen), str(screen.fields["box"])
    if reply.message == "line_packed":
        _into(hands, sku, box, _units(screen))
    elif reply.message == "short_noted":
        if _units(screen, "got"):
            _into(hands, sku, box, _units(screen, "got"))
        hands.world.written_off(hands.tote, sku, int(reply.fields["missing"]))


def _into(hands: Hands, sku: str, box: str, booked: int) -> None:
    units = min(booked, hands.world.units(hands.tote, sku))
    hands.world.move(sku, hands.tote, box, units, booked=booked)
    hands.packed = (sku, units, booked)


def _packed_single(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    """A single goes into a carton of its own, which the next screen names."""
    if reply.message == "parcel_packed":
        _into(hands, screen.target, str(reply.screen.fields["box"]), 1)
    elif reply.message in ("parcel_parked", "declaration_needed", "danger_not_known"):
        _into(hands, screen.target, str(reply.fields["parcel"]), 1)
    elif reply.message == "short_noted" and "missing" in reply.fields:
        sku, missing = str(reply.fields["sku"]), int(reply.fields["missing"])
        hands.world.written_off(hands.tote, sku, missing)


def _weighed(hands: Hands, screen: Screen, _raw: str, reply: ScanReply) -> None:
    """UNDO takes the last line out of the carton again, unless it was picked into."""
    if reply.message == "undone" and screen.fields["box"] != hands.tote:
        sku, units, booked = hands.packed
        hands.world.move(sku, str(screen.fields["box"]), hands.tote, units, booked=booked)


def _let_go(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message in ("tote_done", "parcel_labelled"):
        hands.floor.send_off(hands.held, raw, str(screen.fields["lane"]))
        hands.label = ""
        hands.tote = "" if hands.tote == raw else hands.tote  # a carton that was picked into


def _put_back(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message == "put_back_done":
        hands.world.carry(_sku(screen), hands.tote, raw, _units(screen))


# --- parcels ---------------------------------------------------------------------------------


def _not_loaded(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    """A parcel that belongs elsewhere goes on the belt again; others are left for a while."""
    if reply.message in NOT_LOADABLE:
        hands.refused[raw] = hands.floor.agenda.now_ms()
    elif (screen.workflow, reply.message) == ("loading", "wrong_lane"):
        hands.floor.take_from_lane(raw)
        hands.floor.ride(raw)


def _loaded(hands: Hands, _screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message == "parcel_loaded":
        hands.floor.take_from_lane(raw)
        hands.world.leave(raw)


def _resorted(hands: Hands, screen: Screen, raw: str, reply: ScanReply) -> None:
    if reply.message == "parcel_sorted":
        parcel = str(screen.fields["parcel"])
        hands.floor.take_from_lane(parcel)
        hands.world.put_down(parcel, raw)


Follow = Callable[[Hands, Screen, str, ScanReply], None]

_DONE: dict[tuple[str, str], Follow] = {
    ("picking", "drop"): _picked,
    ("picking", "short"): _counted,
    ("presenting", "slot"): _picked,
    ("presenting", "short"): _counted,
    ("presenting", "stow"): _stowed,
    ("picking", "hand_over"): _passed_on,
    ("replenish", "source"): _not_fetched,
    ("replenish", "item"): _not_fetched,
    ("replenish", "count"): _not_fetched,
    ("replenish", "target"): _filled,
    ("move", "source"): _not_fetched,
    ("move", "item"): _not_fetched,
    ("move", "target"): _moved,
    ("putaway", "source"): _at_source,
    ("putaway", "place"): _put_away,
    ("receiving", "count"): _received,
    ("returning", "grade"): _returned,
    ("consolidating", "tote"): _opened,
    ("consolidating", "slot"): _put,
    ("consolidating", "short"): _tote_counted,
    ("consolidating", "put_back"): _put_back,
    ("packing", "tote"): _opened,
    ("packing", "item"): _packed,
    ("packing", "count"): _packed,
    ("packing", "single"): _packed_single,
    ("packing", "weigh"): _weighed,
    ("packing", "label"): _let_go,
    ("packing", "put_back"): _put_back,
    ("loading", "parcel"): _loaded,
    ("resort", "lane"): _resorted,
}
