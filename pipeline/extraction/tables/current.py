"""What the readers of the three tables know of the table that is being scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extraction.tables.tokens import Token

Row = Sequence[Token]


@dataclass
class CurrentTable:
    """The table of the document that is being scanned.

    ``foreign_header``: it began with a header that no form has, so it does not go on with an earlier table.
    ``sideways``: a requests table turned on its side, without a grid to turn it back.
    ``downwards``: a litigation table with a row for each result.
    ``by_year``: a row of it names years, of which there may be several side by side.
    """

    index: int = -1
    aligned: bool = False
    width: int = 0
    foreign_header: bool = False
    sideways: bool = False
    downwards: bool = False
    by_year: bool = False
