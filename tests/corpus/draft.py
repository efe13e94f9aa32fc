"""A report on its way to bytes: blocks to print, how to print them, and the truth about what is printed."""

from __future__ import annotations

import codecs
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.corpus.grid import Box, Grid, Slot
from tests.corpus.report import Mark, MarkedReport, Text


@dataclass(slots=True)
class Markup:
    """How a draft is written as HTML."""

    header_tag: Literal["td", "th", "mixed"] = "td"
    row_groups: bool = False
    spans: Literal["right", "overlong", "zero", "missing", "wrong", "blank", "repeated"] = "right"
    line_break: str = "<br>"
    blank: str = ""
    word: bool = False
    cut_words: bool = False
    cell_junk: tuple[str, ...] = ()  # what stands beside the figure in a cell, `{}` being the figure
    sloppy: bool = False  # end tags left out, capitals, attributes without quotes
    page: Literal["plain", "site", "layout", "nested_layout", "div_soup"] = "plain"
    table_wrapper: Callable[[str], str] | None = None


@dataclass(slots=True)
class TextStyle:
    """How a draft is written as a text export."""

    newline: str = "\n"
    padding: Literal["full", "ragged", "stripped"] = "full"
    shifted: frozenset[str] = frozenset()  # row codes whose leading empty cells stand at the end of the row
    blank_lines: tuple[int, int] = (0, 1)  # least and most between paragraphs
    row_gaps: float = 0.0  # share of rows (dialect B) with a blank line after them
    trailing_blanks: bool = False
    broken_rows: bool = False  # dialect B: line breaks inside cells are kept
    gaps_in_cells: bool = False  # dialect A: a blank line inside a cell of two lines


@dataclass(slots=True)
class WordStyle:
    """How a draft is written as a Word document, beside what `Markup` says of it."""

    numbered: bool = False  # numbers of headings and labels are drawn by lists
    tracked: bool = False  # changes that were not accepted yet
    controls: bool = False
    text_box: bool = False
    old_merges: bool = False


@dataclass(slots=True)
class SheetStyle:
    """How a draft is written as a workbook."""

    apart: bool = False  # a sheet a section
    merged_lines: bool = True
    gaps: float = 0.0  # share of blocks before which a row is left free
    numbers_as_text: bool = False
    margin: int = 0
    hidden: str = ""  # the state of a sheet that is not shown; empty for none
    text_under_merges: bool = False


@dataclass(slots=True)
class Encoding:
    """How characters become bytes, and what the document says of it."""

    codec: str = "utf-8"
    declared: str | None = "utf-8"
    bom: bool = False


@dataclass(slots=True)
class Draft:
    """A document to be written.

    ``truth`` holds the slots that are printed and nothing else. ``extras`` are figures that the document
    prints and the forms do not have: they may come as ``unplaced`` or ``unreadable`` and must not be lost
    where ``extras_required``. ``tolerated`` may be reported in the same way or be left out.
    """

    report: MarkedReport
    blocks: list[Text | Grid]
    truth: dict[Slot, Mark]
    rng: random.Random
    extras: list[str] = field(default_factory=list)
    tolerated: set[str] = field(default_factory=set)
    smudged: bool = False  # figures may be read with what is printed beside them
    markup: Markup = field(default_factory=Markup)
    style: TextStyle = field(default_factory=TextStyle)
    word: WordStyle = field(default_factory=WordStyle)
    sheets: SheetStyle = field(default_factory=SheetStyle)
    encoding: Encoding = field(default_factory=Encoding)

    @classmethod
    def of(cls, report: MarkedReport) -> Draft:
        """The report in its official layout."""
        truth = report.marker(report.rng, report.slots())
        return cls(report, report.blocks(truth), dict(truth), report.rng)

    def grids(self, code: str | None = None) -> list[Grid]:
        """The grids of one table, or of all three, in printing order."""
        return [b for b in self.blocks if isinstance(b, Grid) and (b.code == code if code else b.code)]

    def boxes(self) -> Iterator[Box]:
        """Every box of the mandated tables."""
        for grid in self.grids():
            yield from grid.boxes()

    def reprint(self, slot: Slot, mark: Mark) -> None:
        """Print another mark in a slot."""
        self.truth[slot] = mark
        for box in self.boxes():
            if box.slot == slot:
                box.text = mark.raw

    def relabel(self, change: Callable[[str], str], *roles: str) -> None:
        """Change the text of headers and labels."""
        for box in self.boxes():
            if box.role in (roles or ("header", "label")):
                box.text = change(box.text)

    def after(self, grid: Grid, *blocks: Text | Grid) -> None:
        """Insert blocks behind a grid."""
        at = next(i for i, block in enumerate(self.blocks) if block is grid) + 1
        self.blocks[at:at] = blocks

    def encode(self, text: str) -> bytes:
        """Bytes in the draft's encoding; in HTML a character that it lacks becomes a reference."""
        codec = self.encoding.codec
        data = text.encode(codec, "xmlcharrefreplace" if text.startswith("<") else "strict")
        return BYTE_ORDER_MARKS[codec] + data if self.encoding.bom else data

    def unused_number(self) -> str:
        """A number that the document does not print yet."""
        used = {mark.raw for mark in self.truth.values()} | {*self.extras} | self.tolerated
        while True:
            number = str(self.rng.randrange(100, 1_000_000))
            if number not in used:
                return number


BYTE_ORDER_MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
