"""Scans: what the models, the grid and the geometry make of page images."""

from __future__ import annotations

import socket
from base64 import b64encode
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO
from urllib.parse import urljoin

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.extraction import extract
from pipeline.readers import Paragraph, Table, UnreadableDocument, read
from pipeline.readers.pictures import read_picture
from pipeline.readers.scan import read_image, read_page_image, recognition
from tests.corpus.draft import Draft
from tests.corpus.judge import check_places, judge_draft
from tests.corpus.plausible import plausible_numbers
from tests.corpus.report import MarkedReport
from tests.corpus.scan import KINDS, print_pages, scan, write_tiff

DRAFTS = (Draft.of(MarkedReport(1)), Draft.of(MarkedReport(4, "2019", "2019", plausible_numbers)))
SCANS = {
    "clean, 200 dpi": (0, 0.995),
    "black and white": (1, 0.98),
    "seals": (0, 0.98),
    "turned": (1, 0.98),
    "spread": (0, 0.98),
}


@pytest.fixture(scope="module")
def printed() -> list[bytes]:
    return print_pages(DRAFTS)


@pytest.mark.parametrize("kind", SCANS)
def test_scans_are_read_right(kind: str, printed: list[bytes]):
    number, least = SCANS[kind]
    document = read(write_tiff(scan(printed[number], KINDS[kind], seed=number)))
    assert document.media_type == "image/tiff"
    assert [table.aligned for table in document.tables] == [True] * len(document.tables)
    report = extract(document)
    figures = report.figures
    assert report.metadata.agency_name == DRAFTS[number].report.agency
    assert report.metadata.report_year == DRAFTS[number].report.year
    assert [section.section for section in report.sections] == [1, 2, 3, 4, 5, 6]
    verdict = judge_draft(DRAFTS[number], figures)
    assert not verdict.wrong
    assert verdict.right >= least * len(DRAFTS[number].truth), verdict.faults(certain=True)
    assert not check_places(document, figures)
    placed = [figure.origin for figure in figures if figure.origin]
    assert len(placed) == len(figures)
    assert all(min(origin.box or (-1,)) >= 0 and max(origin.box or (2,)) <= 1 for origin in placed)


def png(page: np.ndarray) -> bytes:
    return cv2.imencode(".png", page)[1].tobytes()


def test_tables_as_pictures_in_a_page(printed: list[bytes]):
    pages = scan(printed[0], KINDS["clean, 200 dpi"], seed=0)
    icon = f"<img src='data:image/png;base64,{b64encode(png(pages[0][:9, :9])).decode()}'>"
    shown = "".join(f"<p><img src='data:image/png;base64,{b64encode(png(page)).decode()}'></p>" for page in pages)
    document = read(f"<html><body><h1>前言</h1>{icon}{shown}<p>附注</p></body></html>".encode())
    assert document.paragraphs[0].text == "前言"
    assert document.paragraphs[-1].text == "附注"
    figures = extract(document).figures
    verdict = judge_draft(DRAFTS[0], figures)
    assert not verdict.wrong
    assert verdict.right >= 0.995 * len(DRAFTS[0].truth)
    assert all(figure.origin and figure.origin.confidence for figure in figures if figure.status == "number")


def test_pictures_saved_with_a_page(printed: list[bytes]):
    pages = scan(printed[0], KINDS["clean, 200 dpi"], seed=0)
    message = MIMEMultipart("related")
    sources = ("cid:p0@page", "http://www.example.gov.cn/p1.png", "files/p2.png", *map(str, range(3, len(pages))))
    images = "".join(f"<img src='{source}'>" for _, source in zip(pages, sources, strict=False))
    body = MIMEText(f"<html><body>{images}</body></html>", "html")
    body["Content-Location"] = "http://www.example.gov.cn/"
    message.attach(body)
    for page, source in zip(pages, sources, strict=False):
        part = MIMEImage(png(page))
        if source.startswith("cid:"):
            part["Content-ID"] = f"<{source.removeprefix('cid:')}>"
        else:
            part["Content-Location"] = urljoin("http://www.example.gov.cn/", source)
        message.attach(part)
    verdict = judge_draft(DRAFTS[0], extract(read(message.as_bytes())).figures)
    assert not verdict.wrong
    assert verdict.right >= 0.995 * len(DRAFTS[0].truth)


def sheet(rows: int, columns: int, width: int = 150, height: int = 60) -> np.ndarray:
    """White paper with an empty ruled table at (100, 100), as scanned at 200 dots an inch."""
    page = np.full((200 + rows * height, 200 + columns * width, 3), 255, np.uint8)
    for row in range(rows + 1):
        cv2.line(page, (100, 100 + row * height), (100 + columns * width, 100 + row * height), (0, 0, 0), 2)
    for column in range(columns + 1):
        cv2.line(page, (100 + column * width, 100), (100 + column * width, 100 + rows * height), (0, 0, 0), 2)
    return page


def put(page: np.ndarray, row: int, column: int, text: str, line: int = 0) -> None:
    at = 100 + column * 150 + 20, 100 + row * 60 + 40 + line * 34
    cv2.putText(page, text, at, cv2.FONT_HERSHEY_DUPLEX, 0.9, (0, 0, 0), 2, cv2.LINE_AA)


def filled_sheet() -> np.ndarray:
    page = sheet(6, 4)
    for row in range(6):
        for column in range(4):
            put(page, row, column, str(1000 + 137 * row + 29 * column))
    return page


def only_table(blocks: list[Paragraph | Table]) -> Table:
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len(tables) == 1
    return tables[0]


def test_a_cell_is_empty_or_unreadable_or_read():
    page = filled_sheet()
    page[222:278, 252:398] = page[342:398, 402:548] = 255
    rng = np.random.default_rng(1)
    points = rng.integers((410, 350), (540, 390), (14, 2))
    cv2.polylines(page, [points.astype(np.int32)], False, (0, 0, 0), 2, cv2.LINE_AA)  # a scribble
    cells = {(cell.row, cell.column): cell for cell in only_table(read_page_image(page, 3)).cells}
    assert len(cells) == 24
    assert cells[2, 1].text == ""
    assert cells[2, 1].origin is not None
    assert cells[2, 1].origin.confidence is None
    assert cells[4, 2].text != ""
    assert not cells[4, 2].text.isdigit()
    for (row, column), cell in cells.items():
        if (row, column) not in ((2, 1), (4, 2)):
            assert cell.text == str(1000 + 137 * row + 29 * column)
            assert cell.origin is not None
            assert cell.origin.page == 3
            assert (cell.origin.confidence or 0) > 0.9


def test_spans_come_from_missing_lines():
    page = filled_sheet()
    page[102:158, 102:698] = 255  # the first row is one cell
    page[222:398, 102:248] = 255  # three rows of the first column are one
    put(page, 0, 1, "2023")
    put(page, 3, 0, "77")
    table = only_table(read_page_image(page, 1))
    assert table.aligned
    assert (table.row_count, table.column_count) == (6, 4)
    spans = {(cell.row, cell.column): (cell.row_span, cell.column_span, cell.text) for cell in table.cells}
    assert spans[0, 0] == (1, 4, "2023")
    assert spans[2, 0] == (3, 1, "77")
    assert len(spans) == 24 - 3 - 2


def test_a_figure_that_fills_its_column_goes_on_below():
    page = sheet(3, 4, width=75, height=100)
    for row in range(3):
        for column in range(4):
            for line, text in enumerate(("114", "76") if (row, column) == (1, 2) else ("25",)):
                at = 100 + column * 75 + 8, 100 + row * 100 + 42 + line * 36
                cv2.putText(page, text, at, cv2.FONT_HERSHEY_DUPLEX, 0.9, (0, 0, 0), 2, cv2.LINE_AA)
    cells = {(cell.row, cell.column): cell.text for cell in only_table(read_page_image(page, 1)).cells}
    assert cells[1, 2] == "11476"
    wide = sheet(3, 4, height=100)
    for row in range(3):
        for column in range(4):
            for line, text in enumerate(("114", "76") if (row, column) == (1, 2) else ("25",)):
                at = 100 + column * 150 + 8, 100 + row * 100 + 42 + line * 36
                cv2.putText(wide, text, at, cv2.FONT_HERSHEY_DUPLEX, 0.9, (0, 0, 0), 2, cv2.LINE_AA)
    cells = {(cell.row, cell.column): cell.text for cell in only_table(read_page_image(wide, 1)).cells}
    assert cells[1, 2] == "114\n76"


def test_a_table_without_ruling_lines_is_not_aligned():
    page = np.full((700, 900, 3), 255, np.uint8)
    for row in range(6):
        for column in range(4):
            if (row, column) != (3, 1):
                put(page, row, column, str(1000 + 137 * row + 29 * column))
    table = only_table(read_page_image(page, 1))
    assert not table.aligned
    assert [cell.text for cell in table.cells if cell.row == 3] == ["1411", "1469", "1498"]
    assert table.cells[0].origin is not None
    assert (table.cells[0].origin.confidence or 0) > 0.9


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_boxes_lie_on_the_page_as_it_was_given(quarters: int):
    page = filled_sheet()
    height, width = page.shape[:2]
    left, top, right, bottom = 250 / width, 220 / height, 400 / width, 280 / height  # row 2, column 1
    for _ in range(quarters):
        page = cv2.rotate(page, cv2.ROTATE_90_CLOCKWISE)
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    cell = next(cell for cell in only_table(read_page_image(page, 1)).cells if (cell.row, cell.column) == (2, 1))
    assert cell.text == str(1000 + 137 * 2 + 29)
    assert cell.origin is not None
    assert cell.origin.box == pytest.approx((left, top, right, bottom), abs=0.012)


def test_a_page_without_text_is_empty():
    assert read_page_image(np.full((800, 600, 3), 255, np.uint8), 1) == []
    assert read_page_image(np.zeros((1, 1, 3), np.uint8), 1) == []


def encoded(page: np.ndarray, format: str) -> bytes:
    file = BytesIO()
    Image.fromarray(page[:, :, ::-1]).save(file, format)
    return file.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "GIF"])
def test_image_files_are_told_by_their_bytes(format: str):
    document = read(encoded(filled_sheet(), format))
    assert document.media_type == f"image/{format.lower()}"
    assert len(document.tables[0].cells) == 24


def test_broken_image_files_are_quarantined():
    data = encoded(filled_sheet(), "PNG")
    with pytest.raises(UnreadableDocument) as broken:
        read_image(data[: len(data) // 2])
    assert broken.value.code == "truncated"
    with pytest.raises(UnreadableDocument) as no_image:
        read_image(data[:12])
    assert no_image.value.code == "undecodable"
    bomb = BytesIO()
    Image.new("1", (40_000, 40_000)).save(bomb, "PNG")
    with pytest.raises(UnreadableDocument) as too_large:
        read_image(bomb.getvalue())
    assert too_large.value.code == "too_large"


def test_pictures_in_documents_are_read_only_if_they_hold_a_table():
    assert only_table(read_picture(encoded(filled_sheet(), "PNG"))).column_count == 4
    photograph = np.random.default_rng(1).integers(0, 255, (400, 600, 3), np.uint8)
    assert read_picture(encoded(cv2.GaussianBlur(photograph, (0, 0), 8), "PNG")) == []
    assert read_picture(b"no picture at all" * 200) == []


def test_recognition_never_reaches_for_the_network(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    recognition._detector.cache_clear()
    recognition._recogniser.cache_clear()
    assert only_table(read_page_image(filled_sheet(), 1)).row_count == 6
