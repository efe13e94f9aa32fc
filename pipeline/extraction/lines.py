"""A document's text as lines that can be searched at once, whatever white space or script it has."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from pipeline.forms.text import simplify
from pipeline.readers.document import Cell, Document, Table

_EXPORT_MARK: Final = re.compile(r"\[bookmark: ?[^\]]*\] ?")  # what Word leaves in text exports
_DIGITS: Final = {0xFF10 + digit: str(digit) for digit in range(10)}
_FIGURES: Final = re.compile("第二十条|予以公开|结果维持|本年新收")
_LONG: Final = 400
_INLINE_HEADING: Final = re.compile(  # pages without block elements run the whole report into one paragraph
    r"(?<=[。！？”）\s])(?=[一二三四五六][、.．]\s?"
    r"(?:[^，。；：、\s]{0,12}(?:总体|概述|主动公开|收到和处理|复议)|[^，。；：、\s]{0,12}存在|其他需))"
)
_HEADING: Final = re.compile("情况(?<=(?:总体|信息|申请|诉讼|改进)情况)")  # begins with what is searched fastest
_LAST_HEADING: Final = "报告的事项"


def fold_for_matching(text: str) -> str:
    """Traditional characters to simplified ones and full-width digits to plain ones, place for place."""
    return simplify(text).translate(_DIGITS) if _foldable().search(text) else text


@cache
def _foldable() -> re.Pattern[str]:
    """Any character that folding changes; most texts have none, which a search shows faster than folding does."""
    characters = "".join(map(chr, range(0x10000)))
    folded = simplify(characters).translate(_DIGITS)
    return re.compile(f"[{''.join(old for old, new in zip(characters, folded, strict=True) if old != new)}]")


class Excerpt(NamedTuple):
    """The text of a document's first lines and of some further on: where it is cut, and how much is left out."""

    text: str
    cut: int
    left_out: int


class Lines:
    """The paragraphs of a document, and the cells of its tables that hold no figures, one line each.

    ``printed[i]`` is a line as the reader gave it, ``compact[i]`` the same without white space, ``folded[i]``
    as long, made for matching by `fold_for_matching`. ``text`` is all of ``folded`` without line ends, where
    line ``i`` begins at ``starts[i]``. ``table_lines`` tells before which line each table stands; ``is_page``
    whether menus may stand around the report. ``annex`` are the lines that stand between tables of the annex: its
    captions and headings.
    """

    def __init__(self, document: Document, annex: Collection[int] = ()) -> None:
        """Take the lines out of a document, but for the cells of its tables ``annex``."""
        self.is_page = document.media_type == "text/html"
        self.printed: list[str] = []
        self.table_lines: list[int] = []
        self._cells: dict[int, tuple[int, int, int]] = {}  # of lines that are cells: table, row, column
        self._text_cells: set[int] = set()
        self._extra: list[int] = []  # lines that begin no paragraph
        self._without = annex
        add = self.printed.append
        for block in document.blocks:
            if isinstance(block, Table):
                self._add_cells(block)
                continue
            text = block.text
            if len(text) > _LONG and "二、" in text:
                pieces = _INLINE_HEADING.split(text)
                self._extra += range(len(self.printed) + 1, len(self.printed) + len(pieces))
                self.printed += pieces
            else:
                add(text)
        # readers have folded all other white space to spaces
        self.compact = [text.replace(" ", "") if " " in text else text for text in self.printed]
        self.text = "".join(self.compact)
        if "[" in self.text and "[bookmark" in self.text:
            self.printed = [_EXPORT_MARK.sub("", text) for text in self.printed]
            self.compact = [text.replace(" ", "") for text in self.printed]
            self.text = "".join(self.compact)
        self.folded = self.compact
        if "開" in self.text or ("２" in self.text and "２０" in self.text):  # every report names 公开 and a year
            self.folded = [fold_for_matching(text) for text in self.compact]
            self.text = "".join(self.folded)
        self.starts = [0, *accumulate(map(len, self.folded))]
        edges = [self.table_lines[number] for number in annex]
        self.annex = range(min(edges), max(edges)) if edges else range(0)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self.folded)

    def excerpt(self, end: int, start: int, stop: int) -> Excerpt:
        """Put the lines before ``end`` and those from ``start`` to ``stop`` together, for searching."""
        cut, start, stop = self.starts[end], self.starts[start], self.starts[stop]
        return Excerpt(self.text[:cut] + self.text[start:stop], cut, start - cut)

    def containing(self, words: Iterable[str], excerpt: Excerpt | None = None) -> list[int]:
        """Give the lines, of an excerpt or of all, whose folded text holds one of the words, in order."""
        found: set[int] = set()
        starts = self.starts
        text, cut, left_out = excerpt or (self.text, len(self.text), 0)
        for word in words:
            # most words are nowhere, and that a character is nowhere is seen many times faster
            if word[0] in text and word[-1] in text:
                position = text.find(word)
                while position >= 0:
                    place = position if position < cut else position + left_out
                    line = bisect_right(starts, place) - 1
                    if place + len(word) <= starts[line + 1]:
                        found.add(line)
                    position = text.find(word, position + 1)
        return sorted(found)

    def is_cell(self, line: int) -> bool:
        """Tell whether a line is a table's cell."""
        return line in self._cells

    def is_text(self, line: int) -> bool:
        """Tell whether a line is text: a paragraph, or a cell that holds sentences."""
        return line not in self._cells or line in self._text_cells or "。" in self.folded[line]

    def location(self, line: int) -> str:
        """Say where a line stands, for evidence; everything counts from 0."""
        if line in self._cells:
            table, row, column = self._cells[line]
            return f"table {table} row {row} column {column}"
        return f"paragraph {line - bisect_right(self._extra, line)}"

    def printed_end(self, line: int, length: int) -> int:
        """Give the place in ``printed`` after the first ``length`` characters of ``compact``."""
        printed = self.printed[line]
        if len(printed) == len(self.compact[line]):
            return length
        position = 0
        for character in self.compact[line][:length]:
            position = printed.index(character, position) + 1
        return position

    def _add_cells(self, table: Table) -> None:
        """Add a table's cells; of one that holds the figures only the text that a report typed into it."""
        number = len(self.table_lines)
        self.table_lines.append(len(self.printed))
        if number in self._without:
            return
        text = "\n".join([cell.text for cell in table.cells])
        has_figures = _FIGURES.search(text) is not None
        if has_figures and not _has_heading(text):
            return
        for cell in table.cells:
            if has_figures:
                if not _is_text_cell(cell, table):
                    continue
                self._text_cells.add(len(self.printed))
            self._cells[len(self.printed)] = (number, cell.row, cell.column)
            self._extra.append(len(self.printed))
            self.printed.append(cell.text.replace("\n", " "))


def _has_heading(text: str) -> bool:
    return _HEADING.search(text) is not None or _LAST_HEADING in text


def _is_text_cell(cell: Cell, table: Table) -> bool:
    """Tell headings and text from the labels and figures of a table that holds all of them."""
    text = cell.text
    if "。" in text or _has_heading(text):
        return True
    return bool(text) and cell.column_span == table.column_count and "第二十条" not in text
