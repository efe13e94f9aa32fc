"""Documents that took long to read, kept as their readers gave them: extraction can be repeated without reading.

A document is a file ``kept/AB/ID-FORMAT-VERSION.json.z``: JSON, compressed with zlib, whose checksum tells damage.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from pipeline.lake.store import write_whole
from pipeline.readers import Cell, Document, Link, Origin, Paragraph, Table
from pipeline.readers.formats import reader_version

_SUFFIX: Final = ".json.z"
_PARAGRAPH, _TABLE = 0, 1


def kept_path(folder: Path, document_id: str, name: str) -> Path:
    """Where the reading of a document of a format by the current version of its reader is kept."""
    return folder / document_id[:2] / f"{document_id}-{name}-{reader_version(name)}{_SUFFIX}"


def keep(document: Document, path: Path) -> None:
    """Keep a document, in one step."""
    write_whole(path, zlib.compress(json.dumps(_plain(document), separators=(",", ":")).encode()))


def load(path: Path) -> Document | None:
    """The document kept at ``path``; None if there is none, or it is damaged."""
    try:
        return _document(json.loads(zlib.decompress(path.read_bytes())))
    except (OSError, zlib.error, ValueError, TypeError, KeyError):
        return None


def remove_outdated(folder: Path) -> None:
    """Remove what older versions of readers gave, and what was left half written."""
    for path in folder.glob("*/*"):
        parts = path.name.removesuffix(_SUFFIX).split("-")
        if len(parts) != 3 or parts[2] != str(reader_version(parts[1])):
            path.unlink()


def forget_kept(folder: Path, documents: Collection[str]) -> None:
    """Remove what readers gave of these documents."""
    for path in folder.glob("*/*"):
        if path.name.partition("-")[0] in documents:
            path.unlink()


def _plain(document: Document) -> dict[str, Any]:
    return {
        "blocks": [
            (_TABLE, block.cells, *block[1:]) if isinstance(block, Table) else (_PARAGRAPH, *block)
            for block in document.blocks
        ],
        "media_type": document.media_type,
        "page_title": document.page_title,
        "meta": document.meta,
        "links": document.links,
    }


def _document(plain: dict[str, Any]) -> Document:
    return Document(
        [_table(*block[1:]) if block[0] == _TABLE else Paragraph(*block[1:]) for block in plain["blocks"]],
        plain["media_type"],
        plain["page_title"],
        plain["meta"],
        [Link(*link) for link in plain["links"]],
    )


def _table(cells: list[Any], *shape: Any) -> Table:  # noqa: ANN401 - as the named tuple declares it
    return Table([Cell._make((*cell[:5], _origin(cell[5]))) for cell in cells], *shape)


def _origin(plain: list[Any] | None) -> Origin | None:
    if plain is None:
        return None
    page, box, confidence = plain
    return Origin(page, box and tuple(box), confidence)
