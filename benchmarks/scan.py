"""Seconds a page for scans, and where they go: ``python -m benchmarks.scan``.

Printed reports, scanned clean and degraded at 200 dots an inch, on one core.
"""

from __future__ import annotations

import platform
import time

from pipeline.readers.scan import read_page_image
from pipeline.readers.scan.grid import find_grids
from pipeline.readers.scan.page import EM
from pipeline.readers.scan.upright import set_upright
from tests.corpus.draft import Draft
from tests.corpus.report import MarkedReport
from tests.corpus.scan import KINDS, print_pages, scan

SAMPLED = ("clean, 200 dpi", "skewed", "all at once")


def main() -> None:
    pdfs = print_pages([Draft.of(MarkedReport(seed)) for seed in range(2)])
    print(f"Python {platform.python_version()}, one core\n")
    print(f"{'':20}{'pages':>6}{'upright and grid, s':>21}{'whole, s a page':>17}{'pages/s':>9}")
    for kind in SAMPLED:
        pages = [page for seed, pdf in enumerate(pdfs) for page in scan(pdf, KINDS[kind], seed)]
        read_page_image(pages[0], 1)  # the models are loaded once a process
        start = time.perf_counter()
        for page in pages:
            for upright in set_upright(page):
                find_grids(upright.ruling, EM)
        laid = (time.perf_counter() - start) / len(pages)
        start = time.perf_counter()
        for page in pages:
            read_page_image(page, 1)
        whole = (time.perf_counter() - start) / len(pages)
        print(f"{kind:20}{len(pages):6}{laid:21.2f}{whole:17.2f}{1 / whole:9.2f}")


if __name__ == "__main__":
    main()
