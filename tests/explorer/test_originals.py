"""Each figure leads to the cell in which it is printed: in documents in which no two cells hold the same number."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from pipeline.explorer.originals import Originals, Place, View, Wanted
from pipeline.explorer.originals.job import Task, prepare, render
from pipeline.explorer.originals.originals import _draw_pages, make_room
from pipeline.extraction.report import Figure
from pipeline.extraction.tables import read_figures
from pipeline.lake.limits import unwatched
from pipeline.readers import read
from pipeline.readers.styles import PICTURED, STRUCK
from pipeline.workspace import Workspace
from tests.conftest import needs_libreoffice
from tests.corpus.accuracy import WAYS
from tests.corpus.compose import FORMS, SUFFIXES, Recipe, random_recipes, single_recipes
from tests.corpus.judge import plain
from tests.corpus.scan import KINDS, print_pages, scan, write_tiff

_SIGNS = re.compile(f"[{STRUCK}{PICTURED}]")
"""What the reader puts beside a text, and the page does not print."""


def shown(data: bytes, folder: Path, name: str = "report", headers: str = "") -> tuple[View, str]:
    """What is shown of a document that lies in ``raw/``, made here and now."""
    raw = folder / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    (raw / name).write_bytes(data)
    identity = hashlib.sha256(data).hexdigest()
    task = Task(identity, raw, folder / "none.parquet", folder / "kept", (name,), folder / "shown" / identity)
    view = View(**prepare(task, unwatched))
    page = task.folder / "view.html"
    return view, page.read_text(encoding="utf-8") if page.exists() else ""


def texts(html: str) -> dict[str, str]:
    """What the marked cells print, by their identities, each of which stands only once."""
    parsed = LexborHTMLParser(html)
    for node in parsed.css("[hidden]"):
        node.decompose()
    nodes = parsed.css("[id^='c-']")
    assert not [name for name, times in Counter(node.attributes["id"] for node in nodes).items() if times > 1]
    return {node.attributes["id"] or "": plain(_SIGNS.sub("", node.text())) for node in nodes}


def place(figure: Figure) -> Place:
    origin = figure.origin
    return Place(
        figure.table_index,
        figure.row_index,
        figure.column_index,
        origin.page if origin else None,
        origin.box if origin else None,
    )


def check(recipes: Sequence[Recipe], documents: Sequence[bytes], folder: Path) -> tuple[int, Counter[str]]:
    """How many figures led to the cell that prints them, and how the documents are shown; faults fail."""
    found, kinds, faults = 0, Counter[str](), []
    for recipe, data in zip(recipes, documents, strict=True):
        view, html = shown(data, folder)
        kinds[view.kind] += 1
        marked = texts(html)
        for figure in read_figures(read(data)):
            if marked.get(place(figure).identity) == plain(_SIGNS.sub("", figure.raw_text)):
                found += 1
            else:
                faults.append(f"{recipe}: {figure} leads to {marked.get(place(figure).identity)!r}")
    assert not faults, "\n".join(faults[:20])
    return found, kinds


@pytest.mark.parametrize("format", SUFFIXES)
def test_each_figure_leads_to_its_cell(format, tmp_path):
    recipes = [Recipe(seed, format, (), forms) for seed, forms in enumerate(FORMS)]
    recipes += random_recipes(range(10), certain=False, formats=(format,))
    if format == "html":  # whose cells have to be found again in its source
        recipes += [*single_recipes(format, range(1)), *random_recipes(range(10, 40), certain=False, formats=(format,))]
    found, kinds = check(recipes, [recipe.write()[1] for recipe in recipes], tmp_path)
    assert found > 100 * len(recipes)
    # A page is shown as it is, but where a script would have shown other cells than are read.
    assert kinds == {"page" if format == "html" else "drawn": len(recipes)}


@needs_libreoffice
@pytest.mark.parametrize("way", ["DOC", "XLS"])
def test_each_figure_of_an_office_file_leads_to_its_cell(way, tmp_path):
    recipes = [Recipe(seed, "html", (), FORMS[seed]) for seed in range(2)]
    documents = WAYS[way].render([recipe.write()[0] for recipe in recipes])
    found, kinds = check(recipes, documents, tmp_path)
    assert found > 150 * len(recipes)
    assert kinds == {"drawn": len(recipes)}


def boxed(pdf: bytes, page: int, box: tuple[float, float, float, float]) -> str:
    """What a page of a PDF prints in a box."""
    document = pypdfium2.PdfDocument(pdf)
    sheet = document[page - 1]
    (width, height), (left, top, right, bottom) = sheet.get_size(), box
    words = sheet.get_textpage().get_text_bounded(
        left * width, height * (1 - bottom), right * width, height * (1 - top)
    )
    return plain(words)


@needs_libreoffice
def test_each_figure_of_a_pdf_has_its_box_on_the_rendered_page(tmp_path):
    recipes = [Recipe(seed, "html", (), FORMS[seed]) for seed in range(3)]
    found = 0
    for data in WAYS["PDF"].render([recipe.write()[0] for recipe in recipes]):
        view, _ = shown(data, tmp_path)
        places = {place(figure): plain(figure.raw_text) for figure in read_figures(read(data))}
        drawn = LexborHTMLParser(_draw_pages("0" * 64, view, places))
        for at, words in places.items():
            assert at.page and at.box and boxed(data, at.page, at.box) == words
            assert drawn.css_first(f"#p-{at.page} #{at.identity}")
            found += 1
        assert len(view.pages) == len(pypdfium2.PdfDocument(data))
    assert found > 450


@needs_libreoffice
def test_each_figure_of_a_scan_has_its_box_on_the_rendered_page(tmp_path):
    draft, _ = Recipe(1, "html").write()
    draft.blocks = [block for block in draft.blocks if getattr(block, "code", "") == "litigation"]
    (pdf,) = print_pages([draft])
    data = write_tiff(scan(pdf, KINDS["clean, 150 dpi"], 1))
    view, _ = shown(data, tmp_path, "scan.tiff")
    figures = [figure for figure in read_figures(read(data)) if figure.status == "number"]
    assert len(figures) == 15
    for figure in figures:
        at = place(figure)
        assert at.page == 1 and at.box and boxed(pdf, 1, at.box) == plain(figure.raw_text)
    identity = hashlib.sha256(data).hexdigest()
    task = Task(identity, tmp_path / "raw", tmp_path / "none", tmp_path / "kept", ("scan.tiff",), tmp_path / "out", 1)
    assert render(task, unwatched) == "page-1.webp"
    with Image.open(tmp_path / "out" / "page-1.webp") as picture:
        assert picture.size == tuple(view.pages[0])
    assert render(task._replace(page=2), unwatched) is None


@pytest.fixture
def originals(tmp_path):
    workspace = Workspace(tmp_path / "data")
    workspace.raw.mkdir(parents=True)
    made = Originals(workspace)
    yield workspace, made
    made.close()


def wanted(data: bytes, *paths: str) -> Wanted:
    return Wanted(hashlib.sha256(data).hexdigest(), "2024-01-01", paths, 1)


def test_documents_are_shown_from_where_they_lie_and_from_nowhere_else(originals, tmp_path):
    workspace, shown_here = originals
    _, page = Recipe(3, "html").write()
    secret = b"<html><body><p>not of this folder</p></body></html>"
    (tmp_path / "secret.html").write_bytes(secret)
    (workspace.raw / "link.html").symlink_to(tmp_path / "secret.html")
    archive = BytesIO()
    with ZipFile(archive, "w") as file:
        file.writestr("folder/report.html", page)
    (workspace.raw / "all.zip").write_bytes(archive.getvalue())

    member = wanted(page, "all.zip!/folder/report.html")
    assert shown_here.view(member).kind == "page"
    assert "c-0-" in shown_here.html(member, shown_here.view(member))
    assert shown_here.fetch(member) == page
    for path in ("../secret.html", str(tmp_path / "secret.html"), "link.html", "all.zip!/../../secret.html", ""):
        assert shown_here.view(wanted(secret, path)).kind == "gone", path
        assert shown_here.fetch(wanted(secret, path)) is None, path
    # Other bytes at the same place are another document.
    (workspace.raw / "one.html").write_bytes(page)
    assert shown_here.view(wanted(b"as it was", "one.html")).kind == "gone"
    (workspace.raw / "two.html").write_bytes(secret)
    assert shown_here.view(wanted(secret, "two.html")).kind == "page"


def test_a_document_that_cannot_be_read_says_so(originals):
    workspace, shown_here = originals
    for name, data in {
        "a.pdf": b"%PDF-1.4 broken",
        "b.docx": b"PK\x03\x04 broken",
        "c.rar": b"Rar!\x1a\x07\x01",
    }.items():
        (workspace.raw / name).write_bytes(data)
        view = shown_here.view(wanted(data, name))
        assert view.kind == "unreadable" and view.message, name
        assert shown_here.page(wanted(data, name), 1) is None


def test_what_was_made_is_kept_until_there_is_no_room(originals):
    workspace, shown_here = originals
    documents = [Recipe(seed, "html").write()[1] for seed in range(3)]
    for number, data in enumerate(documents):
        (workspace.raw / f"{number}.html").write_bytes(data)
        shown_here.view(wanted(data, f"{number}.html"))
    shutil.rmtree(workspace.raw)
    first = wanted(documents[0], "0.html")
    assert shown_here.html(first, shown_here.view(first))
    make_room(workspace.warehouse / "explorer" / "originals", 1)
    assert shown_here.view(first).kind == "gone"
