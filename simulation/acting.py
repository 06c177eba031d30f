"""Owns what people do at a screen: read it, look at the goods, and decide what to scan.

Most screens are done as told. Those here need a look at the building first: whether the goods are
there, how many lie in the tote, whether the label has come out. What follows for the goods once
the scan is answered is in handling.
"""

from collections.abc import Callable

from controller.messages import Screen
from simulation.hands import Act, Hands, Wait

LOOK_MS = 700
SEARCH_MS = 8_000
PATIENCE = 9  # looks at a screen that does not change
PATIENCE_WITH_FAULT = 2


def act(hands: Hands, screen: Screen) -> Act | Wait:
    """What a worker does about a screen, and how long it takes."""
    special = _ACTS.get((screen.workflow, screen.step), _do_as_told)
    return special(hands, screen)


def _do_as_told(hands: Hands, screen: Screen) -> Act:
    """Goes where the screen says and scans what it asks for."""
    if not screen.target:
        return Act("SKIP" if "SKIP" in screen.buttons else "HOME", hands.handle(LOOK_MS))
    person = hands.person
    delay = hands.walk(screen.at) + hands.handle(person.scan_ms)
    units = int(screen.target) if screen.expects == ("number",) else 1
    return Act(screen.target, delay + hands.handle(person.unit_ms * units))


def _search(hands: Hands, screen: Screen, raw: str) -> Act:
    """Something is not as the screen says, which takes a while to be sure of."""
    return Act(raw, hands.walk(screen.at) + hands.handle(SEARCH_MS))


# --- picking and replenishing ----------------------------------------------------------------


def _pick_item(hands: Hands, screen: Screen) -> Act:
    """Takes units out of the bin, if they are really there."""
    there = hands.world.units(str(screen.fields["place"]), str(screen.fields["sku"]))
    if there < int(screen.fields["qty"]):
        return _search(hands, screen, "SHORT")
    return _do_as_told(hands, screen)


def _count_bin(hands: Hands, screen: Screen) -> Act:
    there = hands.world.units(str(screen.fields["place"]), str(screen.fields["sku"]))
    return _search(hands, screen, str(max(0, there)))


def _take_cart(hands: Hands, screen: Screen) -> Act:
    """The next cart of the zone, if nobody was faster."""
    if not hands.floor.take("cart", screen.target):
        return Act("HOME", hands.handle(LOOK_MS))
    hands.put_down()
    hands.held = screen.target
    return _do_as_told(hands, screen)


def _take_carton(hands: Hands, screen: Screen) -> Act:
    """A carton, then a plate off the roll; a tote where there is none."""
    return _do_as_told(hands, screen) if screen.target else _search(hands, screen, "SHORT")


def _fetch_item(hands: Hands, screen: Screen) -> Act:
    """Takes what is there for a replenishment, and says how much it was."""
    there = hands.world.units(screen.at, str(screen.fields["sku"]))
    wanted = int(screen.fields["qty"])
    if there <= 0 or (there < wanted and wanted < hands.world.site.count_from_units):
        return _search(hands, screen, "SHORT")
    told = _do_as_told(hands, screen)
    return told._replace(raw=str(min(there, wanted))) if screen.step == "count" else told


def _take_all(hands: Hands, screen: Screen) -> Act:
    """Empties a pick face; one that is empty already is a shortage, if the books have units."""
    there = hands.world.units(screen.at, str(screen.fields["sku"]))
    if there <= 0 < int(screen.fields["qty"]):
        return _search(hands, screen, "SHORT")
    return _do_as_told(hands, screen)


def _find_source(hands: Hands, screen: Screen) -> Act:
    """A carton that still rides on the belt cannot be put away yet."""
    stands = hands.world.parcels.get(screen.target, screen.at)
    return _search(hands, screen, "SKIP") if stands != screen.at else _do_as_told(hands, screen)


# --- put walls -------------------------------------------------------------------------------


def _put(hands: Hands, screen: Screen) -> Act:
    """Takes the units out of the tote, if they are all there."""
    there = hands.world.units(hands.tote, str(screen.fields["sku"]))
    if there < int(screen.fields["qty"]):
        return _search(hands, screen, "SHORT")
    return _do_as_told(hands, screen)


def _count_tote(hands: Hands, screen: Screen) -> Act:
    """What lies there beyond the books is put aside when the tote is done."""
    there = hands.world.units(hands.tote, str(screen.fields["sku"]))
    return _search(hands, screen, str(max(0, min(there, int(screen.fields["qty"])))))


# --- packing ---------------------------------------------------------------------------------


def _next_tote(hands: Hands, screen: Screen) -> Act:
    """The tote before should be empty: what lies in it unasked goes to the put-back shelf."""
    told = _do_as_told(hands, screen)
    left = hands.world.surplus(hands.tote) if hands.tote else []
    for sku, units in left:
        hands.floor.set_apart(sku, hands.tote, units)
    hands.tote = ""
    return told._replace(delay_ms=told.delay_ms + len(left) * SEARCH_MS)


def _pack_item(hands: Hands, screen: Screen) -> Act:
    """Takes the next unit out of the tote, if there is one."""
    there = hands.world.units(hands.tote, str(screen.fields["sku"]))
    if there <= int(screen.fields["got"]):
        return _search(hands, screen, "SHORT")
    return _do_as_told(hands, screen)


def _pack_count(hands: Hands, screen: Screen) -> Act:
    """Trusts the picker's count, unless the scale has made it doubtful."""
    there = hands.world.units(hands.tote, str(screen.fields["sku"]))
    if there <= 0:
        return _search(hands, screen, "SHORT")
    told = _do_as_told(hands, screen)
    return told._replace(raw=str(min(there, int(screen.target)))) if hands.careful else told


def _pack_single(hands: Hands, screen: Screen) -> Act:
    if hands.world.units(hands.tote, screen.target) <= 0:
        return _search(hands, screen, "SHORT")
    return _do_as_told(hands, screen)


def _weigh(hands: Hands, screen: Screen) -> Act | Wait:
    """Puts the carton on the scale; an odd weight makes the packer count, then weigh again."""
    box, odd_g = str(screen.fields["box"]), int(screen.fields["got_g"])
    floor, bench, wrong_g = hands.floor, hands.held, hands.world.odd_mass_g(box)
    if odd_g and wrong_g and not hands.careful and "UNDO" in screen.buttons:
        hands.careful = True
        return Act("UNDO", hands.handle(SEARCH_MS))
    if floor.shows_fault(bench):
        return Act("DONE", hands.handle(SEARCH_MS))
    hands.world.faults["odd_weight"] += odd_g > 0
    weigh = floor.weigh_again if odd_g or hands.patience else floor.weigh
    weigh(bench, int(screen.fields["planned_g"]) + wrong_g)
    return Wait()


def _take_label(hands: Hands, screen: Screen) -> Act | Wait:
    """Sticks the label on when it has come out, and scans it when the printer has said so."""
    hands.careful = False
    hands.label = hands.floor.take_label(hands.held, screen.target) or hands.label
    if hands.label == screen.target and screen.fields["printed"]:
        return Act(hands.label, hands.handle(2 * hands.person.scan_ms))
    if hands.patience >= (PATIENCE_WITH_FAULT if screen.fields["fault"] else PATIENCE):
        return Act("PRINT", hands.handle(LOOK_MS))
    return Wait()


# --- parcels ---------------------------------------------------------------------------------


def _take_parcel(hands: Hands, screen: Screen) -> Act:
    """Any parcel that lies in the lane, whatever the screen knows of: its own first."""
    aside = hands.aside
    lying = hands.floor.lying(hands.held, aside)
    if hands.floor.run_out_waits(aside):
        return Act("HOME", hands.handle(LOOK_MS))
    parcel = screen.target if screen.target in lying else next(iter(lying), "HOME")
    return Act(parcel, hands.walk(screen.at) + hands.handle(hands.person.scan_ms))


Special = Callable[[Hands, Screen], Act | Wait]

_ACTS: dict[tuple[str, str], Special] = {
    ("picking", "cart"): _take_cart,
    ("picking", "plate"): _take_carton,
    ("picking", "item"): _pick_item,
    ("picking", "short"): _count_bin,
    ("presenting", "item"): _pick_item,
    ("presenting", "short"): _count_bin,
    ("replenish", "item"): _fetch_item,
    ("replenish", "count"): _fetch_item,
    ("putaway", "source"): _find_source,
    ("consolidating", "tote"): _next_tote,
    ("consolidating", "item"): _pack_single,
    ("consolidating", "slot"): _put,
    ("consolidating", "short"): _count_tote,
    ("move", "item"): _take_all,
    ("packing", "tote"): _next_tote,
    ("packing", "item"): _pack_item,
    ("packing", "count"): _pack_count,
    ("packing", "single"): _pack_single,
    ("packing", "weigh"): _weigh,
    ("packing", "label"): _take_label,
    ("loading", "parcel"): _take_parcel,
    ("resort", "parcel"): _take_parcel,
}
