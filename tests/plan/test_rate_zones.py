"""Zones of real length: each pair of a public sample of US zones is found as it stands there."""

import gzip
from pathlib import Path

import pytest

from controller.messages.rates import RateCard, RateRow, ZoneRow
from controller.plan.rates.checking import faults
from controller.plan.rates.zones import Chart

SAMPLE = Path(__file__).parents[3] / "shared/data/shipping/usps_zone_pairs_2018_sample.txt.gz"
EVERY = 30


@pytest.mark.skipif(
    not SAMPLE.exists(), reason="the public zone pairs are not beside the checkout"
)
def test_zones_between_three_digits_of_postcodes_are_those_of_the_chart() -> None:
    with gzip.open(SAMPLE, "rt") as lines:
        origins = [line.split() for line in lines if not line.startswith("#")][::EVERY]
    pairs = {(begin, to[:3]): to[3] for begin, *found in origins for to in found}
    rows = tuple(
        ZoneRow(
            zone=zone,
            country="US",
            postcodes=to,
            origin_country="US",
            origin_postcodes=begin,
        )
        for (begin, to), zone in pairs.items()
    )
    zones = sorted(set(pairs.values()))
    rates = tuple(RateRow(service="S", zone=zone, price_cents=1) for zone in zones)
    card = RateCard(code="C", carrier="C", currency="USD", from_day=0, zones=rows, rates=rates)
    assert faults(card, ["S"]) == []
    chart = Chart(rows)
    for (begin, to), zone in pairs.items():
        assert chart.towards("US", "US", f"{begin}01").find(f"{to}99") == zone
    assert len(pairs) > 5_000
