"""Owns the mod-10 arithmetic of GS1 keys, and refuses to guess: a wrong digit is named."""

from controller.errors import LimitReached, Refused

GTIN_LENGTHS = (8, 12, 13, 14)
_SSCC_BODY = 16  # company prefix and serial reference between extension and check digit


def check_digit(digits: str) -> int:
    """The check digit that belongs behind `digits`.

    Raises: Refused("not_digits").
    Source: GS1 General Specifications, section 7.9.1.
    """
    if not is_digits(digits):
        raise Refused("not_digits", text=digits)
    return _check_digit(digits.encode())


def has_valid_check_digit(code: str) -> bool:
    """Whether the last digit of `code` is the check digit of those before it."""
    if len(code) < 2 or not is_digits(code):
        return False
    return _check_digit(code[:-1].encode()) == ord(code[-1]) - 48


def gtin14(code: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits.

    Raises: Refused("not_digits" | "gtin_length" | "gtin_check_digit").
    """
    if not is_digits(code):
        raise Refused("not_digits", text=code)
    if len(code) not in GTIN_LENGTHS:
        raise Refused("gtin_length", gtin=code, digits=len(code))
    if not has_valid_check_digit(code):
        raise Refused("gtin_check_digit", gtin=code, expected=check_digit(code[:-1]))
    return code.zfill(14)


def make_sscc(prefix: str, extension: int, serial: int) -> str:
    """The SSCC of a logistic unit from the GS1 company prefix, extension digit and a serial.

    Raises: Refused("sscc_prefix" | "sscc_extension"), LimitReached("sscc_serial").
    """
    if not (is_digits(prefix) and 4 <= len(prefix) <= 12):
        raise Refused("sscc_prefix", prefix=prefix)
    if not 0 <= extension <= 9:
        raise Refused("sscc_extension", extension=extension)
    width = _SSCC_BODY - len(prefix)
    if not 0 <= serial < 10**width:
        raise LimitReached("sscc_serial", serial=serial, serial_max=10**width - 1)
    body = f"{extension}{prefix}{serial:0{width}d}"
    return f"{body}{check_digit(body)}"


def upc_a(code: str) -> str:
    """The twelve digits that an eight-digit UPC-E suppresses zeros of; "" for another code.

    Source: GS1 General Specifications, section 5.2.2.4.2.
    """
    if len(code) != 8 or code[0] not in "01":
        return ""
    head, last = code[:6], code[6]
    if last in "012":
        return f"{head[:3]}{last}0000{head[3:]}{code[7]}"
    if last == "3":
        return f"{head[:4]}00000{head[4:]}{code[7]}"
    if last == "4":
        return f"{head[:5]}00000{head[5]}{code[7]}"
    return f"{head}0000{last}{code[7]}"


def is_digits(text: str) -> bool:
    """Whether `text` is one or more of 0 to 9: `str.isdigit` alone accepts other scripts."""
    return text.isdigit() and text.isascii()


def _check_digit(ascii_digits: bytes) -> int:
    threefold, single = ascii_digits[::-2], ascii_digits[-2::-2]
    zeros = 48 * (3 * len(threefold) + len(single))
    return (zeros - 3 * sum(threefold) - sum(single)) % 10
