"""How exactly scans are read: ``python -m benchmarks.scan_accuracy [DOCUMENTS] [--kind KIND] [--faults]``.

Reports in which every figure is a number of its own, and reports as they really are (mostly noughts, with sums that
hold), are printed, scanned in every kind of `tests.corpus.scan`, read back and judged cell by cell. It takes hours for
hundreds of documents: some seconds a page. ``--bounds`` prints what the bounds of `pipeline.extraction.tables.doubt`
rest on: of the figures that were read with a confidence, those that are wrong.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from pipeline.extraction.report import Figure
from pipeline.extraction.tables import read_figures
from pipeline.extraction.tables.doubt import doubt
from pipeline.readers import Document
from pipeline.readers.scan import read_page_image
from tests.corpus.compose import FORMS
from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.judge import Verdict, judge_draft
from tests.corpus.plausible import plausible_numbers
from tests.corpus.report import MarkedReport, own_numbers
from tests.corpus.scan import CLEAN, KINDS, print_pages, scan

MARKERS = (own_numbers, plausible_numbers)
BOUNDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01)


class Judged(NamedTuple):
    """What became of one scan: with and without doubt, and of each number its confidence and whether it is right."""

    kind: str
    seed: int
    cells: int
    doubted: Verdict
    believed: Verdict
    numbers: list[tuple[float, bool]]


def draft(seed: int) -> Draft:
    return Draft.of(MarkedReport(seed, *FORMS[seed // 2 % len(FORMS)], marker=MARKERS[seed % len(MARKERS)]))


def judge(kind: str, seed: int, pdf: bytes) -> Judged:
    marked = draft(seed)
    pages = scan(pdf, KINDS[kind], seed)
    blocks = [block for number, page in enumerate(pages, 1) for block in read_page_image(page, number)]
    figures = read_figures(Document(blocks, "image/tiff"))
    numbers = list(_numbers(marked, figures))
    return Judged(
        kind, seed, len(marked.truth), judge_draft(marked, doubt(figures)), judge_draft(marked, figures), numbers
    )


def _numbers(marked: Draft, figures: list[Figure]) -> Iterator[tuple[float, bool]]:
    for figure in figures:
        if figure.status == "number" and figure.row_code and figure.column_code and figure.origin:
            slot = Slot(figure.table_code, figure.table_set, figure.row_code, figure.column_code)
            yield figure.origin.confidence or 0.0, slot in marked.truth and marked.truth[slot].value == figure.value


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scan_accuracy", description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=8, help="documents a kind (default 8)")
    parser.add_argument("--kind", action="append", choices=KINDS, help="only these kinds")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--faults", action="store_true", help="print every cell that is not right")
    parser.add_argument("--bounds", action="store_true", help="print how wrong figures lie by confidence")
    arguments = parser.parse_args()
    seeds = range(arguments.documents)
    pdfs = print_pages([draft(seed) for seed in seeds])
    jobs = [(kind, seed, pdf) for kind in arguments.kind or KINDS for seed, pdf in zip(seeds, pdfs, strict=True)]
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    with ProcessPoolExecutor(arguments.processes) as pool:
        for judged in pool.map(judge, *zip(*jobs, strict=True)):
            by_kind[judged.kind].append(judged)
            if arguments.faults:
                for fault in judged.doubted.faults(certain=True):
                    print(f"{judged.kind} {judged.seed} {fault}", flush=True)
    print("| scan | cells | right | unreadable | wrong | wrong, undoubted |\n|---|---:|---:|---:|---:|---:|")
    clean = [judged for kind, some in by_kind.items() if kind in CLEAN for judged in some]
    degraded = [judged for kind, some in by_kind.items() if kind not in CLEAN for judged in some]
    for name, some in (*by_kind.items(), ("**all clean**", clean), ("**all degraded**", degraded)):
        if some:
            print(_row(name, some))
    if arguments.bounds:
        numbers = [number for some in by_kind.values() for judged in some for number in judged.numbers]
        print("\n| confidence below | numbers | of them wrong |\n|---|---:|---:|")
        last = 0.0
        for bound in BOUNDS:
            within = [right for confidence, right in numbers if last <= confidence < bound]
            print(f"| {bound} | {len(within)} | {within.count(False)} |")
            last = bound


def _row(name: str, some: list[Judged]) -> str:
    cells = sum(judged.cells for judged in some)
    right, wrong, believed = (
        sum(counts)
        for counts in zip(*((j.doubted.right, len(j.doubted.wrong), len(j.believed.wrong)) for j in some), strict=True)
    )
    return f"| {name} | {cells:,} | {right / cells:.2%} | {cells - right - wrong} | {wrong} | {believed} |"


if __name__ == "__main__":
    main()
