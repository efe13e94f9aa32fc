"""PDF pages written by hand, operator by operator: what the printing programs at hand do not do, and others do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

HAN_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
    "/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 "
    ">> /DW 1000 /W [814 [500] 1 95 500] /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 "
    "/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >> >>] >>"
)
"""A font that is not embedded: its characters are told by a standard encoding. Latin is half as wide as Han."""
UNMAPPED_FONT = HAN_FONT.replace("/UniGB-UCS2-H", "/Identity-H").replace("/Ordering (GB1)", "/Ordering (Identity)")
"""A font of which the file does not say what its characters are."""


@dataclass
class PdfPage:
    """A page of A4, drawn in its own coordinates: points from the bottom left corner."""

    width: float = 595
    height: float = 842
    entries: str = ""  # of the page's dictionary: /Rotate, /CropBox, /Annots
    operators: list[str] = field(default_factory=list)

    def text(
        self, x: float, y: float, text: str, size: float = 10, *, before: str = "", matrix: str = "1 0 0 1"
    ) -> None:
        """Print a text; ``before``: operators that hold for it alone; ``matrix``: how it is turned."""
        code = text.encode("utf-16-be").hex()
        self.operators.append(f"q {before} BT /F1 {size} Tf {matrix} {x} {y} Tm <{code}> Tj ET Q")

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.5) -> None:
        """Draw a line as a stroke."""
        self.operators.append(f"{width} w {x0} {y0} m {x1} {y1} l S")

    def bar(self, x: float, y: float, width: float, height: float, colour: str = "0 g") -> None:
        """Fill a rectangle."""
        self.operators.append(f"q {colour} {x} {y} {width} {height} re f Q")

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Draw all lines of a grid."""
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])

    def fill(self, xs: Sequence[float], ys: Sequence[float], rows: Sequence[Sequence[str]], size: float = 10) -> None:
        """Print texts into the cells of a grid; ``ys`` from the top down."""
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                for number, line in enumerate(text.split("\n") if text else ()):
                    self.text(xs[column] + 3, ys[row] - 1.3 * size - 1.2 * size * number, line, size)


def write_pdf(
    pages: Sequence[PdfPage], objects: Sequence[str] = (), font: str = HAN_FONT, resources: str = ""
) -> bytes:
    """A file of pages. ``objects`` are numbered from 100 on; ``resources`` are further entries of the pages' own."""
    kids = " ".join(f"{10 + 2 * number} 0 R" for number in range(len(pages)))
    bodies: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [100 0 R] /D << /OFF [100 0 R] >> >> >>"
        if any("/OCG" in item for item in objects)
        else b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        3: font.encode(),
    }
    for number, page in enumerate(pages):
        content = "\n".join(page.operators).encode()
        bodies[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] /Contents {11 + 2 * number} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> {page.entries} >>"
        ).encode()
        bodies[11 + 2 * number] = b"<< /Length %d >> stream\n%s\nendstream" % (len(content), content)
    bodies |= {100 + number: item.encode() for number, item in enumerate(objects)}
    file = BytesIO()
    file.write(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in bodies.items():
        places[number] = file.tell()
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = file.tell()
    file.write(b"xref\n0 1\n0000000000 65535 f \n")
    for number, place in places.items():
        file.write(b"%d 1\n%010d 00000 n \n" % (number, place))
    file.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(bodies) + 1, start))
    return file.getvalue()


def form_object(operators: str, matrix: str = "1 0 0 1 0 0") -> str:
    """A form XObject, for ``objects`` of `write_pdf`."""
    return (
        f"<< /Type /XObject /Subtype /Form /BBox [-2000 -2000 4000 4000] /Matrix [{matrix}] "
        f"/Resources << /Font << /F1 3 0 R >> >> /Length {len(operators)} >> stream\n{operators}\nendstream"
    )


STYLES = {
    "wide": "@page{size:29.7cm 21cm;margin:1cm} td,th{font-size:8pt}",
    "narrow columns, centred": "@page{size:21cm 29.7cm;margin:1.5cm} td,th{font-size:9pt;text-align:center}",
    "large sheet": "@page{size:42cm 29.7cm;margin:2cm} td,th{font-size:12pt;padding:0.1cm}",
    "short pages": "@page{size:29.7cm 12cm;margin:1cm} td,th{font-size:9pt}",
}
"""Style sheets for the pages that LibreOffice prints: their tables are cut by pages in other places."""


def styled(page: bytes, style: str) -> bytes:
    """An HTML page with one of `STYLES`."""
    return page.replace(b"<head>", f"<head><style>{STYLES[style]}</style>".encode(), 1)
