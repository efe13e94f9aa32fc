"""Documents a second for PDF: ours from bytes to paragraphs and tables, and to figures; pdfplumber beside it.

``python -m benchmarks.pdf`` times, on the same files in the same run: ours, ours with extraction, and pdfplumber's
``extract_tables`` (which gets raw tables, without spans, and nothing else). The files are reports of the corpus as
LibreOffice prints them. Each in turn, several rounds; the fastest round of each counts, since noise only ever adds.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from io import BytesIO

import pdfplumber

from benchmarks.timing import Contestant, best_seconds
from pipeline.extraction import extract
from pipeline.readers import read
from tests.corpus.compose import FORMS, Recipe
from tests.corpus.office import convert

COUNT = 12
ROUNDS = 7
SLOW_ROUNDS = 2
OURS = "gongkai, bytes to figures, sections, metadata"
PEER = "pdfplumber, extract_tables (raw tables only)"


def files(count: int = COUNT) -> list[bytes]:
    """The set: reports of both forms, printed by LibreOffice."""
    drafts = [Recipe(seed, "html", (), FORMS[seed % len(FORMS)]).write()[1] for seed in range(count)]
    return convert(drafts, "html", "pdf", infilter="HTML (StarWriter)")


def contest(documents: Sequence[bytes], rounds: int = ROUNDS, slow_rounds: int = SLOW_ROUNDS) -> dict[str, float]:
    """Seconds a file of each contestant."""
    return best_seconds(
        {
            "gongkai, paragraphs and tables with spans": Contestant(read, rounds),
            OURS: Contestant(lambda data: extract(read(data)), rounds),
            PEER: Contestant(_plumb, slow_rounds),
        },
        documents,
    )


def main() -> None:
    documents = files()
    pages = sum(len(pdfplumber.open(BytesIO(data)).pages) for data in documents)
    best = contest(documents)
    slowest = max(best.values())
    print(f"{len(documents)} files, {pages / len(documents):.1f} pages on average; ", end="")
    print(f"Python {platform.python_version()}, one core\n")
    print(f"{'':48}{'ms a file':>10}{'files/s':>10}{'times faster':>14}")
    for name, each in best.items():
        print(f"{name:48}{each * 1000:10.1f}{1 / each:10.1f}{slowest / each:14.1f}")


def _plumb(data: bytes) -> list[object]:
    with pdfplumber.open(BytesIO(data)) as document:
        return [table for page in document.pages for table in page.extract_tables()]


if __name__ == "__main__":
    main()
