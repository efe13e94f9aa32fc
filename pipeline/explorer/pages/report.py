"""A report: its tables as the form prints them, its narrative, and beside them the document that prints them."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import PurePosixPath
from typing import Final, TypeVar
from urllib.parse import quote

import anyio
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from pipeline.explorer.language import language_of, words
from pipeline.explorer.narrated import mark_sections, read_statements
from pipeline.explorer.originals import Originals, Place, View, Wanted
from pipeline.explorer.page import Explorer, Look, NotThere, page
from pipeline.explorer.printed import Figure, Printed, figures_of, find, lay_out
from pipeline.explorer.statement import Query
from pipeline.forms.sums import SUMS
from pipeline.readers.formats import reader_version

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
_INERT: Final = {
    "content-security-policy": f"{_POLICY}frame-ancestors 'self'; sandbox",
    "cache-control": "private, no-cache",
}
"""Of what comes from a document: no script runs, nothing is asked for, nothing leads out."""
_PAGES: Final = {
    "content-security-policy": _POLICY.replace("img-src data:", "img-src 'self'") + "frame-ancestors 'self'",
    "cache-control": "private, no-cache",
}
"""Of pages as pictures, which we draw ourselves."""

_STYLE: Final = """
html { color-scheme: light; background: #fff; color: #111; font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere }
body { margin: 0; padding: .75rem }
table { border-collapse: collapse; margin: .75rem 0; font-variant-numeric: tabular-nums }
td, th { padding: .15rem .35rem; vertical-align: middle; overflow-wrap: normal; word-break: normal }
table.drawn td { max-width: 18em }
table.drawn td, table[border] td, table[border] th, td[id], th[id] { border: 1px solid #999 }
td.gap { border: 1px dotted #ddd }
img { max-width: 100%; height: auto }
.no-picture { color: #666; border: 1px dashed #bbb; padding: 0 .3em }
.note { background: #fdf0d5; border-left: 4px solid #855400; padding: .4rem .6rem; margin: 0 0 .75rem }
:target { outline: 3px solid #c4161c; outline-offset: -1px; background: #ffe9a8 !important; color: #111 !important;
  scroll-margin: 40vh 1rem }
.sheet { position: relative; margin: 0 auto .75rem; max-width: 1400px; border: 1px solid #bbb; background: #eee }
.sheet img { display: block; width: 100%; height: 100% }
.box { position: absolute }
.box:target { background: #ffd84d55 !important; outline-offset: 2px }
@media print { .sheet { break-after: page } }
"""

_making = threading.Lock()
T = TypeVar("T")


async def report(request: Request) -> Response:
    """A report, by any of the documents that it stands in."""
    document_id = request.path_params["document_id"]

    def then(look: Look) -> Mapping[str, object]:
        known = look.tables["of"].first["document_id"]
        if not (found := look.table("report", Query("report_document", {"document_id": known}))):
            raise NotThere("report.missing", id=document_id)
        own = found.first
        parts = [row["document_id"] for row in look.table("parts", Query("report_parts", {"document_id": known}))]
        # DuckDB finds one document by the order of the table, and any others by looking at all between them.
        these = {"parts": parts, "first": min(parts), "last": max(parts)}
        cells = look.table("cells", Query("report_cells", these))
        findings = look.table("findings", Query("report_findings", {"document_id": known}))
        sections = look.table("sections", Query("report_sections", these))
        stated = look.table("statements", Query("report_statements", {"document_id": known, "parts": parts}))
        look.table("years", Query("report_years", {"agency_id": own["agency_id"]}))
        rules = look.table("rules", Query("report_rules", {"rules": sorted({rule.rule_code for rule in SUMS})}))
        printed = lay_out(cells, findings)
        statements = read_statements(stated, printed)
        chosen = find(printed, request.query_params.get("cell", ""))
        return {
            "own": own,
            "printed": printed,
            "statements": statements,
            "narrative": mark_sections(sections, statements),
            "chosen": chosen,
            "shown": chosen.printed_in if chosen else document_id if document_id in parts else parts[0],
            "frame": _frame_of(language_of(request)),
            "sandbox": _sandbox,
            "involved": _by_finding(printed),
            "rules": {row["rule_code"]: row[f"title_{look.t.language}"] for row in rules},
        }

    return await page(request, "report.html", {"of": Query("report_of_document", {"document_id": document_id})}, then)


def _frame_of(language: str) -> Callable[[str, Figure | None], str]:
    """The address of a document beside its report, at a figure."""

    def frame(document_id: str, figure: Figure | None = None) -> str:
        address = f"/original/{document_id}/view?lang={language}"
        return f"{address}#{figure.identity}" if figure else address

    return frame


def _sandbox(media_type: str | None) -> str:
    """What the frame of a document may: its pages as pictures are drawn by us, and come from here; all else nothing."""
    paged = media_type == "application/pdf" or (media_type or "").startswith("image/")
    return "allow-same-origin" if paged else ""


def _by_finding(tables: Sequence[Printed]) -> Mapping[str, list[Figure]]:
    """The figures that findings name, by the finding."""
    named: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures_of(tables):
        for finding in figure.findings:
            named[finding.finding_id].append(figure)
    return named


async def view(request: Request) -> Response:
    """A document, inert, with its cells marked: the frame beside its report."""

    def work(originals: Originals, wanted: Wanted, look: Callable[[Query], list[dict[str, object]]]) -> Response:
        shown = originals.view(wanted)
        places = (
            _places(look(Query("original_places", {"document_id": wanted.document_id})))
            if shown.kind == "pages"
            else []
        )
        t = words(language_of(request))
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in _notes(shown, wanted, t))
        text = (
            f'<!DOCTYPE html><html lang="{t("original.language")}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(t("original.title"))}</title>'
            f"<style>{_STYLE}</style></head><body>{notes}{originals.html(wanted, shown, places)}</body></html>"
        )
        status = {"gone": 404, "busy": 503}.get(shown.kind, 200)
        return HTMLResponse(text, status, headers=_PAGES if shown.kind == "pages" else _INERT)

    return await _with_document(request, work)


async def sheet(request: Request) -> Response:
    """A page of a document as a picture."""

    def work(originals: Originals, wanted: Wanted, _: object) -> Response:
        shown, number = originals.view(wanted), request.path_params["number"]
        picture = originals.page(wanted, number) if 1 <= number <= len(shown.pages) else None
        if picture is None:
            return Response(status_code=404)
        return Response(picture, media_type="image/webp", headers={"cache-control": "private, max-age=3600"})

    return await _with_document(request, work)


async def file(request: Request) -> Response:
    """A document as it lies in ``raw/``, to be kept, never to be opened here."""

    def work(originals: Originals, wanted: Wanted, _: object) -> Response:
        data = originals.fetch(wanted)
        if data is None:
            raise NotThere("original.gone", id=wanted.document_id)
        name = quote(PurePosixPath(wanted.raw_paths[0]).name or wanted.document_id)
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", **_INERT}
        return Response(data, media_type="application/octet-stream", headers=headers)

    return await _with_document(request, work)


async def _with_document(
    request: Request, work: Callable[[Originals, Wanted, Callable[[Query], list[dict[str, object]]]], Response]
) -> Response:
    """Do some work with a document of the published file, in a thread.

    Raises:
        NotThere: there is none of this identity.
    """
    explorer: Explorer = request.app.state.explorer
    document_id = request.path_params["document_id"]

    def look(query: Query) -> list[dict[str, object]]:
        with explorer.published.reading() as (_, connection):
            cursor = connection.execute(query.text(), dict(query.parameters))
            columns = [column[0] for column in cursor.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def found() -> Response:
        rows = look(Query("original_document", {"document_id": document_id}))
        if not rows:
            raise NotThere("report.missing", id=document_id)
        paths = rows[0]["raw_paths"]
        assert isinstance(paths, list)
        version = rows[0]["reader_version"]
        assert isinstance(version, int)
        wanted = Wanted(document_id, str(rows[0]["read_at"]), tuple(dict.fromkeys(paths)), version)
        return work(_originals(request), wanted, look)

    return await anyio.to_thread.run_sync(found, limiter=_limiter(request))


def _originals(request: Request) -> Originals:
    """The originals of the application, made when the first is asked for."""
    state = request.app.state
    with _making:
        if not hasattr(state, "originals"):
            state.originals = Originals(state.explorer.workspace)
        originals: Originals = state.originals
        return originals


def _limiter(request: Request) -> anyio.CapacityLimiter:
    """Threads of their own: who waits for a document keeps nobody from the other pages."""
    state = request.app.state
    if not hasattr(state, "original_threads"):
        state.original_threads = anyio.CapacityLimiter(8)
    limiter: anyio.CapacityLimiter = state.original_threads
    return limiter


def _places(rows: list[dict[str, object]]) -> list[Place]:
    places = []
    for row in rows:
        table, line, column, number = (row[name] for name in ("table_index", "row_index", "column_index", "page"))
        assert isinstance(table, int) and isinstance(line, int) and isinstance(column, int) and isinstance(number, int)
        box = row["bbox"]
        assert box is None or isinstance(box, list)
        places.append(Place(table, line, column, number, (box[0], box[1], box[2], box[3]) if box else None))
    return places


def _notes(shown: View, wanted: Wanted, t: Callable[..., str]) -> list[str]:
    """What to know of what is shown."""
    notes = []
    if shown.kind in ("page", "drawn") and wanted.reader_version != reader_version(shown.format):
        notes.append(t("original.other_version"))
    if shown.kind in ("gone", "busy", "unreadable"):
        notes.append(t(f"original.{shown.kind}"))
    if shown.message:
        notes.append(shown.message)
    if shown.unmatched:
        notes.append(t("original.unmatched"))
    elif shown.kind == "drawn" and shown.format != "text":
        notes.append(t("original.drawn"))
    if shown.pictures:
        notes.append(t("original.pictures"))
    return notes


ROUTES = [
    Route("/report/{document_id}", report),
    Route("/original/{document_id}/view", view),
    Route("/original/{document_id}/page/{number:int}.webp", sheet),
    Route("/original/{document_id}/file", file),
]
