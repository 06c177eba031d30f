"""Labels: exactly one format whatever the text, and barcodes that a scanner can read."""

import re
from typing import Any

import numpy
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from devices.driver import BadFrame
from devices.label_marks import check_digit
from devices.zpl import parcel_label
from simulation.machines.printer import read_label

SSCC = "340434161094015902"
GOOD: dict[str, Any] = {
    "to": ["Ada Ünal", "1 Loop Road", "London N1 7AA", "GB"],
    "sender": ["Shop", "Dock 3"],
    "sscc": SSCC,
    "tracking": "1Z999AA10123456784",
    "order": "SHOP-1001",
    "carrier": "UPS",
    "service": "Express",
    "lane": "L07",
    "mass_g": 1_234,
}
# The bar and space widths of the Code 128 symbols 0..106 (ISO/IEC 15417, table 1).
WIDTHS = re.findall(
    r"\d+",
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 "
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 "
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 "
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 "
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 "
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 "
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112",
)
CODE_B, CODE_C, FNC1 = 104, 105, 102


def fields(label: dict[str, Any]) -> tuple[str, ...]:
    return read_label(parcel_label(label).encode()).texts


def bars(zpl: str) -> list[tuple[int, str]]:
    """Module width and field data of every `^BC` in a format."""
    found = re.findall(r"\^BY(\d),3,\d+\^BCN,\d+,N,N,N,N\^FH\^FD(.*?)\^FS", zpl)
    return [(int(dots), data) for dots, data in found]


def symbols(data: str) -> list[int]:
    """The symbols that a printer makes of `^BC` field data in mode N."""
    start, rest = (CODE_C, data[2:]) if data.startswith(">;") else (CODE_B, data[2:])
    out = [start]
    while rest:
        if rest.startswith(">8"):
            out, rest = [*out, FNC1], rest[2:]
        elif start == CODE_C:
            out, rest = [*out, int(rest[:2])], rest[2:]
        else:
            sign, rest = (">", rest[2:]) if rest.startswith(">0") else (rest[0], rest[1:])
            out.append(ord(sign) - 32)
    check = (out[0] + sum(nth * symbol for nth, symbol in enumerate(out[1:], start=1))) % 103
    return [*out, check, 106]


def decoded(dots: int, data: str) -> str:
    """What a scanner reads on the printed symbol."""
    line: list[int] = [255] * 20 * dots
    for symbol in symbols(data):
        for nth, width in enumerate(WIDTHS[symbol]):
            line += [255 if nth % 2 else 0] * int(width) * dots
    line += [255] * 20 * dots
    (read,) = zxingcpp.read_barcodes(numpy.array([line] * 80, dtype=numpy.uint8))
    return f"{read.symbology_identifier}{read.bytes.decode()}"


HOSTILE = st.text(st.sampled_from("^~\\_XZAFSJDFH>\x00\x1b\r\n\x7f\x85ü漢\ud800 0"), max_size=40)


@given(st.lists(st.text(max_size=60) | HOSTILE, min_size=1, max_size=6), HOSTILE, HOSTILE)
def test_hostile_text_gives_exactly_one_format(to: list[str], service: str, lane: str) -> None:
    zpl = parcel_label(GOOD | {"to": to, "service": service, "lane": lane})
    assert (zpl.count("^XA"), zpl.count("^XZ"), zpl.count("~")) == (1, 1, 0)
    assert zpl.startswith("^XA")
    assert zpl.endswith("^XZ")
    for value in re.findall(r"\^FD(.*?)\^FS", zpl, re.DOTALL):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f^~\\]", value)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_text_comes_out_of_the_printer_as_it_went_in(name: str) -> None:
    assert name in fields(GOOD | {"to": [name]})


def test_a_label_shows_address_lane_weight_and_service() -> None:
    texts = fields(GOOD)
    assert {"UPS Express", "L07", "Ada Ünal", "GB", "SHOP-1001  1.234 kg"} <= set(texts)
    assert f"(00) {SSCC}" in texts


def test_the_sscc_symbol_reads_as_gs1_element_string() -> None:
    tracking, sscc = bars(parcel_label(GOOD))
    assert decoded(*sscc) == f"]C100{SSCC}"
    assert decoded(*tracking) == "]C01Z999AA10123456784"
    assert read_label(parcel_label(GOOD).encode()).codes == (
        "]C01Z999AA10123456784",
        f"]C100{SSCC}",
    )


@pytest.mark.parametrize("code", ["JJD000123456", "00340434161094015902", "AB>CD-1", "a^b~c_d\\e"])
def test_tracking_codes_read_as_they_were_given(code: str) -> None:
    label = read_label(parcel_label(GOOD | {"tracking": code}).encode())
    assert label.codes[0] == f"]C0{code}"


@pytest.mark.parametrize("code", ["JJD000123456", "00340434161094015902", "AB>CD-1", "X" * 28])
def test_tracking_symbols_decode_as_they_were_given(code: str) -> None:
    assert decoded(*bars(parcel_label(GOOD | {"tracking": code}))[0]) == f"]C0{code}"


def test_a_site_without_gs1_prefix_prints_its_own_plate() -> None:
    label = {key: value for key, value in GOOD.items() if key != "sscc"} | {"parcel": "P00042"}
    assert read_label(parcel_label(label).encode()).codes[1] == "]C0P00042"


@pytest.mark.parametrize("code", ["6291041500213", "4006381333931", "106141412345678908"])
def test_check_digits_are_those_of_gs1(code: str) -> None:
    assert check_digit(code[:-1]) == code[-1]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sscc": SSCC[:17] + "9"}, "sscc"),
        ({"sscc": "12"}, r"\$\.sscc"),
        ({"sscc": SSCC + "\n"}, r"\$\.sscc"),
        ({"tracking": "ü1"}, "tracking"),
        ({"tracking": "A\nB"}, "tracking"),
        ({"tracking": "X" * 40}, "tracking.*too long"),
        ({"to": []}, r"\$\.to"),
        ({"mass_g": 1.5}, r"\$\.mass_g"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_label_that_cannot_be_printed_names_the_field(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadFrame, match=named):
        parcel_label(GOOD | changes)
