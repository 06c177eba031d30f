"""Owns labels that a carrier sent: what a printer gets for its ZPL, PDF or PNG.

A page becomes a picture of black dots at the printer's density, as large as the label. It refuses
files that cannot be read, more than one page, and pages that are much larger than the label.
"""

import base64
import binascii
import io
import zlib
from typing import Any, Final

from devices.driver import BadFrame
from devices.zpl import DPI, dots_of, of_carrier, opening

LARGER_MAX: Final = 1.1  # a page is scaled down by so much at most
PIXELS_MAX: Final = 40_000_000
BLACK_BELOW: Final = 128


def kept_label(form: str, kept: str, size: str, dpi: int) -> str:
    """The ZPL that prints a carrier's label, which is given in base64.

    Raises: BadFrame saying what is wrong with it.
    """
    try:
        body = base64.b64decode(kept, validate=True)
    except binascii.Error as error:
        raise BadFrame("the carrier's label is no base64") from error
    if form == "zpl":
        try:
            return of_carrier(body.decode("utf-8"), size, dpi)
        except UnicodeDecodeError as error:
            raise BadFrame("the carrier's label is no ZPL: it is no text") from error
    width, height = dots_of(size, dpi)
    if form == "pdf":
        grey = _page(body, width, height, DPI[dpi])
    elif form == "png":
        grey = _fitted(_picture(body), width, height)
    else:
        raise BadFrame(f"a carrier's label of the form {form!r} is unknown")
    return f"{opening(size, dpi)}\n^FO0,0{_graphic(grey, width, height)}\n^XZ"


def _page(body: bytes, width: int, height: int, per_mm: int) -> Any:
    """The one page of a PDF as a grey picture."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        raise BadFrame("the carrier's label cannot be read as PDF") from error
    try:
        if len(document) != 1:
            raise BadFrame(f"the carrier's label has {len(document)} pages: one is printed")
        page = document[0]
        dots = per_mm * 25.4 / 72
        wide, high = (edge * dots for edge in page.get_size())
        turned = (wide > high) != (width > height)
        scale = _scale((high, wide) if turned else (wide, high), (width, height))
        picture = page.render(scale=dots * scale, rotation=90 if turned else 0, grayscale=True)
        grey = picture.to_pil()
        page.close()
        return grey
    finally:
        document.close()


def _scale(page: tuple[float, float], label: tuple[int, int]) -> float:
    larger = max(page[0] / label[0], page[1] / label[1])
    if larger > LARGER_MAX:
        raise BadFrame(
            "the carrier's label is a page larger than the label: ask the carrier for a label "
            "format, or print it on paper"
        )
    return 1 / max(1.0, larger)


def _picture(body: bytes) -> Any:
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(body), formats=["PNG"])
        if picture.width * picture.height > PIXELS_MAX:
            raise BadFrame("the carrier's label has too many pixels")
        flat = Image.new("RGBA", picture.size, "white")
        flat.alpha_composite(picture.convert("RGBA"))
        return flat.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadFrame("the carrier's label cannot be read as PNG") from error


def _fitted(picture: Any, width: int, height: int) -> Any:
    """As large as the label; dots stay whole where the picture was made for it."""
    if (picture.width > picture.height) != (width > height):
        picture = picture.rotate(90, expand=True, fillcolor=255)
    scale = min(width / picture.width, height / picture.height)
    if scale >= 1 and abs(scale - 1) < 0.02:
        return picture
    return picture.resize((int(picture.width * scale), int(picture.height * scale)))


def _graphic(grey: Any, width: int, height: int) -> str:
    """The field of the picture. Source: ZPL II Programming Guide, ^GF, :Z64: encoding."""
    from PIL import Image

    sheet = Image.new("L", (width + -width % 8, height), 255)
    sheet.paste(grey, (0, 0))
    row = sheet.width // 8
    dots = sheet.point(lambda shade: 255 if shade < BLACK_BELOW else 0).convert("1").tobytes()
    packed = base64.b64encode(zlib.compress(dots, 9))
    check = binascii.crc_hqx(packed, 0)
    return f"^GFA,{len(dots)},{len(dots)},{row},:Z64:{packed.decode()}:{check:04X}^FS"
