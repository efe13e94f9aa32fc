"""What is done with a document in a process of its own: what a document can do to its reader, it does to that.

Whatever is made of it is written into the folder of the document, each file in one step.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.explorer.originals.drawn import draw
from pipeline.explorer.originals.marked import mark
from pipeline.explorer.originals.pictures import page_sizes, render_page
from pipeline.explorer.originals.raw import find_bytes
from pipeline.extraction import Source
from pipeline.lake.kept import kept_path, load
from pipeline.lake.limits import Watch
from pipeline.readers import Document, UnreadableDocument
from pipeline.readers.encoding import decode
from pipeline.readers.formats import FORMATS
from pipeline.readers.mhtml import read_pages
from pipeline.readers.read import Opened, open_document

_FINDING_SECONDS: Final = 60
_MOST_SECONDS: Final = 120
"""Of the processor: who waits for a page has no more patience, and what takes longer was kept by the lake."""

PAGED: Final = frozenset({"pdf", "image"})
"""Formats whose pages are shown as pictures."""
STATE: Final = "view.json"
PAGE: Final = "view.html"


class Task(NamedTuple):
    """A document to show: where it may lie, where its reading may be kept, and the folder for what is made of it."""

    document_id: str
    raw: Path
    snapshot: Path
    kept: Path
    raw_paths: tuple[str, ...]
    folder: Path
    page: int = 0


def prepare(task: Task, watch: Watch) -> dict[str, Any]:
    """Make what is shown of a document; the state that tells what it is (`pipeline.explorer.originals.View`).

    Raises:
        OSError: the folder cannot be written.
    """
    watch(0, _FINDING_SECONDS)
    found = find_bytes(task.raw, task.snapshot, task.document_id, task.raw_paths)
    if found is None:
        return {"kind": "gone"}  # not kept: it may come back
    try:
        state = _prepare(task, watch, *found)
    except UnreadableDocument as reason:
        state = {"kind": "unreadable", "message": reason.message}
    write(task.folder / STATE, json.dumps(state).encode())
    return state


def render(task: Task, watch: Watch) -> str | None:
    """Render a page; the file's name, None if there is no such page."""
    watch(0, _FINDING_SECONDS)
    found = find_bytes(task.raw, task.snapshot, task.document_id, task.raw_paths)
    if found is None:
        return None
    data, source = found
    try:
        opened = open_document(data, source.headers)
        if opened.format not in PAGED:
            return None
        watch(0, _MOST_SECONDS, opened.format)
        picture = render_page(data, opened.format, task.page)
    except UnreadableDocument:
        return None
    if picture is None:
        return None
    name = page_name(task.page)
    write(task.folder / name, picture)
    return name


def fetch(task: Task, watch: Watch) -> bytes | None:
    """The bytes of a document, as they are."""
    watch(0, _FINDING_SECONDS)
    found = find_bytes(task.raw, task.snapshot, task.document_id, task.raw_paths)
    return found[0] if found else None


def page_name(page: int) -> str:
    """The file of a rendered page."""
    return f"page-{page}.webp"


def write(path: Path, data: bytes) -> None:
    """Write a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{uuid.uuid4().hex}")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _prepare(task: Task, watch: Watch, data: bytes, source: Source) -> dict[str, Any]:
    opened = open_document(data, source.headers)
    format = opened.format
    watch(0, min(_MOST_SECONDS, FORMATS[format].seconds) if format in FORMATS else _FINDING_SECONDS, format)
    if format in PAGED:
        return {"kind": "pages", "format": format, "pages": page_sizes(data, format)}
    if format in ("html", "mhtml"):
        texts = read_pages(data)[0] if format == "mhtml" else [decode(data, source.headers)[0]]
        if marked := mark(texts):
            write(task.folder / PAGE, marked.html.encode())
            return {"kind": "page", "format": format, "pictures": marked.pictures}
    write(task.folder / PAGE, draw(_document(task, opened)).encode())
    return {"kind": "drawn", "format": format, "unmatched": format in ("html", "mhtml")}


def _document(task: Task, opened: Opened) -> Document:
    return load(kept_path(task.kept, task.document_id, opened.format)) or opened.read()
