"""Keys of programs: shown once, kept hashed, good for their scopes, their shop and their time."""

from typing import Any

import httpx
import pytest

from api.main import create_app
from api.openapi import operations
from api.routes.workers import Scope
from controller.messages import CountNode, Node, NodeStock, SetUpNodes
from tests.api.serving import Served
from tests.until import until

DAY_MS = 86_400_000


def key(house: Served, *scopes: Scope, **more: Any) -> httpx.Client:
    """A program with a key for these scopes."""
    body = {"name": "shop", "scopes": list(scopes)} | more
    made = house.as_("admin").post("/api/keys", json=body)
    assert made.status_code == 201, made.text
    return house.client(authorization=f"Bearer {made.json()['token']}")


def order(shop: str, number: str, **more: Any) -> dict[str, Any]:
    lines = [{"line": 1, "sku": "S1", "qty": 1}]
    return {"shop": shop, "number": number, "lines": lines} | more


def partners(house: Served) -> None:
    """Two partners with two units each ship cheaper than this building."""
    codes = ("3PL", "OTHER")
    nodes = [Node(code=code, kind="partner", parcels_max=1) for code in codes]
    house.handle(SetUpNodes(id="n", nodes=(Node(code="main", handling_cents=900), *nodes)))
    for code in codes:
        house.handle(CountNode(id=code, node=code, lines=(NodeStock(sku="S1", qty=2),)))


def test_a_key_is_good_for_its_scopes_only(house: Served) -> None:
    shop = key(house, "orders")
    assert shop.post("/api/orders", json=order("web", "1")).status_code == 201
    for method, path in (("GET", "/api/stock"), ("GET", "/api/feed"), ("GET", "/api/me")):
        answer = shop.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_a_key_is_kept_hashed_and_never_told_again(quick: Served) -> None:
    shop = key(quick, "orders")
    secret = shop.headers["authorization"].rpartition("_")[2]
    listed = quick.as_("admin").get("/api/keys")
    with quick.runtime.controller.reading() as db:
        kept = str(db.all("SELECT * FROM journal")) + str(db.all("SELECT * FROM api_key"))
    assert secret not in listed.text + kept


def test_a_key_that_is_revoked_is_over_at_once(house: Served) -> None:
    shop = key(house, "stock")
    assert shop.get("/api/stock").status_code == 200
    listed = house.as_("admin").get("/api/keys").json()["rows"]
    assert house.as_("admin").post(f"/api/keys/{listed[0]['key']}/revoke").status_code == 200
    assert shop.get("/api/stock").status_code == 401


def test_a_key_expires_by_itself(quick: Served) -> None:
    shop = key(quick, "stock", expires_ms=quick.runtime.clock.now_ms() + DAY_MS)
    assert shop.get("/api/stock").status_code == 200
    quick.set_ahead(DAY_MS)
    quick.runtime.controller.watch({"access"})
    assert shop.get("/api/stock").status_code == 401


@pytest.mark.parametrize("token", ["pw_", "pw_x", "pw_00000000_x", "Bearer", "x" * 5_000, "é"])
def test_a_token_of_nobody_is_nobody(quick: Served, token: str) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode())]
    assert httpx.get(f"{quick.url}/api/stock", headers=headers).status_code == 401


def test_a_key_of_one_shop_sees_and_changes_no_other(house: Served) -> None:
    own, other = key(house, "orders", "feed", shop="web"), key(house, "orders", shop="kiosk")
    assert own.post("/api/orders", json=order("web", "1")).status_code == 201
    assert own.post("/api/orders", json=order("kiosk", "1")).status_code == 403
    assert other.get("/api/orders/web/1").status_code == 404
    assert other.post("/api/orders/web/1/cancel", json={}).status_code == 404
    assert other.get("/api/orders").json()["rows"] == []
    assert other.get("/api/orders", params={"shop": "web"}).status_code == 403
    assert own.get("/api/orders").json()["rows"][0]["id"] == "web/1"
    assert own.get("/api/feed", params={"shop": "kiosk"}).status_code == 403


def test_a_key_of_one_owner_places_and_sees_their_goods_only(house: Served) -> None:
    acme = key(house, "orders", "stock", "export", "import", owner="acme")
    assert acme.post("/api/orders", json=order("web", "1")).status_code == 201
    assert acme.post("/api/orders", json=order("web", "2", owner="other")).status_code == 403
    assert acme.get("/api/orders").json()["rows"][0]["owner"] == "acme"
    assert acme.get("/api/stock").json()["rows"] == []
    assert acme.get("/api/stock/available", params={"owner": "other"}).status_code == 403
    assert acme.get("/api/export/movements.csv").status_code == 403
    assert acme.post("/api/import/stock", content=b"").status_code == 403


def test_a_shop_learns_of_stock_from_a_cursor(house: Served) -> None:
    shop = key(house, "orders", "feed", shop="web")
    house.as_("lead").post("/api/orders", json=order("kiosk", "1"))
    for number in ("1", "2"):
        shop.post("/api/orders", json=order("web", number))
    first = shop.get("/api/feed", params={"most": 2}).json()
    second = shop.get("/api/feed", params={"after": first["next"]}).json()
    told = [*first["events"], *second["events"]]
    assert [(each["topic"], each["data"]["free"]) for each in told] == [
        ("stock", {"S1": 1}),
        ("stock", {"S1": 0}),
    ]
    assert shop.get("/api/feed", params={"after": second["next"]}).json()["events"] == []


def test_a_key_bound_to_one_thing_is_refused_where_the_route_does_not_look_at_it(
    quick: Served,
) -> None:
    partners(quick)
    scoped = [each for each in operations(create_app(quick.runtime)) if each.rule and each.rule[1]]
    scopes = sorted({each.rule[1] for each in scoped if each.rule})
    bound = {"shop": "web", "owner": "acme", "node": "3PL"}
    for field, name in bound.items():
        program = key(quick, *scopes, **{field: name})  # type: ignore[arg-type]
        for method, path, rule in scoped:
            assert rule is not None
            if field not in rule.by:
                answer = program.request(method, path.replace("{", "").replace("}", ""), json={})
                told = (answer.status_code, answer.json()["code"], answer.json()["fields"])
                assert told == (403, "not_yours", {field: name}), (method, path)


def test_prices_of_the_house_are_not_for_a_shop(quick: Served) -> None:
    for bound in ({"shop": "web"}, {"owner": "acme"}):
        program = key(quick, "export", "import", "orders", **bound)
        for path in ("/rate-cards", "/rate-cards/X.xlsx", "/rate-cards/X.zip", "/shipping/advice"):
            assert program.get(f"/api{path}").json()["code"] == "not_yours", path
        assert program.delete("/api/rate-cards/X").json()["code"] == "not_yours"
    assert key(quick, "export").get("/api/rate-cards").status_code == 200


def test_a_partner_works_with_a_key_of_its_own_node(house: Served) -> None:
    partners(house)
    lead = house.as_("lead")
    lead.post("/api/orders", json=order("web", "1"))
    lead.post("/api/orders", json=order("web", "2"))
    house.set_ahead(DAY_MS // 24)
    partner = key(house, "nodes", node="3PL")

    def told() -> list[str]:
        return [each["order"] for each in partner.get("/api/nodes/3PL/orders").json()]

    until(told)
    (mine,) = told()
    shipped = {"order": mine, "tracking": "T1"}
    for method, path, body in (
        ("GET", "orders", None),
        ("PUT", "stock", {"lines": [{"sku": "S1", "qty": 0}]}),
        ("POST", "shipped", shipped),
        ("POST", "refused", {"order": mine}),
    ):
        answer = partner.request(method, f"/api/nodes/OTHER/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    assert partner.post("/api/nodes/3PL/shipped", json=shipped).status_code == 200
    assert told() == []
    counted = partner.put("/api/nodes/3PL/stock", json={"lines": [{"sku": "S1", "qty": 7}]})
    assert counted.json() == {"more": 6, "less": 0, "backordered": 0}
    for path in ("/api/nodes", f"/api/sourcing/{mine}", "/api/orders", "/api/stock"):
        assert partner.get(path).status_code == 403
    other = key(house, "nodes", node="OTHER")
    (theirs,) = other.get("/api/nodes/OTHER/orders").json()
    refusal = {"order": theirs["order"], "reason": "closed"}
    assert other.post("/api/nodes/OTHER/refused", json=refusal).status_code == 200
    assert other.get("/api/nodes/OTHER/orders").json() == []


def test_a_key_is_not_made_for_a_node_that_is_not_there(quick: Served) -> None:
    body = {"name": "partner", "scopes": ["nodes"], "node": "NOWHERE"}
    answer = quick.as_("admin").post("/api/keys", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_node")


def test_a_shop_announces_and_sees_returns_of_its_own_orders(house: Served) -> None:
    assert house.as_("lead").post("/api/orders", json=order("web", "1")).status_code == 201
    web, kiosk = (key(house, "returns", shop=shop) for shop in ("web", "kiosk"))
    back = {"number": "RMA-1", "order": "web/1", "lines": [{"line": 1, "sku": "S1", "qty": 1}]}
    assert kiosk.post("/api/returns", json=back).json()["code"] == "unknown_order"
    assert web.post("/api/returns", json=back | {"order": ""}).json()["code"] == "not_yours"
    assert web.post("/api/returns", json=back).status_code == 201
    assert web.get("/api/returns/RMA-1").json()["announced"]["order"] == "web/1"
    assert kiosk.get("/api/returns/RMA-1").status_code == 404
    assert [len(each.get("/api/returns").json()["rows"]) for each in (web, kiosk)] == [1, 0]


def test_an_administrator_adds_a_worker_who_signs_in(house: Served) -> None:
    admin = house.as_("admin")
    assert (
        admin.put("/api/workers/NEW-1", json={"role": "packer", "name": "New"}).status_code == 200
    )
    assert admin.put("/api/workers/NEW-1/pin", json={"pin": "902517"}).status_code == 200
    client, answer = house.sign_in("NEW-1", "902517")
    assert answer.json()["name"] == "New"
    rows = {row["badge"]: row for row in admin.get("/api/workers").json()["rows"]}
    assert (rows["NEW-1"]["active"], rows["NEW-1"]["sessions"]) == (True, 1)
    assert admin.post("/api/workers/NEW-1/deactivate").status_code == 200
    assert client.get("/api/me").status_code == 401
    assert admin.post("/api/workers/ADMIN-001/deactivate").json()["code"] == "own_badge"
