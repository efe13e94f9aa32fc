"""Marked reports as LibreOffice prints them to PDF: every figure in its place, whatever the page cuts."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from functools import cache

import pytest

from pipeline.extraction import NotAReport, Source, extract
from pipeline.extraction.tables import read_figures
from pipeline.readers import UnreadableDocument, read
from tests.corpus.compose import FORMS, Recipe
from tests.corpus.draft import Draft
from tests.corpus.judge import check_places, judge, judge_draft
from tests.corpus.office import convert
from tests.corpus.pdf import STYLES, PdfPage, styled, write_pdf

PLAIN = [Recipe(seed, "html", (), FORMS[seed % len(FORMS)]) for seed in range(4)]
VARIED = [
    Recipe(seed, "html", tuple(names.split()), FORMS[seed % len(FORMS)])
    for seed, names in enumerate(
        (
            "blanks header_repeated",
            "zeros notes_around_tables",
            "not_applicable one_table",
            "small_numbers split_without_header",
            "two_numbers_in_a_cell printed_twice_by_set",
            "totals_only disclosure_article_column",
            "number_forms litigation_header_of_two_rows",
            "blank_rows statistics_of_departments",
        ),
        20,
    )
]


@cache
def printed(style: str) -> list[tuple[Recipe, Draft, bytes]]:
    recipes = PLAIN + VARIED
    drafts = [recipe.write() for recipe in recipes]
    files = convert([styled(page, style) for _, page in drafts], "html", "pdf", infilter="HTML (StarWriter)")
    return [(recipe, draft, file) for recipe, (draft, _), file in zip(recipes, drafts, files, strict=True)]


@pytest.mark.parametrize("style", STYLES)
def test_every_figure_is_in_its_place(style):
    faults: list[str] = []
    for recipe, draft, file in printed(style):
        document = read(file)
        figures = read_figures(document)
        certain = recipe in PLAIN
        found = judge_draft(draft, figures).faults(certain) + check_places(document, figures)
        faults += [f"{recipe}: {fault}" for fault in found[:5]]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("style", STYLES)
def test_title_and_sections_come_out_of_the_lines(style):
    for recipe, draft, file in printed(style):
        if recipe not in PLAIN:
            continue
        report = extract(read(file), Source())
        assert report.metadata.title == draft.report.title
        assert report.metadata.agency_name == draft.report.agency
        assert report.metadata.report_year == draft.report.year
        assert [section.section for section in report.sections] == [1, 2, 3, 4, 5, 6]


def test_each_figure_knows_its_page_and_box():
    _, _, file = printed("short pages")[0]
    figures = read_figures(read(file))
    origins = [figure.origin for figure in figures]
    assert all(origin and origin.page and origin.box and origin.confidence is None for origin in origins)
    assert len({origin.page for origin in origins if origin}) > 2
    boxes = {(origin.page, origin.box) for origin in origins if origin}
    assert len(boxes) == len(figures)


def test_cut_off_anywhere():
    """What remains of a file is refused, or in its place."""
    _, draft, data = printed("wide")[0]
    for end in range(1000, len(data), len(data) // 25):
        try:
            figures = read_figures(read(data[:end]))
        except UnreadableDocument as reason:
            assert reason.code in ("truncated", "undecodable")
            continue
        assert not judge(draft.truth, figures).wrong


def test_damaged_bytes():
    """A document or a reason why not; never another error."""
    _, _, data = printed("wide")[0]
    rng = random.Random(7)
    for _ in range(8):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 3, 30, 300))):
            at, length = rng.randrange(len(damaged)), rng.choice((1, 1, 4, 50))
            damaged[at : at + length] = rng.randbytes(length if rng.random() < 0.8 else 0)
        try:
            extract(read(bytes(damaged)), Source())
        except (UnreadableDocument, NotAReport) as reason:
            assert reason.message


HOSTILE = {
    "characters": ["BT /F1 1 Tf 1 0 0 1 50 700 Tm <" + "4e00" * 300_000 + "> Tj ET"],
    "strokes": ["0 0 m 9 9 l S"] * 250_000,
    "a path": ["0 0 m " + "500 500 l 0 0 l " * 400_000 + "S"],
    "crossings": [f"{x % 590} 0 m {x % 590} 800 l S 0 {x % 790} m 590 {x % 790} l S" for x in range(9_000)],
    "staircase": [f"{x} {x} m {x + 30} {x} l S {x} {x} m {x} {x + 30} l S" for x in range(0, 560)] * 4,
    "nested states": ["q"] * 200_000,
    "forms in themselves": ["/X1 Do"] * 50,
    "huge numbers": ["1e38 1e38 m 1e38 -1e38 l S 0 0 m nan inf l S", "BT /F1 1e30 Tf 1 0 0 1 0 0 Tm <4e00> Tj ET"],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name, tmp_path):
    """In a process of its own, with limits on its memory and its time."""
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X1 100 0 R >> >> /Length 6 >> "
    page = PdfPage(operators=HOSTILE[name])
    file = tmp_path / "hostile.pdf"
    form += "stream\n/X1 Do\nendstream"
    file.write_bytes(write_pdf([page], [form], resources="/XObject << /X1 100 0 R >>"))
    program = (
        "import sys; from pathlib import Path; from pipeline.readers import read, UnreadableDocument\n"
        "try: print(len(read(Path(sys.argv[1]).read_bytes()).blocks))\n"
        "except UnreadableDocument as reason: print(reason.code)"
    )
    child = subprocess.run(
        [sys.executable, "-c", program, str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)),
    )
    assert child.returncode == 0, child.stderr[-2000:]
