"""Which characters stand in which cell of a grid."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.readers.pdf.characters import Character
from pipeline.readers.pdf.grids import Grid

_FIGURE: Final = frozenset("0123456789０１２３４５６７８９.,，．")
_TOUCHING: Final = 0.2  # of the size
_SAME_BASELINE: Final = 0.1  # of the size


Piece = list[Character]


class Content(NamedTuple):
    """What a cell holds: its characters, and figures that a border cuts, a line for each part.

    Such a figure runs out of its cell into the next. It is in both, so that neither is read as a number.
    """

    characters: list[Character]
    torn: list[str]


def distribute(grid: Grid, pieces: Sequence[Piece]) -> tuple[list[Content], list[Piece]]:
    """What each cell of a grid holds, and the pieces outside of it.

    A figure that runs out of the table is in the cell in which it began.
    """
    contents = [Content([], []) for _ in grid.cells]
    outside: list[Piece] = []
    box, cell_at = grid.box, grid.cell_at
    left, top, right, bottom = box
    for piece in pieces:
        if len(piece) == 1:
            char = piece[0]
            if left <= char.x <= right and top <= char.y <= bottom:
                contents[cell_at(char.x, char.y)].characters.append(char)
            else:
                outside.append(piece)
            continue
        first, last = piece[0], piece[-1]
        if box.holds(first.x, first.y) and box.holds(last.x, last.y):
            number = cell_at(first.x, first.y)
            if number == cell_at(last.x, last.y):
                contents[number].characters.extend(piece)
                continue
        places = [cell_at(char.x, char.y) if box.holds(char.x, char.y) else None for char in piece]
        cells = {place for place in places if place is not None}
        if not cells:
            outside.append(piece)
        elif len(cells) == 1:
            contents[cells.pop()].characters.extend(piece)
        else:
            parts = groupby(zip(piece, places, strict=True), key=lambda pair: pair[1])
            torn = "\n".join("".join(char.text for char, _ in part) for _, part in parts)
            for cell in cells:
                contents[cell].torn.append(torn)
    return contents, outside


def pieces_of(characters: Sequence[Character]) -> list[Piece]:
    """The figures that are drawn in one go, and every other character by itself."""
    pieces: list[Piece] = []
    for char in characters:
        last = pieces[-1][-1] if pieces else None
        if last and char.text in _FIGURE and last.text in _FIGURE and _follows(last, char):
            pieces[-1].append(char)
        else:
            pieces.append([char])
    return pieces


def _follows(last: Character, char: Character) -> bool:
    return (
        last.run == char.run
        and abs(char.left - last.right) < _TOUCHING * char.size
        and abs(char.baseline - last.baseline) < _SAME_BASELINE * char.size
    )
