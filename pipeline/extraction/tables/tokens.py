"""A printed cell as the scanner of tables sees it: its value, its meanings, and which rows it can belong to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from pipeline.extraction.tables.values import Value, read_value
from pipeline.forms.labels import Label, find_labels
from pipeline.readers.document import Cell


class Role:
    """What a cell says about the row that it stands in: bits of one number (an enumeration would cost more time
    than the reading of the cell).
    """

    NONE: Final = 0
    FIGURE: Final = 1  # a number, or a sign that there is none
    TEXT: Final = 2
    REQUESTS_ROW: Final = 4
    REQUESTS_HEADER: Final = 8
    LITIGATION_HEADER: Final = 16
    DISCLOSURE_ROW: Final = 32
    DISCLOSURE_HEADER: Final = 64
    COMMON: Final = 128  # 总计, 其他: a row or a column, of more than one table


_ROLES = {
    "requests.row": Role.REQUESTS_ROW,
    "requests.group": Role.REQUESTS_ROW,
    "requests.column": Role.REQUESTS_HEADER,
    "litigation.group": Role.LITIGATION_HEADER,
    "litigation.venue": Role.LITIGATION_HEADER,
    "litigation.result": Role.LITIGATION_HEADER,
    "disclosure.row": Role.DISCLOSURE_ROW,
    "disclosure.column": Role.DISCLOSURE_HEADER,
    "disclosure.heading": Role.DISCLOSURE_HEADER,
}


Meaning = tuple[Value, tuple[Label, ...], int, Mapping[str, str]]
"""What a text says: its value, its labels, its `Role`, and the code of its first label of each kind."""


class Token(NamedTuple):
    """A cell with what it says, as in `Meaning`."""

    cell: Cell
    value: Value
    labels: tuple[Label, ...]
    role: int
    codes: Mapping[str, str]


@lru_cache(maxsize=65536)
def read_cell(text: str) -> Meaning:
    """Read a text; remembered, since the forms' labels come again in every report."""
    value = read_value(text)
    if value.status == "blank":
        return value, (), Role.NONE, _NO_CODES
    if value.status != "text":
        return value, (), Role.FIGURE, _NO_CODES
    labels = find_labels(text)
    return value, labels, Role.TEXT | _role(labels), {label.kind: label.code for label in reversed(labels)}


_NO_CODES: Final[Mapping[str, str]] = MappingProxyType({})


def _role(labels: tuple[Label, ...]) -> int:
    if not labels:
        return Role.NONE
    if len({label.kind.partition(".")[0] for label in labels}) > 1 or len({_role_of(label) for label in labels}) > 1:
        return Role.COMMON
    return _role_of(labels[0])


def _role_of(label: Label) -> int:
    if label.kind == "requests.heading":
        return Role.REQUESTS_ROW if label.code == "results" else Role.REQUESTS_HEADER
    return _ROLES[label.kind]


def tokenize(cell: Cell) -> Token:
    """Read one cell."""
    return Token(cell, *read_cell(cell.text))
