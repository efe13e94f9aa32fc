"""Documents a second for HTML: ours from bytes to figures, sections and metadata, beside its peers and its limit.

``python -m benchmarks.html`` times, on the same pages in the same run: a bare parse by lexbor (the limit), ours, and
`pandas.read_html` with either parser (which gets raw tables and nothing else). Each in turn, several rounds; the
fastest round of each counts, since noise only ever adds.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from io import BytesIO

import pandas as pd
from selectolax.lexbor import LexborHTMLParser

from benchmarks.pages import pages
from benchmarks.timing import Contestant, best_seconds
from pipeline.extraction import extract
from pipeline.readers import read

ROUNDS = 9
SLOW_ROUNDS = 2
LIMIT = "lexbor, bare parse (the limit)"
OURS = "gongkai, bytes to figures, sections, metadata"


def contest(documents: Sequence[bytes], rounds: int = ROUNDS, slow_rounds: int = SLOW_ROUNDS) -> dict[str, float]:
    """Seconds a page of each contestant."""
    return best_seconds(
        {
            LIMIT: Contestant(LexborHTMLParser, rounds),
            OURS: Contestant(lambda page: extract(read(page)), rounds),
            "pandas.read_html, lxml (raw tables only)": Contestant(
                lambda page: pd.read_html(BytesIO(page), flavor="lxml"), slow_rounds
            ),
            "pandas.read_html, bs4 (raw tables only)": Contestant(
                lambda page: pd.read_html(BytesIO(page), flavor="bs4"), slow_rounds
            ),
        },
        documents,
    )


def main() -> None:
    documents = pages()
    kilobytes = sum(map(len, documents)) / len(documents) / 1000
    best = contest(documents)
    limit = best[LIMIT]
    print(f"{len(documents)} pages, {kilobytes:.0f} KB on average; Python {platform.python_version()}, one core\n")
    print(f"{'':48}{'ms a page':>10}{'pages/s':>10}{'x limit':>9}")
    for name, each in best.items():
        print(f"{name:48}{each * 1000:10.3f}{1 / each:10.0f}{each / limit:9.2f}")


if __name__ == "__main__":
    main()
