"""Owns the invariants of parcels: labels, departures, vans, and consignments of other nodes.

Each broken one is told in sentences that name the parcel and the numbers concerned. It repairs
nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SHOWN_MAX = 100  # violations told per check


@dataclass(frozen=True, slots=True)
class Check:
    """`tell` makes the sentence of one row that the query finds."""

    query: str
    tell: Callable[[Any], str]


_LABELS = f"""
SELECT id, order_id, lpn, state FROM parcel
WHERE state IN ('labelled', 'sorted', 'shipped') AND tracking = '' ORDER BY id LIMIT {SHOWN_MAX}
"""
_SHARED_LABELS = f"""
SELECT tracking, COUNT(*) AS parcels, MIN(id) AS first, MAX(id) AS last FROM parcel
WHERE tracking <> '' AND carton <> '' GROUP BY tracking HAVING COUNT(*) > 1
ORDER BY tracking LIMIT {SHOWN_MAX}
"""
_DEPARTURES = f"""
SELECT p.id, p.order_id, p.lpn, p.state, p.departure, COALESCE(d.id, 0) AS known FROM parcel p
LEFT JOIN departure d ON d.id = p.departure
WHERE (p.departure <> 0 AND d.id IS NULL) OR (p.departure <> 0 AND p.state <> 'shipped')
  OR (p.departure = 0 AND p.state = 'shipped' AND p.carton <> '')
ORDER BY p.id LIMIT {SHOWN_MAX}
"""
_PURCHASES = f"""
SELECT parcel, COUNT(*) AS labels, MIN(reference) AS first, MAX(reference) AS last FROM purchase
WHERE state IN ('asked', 'bought', 'house') GROUP BY parcel HAVING COUNT(*) > 1
ORDER BY parcel LIMIT {SHOWN_MAX}
"""
_UNBOUGHT = f"""
SELECT p.id, p.tracking, u.reference, u.tracking AS sold FROM purchase u
JOIN parcel p ON p.id = u.parcel WHERE u.state IN ('bought', 'house') AND u.tracking <> p.tracking
ORDER BY u.id LIMIT {SHOWN_MAX}
"""
_PIECES = f"""
SELECT u.id, u.reference, u.shipment, u.piece, COALESCE(s.pieces, 0) AS pieces FROM purchase u
JOIN parcel p ON p.id = u.parcel LEFT JOIN shipment s ON s.reference = u.shipment
WHERE u.shipment <> '' AND u.state IN ('asked', 'bought') AND (s.reference IS NULL
  OR u.piece < 1 OR u.piece > s.pieces OR u.carrier <> s.carrier OR u.service <> s.service
  OR p.order_id <> s.order_id OR s.state = 'voided'
  OR EXISTS (SELECT 1 FROM purchase t WHERE t.shipment = u.shipment AND t.shipment <> ''
    AND t.piece = u.piece AND t.id <> u.id AND t.state IN ('asked', 'bought')))
ORDER BY u.id LIMIT {SHOWN_MAX}
"""
_PICKUPS = f"""
SELECT carrier, leaves_ms, state, parcels, number FROM pickup
WHERE (state IN ('booked', 'by_hand') AND number = '') OR (state = 'booked' AND parcels = 0)
  OR (state NOT IN ('booked', 'by_hand') AND number <> '')
ORDER BY carrier, leaves_ms LIMIT {SHOWN_MAX}
"""
_INSURED = f"""
SELECT p.id, p.lpn, p.insured_cents, CAST(COALESCE(SUM(l.packed * w.price_cents), 0) AS BIGINT)
  AS goods_cents
FROM parcel p LEFT JOIN parcel_line l ON l.parcel = p.id
LEFT JOIN order_line w ON w.order_id = p.order_id AND w.line = l.line
WHERE p.insured_cents <> 0 AND p.state IN ('packed', 'labelled', 'sorted', 'on_van', 'shipped')
GROUP BY p.id, p.lpn, p.insured_cents
HAVING p.insured_cents <> COALESCE(SUM(l.packed * w.price_cents), 0)
ORDER BY p.id LIMIT {SHOWN_MAX}
"""
_PRINTS = f"""
SELECT d.id, d.kind, d.prints, COUNT(p.id) AS kept FROM document d
LEFT JOIN document_print p ON p.document = d.id GROUP BY d.id, d.kind, d.prints
HAVING d.prints <> COUNT(p.id) ORDER BY d.id LIMIT {SHOWN_MAX}
"""
_VOIDED = f"""
SELECT p.id, p.lpn FROM parcel p WHERE p.state = 'shipped'
AND EXISTS (SELECT 1 FROM document d WHERE d.parcel = p.id AND d.kind = 'label')
AND NOT EXISTS (SELECT 1 FROM document d
  WHERE d.parcel = p.id AND d.kind = 'label' AND d.voided_ms = 0)
ORDER BY p.id LIMIT {SHOWN_MAX}
"""
_ON_VANS = f"""
SELECT p.id, p.lpn, COUNT(d.stop) AS stops FROM parcel p LEFT JOIN van_drop d ON d.parcel = p.id
  AND d.state IN ('loaded', 'attempted', 'refused', 'damaged')
WHERE p.state IN ('labelled', 'sorted', 'on_van', 'shipped') GROUP BY p.id, p.lpn, p.state
HAVING COUNT(d.stop) <> CASE p.state WHEN 'on_van' THEN 1 ELSE 0 END
ORDER BY p.id LIMIT {SHOWN_MAX}
"""
_RIDING = f"""
SELECT p.id, p.lpn, d.state, t.id AS tour, t.van, t.state AS tour_state,
  COALESCE(c.place, '') AS place
FROM van_drop d JOIN parcel p ON p.id = d.parcel JOIN van_stop s ON s.id = d.stop
JOIN van_tour t ON t.id = s.tour LEFT JOIN container c ON c.lpn = p.lpn
WHERE d.state IN ('loaded', 'attempted', 'refused', 'damaged')
AND (t.state NOT IN ('loading', 'driving', 'back') OR COALESCE(c.place, '') <> t.van)
ORDER BY p.id, t.id LIMIT {SHOWN_MAX}
"""
_BROUGHT = f"""
SELECT p.id, p.lpn, p.state, p.departure, t.id AS tour, t.departure AS brought_by
FROM van_drop d JOIN parcel p ON p.id = d.parcel JOIN van_stop s ON s.id = d.stop
JOIN van_tour t ON t.id = s.tour
WHERE d.state = 'delivered' AND (p.state <> 'shipped' OR p.departure <> t.departure)
ORDER BY p.id, t.id LIMIT {SHOWN_MAX}
"""
_COUNTED_OUT = f"""
SELECT d.id, d.lane, d.parcels, d.mass_g, COUNT(p.id) AS there,
  CAST(COALESCE(SUM(p.mass_g), 0) AS BIGINT) AS there_g
FROM departure d LEFT JOIN parcel p ON p.departure = d.id
GROUP BY d.id, d.lane, d.parcels, d.mass_g
HAVING d.parcels <> COUNT(p.id) OR d.mass_g <> COALESCE(SUM(p.mass_g), 0)
ORDER BY d.id LIMIT {SHOWN_MAX}
"""
_SENT = f"""
SELECT service, day, CAST(SUM(counted) AS BIGINT) AS counted, CAST(SUM(sent) AS BIGINT) AS sent,
  CAST(SUM(cents) AS BIGINT) AS cents
FROM (
  SELECT service, day, parcels AS counted, 0 AS sent, base_cents + cost_cents AS cents
    FROM service_day
  UNION ALL
  SELECT service, sent_day, 0, 1, -base_cents - cost_cents FROM parcel
    WHERE sent_day > 0 AND service <> ''
) both_sides GROUP BY service, day HAVING SUM(counted) <> SUM(sent) OR SUM(cents) <> 0
ORDER BY service, day LIMIT {SHOWN_MAX}
"""
_CONTENTS = f"""
SELECT lpn, CAST(SUM(left_us) AS BIGINT) AS left_us, CAST(SUM(packed) AS BIGINT) AS packed FROM (
  SELECT from_container AS lpn, SUM(qty) AS left_us, 0 AS packed FROM movement
    WHERE cause = 'ship' AND from_container <> '' GROUP BY from_container
  UNION ALL
  SELECT s.from_container, -SUM(m.qty), 0 FROM movement m JOIN movement s ON s.id = m.reverses_id
    WHERE m.reverses_id > 0 AND s.cause = 'ship' GROUP BY s.from_container
  UNION ALL
  SELECT p.lpn, 0, SUM(l.packed) FROM parcel p JOIN parcel_line l ON l.parcel = p.id
    WHERE p.state = 'shipped' AND p.carton <> '' GROUP BY p.lpn
) both_sides WHERE lpn IN (SELECT lpn FROM parcel)
GROUP BY lpn HAVING SUM(left_us) <> SUM(packed) ORDER BY lpn LIMIT {SHOWN_MAX}
"""
_CONSIGNMENTS = f"""
SELECT c.order_id, c.node, c.state, c.lpn, c.parcel, COALESCE(p.state, 'none') AS parcel_state
FROM consignment c LEFT JOIN parcel p ON p.id = c.parcel
  AND p.order_id = c.order_id AND p.lpn = c.lpn
WHERE CASE c.state
  WHEN 'packed' THEN p.id IS NULL OR p.state NOT IN ('packed', 'labelled', 'cancelled')
  WHEN 'shipped' THEN c.parcel <> 0 AND COALESCE(p.state, '') <> 'shipped'
  WHEN 'begun' THEN c.parcel <> 0 OR c.lpn = ''
  WHEN 'ready' THEN c.parcel <> 0 OR c.lpn = ''
  ELSE c.parcel <> 0 OR c.lpn <> '' END
ORDER BY c.order_id, c.node LIMIT {SHOWN_MAX}
"""


CHECKS: Mapping[str, Check] = {
    "labelled_parcels_have_labels": Check(
        _LABELS, lambda r: f"parcel {r.id} of order {r.order_id} is {r.state} without tracking."
    ),
    "labels_name_one_parcel": Check(
        _SHARED_LABELS,
        lambda r: (
            f"label {r.tracking} is on {r.parcels} parcels, among them {r.first} and {r.last}."
        ),
    ),
    "one_label_counts": Check(
        _PURCHASES,
        lambda r: (
            f"parcel {r.parcel} has {r.labels} labels that count, among them {r.first} "
            f"and {r.last}."
        ),
    ),
    "labels_are_as_bought": Check(
        _UNBOUGHT,
        lambda r: (
            f"parcel {r.id} carries {r.tracking or 'no label'}, purchase {r.reference} "
            f"says {r.sold}."
        ),
    ),
    "pieces_fit_their_shipment": Check(
        _PIECES,
        lambda r: (
            f"label {r.reference} is piece {r.piece} of {r.pieces} of shipment {r.shipment}, "
            f"whose order, carrier, service or other pieces do not fit."
        ),
    ),
    "booked_pickups_are_confirmed": Check(
        _PICKUPS,
        lambda r: (
            f"the pickup of {r.carrier} is {r.state} for {r.parcels} parcels, "
            f"confirmed as {r.number or 'nothing'}."
        ),
    ),
    "parcels_are_insured_for_their_goods": Check(
        _INSURED,
        lambda r: (
            f"parcel {r.lpn} ({r.id}) is insured for {r.insured_cents} cents, its goods are "
            f"worth {r.goods_cents}."
        ),
    ),
    "every_print_is_kept": Check(
        _PRINTS,
        lambda r: f"{r.kind} {r.id} counts {r.prints} prints, {r.kept} are kept.",
    ),
    "no_parcel_leaves_with_a_voided_label": Check(
        _VOIDED, lambda r: f"parcel {r.lpn} ({r.id}) has left, and its labels are void."
    ),
    "parcels_depart_once": Check(
        _DEPARTURES,
        lambda r: (
            f"parcel {r.id} of order {r.order_id} is {r.state} with departure {r.departure} "
            f"({'known' if r.known else 'none such'})."
        ),
    ),
    "parcels_on_vans_have_a_stop": Check(
        _ON_VANS, lambda r: f"parcel {r.lpn} ({r.id}) is aboard for {r.stops} stops."
    ),
    "parcels_ride_with_an_open_tour": Check(
        _RIDING,
        lambda r: (
            f"parcel {r.lpn} ({r.id}) is {r.state} aboard tour {r.tour} of {r.van}, which is "
            f"{r.tour_state}; it stands at {r.place or 'no place'}."
        ),
    ),
    "what_is_delivered_has_left": Check(
        _BROUGHT,
        lambda r: (
            f"parcel {r.lpn} ({r.id}) was delivered by tour {r.tour} with departure "
            f"{r.brought_by}, but is {r.state} with departure {r.departure}."
        ),
    ),
    "departures_count_their_parcels": Check(
        _COUNTED_OUT,
        lambda r: (
            f"departure {r.id} from {r.lane} counts {r.parcels} parcels of {r.mass_g} g, it has "
            f"{r.there} of {r.there_g} g."
        ),
    ),
    "services_count_what_was_sent": Check(
        _SENT,
        lambda r: (
            f"on day {r.day} {r.service} counts {r.counted} parcels, {r.sent} were sent; "
            f"their costs differ by {r.cents} cents."
        ),
    ),
    "parcels_ship_what_is_in_them": Check(
        _CONTENTS,
        lambda r: f"of parcel {r.lpn} {r.left_us} units have left, {r.packed} were packed.",
    ),
    "consignments_fit_their_parcels": Check(
        _CONSIGNMENTS,
        lambda r: (
            f"order {r.order_id} at node {r.node} is {r.state} in {r.lpn or 'no bag'} with "
            f"parcel {r.parcel}, which is {r.parcel_state}."
        ),
    ),
}
