"""Hostile and broken input: bombs made by hand, and documents of the corpus in every format, cut off and damaged."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random

import pypdfium2

from tests.corpus.compose import Recipe
from tests.corpus.office import convert

MEGABYTE = 2**20
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OUTSIDE = "http://127.0.0.1:9/outside"
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(12))
EXTERNAL = (
    f"<!DOCTYPE x SYSTEM '{OUTSIDE}.dtd' [<!ENTITY a12 SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM '{OUTSIDE}'> %p;"
)
WORD_2003 = (
    '<?xml version="1.0"?>{}<?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body>'
    "<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:wordDocument>"
)


def pack(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP container."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def replaced(package: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """A ZIP container with another member."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return pack({**members, member: change(members[member])})


def docx(body: str, prolog: str = "") -> bytes:
    """A Word file with this body."""
    part = f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return replaced(originals()["docx"], "word/document.xml", lambda _: part.encode())


def xlsx(rows: str, prolog: str = "") -> bytes:
    """A workbook with these rows."""
    part = f'<?xml version="1.0"?>{prolog}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>'
    return replaced(originals()["xlsx"], "xl/worksheets/sheet1.xml", lambda _: part.encode())


def pdf(content: bytes, *, filters: str = "", media_box: str = "[0 0 595 842]", extra: str = "") -> bytes:
    """A PDF of one page with this content stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox {media_box} /Contents 4 0 R {extra} "
        "/Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>".encode(),
        f"<< /Length {len(content)} {filters} >> stream\n".encode() + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> "
        b"/Length 16 >> stream\n/X Do /X Do /X Do\nendstream",
    ]
    data, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return data + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        size,
        table,
        size,
        len(data),
    )


def png(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG of one byte a pixel that says it has this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@cache
def originals() -> dict[str, bytes]:
    """One document of the corpus in each format, as the real programs write it."""
    page = Recipe(1, "html").write()[1]
    made = {"html": page, "text": Recipe(1, "cells").write()[1], "rows": Recipe(1, "rows").write()[1]}
    for format in ("docx", "doc", "rtf", "odt", "pdf"):
        [made[format]] = convert([page], "html", format, infilter="HTML (StarWriter)")
    for format in ("xlsx", "xls", "ods"):
        [made[format]] = convert([page], "html", format, infilter="calc_HTML_WebQuery")
    image = pypdfium2.PdfDocument(made["pdf"])[0].render(scale=1).to_pil()
    for format in ("png", "jpeg", "tiff"):
        stream = io.BytesIO()
        image.crop((0, 0, image.width, image.height // 3)).save(stream, format)
        made[format] = stream.getvalue()
    boundary = b"--=_gongkai\r\n"
    made["mhtml"] = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_gongkai"\r\n\r\n'
        + boundary
        + b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + page
        + b"\r\n--=_gongkai--\r\n"
    )
    made["zip"] = pack({"年报.html": page, "in.zip": pack({"年报.docx": made["docx"]})})
    return made


def bombs() -> dict[str, bytes]:
    """Input made to hurt, by name."""
    whole = originals()
    laughs, external = f"{LAUGHS}]>", f"{EXTERNAL}]>"
    zeros, page = bytes(64 * MEGABYTE), whole["html"]
    row = f"<w:tr>{'<w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc>' * 100}</w:tr>"
    nested = "<w:tbl><w:tr><w:tc>"
    wide = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="10000"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>'
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    elsewhere = f'TargetMode="External" Target="{OUTSIDE}"'.encode()
    made: dict[str, bytes | str] = {
        "nothing": b"",
        "space": b" " * MEGABYTE,
        "zeros": bytes(MEGABYTE),
        "random": Random(1).randbytes(MEGABYTE),
        "html_deep": b"<div>" * 200_000 + page,
        "html_tables_deep": b"<table><tr><td>" * 3000 + page,
        "html_spans": b"<table>" + b"<tr><td rowspan=10000 colspan=10000>1</td></tr>" * 1000 + b"</table>" + page,
        "html_million_cells": b"<table>" + (b"<tr>" + b"<td>1</td>" * 1000 + b"</tr>") * 1000 + b"</table>" + page,
        "html_entities": page + b"&#x4e00;&amp&nosuch;&#99999999;" * 100_000,
        "text_tabs": b"\t" * MEGABYTE,
        "text_one_line": "政府信息公开".encode() * 200_000,
        "zip_bomb": pack({"a": zeros, "b": zeros}),
        "zip_bomb_nested": pack({f"{n}.zip": pack({"a": zeros}) for n in range(3)}),
        "zip_members": pack({str(n): b"" for n in range(10_001)}),
        "zip_climbs": pack({"../../../climbed.html": page, "/climbed.html": page, "..\\climbed.txt": b"x"}),
        "zip_deep": pack({"a.zip": pack({"a.zip": pack({"a.zip": pack({"a.zip": pack({"a": b"x"})})})})}),
        "zip_empty": pack({}),
        "docx_laughs": docx("<w:p><w:r><w:t>&a12;</w:t></w:r></w:p>", laughs),
        "docx_external": docx("<w:p><w:r><w:t>&a12;</w:t></w:r></w:p>", external),
        "docx_bomb": docx("<w:p/>" * 30_000_000),
        "docx_deep": docx("<w:sdt><w:sdtContent>" * 50_000),
        "docx_tables_deep": docx(nested * 3000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3000),
        "docx_spans": docx(f"<w:tbl>{wide * 1000}</w:tbl>"),
        "docx_million_cells": docx(f"<w:tbl>{row * 10_000}</w:tbl>"),
        "docx_no_body": docx("").replace(b"word/document.xml", b"word/docoment.xml"),
        "docx_latin": replaced(whole["docx"], "word/document.xml", lambda part: part.decode().encode("utf-16")),
        "docx_relations": replaced(
            whole["docx"],
            "word/_rels/document.xml.rels",
            lambda part: re.sub(rb'Target="[^"]*"', elsewhere, part, count=1),
        ),
        "xlsx_laughs": xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>&a12;</t></is></c></row>', laughs),
        "xlsx_external": xlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>&a12;</t></is></c></row>', external),
        "xlsx_far_cell": xlsx(far),
        "xlsx_far_corners": xlsx(f'<row r="1"><c r="A1"><v>1</v></c></row>{far}'),
        "xlsx_million_cells": xlsx("".join(f'<row r="{n}">{"<c><v>1</v></c>" * 100}</row>' for n in range(1, 10_001))),
        "xlsx_bomb": xlsx(" " * 200 * MEGABYTE),
        "xlsx_merged": replaced(
            whole["xlsx"],
            "xl/worksheets/sheet1.xml",
            lambda part: part.replace(
                b"</sheetData>",
                b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 1000 + b"</mergeCells>",
            ),
        ),
        "word_xml_laughs": WORD_2003.format(laughs, "&a12;"),
        "word_xml_external": WORD_2003.format(external, "&a12;"),
        "rtf_deep": b"{\\rtf1" + b"{" * 100_000 + b"1" + b"}" * 100_001,
        "rtf_binary": b"{\\rtf1 \\bin2147483647 " + bytes(1000) + b"}",
        "rtf_includes": f'{{\\rtf1 {{\\field{{\\*\\fldinst INCLUDEPICTURE "{OUTSIDE}"}}{{\\fldrslt x}}}} text}}',
        "rtf_cells": b"{\\rtf1" + (b"\\trowd" + b"\\cellx1" * 200 + b"1\\cell" * 200 + b"\\row ") * 20 + b"}",
        "ole_empty": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
        "ole_encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage\0".encode("utf-16-le"),
        "doc_encrypted": _flagged(whole["doc"]),
        "pdf_operators": pdf(b"0 0 m 9 9 l S " * 1_000_000),
        "pdf_text": pdf(b"BT /F 9 Tf " + b"1 0 0 1 9 9 Tm (1) Tj " * 200_000 + b" ET"),
        "pdf_rules": pdf(b"".join(b"0 %d m 595 %d l S %d 0 m %d 842 l S " % (n, n, n, n) for n in range(595)) * 20),
        "pdf_bomb": pdf(zlib.compress(bytes(512 * MEGABYTE)), filters="/Filter /FlateDecode"),
        "pdf_forms": pdf(b"/X Do"),
        "pdf_huge_page": pdf(b"0 0 m 9 9 l S", media_box="[0 0 1e9 1e9]"),
        "pdf_no_page": pdf(b"", media_box="[0 0 0 0]"),
        "pdf_saves": pdf(b"q " * 1_000_000),
        "pdf_pages": pdf(b"").replace(b"/Count 1", b"/Count 2147483647"),
        "pdf_kids": pdf(b"").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
        "pdf_action": pdf(b"", extra=f"/AA << /O << /S /URI /URI ({OUTSIDE}) >> >>"),
        "png_bomb": png(100_000, 100_000, bytes(100 * MEGABYTE)),
        "png_large": png(12_000, 12_000, bytes(12_000 * 12_001)),
        "png_short": png(2000, 2000, bytes(100)),
        "png_line": png(60_000, 1, bytes(60_001)),
        "tiff_loop": b"II*\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00",
        "mhtml_parts": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n"
        + b"--a\r\n\r\nx\r\n" * 100_000,
        "mhtml_deep": b"MIME-Version: 1.0\r\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)),
    }
    return {name: data.encode() if isinstance(data, str) else data for name, data in made.items()}


def disguised() -> Iterator[tuple[str, bytes]]:
    """Whole documents under the names of other formats."""
    names = list(originals())
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        yield f"disguised/{name}.{other}", originals()[name] + b"\n"


def cut(count: int) -> Iterator[tuple[str, bytes]]:
    """Documents that break off, each at so many places."""
    for name, data in originals().items():
        for n in range(count):
            yield f"cut/{n}.{name}", data[: len(data) * (2 * n + 1) // (2 * count)]


def damaged(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Documents with a few stretches of bytes deleted, doubled, exchanged or altered; containers inside as well."""
    for name, data in originals().items():
        rng = Random(f"{seed} {name}")
        for n in range(count):
            if data.startswith(b"PK") and n % 2:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    member = rng.choice([info.filename for info in archive.infolist() if info.file_size])
                yield f"damaged/{seed}-{n}.{name}", replaced(data, member, lambda part, rng=rng: _damage(part, rng))
            else:
                yield f"damaged/{seed}-{n}.{name}", _damage(data, rng)


def _damage(data: bytes, rng: Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(rng.randrange(1, 12)):
        at, to, length = (
            rng.randrange(len(spoiled) + 1),
            rng.randrange(len(spoiled) + 1),
            rng.choice((1, 1, 4, 64, 999)),
        )
        match rng.randrange(4):
            case 0:
                del spoiled[at : at + length]
            case 1:
                spoiled[to:to] = spoiled[at : at + length]
            case 2:
                spoiled[at : at + length] = rng.randbytes(len(spoiled[at : at + length]))
            case 3:
                spoiled[at : at + 4] = rng.choice((bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80"))
    return bytes(spoiled)


def _flagged(doc: bytes) -> bytes:
    """A Word file that says it is encrypted."""
    at = next(place for place in range(512, len(doc), 512) if doc.startswith(b"\xec\xa5", place))
    return doc[: at + 11] + bytes([doc[at + 11] | 1]) + doc[at + 12 :]
