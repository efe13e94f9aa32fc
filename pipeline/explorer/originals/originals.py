"""What is shown of documents: made when it is first asked for, kept beside the warehouse, and bounded."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import tempfile
import threading
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from pipeline.explorer.originals.drawn import cell_id
from pipeline.explorer.originals.job import PAGE, STATE, Task, page_name, write
from pipeline.lake.limits import Limits
from pipeline.lake.processes import Died, Processes
from pipeline.readers.formats import DETECTION_VERSION, FORMATS
from pipeline.workspace import Workspace

VIEW_VERSION: Final = 1
"""Raise it when what is shown of a document is made in another way."""

_VERSIONS: Final = (VIEW_VERSION, DETECTION_VERSION, *((name, known.version) for name, known in FORMATS.items()))
_JOBS: Final = "pipeline.explorer.originals.job"
_MOST_BYTES: Final = 1 << 30
_EVERY: Final = 50
"""After so many documents the folder is looked at, and the oldest go if it has grown too large."""
_SIDE_BY_SIDE: Final = 2
_PATIENCE: Final = 60.0

_log = logging.getLogger(__name__)

Kind = Literal["pages", "page", "drawn", "unreadable", "gone", "busy"]


class Wanted(NamedTuple):
    """A document of the published file, by what it says of it.

    ``read_at`` is when it was last read, as text, ``reader_version`` by which version of the reader of its format.
    """

    document_id: str
    read_at: str
    raw_paths: tuple[str, ...]
    reader_version: int


class Place(NamedTuple):
    """Where a figure is printed: its cell in the tables of its document, and on a page if there are pages."""

    table: int
    row: int
    column: int
    page: int | None = None
    box: tuple[float, float, float, float] | None = None

    @property
    def identity(self) -> str:
        """The identity of its mark, to which an address leads by ``#``."""
        return cell_id(self.table, self.row, self.column)


class View(NamedTuple):
    """What is shown of a document.

    ``kind``: its ``pages`` as pictures, its own source (``page``), what the reader gave (``drawn``), or nothing, since
    it cannot be read (``unreadable``), has gone from ``raw/`` (``gone``), or others are being made (``busy``).
    ``unmatched``: drawn although it is a page, since its cells were not found again. ``pictures``: tables drawn behind
    a page that shows them as pictures.
    """

    kind: Kind
    format: str = ""
    message: str = ""
    pages: tuple[tuple[int, int], ...] = ()
    pictures: int = 0
    unmatched: bool = False


class Originals:
    """The documents of a data folder as they are shown. Threads may share it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._processes = Processes()
        self._turns = threading.Semaphore(_SIDE_BY_SIDE)
        self._made = 0
        self._own: Path | None = None
        self._folder = self._writable(workspace.warehouse / "explorer" / "originals")

    def view(self, wanted: Wanted) -> View:
        """What is shown of a document, made if it is not there."""
        folder = self._folder_of(wanted)
        if (state := _read_state(folder)) is None:
            made = self._do("prepare", self._task(wanted), folder)
            state = made if isinstance(made, dict) else {"kind": "busy"}
        return View(**{**state, "pages": tuple(map(tuple, state.get("pages", ())))})

    def html(self, wanted: Wanted, view: View, places: Iterable[Place] = ()) -> str:
        """The inert HTML of a document; for one of pages with a mark at each of ``places``."""
        if view.kind == "pages":
            return _draw_pages(wanted.document_id, view, places)
        if view.kind in ("page", "drawn"):
            try:
                return (self._folder_of(wanted) / PAGE).read_text(encoding="utf-8")
            except OSError:  # removed in this very moment, to make room
                shutil.rmtree(self._folder_of(wanted), ignore_errors=True)
        return ""

    def page(self, wanted: Wanted, number: int) -> bytes | None:
        """A page as a picture (WebP); None if there is no such page, or it cannot be had now."""
        path = self._folder_of(wanted) / page_name(number)
        for _ in range(2):
            try:
                return path.read_bytes()
            except OSError:
                if not isinstance(self._do("render", self._task(wanted, number), path.parent), str):
                    return None
        return None

    def fetch(self, wanted: Wanted) -> bytes | None:
        """The document itself; None if it is no longer in ``raw/``."""
        data = self._do("fetch", self._task(wanted), self._folder_of(wanted))
        return data if isinstance(data, bytes) else None

    def close(self) -> None:
        """End the processes, and remove what was made for this one alone."""
        self._processes.close()
        if self._own:
            shutil.rmtree(self._own, ignore_errors=True)

    def _task(self, wanted: Wanted, page: int = 0) -> Task:
        workspace = self._workspace
        return Task(
            wanted.document_id,
            workspace.raw.absolute(),
            workspace.snapshot.absolute(),
            workspace.kept.absolute(),
            wanted.raw_paths,
            self._folder_of(wanted).absolute(),
            page,
        )

    def _folder_of(self, wanted: Wanted) -> Path:
        key = hashlib.sha256(repr((wanted.document_id, wanted.read_at, _VERSIONS)).encode()).hexdigest()[:32]
        return self._folder / key[:2] / key

    def _do(self, job: str, task: Task, folder: Path) -> Any:  # noqa: ANN401 - whatever the job gives
        if not self._turns.acquire(timeout=_PATIENCE):
            return None
        try:
            if job == "prepare" and (state := _read_state(folder)) is not None:
                return state  # made while this one waited
            self._make_room()
            return self._processes.do(f"{_JOBS}:{job}", task, self._scratch(), Limits())
        except Died as death:  # it would do so again
            if job != "prepare":
                return None
            state = {"kind": "unreadable", "message": death.message}
            write(folder / STATE, json.dumps(state).encode())
            return state
        except (RuntimeError, OSError) as error:  # a defect of ours, or a full disk: not the document's doing for ever
            _log.warning("%s cannot be shown: %s", task.document_id, error)
            return {"kind": "unreadable", "message": str(error.strerror) if isinstance(error, OSError) else ""}
        finally:
            self._turns.release()

    def _scratch(self) -> Path:
        return (self._folder / "scratch").absolute()

    def _make_room(self) -> None:
        self._made += 1
        if self._made % _EVERY == 1:
            make_room(self._folder, _MOST_BYTES)

    def _writable(self, folder: Path) -> Path:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write(folder / ".try", b"")
        except OSError:  # an account that may only read
            self._own = Path(tempfile.mkdtemp(prefix="gongkai-originals-"))
            return self._own
        return folder


def make_room(folder: Path, most_bytes: int) -> None:
    """Remove the documents that were made first, until what is left takes no more than ``most_bytes``."""
    made = []
    for document in folder.glob("??/*"):
        try:
            made.append(
                (document.stat().st_mtime_ns, sum(file.stat().st_size for file in document.iterdir()), document)
            )
        except OSError:
            continue  # another process makes room as well
    taken = sum(size for _, size, _ in made)
    for _, size, document in sorted(made):
        if taken <= most_bytes:
            return
        shutil.rmtree(document, ignore_errors=True)
        taken -= size


def _read_state(folder: Path) -> dict[str, Any] | None:
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_bytes())
    except (OSError, ValueError):
        return None
    if state.get("kind") in ("page", "drawn") and not (folder / PAGE).exists():
        return None
    return state


def _draw_pages(document_id: str, view: View, places: Iterable[Place]) -> str:
    """The pages, each with its marks; a place without a box marks its whole page."""
    by_page: dict[int, dict[str, str]] = {}
    for place in places:
        if place.page is None:
            continue
        left, top, right, bottom = place.box or (0.0, 0.0, 1.0, 1.0)
        box = f"left:{left:.3%};top:{top:.3%};width:{right - left:.3%};height:{bottom - top:.3%}"
        marks = by_page.setdefault(place.page, {})
        marks.setdefault(place.identity, f'<span class="box" id="{place.identity}" style="{box}"></span>')
    return "\n".join(
        f'<figure class="sheet" id="p-{number}" style="aspect-ratio:{width}/{height}">'
        f'<img loading="lazy" width="{width}" height="{height}" alt="{number}"'
        f' src="/original/{escape(document_id)}/page/{number}.webp">'
        f"{''.join(by_page.get(number, {}).values())}</figure>"
        for number, (width, height) in enumerate(view.pages, 1)
    )
