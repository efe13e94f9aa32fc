"""What extraction made of a document, against the truth."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.extraction.report import Figure
from pipeline.readers.document import Document
from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.report import Mark

TABLES = ("disclosure", "requests", "litigation", "statistics")


def plain(text: str) -> str:
    """A text as its printed characters: no white space, no invisible characters, one width."""
    return "".join(
        char
        for char in unicodedata.normalize("NFKC", text)
        if not char.isspace() and unicodedata.category(char) != "Cf"
    )


@dataclass(slots=True)
class Verdict:
    """Counts of figures that are right, and a line for each that is not.

    ``wrong``: a code says what the page does not (the worst defect). ``lost``: a printed figure is nowhere.
    ``flagged``: a printed figure came as ``unreadable`` or ``unplaced``. ``surplus``: more than is printed.
    """

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    def faults(self, certain: bool) -> list[str]:
        """What must not be: in a certain document anything but right, else only what is wrong or lost."""
        return [
            f"{kind}: {line}"
            for kind, lines in (
                ("WRONG", self.wrong),
                ("LOST", self.lost),
                ("FLAGGED", self.flagged if certain else []),
                ("SURPLUS", self.surplus if certain else []),
            )
            for line in lines
        ]


def judge(
    truth: dict[Slot, Mark],
    figures: Iterable[Figure],
    extras: Iterable[str] = (),
    tolerated: Iterable[str] = (),
) -> Verdict:
    """Compare figures with the truth of a document."""
    verdict = Verdict()
    coded: dict[Slot, list[Figure]] = defaultdict(list)
    adrift: list[Figure] = []
    printed: Counter[str] = Counter()
    for figure in figures:
        if figure.table_code not in TABLES:
            continue
        if (figure.status == "number") != (figure.value is not None):
            verdict.wrong.append(f"status {figure.status} with value {figure.value}: {figure}")
        printed[plain(figure.raw_text)] += 1
        if figure.row_code and figure.column_code and figure.status != "unplaced":
            key = Slot(figure.table_code, figure.table_set, figure.row_code, figure.column_code)
            coded[key].append(figure)
        else:
            adrift.append(figure)

    for slot, mark in truth.items():
        _judge_slot(verdict, slot, mark, coded.pop(slot, []), printed)

    beside = {plain(raw) for raw in extras}
    verdict.lost += [f"{raw!r}, a figure outside the form" for raw in beside if raw and not printed[raw]]
    beside |= {plain(raw) for raw in tolerated}
    for slot, found in coded.items():
        for figure in found:
            line = f"{slot} is not printed, got {_words(figure)}"
            if figure.status == "number":
                verdict.wrong.append(line)
            elif plain(figure.raw_text) not in beside:
                (verdict.surplus if figure.status != "not_applicable" else verdict.wrong).append(line)

    known = {plain(mark.raw) for mark in truth.values()} | beside
    for figure in adrift:
        if figure.status == "number":
            verdict.wrong.append(f"a number without a place: {_words(figure)}")
        elif figure.status != "blank" and plain(figure.raw_text) not in known:
            verdict.surplus.append(f"not a figure of the document: {_words(figure)}")
    return verdict


def _judge_slot(verdict: Verdict, slot: Slot, mark: Mark, found: list[Figure], printed: Counter[str]) -> None:
    says = f"{slot} prints {mark.raw!r}"
    firm = [figure for figure in found if figure.status != "unreadable"]
    if len(firm) > 1:
        verdict.wrong.append(f"{says}, got it {len(firm)} times: {[_words(f) for f in found]}")
    elif firm:
        got = firm[0]
        same = (got.status, got.value) == (mark.status, mark.value)
        if same and (got.status != "number" or got.unit == mark.unit) and len(found) == 1:
            verdict.right += 1
        else:
            expected = f"{mark.status} {mark.value} {mark.unit or ''}".strip()
            verdict.wrong.append(f"{says} ({expected}), got {[_words(f) for f in found]}")
    elif mark.status == "blank":
        if not found:
            verdict.flagged.append(f"{says}, got nothing")
        else:
            verdict.flagged.append(f"{says}, got {_words(found[0])}")
    elif mark.status == "unreadable" and found:
        verdict.right += 1
    elif found or mark.status == "unreadable" or printed[plain(mark.raw)]:
        verdict.flagged.append(f"{says}, got {_words(found[0]) if found else 'it without its place'}")
    else:
        verdict.lost.append(f"{says}, which is nowhere")


def check_places(document: Document, figures: Iterable[Figure]) -> list[str]:
    """The figures whose place in the document does not hold what they say is printed there."""
    tables = document.tables
    cells = [{(cell.row, cell.column): cell for cell in table.cells} for table in tables]
    faults = []
    for figure in figures:
        inside = 0 <= figure.table_index < len(tables)
        cell = cells[figure.table_index].get((figure.row_index, figure.column_index)) if inside else None
        if cell is None or plain(cell.text) != plain(figure.raw_text):
            faults.append(f"{_words(figure)} points to {cell}")
    return faults


def judge_draft(draft: Draft, figures: Iterable[Figure]) -> Verdict:
    """Compare figures with the truth of a draft."""
    verdict = judge(draft.truth, figures, draft.extras, draft.tolerated)
    if draft.smudged:
        verdict.lost.clear()
    return verdict


def _words(figure: Figure) -> str:
    value = f" {figure.value}{figure.unit or ''}" if figure.value is not None else ""
    code = f"{figure.table_code}#{figure.table_set}[{figure.row_code}, {figure.column_code}]"
    place = f"table {figure.table_index} row {figure.row_index} column {figure.column_index}"
    return f"{figure.status}{value} {figure.raw_text!r} as {code} at {place}"
