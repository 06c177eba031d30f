"""Owns what a test sees of a PDF: its text, and each barcode that a scanner would read."""

import pypdfium2
import zxingcpp


def texts(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = []
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range().replace("\r\n", "\n"))
            text.close()
            page.close()
        return pages
    finally:
        document.close()


def codes(pdf: bytes, dpi: int = 200) -> set[str]:
    """What is on the pages as symbology identifier and data, such as ]C10012345."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = set()
        for page in document:
            picture = page.render(scale=dpi / 72).to_pil()
            page.close()
            for read in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain):
                found.add(read.symbology_identifier + read.text.lstrip("\x1d"))
        return found
    finally:
        document.close()
