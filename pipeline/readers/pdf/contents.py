"""Which characters stand in which cell of a grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from pipeline.readers.pdf.characters import Character
from pipeline.readers.pdf.grids import Grid

_FIGURE: Final = frozenset("0123456789０１２３４５６７８９.,，．")
_TOUCHING: Final = 0.2  # of the size
_SAME_BASELINE: Final = 0.1  # of the size
_GOES_ON: Final = 0.05  # of the size: between the digits of a figure that are drawn one by one
_ON_ONE_ANOTHER: Final = 0.2  # of the size

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
        are_figures_apart = not _overlaps(piece)
        if box.holds(first.x, first.y) and box.holds(last.x, last.y):
            number = cell_at(first.x, first.y)
            if are_figures_apart and number == cell_at(last.x, last.y):
                contents[number].characters.extend(piece)
                continue
        places = [cell_at(char.x, char.y) if box.holds(char.x, char.y) else None for char in piece]
        cells = {place for place in places if place is not None}
        if not cells:
            outside.append(piece)
        elif are_figures_apart and len(cells) == 1:
            contents[cells.pop()].characters.extend(piece)
        else:
            parts = groupby(zip(piece, places, _figures(piece), strict=True), key=lambda part: part[1:])
            torn = "\n".join("".join(char.text for char, _, _ in part) for _, part in parts)
            for cell in cells:
                contents[cell].torn.append(torn)
    return contents, outside


def _overlaps(piece: Piece) -> bool:
    """Whether it is several figures that are printed on one another."""
    return any(char.left < last.right - _ON_ONE_ANOTHER * char.size for last, char in pairwise(piece))


def _figures(piece: Piece) -> Iterator[int]:
    """For each character of a piece, which of the figures printed on one another it belongs to."""
    number = 0
    yield number
    for last, char in pairwise(piece):
        number += char.left < last.right - _ON_ONE_ANOTHER * char.size
        yield number


def pieces_of(characters: Sequence[Character]) -> list[Piece]:
    """The figures, and every other character by itself.

    Figures that are printed on one another are one piece: which digit is whose is not known.
    """
    return _joined(_in_one_go(characters))


def _in_one_go(characters: Sequence[Character]) -> list[Piece]:
    """The figures that are drawn in one go, and every other character by itself."""
    pieces: list[Piece] = []
    last: Character | None = None  # where it is one of a figure
    for char in characters:
        if char[0] not in _FIGURE:  # its text: this loop runs for every character of every page
            pieces.append([char])
            last = None
            continue
        if last and _follows(last, char):
            pieces[-1].append(char)
        else:
            pieces.append([char])
        last = char
    return pieces


def _follows(last: Character, char: Character) -> bool:
    return (
        last.run == char.run
        and abs(char.left - last.right) < _TOUCHING * char.size
        and abs(char.baseline - last.baseline) < _SAME_BASELINE * char.size
    )


def _joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces, those as one that are figures drawn digit by digit, or that are printed on one another."""
    joined = [piece for piece in pieces if not _is_figure(piece)]
    figures = sorted(filter(_is_figure, pieces), key=lambda piece: piece[0].baseline)
    row: list[Piece] = []
    for piece in figures:
        if row and piece[0].baseline - row[-1][0].baseline >= _SAME_BASELINE * piece[0].size:
            joined += _joined_in_row(row)
            row = []
        row.append(piece)
    return joined + _joined_in_row(row)


def _is_figure(piece: Piece) -> bool:
    return piece[0].text in _FIGURE and piece[0].is_upright


def _joined_in_row(row: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    end = 0.0
    for piece in sorted(row, key=lambda piece: piece[0].left):
        first = piece[0]
        is_over = first.left < end - _ON_ONE_ANOTHER * first.size
        goes_on = len(piece) == 1 and first.left < end + _GOES_ON * first.size
        if joined and (is_over or goes_on):
            joined[-1] += piece
            end = max(end, piece[-1].right)
        else:
            joined.append(list(piece))
            end = piece[-1].right
    return joined
