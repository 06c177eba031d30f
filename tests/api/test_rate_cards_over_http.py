"""Rate cards as workbooks and CSV over HTTP, and what shops are told shipping costs."""

import io
import zipfile
from datetime import date
from typing import Any

import httpx
import openpyxl
import pytest

from controller.messages import CartonType, SetUpSite, ShippingService, SiteSettings
from tests.api.serving import Served

CARTON = CartonType(
    code="S",
    length_mm=220,
    width_mm=160,
    height_mm=100,
    tare_g=100,
    mass_max_g=5_000,
    cost_cents=30,
    outer_length_mm=230,
    outer_width_mm=170,
    outer_height_mm=110,
)
FLAT = ShippingService(
    code="FLAT",
    carrier="Snail",
    countries=("GB",),
    base_cents=300,
    per_kg_cents=100,
    divisor_cm3_per_kg=0,
    mass_max_g=20_000,
    girth_max_mm=3_000,
    transit_days=3,
)
READY = "2026-05-04"
READY_MS = (date(2026, 5, 4) - date(1970, 1, 1)).days * 86_400_000 + 12 * 3_600_000


@pytest.fixture
def client(quick: Served) -> httpx.Client:
    site = SetUpSite(id="s", settings=SiteSettings(), cartons=(CARTON,), services=(FLAT,))
    quick.runtime.controller.handle(site)
    return quick.as_("lead")


def template(client: httpx.Client) -> Any:
    answer = client.get("/api/import/rate-card/template")
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def sent(client: httpx.Client, book: Any, **query: Any) -> httpx.Response:
    content = io.BytesIO()
    book.save(content)
    return client.post("/api/import/rate-card", content=content.getvalue(), params=query)


def quoted(client: httpx.Client, **asked: Any) -> Any:
    answer = client.post("/api/shipping/quote", json={"ready_ms": READY_MS} | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


BOX = {"length_mm": 300, "width_mm": 200, "height_mm": 100, "mass_g": 1_500}


def test_the_template_is_taken_told_and_given_back_as_it_was(client: httpx.Client) -> None:
    dry = sent(client, template(client), dry_run=True).json()
    assert dry["changes"] == [
        "SWIFT-2026 is a new card with 5 rates",
        "service SWIFT-PARCEL is new",
    ]
    assert client.get("/api/rate-cards").json() == []
    taken = sent(client, template(client)).json()
    assert (taken["card"], taken["dry_run"], taken["repeated"]) == ("SWIFT-2026", False, False)
    assert sent(client, template(client)).json()["repeated"]
    (card,) = client.get("/api/rate-cards").json()
    assert (card["carrier"], card["services"], card["rates"]) == ("Swift", ["SWIFT-PARCEL"], 5)
    for form in ("xlsx", "zip"):
        back = client.get(f"/api/rate-cards/SWIFT-2026.{form}").content
        again = client.post("/api/import/rate-card", content=back, params={"dry_run": True})
        assert again.json()["changes"] == []
    gone = client.delete("/api/rate-cards/SWIFT-2026")
    assert gone.json()["code"] == "service_without_price"


def test_a_dry_run_tells_how_prices_move(client: httpx.Client) -> None:
    sent(client, template(client))
    book = template(client)
    book["rates"]["F2"] = "3.29"
    book["card"]["J2"] = None
    book["fuel"]["B2"] = "9.5"
    changes = sent(client, book, dry_run=True).json()["changes"]
    assert "rates: 1 prices change, by +10.0% on average" in changes
    assert "fuel: 1 rows come, 1 go: from 2026-01-01, percent 9.5" in changes
    assert "divisor: 5000 becomes 0" in changes


def test_every_error_of_a_workbook_is_told_by_sheet_row_and_column(client: httpx.Client) -> None:
    book = template(client)
    book["rates"]["F2"] = "2,99"
    book["rates"]["F3"] = "=1+1"
    book["rates"]["F4"] = -3.5
    book["zones"]["C3"] = 10
    book["card"]["C2"] = "pounds"
    book["zones"]["B2"] = "uk"
    book.create_sheet("zonez")
    answer = sent(client, book)
    assert answer.status_code == 422
    told = "\n".join(each["fix"] for each in answer.json()["errors"])
    for words in (
        "rate-card sheet rates line 2, column price: '2,99' has a decimal comma; write 2.99",
        "sheet rates line 3, column price: '=1+1' is a formula; paste its value instead",
        "sheet zones line 3, column postcodes: '10' is a number; make the cell text",
        "sheet card line 2, column currency: 'pounds' is no currency",
        "sheet zones line 2, column country: 'uk' is no country; write GB (ISO 3166)",
        "the sheet zonez is unknown; did you mean zones?",
    ):
        assert words in told
    assert client.get("/api/rate-cards").json() == []


def test_a_card_in_another_currency_than_the_site_says_what_that_is_worth(
    client: httpx.Client,
) -> None:
    book = template(client)
    book["card"]["C2"] = "USD"
    answer = sent(client, book)
    assert answer.status_code == 422
    assert "column exchange: '' is not told; write what 1 USD is" in answer.text
    book["card"]["G2"] = "0,79"
    (told,) = sent(client, book).json()["errors"]
    assert "column exchange: '0,79' has a decimal comma" in told["fix"]
    book["card"]["G2"] = "0.79"
    assert sent(client, book).status_code == 200


def bent(client: httpx.Client, before: bytes, part: str = "sheet") -> httpx.Response:
    """The template with this put into each of its sheets, where no program would write it."""
    book = template(client)
    book["rates"]["F2"] = "2,99"
    content = io.BytesIO()
    book.save(content)
    files = unpacked(content.getvalue())
    if part != "sheet":
        files[part] = before
        before = b""
    return posted(
        client,
        {
            name: text.replace(b"<pageMargins", before + b"<pageMargins")
            for name, text in files.items()
        },
    )


def merged(*refs: str) -> bytes:
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    return f"<mergeCells>{cells}</mergeCells>".encode()


def test_merged_cells_are_told_by_sheet_and_row_beside_all_else_that_is_wrong(
    client: httpx.Client,
) -> None:
    answer = bent(client, merged("A3:B3"))
    told = "\n".join(each["fix"] for each in answer.json()["errors"])
    assert "sheet rates line 3: the cells A3:B3 are merged; unmerge them and fill each" in told
    assert "sheet zones line 3: the cells A3:B3 are merged" in told
    assert "sheet rates line 2, column price: '2,99' has a decimal comma" in told


@pytest.mark.parametrize(
    ("before", "part", "words"),
    [
        (
            merged("A1:XFD1048576"),
            "sheet",
            "sheet card line 1: the cells A1:XFD1048576 are merged",
        ),
        (merged(*(f"A{n}:XFD{n + 99}" for n in range(2, 400, 100))), "sheet", "too many cells"),
        (merged("all of them"), "sheet", "has too many cells: delete empty ones"),
        (
            b'<hyperlinks><hyperlink ref="A2:C9" display="x"/></hyperlinks>',
            "sheet",
            "sheet rates line 2: a hyperlink spans the cells A2:C9; remove it",
        ),
        (
            b'<comments><commentList><comment ref="A2:C9"/></commentList></comments>',
            "xl/comments1.xml",
            "a comment spans the cells A2:C9; remove it",
        ),
        (merged("A1:T100000"), "xl/more.xml", "too many cells"),  # with those of the sheets
    ],
)
def test_what_would_become_far_too_many_cells_is_refused_before_it_is_made(
    client: httpx.Client, before: bytes, part: str, words: str
) -> None:
    answer = bent(client, before, part)
    assert (answer.status_code, words in answer.text) == (422, True), answer.text


def test_a_damaged_workbook_is_told_as_one(client: httpx.Client) -> None:
    content = io.BytesIO()
    template(client).save(content)
    damaged = bytearray(content.getvalue())
    sheet = zipfile.ZipFile(content).getinfo("xl/worksheets/sheet1.xml")
    packed = sheet.header_offset + 30 + len(sheet.filename)
    damaged[packed : packed + 20] = b"\xff" * 20
    answer = client.post("/api/import/rate-card", content=bytes(damaged))
    assert answer.status_code == 422
    assert "is a broken workbook" in answer.text


def test_errors_between_rows_are_told_at_once_too(client: httpx.Client) -> None:
    book = template(client)
    book["rates"]["D4"] = "6"
    book["rates"]["B5"] = "MOON"
    book["surcharges"]["A3"] = "HIGHLANDS"
    told = "\n".join(each["fix"] for each in sent(client, book).json()["errors"])
    assert "sheet rates line 5, column zone: 'MOON' is unknown" in told
    assert "sheet surcharges line 3, column code: 'HIGHLANDS' stands in an earlier row" in told
    book["rates"]["B5"], book["surcharges"]["A3"] = "ISLES", "LONG"
    told = "\n".join(each["fix"] for each in sent(client, book).json()["errors"])
    assert "rates line 4, column mass_over: '6' leaves a gap from 5" in told


def test_what_makes_no_sense_is_told_at_once_with_cells_that_cannot_be_read(
    client: httpx.Client,
) -> None:
    book = template(client)
    book["rates"]["F2"] = "2,99"
    book["rates"]["F3"] = -3.5
    book["rates"]["D4"] = "6"
    book["rates"]["B5"] = "MOON"
    book["zones"]["B2"] = "uk"
    book["services"]["C2"] = "two"
    book["surcharges"]["D2"] = "-6.50"
    told = [each["fix"] for each in sent(client, book).json()["errors"]]
    assert [each.removeprefix("rate-card sheet ").partition(";")[0] for each in told] == [
        "services line 2, column transit_days: 'two' is no whole number",
        "zones line 2, column country: 'uk' is no country",
        "rates line 2, column price: '2,99' has a decimal comma",
        "rates line 5, column zone: 'MOON' is unknown",
        "rates line 3, column price: '-3.5' must not be negative",
        "surcharges line 2, column amount: '-6.50' must not be negative",
    ]
    book["rates"]["B5"] = "ISLES"
    told = [each["fix"] for each in sent(client, book).json()["errors"]]
    assert any("rates line 4, column mass_over: '6' leaves a gap from 5" in each for each in told)
    assert any("rates line 2, column price: '2,99'" in each for each in told)


@pytest.mark.parametrize(
    ("sheet", "cell", "text", "column"),
    [
        ("zones", "A2", "two words", "zone"),
        ("services", "A2", "two words", "code"),
        ("sizes", "A2", "two words", "size"),
        ("areas", "A2", "two words", "area"),
        ("card", "C2", "pounds", "currency"),
        ("card", "D2", "soon", "from"),
        ("rates", "E2", "2,0", "mass_to"),
        ("rates", "D3", "2,0", "mass_over"),
        ("fuel", "A2", "soon", "from"),
        ("tiers", "B2", "3,5", "discount"),
        ("services", "Y2", "lorry", "per"),
    ],
)
def test_of_what_hangs_on_a_cell_that_cannot_be_read_nothing_is_said(
    client: httpx.Client, sheet: str, cell: str, text: str, column: str
) -> None:
    book = template(client)
    place = cell if column != "per" else f"{_letter(book[sheet], column)}2"
    book[sheet][place] = text
    (told,) = [each["fix"] for each in sent(client, book).json()["errors"]]
    assert f"sheet {sheet} line {place[1:]}, column {column}: {text!r}" in told


def _letter(tab: Any, column: str) -> str:
    return next(str(each.column_letter) for each in tab[1] if each.value == column)


def test_csv_files_of_a_zip_are_read_with_their_encodings_and_separators(
    client: httpx.Client,
) -> None:
    sent(client, template(client))
    files = unpacked(client.get("/api/rate-cards/SWIFT-2026.zip").content)
    semicolons = {
        name: text.replace(b",", b";") for name, text in files.items() if name != "holidays.csv"
    }
    semicolons["card.csv"] = b"\xef\xbb\xbf" + semicolons["card.csv"]
    assert posted(client, semicolons).json()["changes"] == []
    latin = files | {"holidays.csv": "country,day,name\nGB,2026-12-25,No\xebl\n".encode("latin-1")}
    told = posted(client, latin).json()["errors"][0]["fix"]
    assert told == "holidays.csv line 2: the byte 0xeb is not UTF-8; save the file as CSV UTF-8"
    assert "is missing or empty" in posted(client, {"card.csv": files["card.csv"]}).text
    assert "is no workbook" in client.post("/api/import/rate-card", content=b"hello").text


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def posted(client: httpx.Client, files: dict[str, bytes]) -> httpx.Response:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return client.post(
        "/api/import/rate-card", content=content.getvalue(), params={"dry_run": True}
    )


def test_a_shop_is_told_offers_lines_and_why_a_service_is_out(client: httpx.Client) -> None:
    sent(client, template(client))
    told = quoted(client, parcels=[BOX, BOX | {"mass_g": 4_000}], country="GB", postcode="IV1 1AA")
    assert told["currency"] == "GBP"
    flat, swift = told["offers"]
    assert (flat["service"], flat["cost_cents"]) == ("FLAT", 2 * 300 + 550)
    # 2.99 and 3.89 less 12%, the Highlands on both, fuel of 8.25%
    assert [each["lines"] for each in swift["parcels"]] == [
        [
            {"what": "base, zone HOME, 1.5 kg", "cents": 299},
            {"what": "discount", "cents": -36},
            {"what": "HIGHLANDS", "cents": 650},
            {"what": "fuel", "cents": 75},
        ],
        [
            {"what": "base, zone HOME, 4 kg", "cents": 389},
            {"what": "discount", "cents": -47},
            {"what": "HIGHLANDS", "cents": 650},
            {"what": "fuel", "cents": 82},
        ],
    ]
    assert swift["cost_cents"] == 988 + 1_074
    heavy = quoted(client, parcels=[BOX, BOX | {"mass_g": 25_000}])
    assert heavy["not_offered"] == [
        {"service": "FLAT", "why": "parcel 2: too heavy: 25000 g, takes 20000 g"}
    ]


def test_a_cart_is_packed_first_and_an_order_has_its_own_address(client: httpx.Client) -> None:
    told = quoted(client, items=[{"item": "S1", "qty": 2}])
    (offer,) = told["offers"]
    (parcel,) = offer["parcels"]
    assert (parcel["length_mm"], parcel["mass_g"]) == (230, 700)
    assert offer["cost_cents"] == 370
    order = {
        "number": "1",
        "shop": "web",
        "country": "FR",
        "lines": [{"line": 1, "sku": "S1", "qty": 2}],
    }
    placed = client.post("/api/orders", json=order)
    assert placed.status_code < 300, placed.text
    told = quoted(client, order=placed.json()["order"])
    assert told["offers"] == []
    assert told["not_offered"] == [{"service": "FLAT", "why": "does not serve FR"}]
    pole = {"item": "pole", "length_mm": 300, "width_mm": 50, "height_mm": 50, "mass_g": 40_000}
    assert quoted(client, items=[pole])["unpackable"][0]["item"] == "pole"


@pytest.mark.parametrize(
    "wrong",
    [{}, {"order": "web/1", "parcels": [BOX]}, {"parcels": [BOX], "country": "gb"}],
)
def test_a_wrong_question_is_told_by_field(client: httpx.Client, wrong: dict[str, Any]) -> None:
    assert client.post("/api/shipping/quote", json=wrong).status_code == 422
    missing = client.post("/api/shipping/quote", json={"order": "web/none"})
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_order")


def test_files_in_capitals_are_read_and_none_is_read_twice(client: httpx.Client) -> None:
    assert sent(client, template(client)).status_code == 200
    files = unpacked(client.get("/api/rate-cards/SWIFT-2026.zip").content)
    loud = {name.upper(): text for name, text in files.items()}
    assert posted(client, loud).json()["card"] == "SWIFT-2026"
    twice = posted(client, loud | {"rates.csv": files["rates.csv"]})
    assert "the sheet rates is there twice" in twice.text
    nested = {f"{folder}/rates.csv": files["rates.csv"] for folder in ("a", "b")}
    assert "there are two files rates.csv; leave one out" in posted(client, nested).text


def test_an_archive_with_a_password_is_told_as_one(client: httpx.Client) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("rates.csv", "service,price\n")
    locked = bytearray(content.getvalue())
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(header) + flags] |= 1
    answer = client.post("/api/import/rate-card", content=bytes(locked))
    assert answer.status_code == 422
    assert "rates.csv cannot be unpacked" in answer.text
    assert "pack it without a password" in answer.text
