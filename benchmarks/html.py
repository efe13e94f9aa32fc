"""Documents a second for HTML: ours from bytes to figures, sections and metadata, beside its peers and its limit.

``python -m benchmarks.html`` times, on the same pages in the same run: a bare parse by lexbor (the limit), ours, and
`pandas.read_html` with either parser (which gets raw tables and nothing else). Each in turn, several rounds; the
fastest round of each counts, since noise only ever adds.
"""

from __future__ import annotations

import gc
import platform
import time
from collections.abc import Callable
from io import BytesIO

import pandas as pd
from selectolax.lexbor import LexborHTMLParser

from benchmarks.pages import pages
from pipeline.extraction import extract
from pipeline.readers import read

ROUNDS = 9
SLOW_ROUNDS = 2


def main() -> None:
    documents = pages()
    kilobytes = sum(map(len, documents)) / len(documents) / 1000
    contestants: dict[str, tuple[Callable[[bytes], object], int]] = {
        "lexbor, bare parse (the limit)": (LexborHTMLParser, ROUNDS),
        "gongkai, bytes to figures, sections, metadata": (lambda page: extract(read(page)), ROUNDS),
        "pandas.read_html, lxml (raw tables only)": (
            lambda page: pd.read_html(BytesIO(page), flavor="lxml"),
            SLOW_ROUNDS,
        ),
        "pandas.read_html, bs4 (raw tables only)": (
            lambda page: pd.read_html(BytesIO(page), flavor="bs4"),
            SLOW_ROUNDS,
        ),
    }
    best = dict.fromkeys(contestants, float("inf"))
    for number in range(ROUNDS):
        for name, (work, rounds) in contestants.items():
            if number < rounds:
                best[name] = min(best[name], _seconds(work, documents))
    limit = best["lexbor, bare parse (the limit)"]
    print(f"{len(documents)} pages, {kilobytes:.0f} KB on average; Python {platform.python_version()}, one core\n")
    print(f"{'':48}{'ms a page':>10}{'pages/s':>10}{'x limit':>9}")
    for name, seconds in best.items():
        each = seconds / len(documents)
        print(f"{name:48}{each * 1000:10.3f}{1 / each:10.0f}{seconds / limit:9.2f}")


def _seconds(work: Callable[[bytes], object], documents: list[bytes]) -> float:
    gc.collect()
    start = time.perf_counter()
    for document in documents:
        work(document)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
