"""What a carrier is told of dangerous goods, customs and whose account pays."""

from dataclasses import replace
from pathlib import Path

import pytest

from api.carriers.carriers_file import read_carriers
from api.carriers.templates import facts, fill
from controller.messages import ImportItems, OrderLine, PlaceOrder, SetUpShops, SetUpSite, Shop
from controller.views.consignments import Consignment, consignment
from tests.carriers.conftest import write
from tests.carriers.peer import TOKEN, Peer
from tests.workflows.floor import CARTONS, ECO, FAST, FIRST, SETTINGS, Floor
from tests.workflows.test_dangerous_goods import LIMITED

BODY = {
    "regime": "{rule}",
    "dangers": {
        "each": "dangers",
        "as": {"un": "{un_number}", "class": "{danger_class}", "litres": "{net_ml}"},
    },
    "customs": {"each": "customs", "as": {"hs": "{hs_code}", "from": "{origin}"}},
    "insured": ["{insured}", "{insured_cents}", "{currency}"],
    "ioss": "{numbers.ioss}",
    "eori": "{numbers.eori}",
}
SCENT = replace(LIMITED, hs_code="330300", origin_country="FR", customs_words="Perfume")


def asked(country: str, owner: str = "") -> Consignment:
    """A packed parcel with perfume, as its carrier is asked to label it."""
    floor = Floor()
    site = replace(SETTINGS, customs_free=("GB",), eori="GB1", eur_ppm=831_900)
    site = replace(site, insure_from_cents=4_900)
    services = (replace(ECO, countries=("*",)), FAST)
    floor.do(SetUpSite(id="site2", settings=site, cartons=CARTONS, services=services))
    floor.do(ImportItems(id="goods", items=(SCENT,)))
    floor.do(SetUpShops(id="shop", shops=(Shop(code="shop", ioss="IM123", vat="DE1"),)))
    line = OrderLine(line=1, sku="MUG", qty=1, price_cents=4_900)
    placed = PlaceOrder(id="order", shop="shop", number="1", lines=(line,), country=country)
    order = floor.do(placed).order
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    with floor.controller.reading() as db:
        found = consignment(db, floor.parcels()[0].id, FIRST, "ECO")
    assert found is not None
    return replace(found, owner=owner)


def test_a_carrier_hears_of_dangers_and_at_a_border_of_customs_and_numbers() -> None:
    told = fill(BODY, facts(asked("FR")))
    assert told == {
        "regime": "limited",
        "dangers": [{"un": "UN1266", "class": "3", "litres": 50}],
        "customs": [{"hs": "330300", "from": "FR"}],
        "insured": [49, 4_900, "GBP"],
        "ioss": "IM123",
        "eori": "GB1",
    }


def test_beyond_the_union_no_import_scheme_is_told_and_at_home_nothing_of_customs() -> None:
    assert fill(BODY, facts(asked("CH")))["ioss"] == ""
    home = fill(BODY, facts(asked("GB")))
    assert (home["customs"], home["eori"], home["regime"]) == ([], "", "limited")


@pytest.mark.parametrize(("owner", "account"), [("ACME", "200"), ("", "100"), ("OTHER", "100")])
def test_the_account_of_an_owner_pays(
    peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str, account: str
) -> None:
    monkeypatch.setenv("SNAIL_TOKEN", TOKEN)
    monkeypatch.setenv("SNAIL_SIGNS", "whsec")

    def with_accounts(text: str) -> str:
        named = 'kind = "rest"\naccounts = { "" = "100", ACME = "200" }'
        return text.replace('kind = "rest"', named).replace(
            'reference = "{reference}"', 'reference = "{reference}"\naccount = "{account}"', 1
        )

    carriers = read_carriers(write(peer, tmp_path, with_accounts))
    (snail,) = carriers.connected
    snail.adapter.buy(asked("GB", owner))
    snail.adapter.close()
    assert peer.bodies[-1]["account"] == account
