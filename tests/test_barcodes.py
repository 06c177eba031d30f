"""Keys, plain codes and printed commands: any scan is read to what it can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.barcodes import (
    COMMANDS,
    Reading,
    check_digit,
    gtin14,
    has_valid_check_digit,
    make_sscc,
    read,
)
from controller.barcodes.check_digits import upc_a
from controller.barcodes.rules import FORMATS
from controller.errors import LimitReached, Refused

GS = "\x1d"
EAN = "4006381333931"
GTIN = "0" + EAN
SSCC = "340063810000000124"


# --- check digits and keys -------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["96385074", "012345678905", EAN, "10614141000415", "106141412345678908", SSCC]
)
def test_published_codes_have_valid_check_digits(code: str) -> None:
    assert has_valid_check_digit(code)
    assert check_digit(code[:-1]) == int(code[-1])


@pytest.mark.parametrize(
    "code", ["", "7", "40063813339x1", "４００６３８１３３３９３１", EAN[:-1] + "2"]
)
def test_other_texts_have_no_valid_check_digit(code: str) -> None:
    assert not has_valid_check_digit(code)


@given(st.text("0123456789", min_size=1, max_size=17), st.data())
def test_every_single_wrong_digit_is_found(digits: str, data: st.DataObject) -> None:
    code = f"{digits}{check_digit(digits)}"
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[place]))
    assert has_valid_check_digit(code)
    assert not has_valid_check_digit(code[:place] + other + code[place + 1 :])


def test_every_gtin_becomes_fourteen_digits() -> None:
    assert gtin14("96385074") == "00000096385074"
    assert gtin14("012345678905") == "00012345678905"
    assert gtin14(EAN) == GTIN
    assert gtin14(GTIN) == GTIN


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("x" + EAN, "not_digits"),
        ("123456", "gtin_length"),
        (SSCC, "gtin_length"),
        ("4006381333932", "gtin_check_digit"),
    ],
)
def test_text_that_is_no_gtin_is_refused_by_name(code: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        gtin14(code)
    assert refusal.value.code == reason
    assert code in refusal.value.fields.values()


def test_wrong_gtin_is_refused_with_the_digit_that_belongs_there() -> None:
    with pytest.raises(Refused) as refusal:
        gtin14("4006381333932")
    assert refusal.value.fields["expected"] == 1


def test_check_digit_of_letters_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        check_digit("12a")
    assert refusal.value.code == "not_digits"


def test_sscc_holds_extension_prefix_and_serial() -> None:
    assert make_sscc("4006381", 3, 12) == SSCC
    assert make_sscc("0614141", 1, 234567890) == "106141412345678908"


@given(st.text("0123456789", min_size=4, max_size=12), st.integers(0, 9), st.data())
def test_every_made_sscc_is_read_back(prefix: str, extension: int, data: st.DataObject) -> None:
    serial = data.draw(st.integers(0, 10 ** (16 - len(prefix)) - 1))
    sscc = make_sscc(prefix, extension, serial)
    assert len(sscc) == 18
    for spelling in (sscc, "00" + sscc, "]C100" + sscc, f"(00){sscc}"):
        reading = read(spelling)
        assert (reading.kind, reading.code, reading.sscc) == ("sscc", sscc, sscc)


@pytest.mark.parametrize(
    ("prefix", "extension", "serial", "error", "reason"),
    [
        ("123", 0, 1, Refused, "sscc_prefix"),
        ("1234567890123", 0, 1, Refused, "sscc_prefix"),
        ("40O6381", 0, 1, Refused, "sscc_prefix"),
        ("4006381", 10, 1, Refused, "sscc_extension"),
        ("4006381", -1, 1, Refused, "sscc_extension"),
        ("4006381", 0, -1, LimitReached, "sscc_serial"),
        ("4006381", 0, 10**9, LimitReached, "sscc_serial"),
    ],
)
def test_sscc_that_cannot_be_made_is_refused(
    prefix: str, extension: int, serial: int, error: type[Refused], reason: str
) -> None:
    with pytest.raises(error) as refusal:
        make_sscc(prefix, extension, serial)
    assert refusal.value.code == reason


# --- plain codes -----------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["96385074", "012345678905", EAN, "10614141000415"])
@pytest.mark.parametrize("aim", ["", "]E0", "]I1", "]C0", "]d1"])
def test_gtin_of_every_length_and_carrier_is_a_gtin(code: str, aim: str) -> None:
    reading = read(aim + code)
    assert (reading.kind, reading.code, reading.gtin) == ("gtin", code.zfill(14), code.zfill(14))
    assert (reading.elements, reading.warning) == ((), "")


@given(st.sampled_from([7, 11, 12, 13]), st.data())
def test_plain_gtin_is_never_an_element_string(size: int, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(sorted(FORMATS)))
    rest = size - len(start)
    body = start + data.draw(st.text("0123456789", min_size=rest, max_size=rest))
    reading = read(f"{body}{check_digit(body)}")
    assert (reading.kind, reading.elements) == ("gtin", ())


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("04252614", "042100005264"),
        ("01234558", "012345000058"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
    ],
)
def test_suppressed_zeros_of_upc_e_come_back(short: str, full: str) -> None:
    assert upc_a(short) == full
    assert read("]E0" + short).code == gtin14(full)
    assert upc_a("9" + short[1:]) == ""


def test_eight_digits_are_a_gtin_8_before_they_are_a_upc_e() -> None:
    both = "01234565"
    assert has_valid_check_digit(both)
    assert has_valid_check_digit(upc_a(both))
    assert read(both).code == read("]E4" + both).code == both.zfill(14)
    assert read("]E0" + both).code == upc_a(both).zfill(14)


def test_upc_e_without_identifier_is_found_by_its_check_digit() -> None:
    assert read("04252614").code == "00042100005264"


@pytest.mark.parametrize("addition", ["12", "51299"])
def test_add_on_of_a_magazine_is_left_out(addition: str) -> None:
    assert read("]E3" + EAN + addition).code == GTIN


@pytest.mark.parametrize("code", ["4006381333932", "96385075", "012345678906", "10614141000416"])
@pytest.mark.parametrize("aim", ["", "]E0", "]I1"])
def test_gtin_with_wrong_check_digit_is_invalid_and_named(code: str, aim: str) -> None:
    reading = read(aim + code)
    assert (reading.kind, reading.code, reading.gtin) == ("invalid", code, "")
    assert reading.warning == f"bad_check_digit:GTIN {code}"


@pytest.mark.parametrize("code", ["340063810000000125", "00340063810000000125"])
def test_sscc_with_wrong_check_digit_is_invalid_and_named(code: str) -> None:
    reading = read(code)
    assert (reading.kind, reading.warning) == ("invalid", "bad_check_digit:SSCC " + code[-18:])


def test_order_number_as_long_as_a_gtin_is_text_in_code_128() -> None:
    assert read("]C010000001") == Reading(raw="]C010000001", code="10000001", kind="text")
    assert read("10000001", "]C0").kind == "text"


@pytest.mark.parametrize("digits", ["0", "12", "480", "000480", "999999"])
def test_up_to_six_digits_are_a_number(digits: str) -> None:
    assert read(digits) == Reading(raw=digits, code=digits, kind="number")


@pytest.mark.parametrize(
    "text", ["TOTE-17", "A-01-02", "1234567", "12345678901", "1Z999AA10123456784", "]bad", "]"]
)
def test_other_text_is_text(text: str) -> None:
    assert read(text) == Reading(raw=text, code=text, kind="text")


@pytest.mark.parametrize("digits", ["٤٠٠٦٣٨١٣٣٣٩٣١", "４８０", "²"])
def test_digits_of_other_scripts_are_text(digits: str) -> None:
    assert read(digits).kind == "text"


def test_frame_of_the_wire_is_stripped_and_raw_is_kept() -> None:
    raw = f"\x02 {EAN}\t\r\n\x03"
    assert (read(raw).raw, read(raw).code) == (raw, GTIN)
    assert read("]C0 A-01 \r").code == "A-01"


@pytest.mark.parametrize("name", COMMANDS)
def test_printed_command_is_a_command(name: str) -> None:
    for raw in (name, f"CMD:{name}", name.lower(), f"]C0{name}\r"):
        assert read(raw) == Reading(raw=raw, code=name, kind="command")


def test_unknown_command_is_invalid_and_named() -> None:
    reading = read("CMD:DANCE")
    assert (reading.kind, reading.warning) == ("invalid", "unknown_command:DANCE")


@pytest.mark.parametrize(
    ("raw", "warning"),
    [
        ("", "empty:"),
        (" \r\n", "empty:"),
        ("]C1", "empty:"),
        ("X" * 1001, "too_long:1001 characters"),
        ("A\0B", "unreadable_character:U+0000"),
        ("A\x1e\ud800", "unreadable_character:U+D800"),
    ],
)
def test_scan_that_is_no_text_is_invalid_and_leaves_no_code(raw: str, warning: str) -> None:
    assert read(raw) == Reading(raw=raw, code="", kind="invalid", warning=warning)


def test_label_of_another_standard_with_separators_is_text() -> None:
    raw = f"[)>\x1e06{GS}P4711{GS}Q12\x1e\x04"
    assert read(raw) == Reading(raw=raw, code=raw, kind="text")


@given(st.text(max_size=60), st.sampled_from(["", "]C1", "C0", "]E0", "ean_13", "?"]))
def test_every_text_is_read_to_a_known_kind(raw: str, symbology: str) -> None:
    reading = read(raw, symbology)
    assert reading.raw == raw
    assert reading.kind in {"gtin", "sscc", "command", "number", "text", "gs1", "invalid"}
    assert bool(reading.code) or reading.kind == "invalid"
    assert (reading.kind == "invalid") == (reading.warning not in {"", "fnc1_dropped"})


@given(st.text("0123456789", min_size=1, max_size=30) | st.text("AB01 -", max_size=9))
def test_code_of_a_code_is_the_same_code(raw: str) -> None:
    assert read(read(raw).code).code == read(raw).code
