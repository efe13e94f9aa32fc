"""What the file of a workbook says of its sheets beside their values: merged and hidden cells, errors, their size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.ooxml import main_part, read_part, relationships
from pipeline.readers.package import Package
from pipeline.readers.xml import Element, parse_xml, stream_xml

MAX_CELLS: Final = 1_000_000
"""Places of a sheet from its first used cell to its last, and cells of a workbook."""

_S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_T: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ON: Final = frozenset(("1", "true"))

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each as (row, column) from 0."""


@dataclass(slots=True)
class SheetFacts:
    """One sheet; rows and columns count from 0. ``merged`` is None where the library that reads the values tells."""

    merged: list[Range] | None = None
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[range] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    _least: tuple[int, int] = (1 << 30, 1 << 30)
    _most: tuple[int, int] = (-1, -1)

    def use(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Count cells that hold something.

        Raises:
            UnreadableDocument: ``too_large``, if the used cells stand too far apart for a table.
        """
        self._least = min(self._least[0], row), min(self._least[1], column)
        self._most = max(self._most[0], row + rows - 1), max(self._most[1], column + columns - 1)
        require_small(self._most[0] - self._least[0] + 1, self._most[1] - self._least[1] + 1)


def require_small(rows: int, columns: int) -> None:
    """Refuse a sheet that is larger than any report.

    Raises:
        UnreadableDocument: ``too_large``.
    """
    if rows * columns > MAX_CELLS:
        raise UnreadableDocument(
            "too_large", f"A sheet of {rows:,} rows and {columns:,} columns. Delete what stands outside its table."
        )


def xlsx_facts(package: Package) -> dict[str, SheetFacts]:
    """The sheets of an XLSX workbook by their names; merged cells are left to the library.

    Raises:
        UnreadableDocument: a damaged part, or ``too_large``.
    """
    workbook = main_part(package, "xl/workbook.xml")
    parts = relationships(package, workbook)
    facts: dict[str, SheetFacts] = {}
    for sheet in parse_xml(read_part(package, workbook)).iter(f"{_S}sheet"):
        part = parts.get(sheet.get(f"{_R}id", ""))
        if part and part.kind == "worksheet" and part.target in package:
            facts[sheet.get("name", "")] = _read_worksheet(read_part(package, part.target))
    return facts


def _read_worksheet(data: bytes) -> SheetFacts:
    facts = SheetFacts()
    at = -1
    for element in stream_xml(data, f"{_S}row", f"{_S}col"):
        if element.tag == f"{_S}col":
            if element.get("hidden") in _ON:
                facts.hidden_columns.append(range(_number(element, "min") - 1, _number(element, "max")))
            continue
        at = _number(element, "r", at + 2) - 1
        if element.get("hidden") in _ON:
            facts.hidden_rows.add(at)
        column = -1
        for cell in element.iterchildren(f"{_S}c"):
            place = _REFERENCE.fullmatch(cell.get("r", ""))
            column = _column(place[1]) if place else column + 1
            if len(cell):
                facts.use(at, column)
                if cell.get("t") == "e":
                    facts.errors[at, column] = cell.findtext(f"{_S}v") or "#N/A"
        element.clear()
    return facts


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def ods_facts(package: Package) -> dict[str, SheetFacts]:
    """The sheets of an ODS workbook by their names.

    Raises:
        UnreadableDocument: a damaged part, or ``too_large``.
    """
    facts: dict[str, SheetFacts] = {}
    for table in stream_xml(package.read("content.xml"), f"{_T}table"):
        facts.setdefault(table.get(f"{_T}name", ""), _read_ods_table(table))
        table.clear()
    return facts


def _read_ods_table(table: Element) -> SheetFacts:
    facts = SheetFacts(merged=[])
    assert facts.merged is not None
    at = columns = 0
    for element in _rows_and_columns(table):
        is_hidden = element.get(f"{_T}visibility", "visible") != "visible"
        if element.tag == f"{_T}table-column":
            repeated = _number(element, f"{_T}number-columns-repeated")
            if is_hidden:
                facts.hidden_columns.append(range(columns, columns + repeated))
            columns += repeated
            continue
        rows = _number(element, f"{_T}number-rows-repeated")
        column = 0
        for cell in element.iterchildren(f"{_T}table-cell", f"{_T}covered-table-cell"):
            repeated = _number(cell, f"{_T}number-columns-repeated")
            if len(cell):
                facts.use(at, column, rows, repeated)
                if cell.get(f"{_CALC}value-type") == "error":
                    facts.errors[at, column] = "".join(cell.find(f"{_TEXT}p").itertext()) or "#N/A"
            down, across = (_number(cell, f"{_T}number-{name}-spanned") for name in ("rows", "columns"))
            if down > 1 or across > 1:
                facts.merged.append(((at, column), (at + down - 1, column + across - 1)))
            column += repeated
        if is_hidden and rows <= MAX_CELLS:
            facts.hidden_rows.update(range(at, at + rows))
        at += rows
    return facts


def _rows_and_columns(parent: Element) -> Iterator[Element]:
    """Rows and columns in order, also those in groups and headers."""
    for child in parent:
        if child.tag in (f"{_T}table-row", f"{_T}table-column"):
            yield child
        elif child.tag in _GROUPS:
            yield from _rows_and_columns(child)


_GROUPS: Final = frozenset(
    f"{_T}table-{name}" for name in ("header-rows", "rows", "row-group", "header-columns", "columns", "column-group")
)


def _number(element: Element, name: str, default: int = 1) -> int:
    value = element.get(name, "")
    return int(value) if value.isdecimal() and len(value) <= 9 else default
