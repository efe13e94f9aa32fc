"""The five real reports, as they are and with each table figure replaced by a number of its own.

``tests/samples/figures.csv`` holds every figure of the tables with the line that prints it, counted off the
files and checked by eye against the label of each row. In two rows of one sample six slots stand for seven columns; the
figure there is the total or ``unreadable``.
"""

from __future__ import annotations

import csv
import random
from itertools import groupby
from pathlib import Path

import pytest

from pipeline.extraction.tables import read_figures
from pipeline.readers import read
from tests.corpus.grid import Slot
from tests.corpus.judge import check_places, judge
from tests.corpus.report import BLANK, Mark, header_unit

ROOT = Path(__file__).parents[2]
with (ROOT / "tests/samples/figures.csv").open(encoding="utf-8") as file:
    GOLDEN = {sample: list(rows) for sample, rows in groupby(csv.DictReader(file), key=lambda row: row["sample"])}


def _slot(row: dict[str, str]) -> Slot:
    return Slot(row["table_code"], 1, row["row_code"], row["column_code"])


def _assert_golden(data: bytes, golden: list[dict[str, str]], marks: dict[Slot, Mark]) -> None:
    document = read(data)
    figures = read_figures(document)
    verdict = judge(marks, figures)
    uncertain = {_slot(row) for row in golden if row["expected"] == "total_or_unreadable"}
    flagged = [line for line in verdict.flagged if not any(line.startswith(f"{slot} ") for slot in uncertain)]
    faults = [*verdict.wrong, *verdict.lost, *verdict.surplus, *flagged, *check_places(document, figures)]
    assert not faults, "\n".join(faults)
    forms = {(figure.table_code, figure.form or "") for figure in figures}
    assert forms == {(row["table_code"], row["form"]) for row in golden}
    printed = [figure for figure in figures if figure.raw_text]
    assert len(printed) == sum(bool(row["raw_text"]) for row in golden)


@pytest.mark.parametrize("sample", GOLDEN)
def test_sample(sample):
    data = (ROOT / f"data/raw/samples/{sample}.txt").read_bytes()
    golden = GOLDEN[sample]
    marks = {_slot(row): Mark.number("0", unit=header_unit(_slot(row))) if row["raw_text"] else BLANK for row in golden}
    _assert_golden(data, golden, marks)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sample", GOLDEN)
def test_sample_with_numbers_of_its_own(sample, seed):
    text = (ROOT / f"data/raw/samples/{sample}.txt").read_bytes().decode()
    golden = GOLDEN[sample]
    numbers = random.Random(seed).sample(range(1, 10 ** (3 + seed)), len(golden))
    lines = text.split("\n")
    marks: dict[Slot, Mark] = {}
    for number, row in zip(numbers, golden, strict=True):
        slot = _slot(row)
        if not row["raw_text"]:
            marks[slot] = BLANK
            continue
        marks[slot] = Mark.number(str(number), unit=header_unit(slot))
        at = int(row["line"]) - 1
        cells = lines[at].split("\t")
        cells[cells.index("0")] = f"<{number}>"  # brackets until all are in, so that none is taken again
        lines[at] = "\t".join(cells)
    for row in golden:
        at = int(row["line"]) - 1
        lines[at] = lines[at].replace("<", "").replace(">", "")
    _assert_golden("\n".join(lines).encode(), golden, marks)


def test_golden_figures():
    rows = [row for golden in GOLDEN.values() for row in golden]
    assert sum(row["raw_text"] == "0" for row in rows) == 972
    assert sum(row["expected"] == "blank" for row in rows) == 12
