"""Documents a second for DOCX: ours from bytes to figures, beside python-docx reading the same cells.

``python -m benchmarks.docx`` times, on the same files in the same run: our reader alone, ours from bytes to figures,
sections and metadata, and python-docx giving the text of every paragraph and of every cell. The files are reports of
the marked corpus as LibreOffice writes them and as Word leaves them. Each in turn, several rounds; the fastest round
of each counts, since noise only ever adds. Both must have read the same cells.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from io import BytesIO

import docx

from benchmarks.timing import Contestant, best_seconds
from pipeline.extraction import extract
from pipeline.readers import read
from tests.corpus.compose import FORMS, Recipe
from tests.corpus.office import convert

COUNT = 40
ROUNDS = 5
OURS = "gongkai, bytes to figures, sections, metadata"
PEER = "python-docx, paragraphs and cells"


def contest(documents: Sequence[bytes], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds a file of each contestant, which read the same cells."""
    for data in documents:
        ours = [cell.text.split() for table in read(data).tables for cell in table.cells]
        assert ours == [text.split() for text in cells_of(data)]
    return best_seconds(
        {
            "gongkai, paragraphs and cells": Contestant(read, rounds),
            OURS: Contestant(lambda data: extract(read(data)), rounds),
            PEER: Contestant(cells_of, rounds),
        },
        documents,
    )


def main() -> None:
    documents = files()
    kilobytes = sum(map(len, documents)) / len(documents) / 1000
    best = contest(documents)
    slowest = best[PEER]
    print(f"{len(documents)} files, {kilobytes:.0f} KB on average; Python {platform.python_version()}, one core\n")
    print(f"{'':48}{'ms a file':>10}{'files/s':>10}{'x python-docx':>15}")
    for name, each in best.items():
        print(f"{name:48}{each * 1000:10.2f}{1 / each:10.0f}{slowest / each:15.1f}")


def files() -> list[bytes]:
    """Half as LibreOffice makes them of HTML, half with the runs, lists and controls of documents that were edited."""
    pages = [Recipe(seed, "html", (), FORMS[seed % len(FORMS)]).write()[1] for seed in range(COUNT // 2)]
    return convert(pages, "html", "docx", infilter="HTML (StarWriter)") + edited(COUNT // 2)


def edited(count: int) -> list[bytes]:
    """Files with the runs, lists and controls of documents that were edited."""
    return [Recipe(seed, "docx", ("words_cut_by_tags",), FORMS[seed % len(FORMS)]).write()[1] for seed in range(count)]


def cells_of(data: bytes) -> list[str]:
    """The text of every cell, by python-docx, which gives merged cells once for each place; and of the paragraphs."""
    document = docx.Document(BytesIO(data))
    _ = [paragraph.text for paragraph in document.paragraphs]
    texts: list[str] = []
    for table in document.tables:
        seen: set[object] = set()
        for row in table.rows:
            for cell in row.cells:
                if cell._tc not in seen:
                    seen.add(cell._tc)
                    texts.append(cell.text)
    return texts


if __name__ == "__main__":
    main()
