"""Pages and their files, written into ``raw/`` as a crawler or a person puts them there."""

from __future__ import annotations

import html
import json
from pathlib import Path

from tests.corpus.draft import Draft
from tests.corpus.grid import Grid
from tests.corpus.html import write_html
from tests.corpus.report import MarkedReport
from tests.corpus.text import write_text_cells


def report(seed: int, agency: str, year: int = 2022) -> Draft:
    """A marked report of an agency and year, in its official layout."""
    marked = MarkedReport(seed)
    marked.agency, marked.year, marked.signed = agency, year, f"{year + 1}年1月20日"
    return Draft.of(marked)


def only_tables(draft: Draft) -> Draft:
    """The same without a word of whose report it is."""
    draft.blocks = [block for block in draft.blocks if isinstance(block, Grid)]
    return draft


def word(draft: Draft) -> bytes:
    """A file as many sites offer it under the name of a Word document: plain text."""
    return write_text_cells(draft)


def web_page(draft: Draft, *links: tuple[str, str]) -> bytes:
    """The whole report as a page that offers files (address and text) too."""
    return write_html(draft).replace(b"</body>", f"{_offer(links)}</body>".encode())


def page(title: str, *links: tuple[str, str], text: str = "", pictures: tuple[str, ...] = ()) -> bytes:
    """A page with a title and files, and nothing else of a report."""
    shown = "".join(f'<p><img src="{html.escape(address)}"></p>' for address in pictures)
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'
        f"<p>发布日期：2023-01-31</p>{text}{_offer(links)}{shown}</body></html>"
    ).encode()


def put(raw: Path, name: str, data: bytes, **seen: str) -> None:
    """Put a file into ``raw/``, with its sidecar if anything is known of where it was seen."""
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if seen:
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps(seen))


def _offer(links: tuple[tuple[str, str], ...]) -> str:
    return "".join(f'<p>附件：<a href="{html.escape(address)}">{text}</a></p>' for address, text in links)
