"""Owns what each GS1 application identifier (AI) may hold; refuses AIs that GS1 has not given out.

Differs: of the content rules only lengths, character sets, check digits and dates are checked;
country, currency and percent codes pass as text.
Source: GS1 Barcode Syntax Dictionary, gs1/gs1-syntax-dictionary @ff2eb4b (Apache-2.0).
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import chain

from controller.barcodes.check_digits import has_valid_check_digit

# "*" is a pre-defined length without separator; components, "[optional]" ones and rules are
# written as in the dictionary.
_FORMATS = """
00 *N18,csum
01-03 *N14,csum
10 X..20
11-13 15-17 *N6,yymmd0
20 *N2
21-22 243 254 X..20
235 X..28
240-241 250-251 X..30
242 N..6
253 N13,csum [X..17]
255 N13,csum [N..12]
30 37 N..8
3900-3909 3920-3929 N..15
3910-3919 3930-3939 N3 N..15
3940-3943 N4
3950-3955 N6
400-401 403 X..30
402 N17,csum
410-417 *N13,csum
420 X..20
421 N3 X..9
422 424 426 N3
423 425 N3 [N3] [N3] [N3] [N3]
427 X..3
4300-4301 4310-4311 4320 X..35
4302-4306 4312-4316 X..70
4307 4317 X2
4308 4319 X..30
4309 N10 N10
4318 X..20
4321-4323 N1
4324-4325 N6,yymmd0 N4
4326 N6,yymmdd
4330-4333 N6 [X1]
7001 N13
7002 7023 X..30
7003 N6,yymmdd N4
7004 N..4
7005 X..12
7006 N6,yymmdd
7007 N6,yymmdd [N6],yymmdd
7008 X..3
7009 X..10
7010 X..2
7011 N6,yymmdd [N4]
7020-7022 710-717 7240 X..20
7030-7039 N3 X..27
7040 N1 X1 X1 X1
7041 X..4
7230-7239 X2 X..28
7241 N2
7242 X..25
7250 N8
7251 N8 N4
7252 N1
7253-7254 7259 X..40
7255 X..10
7256 X..90
7257 X..70
7258 X3
8001 N4 N5 N3 N1 N1
8002 8012 X..20
8003 N1 N13,csum [X..16]
8004 X..30
8005 N6
8006 8026 N14,csum N4
8007 X..34
8008 N6,yymmdd N2 [N2] [N2]
8009 X..50
8010 Y..30
8011 N..12
8013-8014 8020 X..25
8017-8018 N18,csum
8019 N..10
8030 Z..90
8040-8041 N15
8042 N32
8043 N18 [N..2]
8110 8112 8200 X..70
8111 N4
90 X..30
91-99 X..90
"""
_LINK_KEYS = "00 01 253 255 401 402 414 415 417 8003 8004 8006 8010 8013 8017 8018"
_MEASURES = chain(range(310, 317), range(320, 338), range(340, 358), range(360, 370))
_LAST_YEAR = 2076  # GS1 puts a two-digit year within 49 years back and 50 ahead of today, 2026
_CHARACTERS = {
    "N": "[0-9]",
    "X": r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]""",
    "Y": r"[#\-/0-9A-Z]",
    "Z": r"[0-9A-Za-z_=\-]",
}
_COMPONENT = re.compile(r"(\[?)([NXYZ])(\.\.)?(\d+)\]?,?(\w*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one AI may hold; `checks` are (start, stop, kind) of its check digits and dates."""

    predefined: bool
    length_min: int
    length_max: int
    pattern: re.Pattern[str]
    checks: tuple[tuple[int, int, str], ...]

    def fault(self, value: str) -> str:
        """Why `value` cannot stand behind this AI, as a warning code, or ""."""
        if not self.pattern.fullmatch(value):
            return "bad_value"
        for start, stop, kind in self.checks:
            part = value[start:stop]
            if part and not _CHECKS[kind](part):
                return "bad_check_digit" if kind == "csum" else "bad_date"
        return ""


def iso_date(yymmdd: str) -> str:
    """The ISO text of a GS1 date, day 00 being the last of its month; "" for no such day.

    Differs: the century window stands still, as there is no clock here.
    """
    year, month, day = 2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:6])
    if year > _LAST_YEAR:
        year -= 100
    if not 1 <= month <= 12:
        return ""
    last = monthrange(year, month)[1]
    return f"{year}-{month:02d}-{day or last:02d}" if day <= last else ""


def ai_at(text: str, start: int) -> str:
    """The AI that begins at `start`, or "" where none does."""
    prefix = text[start : start + 2]
    ai = text[start : start + _AI_LENGTHS.get(prefix, 0)]
    return ai if ai in FORMATS else ""


@cache
def rule_of(ai: str) -> Rule:
    """The rule of a known AI."""
    return _compiled(FORMATS[ai])


@cache
def _compiled(form: str) -> Rule:
    pattern, length_min, length_max = "", 0, 0
    checks = []
    for optional, letter, variable, size, kind in _COMPONENT.findall(form):
        part = f"{_CHARACTERS[letter]}{{{'1,' if variable else ''}{size}}}"
        pattern += f"(?:{part})?" if optional else part
        if kind:
            checks.append((length_max, length_max + int(size), kind))
        length_max += int(size)
        length_min += 0 if optional else 1 if variable else int(size)
    return Rule(
        predefined=form.startswith("*"),
        length_min=length_min,
        length_max=length_max,
        pattern=re.compile(pattern),
        checks=tuple(checks),
    )


def _expanded(ais: str) -> list[str]:
    first, _, last = ais.partition("-")
    return [f"{n:0{len(first)}d}" for n in range(int(first), int(last or first) + 1)]


def _table() -> dict[str, str]:
    table = {f"{stem}{decimals}": "*N6" for stem in _MEASURES for decimals in range(6)}
    for line in _FORMATS.strip().splitlines():
        words = line.split()
        size = sum(word[0].isdigit() for word in words)
        for ais in words[:size]:
            table.update(dict.fromkeys(_expanded(ais), " ".join(words[size:])))
    return table


_CHECKS: dict[str, Callable[[str], bool]] = {
    "csum": has_valid_check_digit,
    "yymmd0": lambda part: bool(iso_date(part)),
    "yymmdd": lambda part: part[4:] != "00" and bool(iso_date(part)),
}
FORMATS = _table()
_AI_LENGTHS = {ai[:2]: len(ai) for ai in FORMATS}
LINK_KEYS = frozenset(_LINK_KEYS.split())
