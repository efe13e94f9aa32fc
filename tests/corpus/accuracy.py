"""How exactly each format is read: ``python -m tests.corpus.accuracy [DOCUMENTS]``, the table of docs/formats.md.

Marked documents, in which every figure is a number of its own and labels, values and tables stray as real ones do,
are written in each format by the real programs, read back, and judged cell by cell.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from pipeline.extraction import NotAReport, extract
from pipeline.readers import UnreadableDocument, read
from tests.corpus.annex import AnnexRecipe, random_annexes
from tests.corpus.compose import FORMS, WRITERS, Recipe
from tests.corpus.draft import Draft
from tests.corpus.judge import Verdict, judge_draft
from tests.corpus.office import convert
from tests.corpus.pdf import STYLES, styled
from tests.corpus.scan import CLEAN, DEGRADED, write_scans
from tests.corpus.variations import VARIATIONS, Format
from tests.corpus.variations.registry import STAGES

SPREADSHEET = "calc_HTML_WebQuery"
TEXT = "HTML (StarWriter)"
STRAYING = ("values", "labels", "tables", "documents")
"""Stages of variations that any format can print; the others are ways of writing one of them."""
CHANGED_BY_OFFICE = frozenset(
    "figures_in_nested_tables figures_beside_what_is_not_shown figures_with_footnotes figure_too_few "
    "requests_transposed layout_table".split()
)
"""Variations after which LibreOffice prints something else than the page shows."""
LINES_IN_CELLS = frozenset({"label_lines", "label_a_character_a_line"})
"""Of a cell with several lines LibreOffice makes several rows of a sheet."""
BATCH = 25

Render = Callable[[list[Draft]], list[bytes]]


class Way(NamedTuple):
    """A way to write documents. ``like``: the format of the corpus in which it must be certain where figures belong.

    ``cost``: how many times as few documents are written in it, because reading one takes so long.
    """

    like: Format
    render: Render
    changes: frozenset[str] = frozenset()
    cost: int = 1


def _written(name: Format) -> Way:
    return Way(name, lambda drafts: [WRITERS[name](draft) for draft in drafts])


def _office(target: str, infilter: str = TEXT) -> Way:
    def render(drafts: list[Draft]) -> list[bytes]:
        return convert([WRITERS["html"](draft) for draft in drafts], "html", target, infilter=infilter)

    if infilter == SPREADSHEET:
        return Way("xlsx", render, CHANGED_BY_OFFICE | LINES_IN_CELLS)
    return Way("html", render, CHANGED_BY_OFFICE)


def _print(drafts: list[Draft]) -> list[bytes]:
    styles = list(STYLES)
    pages = [styled(WRITERS["html"](draft), styles[draft.report.seed % len(styles)]) for draft in drafts]
    return convert(pages, "html", "pdf", infilter=TEXT)


def _scanned(kinds: tuple[str, ...]) -> Way:
    return Way("html", lambda drafts: write_scans(drafts, *kinds), frozenset(VARIATIONS), cost=5)


WAYS: dict[str, Way] = {
    "HTML": _written("html"),
    "text, a cell a line": _written("cells"),
    "text, a row a line": _written("rows"),
    "DOCX": _written("docx"),
    "DOCX by LibreOffice": _office("docx"),
    "DOC": _office("doc"),
    "RTF": _office("rtf"),
    "ODT": _office("odt"),
    "PDF": Way("html", _print, CHANGED_BY_OFFICE),
    "XLSX": _written("xlsx"),
    "XLSX by LibreOffice": _office("xlsx", SPREADSHEET),
    "XLS": _office("xls", SPREADSHEET),
    "ODS": _office("ods", SPREADSHEET),
    "scans, clean": _scanned(CLEAN),
    "scans, degraded": _scanned(DEGRADED),
}


@dataclass(slots=True)
class Score:
    """Cells of all documents of a format, by what became of them."""

    documents: int = 0
    cells: int = 0
    right: int = 0
    flagged: int = 0
    lost: int = 0
    wrong: int = 0
    quarantined: int = 0

    def add(self, draft: Draft, verdict: Verdict | None) -> None:
        self.documents += 1
        self.cells += len(draft.truth)
        if verdict is None:
            self.quarantined += 1
            self.lost += len(draft.truth)
            return
        self.right += verdict.right
        self.flagged += len(verdict.flagged)
        self.lost += len(verdict.lost)
        self.wrong += len(verdict.wrong)


ANNEXES = " (annex of 2014)"
"""What stands behind the name of a way in which reports with the annex of 2014 to 2018 are written."""


def annexes(way: Way, number: int, *, plain: bool) -> Iterator[AnnexRecipe]:
    """Reports for 2014 to 2018, in the official layout or with variations that leave every figure a certain place."""
    if plain:
        yield from (AnnexRecipe(seed, way.like) for seed in range(number))
        return
    for recipe in random_annexes(range(number), certain=True, formats=(way.like,)):
        yield AnnexRecipe(recipe.seed, recipe.format, recipe.variations)


def recipes(way: Way, number: int, *, plain: bool) -> Iterator[Recipe]:
    """Reports in the official layout, or with several variations each that leave every figure a certain place."""
    possible = [
        v
        for v in VARIATIONS.values()
        if not plain and STAGES[v.stage] in STRAYING and way.like in v.certain and v.name not in way.changes
    ]
    for seed in range(number):
        rng = random.Random(f"accuracy {seed}")
        names: tuple[str, ...] = ()
        taken: set[str] = set()
        for variation in rng.sample(possible, min(len(possible), rng.randrange(1, 6))):
            if not taken & variation.topics:
                taken |= variation.topics
                names += (variation.name,)
        yield Recipe(seed, way.like, names, FORMS[seed % len(FORMS)])


def score(name: str, number: int, plain: bool) -> tuple[str, Score, list[str]]:
    """Write, read and judge documents in one way; with a line for each cell that is not right."""
    total, faults, way = Score(), [], WAYS[name.removesuffix(ANNEXES)]
    choose = annexes if name.endswith(ANNEXES) else recipes
    chosen: list[Recipe | AnnexRecipe] = [*choose(way, max(1, number // way.cost), plain=plain)]
    for start in range(0, len(chosen), BATCH):
        batch = chosen[start : start + BATCH]
        drafts = [recipe.write()[0] for recipe in batch]
        for recipe, draft, data in zip(batch, drafts, way.render(drafts), strict=True):
            try:
                verdict = judge_draft(draft, extract(read(data)).figures)
            except (UnreadableDocument, NotAReport) as reason:
                faults.append(f"{name} {recipe}: {reason.code}: {reason.message}")
                verdict = None
            total.add(draft, verdict)
            faults += [f"{name} {recipe}: {fault}" for fault in (verdict.faults(certain=True) if verdict else ())]
    return name, total, faults


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.accuracy", description=__doc__)
    parser.add_argument("documents", nargs="?", type=int, default=100, help="documents a format (default 100)")
    parser.add_argument("--plain", action="store_true", help="reports in the official layout, nothing strays")
    every = [*WAYS, *(name + ANNEXES for name in WAYS)]
    parser.add_argument("--format", action="append", choices=every, help="only these formats")
    parser.add_argument("--faults", action="store_true", help="print every cell that is not right")
    arguments = parser.parse_args()
    print("| format | documents | cells | right | flagged | lost | wrong |\n|---|---:|---:|---:|---:|---:|---:|")
    names = arguments.format or every
    with ProcessPoolExecutor() as pool:
        for name, found, faults in pool.map(score, names, repeat(arguments.documents), repeat(arguments.plain)):
            shares = f"{found.right / found.cells:.2%} | {found.flagged} | {found.lost} | {found.wrong}"
            print(f"| {name} | {found.documents} | {found.cells:,} | {shares} |", flush=True)
            if arguments.faults and faults:
                print(*faults, sep="\n", flush=True)


if __name__ == "__main__":
    main()
