"""Old office files through the real LibreOffice: nothing is lost, fetched or left behind, and none holds up others."""

from __future__ import annotations

import hashlib
import io
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.extraction.tables import read_figures
from pipeline.readers import UnreadableDocument, office, read
from pipeline.readers.formats import FORMATS, detect
from tests.conftest import needs_libreoffice
from tests.corpus.compose import Recipe
from tests.corpus.draft import Draft
from tests.corpus.judge import judge
from tests.corpus.office import convert as save_as

ENDLESS = b"{\\rtf1 \\bin2147483647 " + bytes(1000) + b"}"
OLD = ["doc", "rtf", "odt"]
WORD_2003 = """<?xml version="1.0"?>{prolog}<?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" xmlns:v="urn:schemas-microsoft-com:vml">
<w:body>{body}</w:body></w:wordDocument>"""
EXCEL_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>
<Row><Cell><Data ss:Type="String">规章</Data></Cell><Cell><Data ss:Type="Number">12</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


@cache
def written(format: str) -> tuple[Draft, bytes]:
    draft, page = Recipe(3, "html").write()
    return draft, save_as([page], "html", format, infilter="HTML (StarWriter)")[0]


def code(made: bytes | UnreadableDocument) -> str:
    return made.code if isinstance(made, UnreadableDocument) else "made"


@needs_libreoffice
@pytest.mark.parametrize("format", OLD)
def test_every_figure_comes_through(format: str) -> None:
    draft, data = written(format)
    assert detect(data) == format
    document = read(data)
    assert document.media_type == FORMATS[format].media_type
    judgement = judge(draft.truth, read_figures(document))
    assert not judgement.wrong
    assert not judgement.lost
    assert judgement.right


@needs_libreoffice
def test_xml_of_2003() -> None:
    paragraph = "<w:p><w:r><w:t>政府信息公开</w:t></w:r></w:p>"
    document = read(WORD_2003.format(prolog="", body=paragraph).encode())
    assert [block.text for block in document.paragraphs] == ["政府信息公开"]
    [table] = read(EXCEL_2003.encode()).tables
    assert [cell.text for cell in table.cells] == ["规章", "12"]


@needs_libreoffice
def test_what_fails_does_not_take_the_others_along() -> None:
    sources = [
        ("doc", written("doc")[1]),
        ("rtf", written("rtf")[1][:-5000]),
        ("odt", b"PK\x03\x04"),
        ("excel_xml", EXCEL_2003.encode()),
        ("rtf", written("rtf")[1]),
        ("doc", encrypted(written("doc")[1])),
        ("word_xml", b"<?xml version='1.0'?><w:wordDocument"),
    ]
    assert [code(made) for made in office.convert(sources)] == [
        "made",
        "undecodable",
        "undecodable",
        "made",
        "made",
        "encrypted",
        "undecodable",
    ]


@needs_libreoffice
def test_one_that_takes_too_long_does_not_hold_up_the_others() -> None:
    sources = [("rtf", written("rtf")[1]), ("rtf", ENDLESS), ("rtf", written("rtf")[1])]
    assert [code(made) for made in office.convert(sources, seconds=5)] == ["made", "timed_out", "made"]


@pytest.mark.parametrize("format", ["doc", "rtf"])
def test_without_libreoffice_the_message_says_how_to_get_it(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = {"doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument\0".encode("utf-16-le"), "rtf": b"{\\rtf1 x}"}
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(UnreadableDocument) as raised:
        read(data[format])
    assert raised.value.code == "tool_missing"
    assert "make system" in raised.value.message


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """A server, and the requests that it got."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - as the server calls them

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()


@needs_libreoffice
def test_nothing_is_fetched(server: tuple[str, list[str]], tmp_path: Path) -> None:
    url, requests = server
    (tmp_path / "secret.txt").write_text("SECRET-MARK")
    secret = (tmp_path / "secret.txt").as_uri()
    odt = linked(written("odt")[1], url, secret)
    [doc] = save_as([odt], "odt", "doc")
    assert requests, "LibreOffice as it comes fetches what a document links to"
    requests.clear()
    fields = " ".join(
        f'{{\\field{{\\*\\fldinst {kind} "{target}"}}{{\\fldrslt x}}}}'
        for kind in ("INCLUDEPICTURE", "INCLUDETEXT")
        for target in (url, secret)
    )
    prolog = f'<!DOCTYPE x SYSTEM "{url}/dtd" [<!ENTITY e SYSTEM "{url}"><!ENTITY f SYSTEM "{secret}">]>'
    picture = f'<w:pict><v:shape><v:imagedata src="{url}/wx.png"/></v:shape></w:pict>'
    body = f"<w:p><w:r><w:t>text &e; &f;</w:t></w:r><w:r>{picture}</w:r></w:p>"
    sources = [
        ("doc", doc),
        ("odt", odt),
        ("rtf", f"{{\\rtf1 {{\\*\\template {url}/t.dot}} {fields} text\\par}}".encode()),
        ("word_xml", WORD_2003.format(prolog=prolog, body=body).encode()),
    ]
    for made in office.convert(sources):
        if isinstance(made, bytes):
            with zipfile.ZipFile(io.BytesIO(made)) as package:
                assert not any(b"SECRET-MARK" in package.read(name) for name in package.namelist())
    assert requests == []


@needs_libreoffice
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = written("rtf")[1]  # made by another LibreOffice, which may leave what it likes in its own home
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    assert code(office.convert([("rtf", source)])[0]) == "made"
    assert not list(tmp_path.rglob("*/*"))

    # Killed, LibreOffice leaves its socket.
    endless = threading.Thread(target=office.convert, args=([("rtf", ENDLESS)], 5))
    endless.start()
    pipes: list[Path] = []
    while endless.is_alive():
        for profile in temporary.glob("office-*/profile"):
            digest = hashlib.md5(profile.as_uri().encode("utf-16-le")).digest()
            name = "".join(f"{byte:x}" for byte in digest)
            pipes += Path("/tmp").glob(f"OSL_PIPE_*_SingleOfficeIPC_{name}")
        time.sleep(0.1)
    assert pipes
    assert not any(pipe.exists() for pipe in pipes)
    assert not list(tmp_path.rglob("*/*"))


def linked(odt: bytes, url: str, secret: str) -> bytes:
    """An ODT file with a picture and two sections that lie elsewhere."""
    sections = "".join(
        f'<text:section text:name="S{n}"><text:section-source xlink:href="{target}" xlink:type="simple"/>'
        "<text:p>x</text:p></text:section>"
        for n, target in enumerate((f"{url}/a.odt", secret))
    )
    picture = (
        '<text:p><draw:frame text:anchor-type="as-char" svg:width="1cm" svg:height="1cm"><draw:image '
        f'xlink:href="{url}/a.png" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/>'
        "</draw:frame></text:p>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(odt)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "content.xml":
                data = data.replace(b"</office:text>", f"{picture}{sections}</office:text>".encode())
            target.writestr(name, data)
    return stream.getvalue()


def encrypted(doc: bytes) -> bytes:
    """A Word file that says it is encrypted."""
    at = next(place for place in range(512, len(doc), 512) if doc.startswith(b"\xec\xa5", place))
    return doc[: at + 11] + bytes([doc[at + 11] | 1]) + doc[at + 12 :]
