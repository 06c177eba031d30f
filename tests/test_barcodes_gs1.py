"""GS1 elements in every spelling: checked against GS1's dictionary, faults and round trips."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from controller.barcodes import Reading, check_digit, read
from controller.barcodes.rules import FORMATS, LINK_KEYS, ai_at, iso_date, rule_of

DICTIONARY = Path(__file__).parents[2] / "shared/data/devices/gs1/gs1-syntax-dictionary.txt"
GS = "\x1d"
EAN = "4006381333931"
GTIN = "0" + EAN
SSCC = "340063810000000124"
CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


# --- GS1 elements ----------------------------------------------------------------------------

PACK = (("01", GTIN), ("17", "251231"), ("10", "ABC123"), ("21", "S-1"), ("30", "12"))


def encoded(elements: tuple[tuple[str, str], ...], separator: str = GS) -> str:
    parts = [f"{ai}{value}" + separator * (FORMATS[ai][0] != "*") for ai, value in elements]
    return "".join(parts).removesuffix(GS)


@pytest.mark.parametrize("aim", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
@pytest.mark.parametrize("separator", [GS, "|", "~", "^"])
def test_element_string_of_every_gs1_carrier_is_read(aim: str, separator: str) -> None:
    raw = aim + encoded(PACK, separator)
    assert read(raw) == Reading(
        raw=raw,
        code=GTIN,
        kind="gtin",
        gtin=GTIN,
        lot="ABC123",
        serial="S-1",
        expiry="2025-12-31",
        count=12,
        elements=PACK,
    )


@pytest.mark.parametrize(
    "raw",
    [
        encoded(PACK),
        GS + encoded(PACK),
        "".join(f"({ai}){value}" for ai, value in PACK),
        " ".join(f"({ai}) {value}" for ai, value in PACK),
        f"https://id.gs1.org/01/{GTIN}/10/ABC123/21/S-1?17=251231&30=12",
        f"https://shop.example/de/01/{EAN}/10/ABC123/21/S%2D1/?linkType=all&17=251231&30=12",
    ],
)
def test_other_spellings_mean_the_same_as_the_element_string(raw: str) -> None:
    reading = read(raw)
    assert dict(reading.elements) == dict(PACK)
    assert (reading.kind, reading.code, reading.warning) == ("gtin", GTIN, "")


@pytest.mark.parametrize("symbology", ["]C1", "C1"])
def test_identifier_may_come_beside_the_scan(symbology: str) -> None:
    assert read("10ABC", symbology).lot == "ABC"
    assert read("10ABC").kind == "text"


def test_pallet_names_its_sscc_and_its_content() -> None:
    reading = read(f"]C100{SSCC}02{GTIN}3748{GS}10L1")
    assert (reading.kind, reading.code, reading.sscc) == ("sscc", SSCC, SSCC)
    assert (reading.gtin, reading.count, reading.lot) == (GTIN, 48, "L1")


def test_content_without_its_pallet_is_no_trade_item() -> None:
    reading = read(f"02{GTIN}370")
    assert (reading.kind, reading.gtin, reading.count) == ("gs1", GTIN, 0)
    assert reading.code == f"02{GTIN}370"


@pytest.mark.parametrize("raw", [f"]C191A{GS}10L", "(91)A(10)L", f"91A{GS}10L"])
def test_elements_without_a_key_have_one_code_in_every_spelling(raw: str) -> None:
    reading = read(raw)
    assert (reading.kind, reading.code, reading.count) == ("gs1", "91A10L", None)


@pytest.mark.parametrize(
    ("raw", "expiry"),
    [
        ("]C115260228", "2026-02-28"),
        ("]C11526022817260300", "2026-03-31"),
        (f"]C170032602281200{GS}15250101", "2026-02-28"),
        ("]C111260228", ""),
    ],
)
def test_expiry_is_use_by_or_else_best_before(raw: str, expiry: str) -> None:
    assert read(raw).expiry == expiry


@pytest.mark.parametrize(
    ("yymmdd", "iso"),
    [
        ("240200", "2024-02-29"),
        ("250200", "2025-02-28"),
        ("760101", "2076-01-01"),
        ("770101", "1977-01-01"),
        ("251301", ""),
        ("250001", ""),
        ("250431", ""),
    ],
)
def test_gs1_date_becomes_iso_text(yymmdd: str, iso: str) -> None:
    assert iso_date(yymmdd) == iso


@pytest.mark.parametrize(
    ("raw", "warning"),
    [
        ("]C10104006381333932", "bad_check_digit:(01)04006381333932"),
        ("]C101040063813339", "bad_value:(01)040063813339"),
        (f"]C101{GTIN}17251332", "bad_date:(17)251332"),
        (f"]C170062512001{GS}", "bad_value:(7006)2512001"),
        ("]C17006251200", "bad_date:(7006)251200"),
        ("]C105ABC", "unknown_ai:05AB"),
        ("]C19", "unknown_ai:9"),
        (f"]C110{'A' * 21}{GS}", f"bad_value:(10){'A' * 21}"),
        ("]C110A#B", "bad_value:(10)A#B"),
        ("]C110", "bad_value:(10)"),
        (f"]C110A{GS}10B", "two_values:(10)A and B"),
        ("(10)A(10)B", "two_values:(10)A and B"),
        ("(10)A(05)B", "unknown_ai:05"),
        (f"(10)A(01){EAN}", f"bad_value:(01){EAN}"),
        (f"10A{GS}05B", "unknown_ai:05B"),
        ("https://id.gs1.org/01/04006381333932", "bad_check_digit:(01)04006381333932"),
        (f"https://id.gs1.org/01/{GTIN}?17=259999", "bad_date:(17)259999"),
    ],
)
def test_elements_that_break_the_rules_are_invalid_and_named(raw: str, warning: str) -> None:
    reading = read(raw)
    assert (reading.kind, reading.warning) == ("invalid", warning)


@pytest.mark.parametrize(
    "raw",
    [
        "https://shop.example/",
        "http://shop.example/01",
        "https://shop.example/2024/01/15",
        "https://shop.example/01/tea/10",
        f"https://shop.example/01/{GTIN}/colour/red",
        "https://[half",
        "(see back)",
        "(05)A",
        "0104006381333932",
        f"01{GTIN}99é",
    ],
)
def test_text_that_only_resembles_gs1_is_text(raw: str) -> None:
    assert read(raw) == Reading(raw=raw, code=raw, kind="text")


# --- scanners that drop FNC1 -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "elements"),
    [
        (f"]C101{GTIN}10ABC12317251231", (("01", GTIN), ("10", "ABC123"), ("17", "251231"))),
        (f"01{GTIN}10ABC12317251231", (("01", GTIN), ("10", "ABC123"), ("17", "251231"))),
        ("]C110ABC1725123121XY", (("10", "ABC"), ("17", "251231"), ("21", "XY"))),
        ("]C110AAAAAAAAAAAA21BBBBBBBBBBBB", (("10", "A" * 12), ("21", "B" * 12))),
        ("]C14222763748", (("422", "276"), ("37", "48"))),
    ],
)
def test_decidable_string_without_separators_is_read_with_a_warning(
    raw: str, elements: tuple[tuple[str, str], ...]
) -> None:
    assert read(raw).elements == elements
    assert read(raw).warning == "fnc1_dropped"


def test_undecidable_string_keeps_what_all_readings_share() -> None:
    raw = f"]C101{GTIN}10AA21AA21AAAAAAAAAAAAAAAA"
    reading = read(raw)
    assert (reading.elements, reading.warning) == ((("01", GTIN),), "fnc1_dropped")
    assert (reading.code, reading.lot, reading.serial) == (GTIN, "", "")


def test_undecidable_string_without_a_key_keeps_its_whole_text_as_code() -> None:
    reading = read("]C110AA21AA21AAAAAAAAAAAAAAAA")
    assert (reading.kind, reading.elements) == ("gs1", ())
    assert reading.code == "10AA21AA21AAAAAAAAAAAAAAAA"


def test_last_lot_that_resembles_elements_stays_whole_without_a_warning() -> None:
    reading = read(f"]C101{GTIN}10ABC21XYZ")
    assert (reading.lot, reading.serial, reading.warning) == ("ABC21XYZ", "", "")


def test_lot_that_repeats_the_expiry_stays_whole() -> None:
    reading = read(f"]C101{GTIN}1725123110L17251231")
    assert (reading.lot, reading.expiry, reading.warning) == ("L17251231", "2025-12-31", "")


def test_lot_is_not_split_into_two_lots() -> None:
    reading = read("]C110A10B10C10D10E")
    assert reading.elements == (("10", "A10B10C10D10E"),)


def test_very_long_string_is_not_guessed() -> None:
    reading = read(f"]C1{'91' * 100}")
    assert (reading.kind, reading.warning.split(":")[0]) == ("invalid", "bad_value")


def all_ways(text: str) -> list[tuple[int, int, tuple[tuple[str, str], ...]]]:
    """Every reading of `text` by brute force: checks that fit, -(separators missing), elements."""
    if not text:
        return [(0, 0, ())]
    ai, ways = ai_at(text, 0), []
    for end in range(len(ai) + 1, len(text) + 1 if ai else 0):
        value, rule = text[len(ai) : end], rule_of(ai)
        if not rule.fault(value):
            missing = not rule.predefined and end < len(text)
            for checks, separators, rest in all_ways(text[end:]):
                elements = ((ai, value), *rest)
                ways.append((checks + len(rule.checks), separators - missing, elements))
    return ways


FRAGMENTS = st.sampled_from(["10", "21", "17251231", "422276", "A", "B7", "37", "91", "3", "01"])


@given(st.lists(FRAGMENTS, min_size=1, max_size=12).map("".join))
def test_guess_equals_the_best_of_all_readings(text: str) -> None:
    ways = all_ways(text)
    assume(all(len(dict(elements)) == len(elements) for _, _, elements in ways))
    reading = read("]C1" + text)
    if not ways:
        assert reading.kind == "invalid"
        return
    best = max(way[:2] for way in ways)
    equals = [elements for *score, elements in ways if tuple(score) == best]
    shared = [element for element in equals[0] if all(element in other for other in equals)]
    assert list(reading.elements) == shared
    assert reading.warning == ("fnc1_dropped" if best[1] < 0 else "")


# --- round trips over the whole table --------------------------------------------------------


@st.composite
def values(draw: st.DrawFn, ai: str) -> str:
    """A value that the rule of `ai` accepts."""
    parts = []
    for component in FORMATS[ai].lstrip("*").split():
        optional, kind = component.startswith("["), component.strip("[]")
        if optional and draw(st.booleans()):
            break
        parts.append(draw(components(kind)))
    return "".join(parts)


def components(kind: str) -> st.SearchStrategy[str]:
    form, _, check = kind.replace("]", "").partition(",")
    size = int(form.lstrip("NXYZ."))
    if check == "csum":
        return digits_of(size - 1).map(lambda body: f"{body}{check_digit(body)}")
    if check:
        dates = st.dates().map(lambda day: f"{day:%m%d}")
        return st.tuples(digits_of(2), dates).map("".join).filter(lambda day: iso_date(day) != "")
    alphabet = {"N": "0123456789", "X": CSET_82, "Y": "#-/0123ABYZ", "Z": "09azAZ-_="}[form[0]]
    return st.text(alphabet, min_size=1 if ".." in form else size, max_size=size)


def digits_of(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


@st.composite
def element_strings(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    ais = draw(st.lists(st.sampled_from(sorted(FORMATS)), min_size=1, max_size=6, unique=True))
    return tuple((ai, draw(values(ai))) for ai in ais)


@given(element_strings())
def test_separated_elements_are_read_back(elements: tuple[tuple[str, str], ...]) -> None:
    reading = read("]C1" + encoded(elements) + GS)
    assert (reading.elements, reading.warning) == (elements, "")


@given(element_strings())
def test_fields_agree_with_the_elements(elements: tuple[tuple[str, str], ...]) -> None:
    reading, by_ai = read("]d2" + GS + encoded(elements)), dict(elements)
    assert (reading.lot, reading.serial) == (by_ai.get("10", ""), by_ai.get("21", ""))
    assert reading.sscc == by_ai.get("00", "")
    keys = {"00": "sscc", "01": "gtin", "03": "gtin"}
    assert reading.kind == next((keys[ai] for ai in keys if ai in by_ai), "gs1")


@given(st.text("ABCDEFGH", min_size=1, max_size=20), st.dates(), st.data())
def test_lot_of_letters_before_a_date_survives_a_dropped_separator(
    lot: str, day: date, data: st.DataObject
) -> None:
    ai = data.draw(st.sampled_from(["11", "13", "15", "17"]))
    reading = read(f"]C101{GTIN}10{lot}{ai}{day:%y%m%d}")
    assert reading.elements == (("01", GTIN), ("10", lot), (ai, f"{day:%y%m%d}"))
    assert reading.warning == "fnc1_dropped"


@given(element_strings())
def test_string_without_separators_never_invents_a_value(
    elements: tuple[tuple[str, str], ...],
) -> None:
    whole = "".join(ai + value for ai, value in elements)
    reading = read("]C1" + whole)
    if len(whole) <= 128:
        assert reading.kind != "invalid"
    assert all(ai + value in whole for ai, value in reading.elements)


# --- GS1's own dictionary --------------------------------------------------------------------

CHECKED = {"csum", "yymmd0", "yymmdd"}
ENTRY = re.compile(
    r"(\d{2,4})(?:-(\d{2,4}))?\s+([*?]*)\s*((?:\[?[NXYZ](?:\.\.)?\d+\]?[,\w]*\s*)+)(.*)"
)


def dictionary_entries() -> list[tuple[list[str], str, bool]]:
    """AIs, form with the checked rules only, and whether they are keys of a Digital Link."""
    if not DICTIONARY.exists():
        pytest.skip(f"the GS1 syntax dictionary is not at {DICTIONARY}")
    entries = []
    for line in DICTIONARY.read_text("utf-8").splitlines():
        if line[:1].isdigit():
            match = ENTRY.match(line)
            assert match, line
            first, last, flags, form, rest = match.groups()
            ais = [f"{n:0{len(first)}d}" for n in range(int(first), int(last or first) + 1)]
            link = "dlpkey" in rest.split("#")[0]
            entries.append((ais, "*" * ("*" in flags) + with_checked_rules(form), link))
    return entries


def with_checked_rules(form: str) -> str:
    words = [word.split(",") for word in form.split()]
    return " ".join(",".join([word[0], *(w for w in word[1:] if w in CHECKED)]) for word in words)


def test_table_equals_every_entry_of_the_dictionary() -> None:
    entries = dictionary_entries()
    assert len(entries) == 224
    assert {ai: form for ais, form, _ in entries for ai in ais} == FORMATS


def test_link_keys_equal_those_of_the_dictionary() -> None:
    assert {ai for ais, _, link in dictionary_entries() for ai in ais if link} == LINK_KEYS


def test_two_digits_decide_how_long_an_ai_is() -> None:
    assert len({(ai[:2], len(ai)) for ai in FORMATS}) == len({ai[:2] for ai in FORMATS})
    assert all(ai_at(ai + "999", 0) == ai for ai in FORMATS)


def test_predefined_lengths_are_fixed() -> None:
    rules = [rule_of(ai) for ai in sorted(FORMATS)]
    assert all(rule.length_min == rule.length_max for rule in rules if rule.predefined)
