"""Ruling lines, and the cells between them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.readers.scan.recognition import Image

# Lengths in ems, the height of the page's characters.
_LEAST_ACROSS: Final = 2.2  # longer than a dash of two characters
_LEAST_DOWN: Final = 1.25  # longer than a character is high, shorter than a row
_BRIDGED: Final = 0.12
_THICKEST: Final = 0.5
_LONG: Final = 5.0  # longer than strokes of characters side by side ever are
_SAME_LINE: Final = 0.35
_LEAST_REACH: Final = 0.8  # by which lines reach beyond the outermost that cross them, where a table has an open side
_FAINTEST: Final = 28  # of 255
_LEAST_FAINT: Final = 1.8  # shorter, the stroke of a character looks the same
_FAINT_SHARE: Final = 0.65
_THIN: Final = 0.06
_BESIDE: Final = 0.25
_SMOOTHED: Final = 0.5
_SOLID: Final = 0.95
_SOLID_IF_LONG: Final = 0.7
_DRAWN: Final = 0.5  # share of an edge that must be drawn
_CERTAIN: Final = 0.97  # text that fills a cell leaves more free


class Ruling(NamedTuple):
    """The ruling lines of a page: ink (255) of those that run across and down.

    ``faint_across`` and ``faint_down``: whatever is darker (255) than what lies beside it, smoothed along the
    direction. Text is so too; it tells whether a line that is known elsewhere goes on here.
    """

    across: Image
    down: Image
    faint_across: Image
    faint_down: Image


class GridCell(NamedTuple):
    """A cell: its place, its spans and its box (left, top, right, bottom) in pixels."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: tuple[int, int, int, int]


class Grid(NamedTuple):
    """A ruled table. ``is_certain``: whether every cell is a rectangle with its lines around it."""

    cells: list[GridCell]
    row_count: int
    column_count: int
    box: tuple[int, int, int, int]
    is_certain: bool


def find_ruling(grey: Image, em: float) -> Ruling:
    """The ruling lines of a straightened page in grey on white, faint ones too: darker than what lies beside them."""
    gap, across, down = (max(2, round(length * em)) for length in (_BRIDGED, _LEAST_ACROSS, _LEAST_DOWN))
    thick = max(5, round(_THICKEST * em))
    along = round(_SMOOTHED * em)

    def drawn(page: Image, beside: tuple[int, int]) -> Image:
        darker = cv2.morphologyEx(page, cv2.MORPH_BLACKHAT, np.ones(beside, np.uint8))
        return np.where(darker > _FAINTEST, np.uint8(255), np.uint8(0))

    def lines(drawn: Image, gap: tuple[int, int], least: tuple[int, int]) -> Image:
        bridged = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones(gap, np.uint8))
        return _solid(cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones(least, np.uint8)), drawn, em)

    return Ruling(
        lines(drawn(grey, (thick, 1)), (1, gap), (1, across)),
        lines(drawn(grey, (1, thick)), (gap, 1), (down, 1)),
        drawn(cv2.blur(grey, (along, 1)), (thick, 1)),
        drawn(cv2.blur(grey, (1, along)), (1, thick)),
    )


def _solid(lines: Image, drawn: Image, em: float) -> Image:
    """Lines that are drawn all the way: strokes of characters side by side, bridged, are not."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lines)
    for number in range(1, count):
        left, top, width, height = (int(value) for value in stats[number, :4])
        here = np.s_[top : top + height, left : left + width]
        own = labels[here] == number
        share = (own & (drawn[here] > 0)).any(axis=0 if width > height else 1).mean()
        if share < (_SOLID if max(width, height) < _LONG * em else _SOLID_IF_LONG):
            lines[here][own] = 0
    return lines


def find_grids(ruling: Ruling, em: float) -> list[Grid]:
    """The ruled tables of a page, from top to bottom; a frame around one place is none."""
    reach = max(3, round(0.2 * em)) | 1
    drawn = cv2.dilate(cv2.bitwise_or(ruling.across, ruling.down), np.ones((reach, reach), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(drawn)
    grids: list[Grid] = []
    for number in range(1, count):
        left, top, width, height = (int(value) for value in stats[number, :4])
        if width < 4 * em or height < 2 * em:
            continue
        here = np.s_[top : top + height, left : left + width]
        own = labels[here] == number
        own = (labels[here] == number).astype(np.uint8)
        grid = _lay(Ruling(*(lines[here] * own for lines in ruling[:2]), *(lines[here] for lines in ruling[2:])), em)
        if grid is not None:
            grids.append(_moved(grid, left, top))
    return sorted(grids, key=lambda grid: grid.box[1])


def _lay(ruling: Ruling, em: float) -> Grid | None:
    ys = _positions(ruling.across, em, axis=1)
    xs = _positions(ruling.down, em, axis=0)
    if not ys or not xs:
        return None
    ys = _with_open_ends(ys, ruling.down, em, axis=1)
    xs = _with_open_ends(xs, ruling.across, em, axis=0)
    for _ in range(2):  # a line that bounds no cell is none; without it, another may bound none
        if len(xs) < 2 or len(ys) < 2:
            return None
        rows = _drawn(ruling.across, ruling.faint_across, ys, xs, em)
        columns = _drawn(ruling.down.T, ruling.faint_down.T, xs, ys, em)
        ys, xs = _bounding(ys, rows), _bounding(xs, columns)
    if len(xs) < 2 or len(ys) < 2 or len(xs) + len(ys) < 5:
        return None
    above = _drawn(ruling.across, ruling.faint_across, ys, xs, em) >= _DRAWN  # [line, column]
    beside = _drawn(ruling.down.T, ruling.faint_down.T, xs, ys, em) >= _DRAWN  # [line, row]
    groups = _merge(above, beside)
    cells: list[GridCell] = []
    is_certain = True
    for places in groups:
        rows_of, columns_of = {row for row, _ in places}, {column for _, column in places}
        first_row, last_row, first, last = min(rows_of), max(rows_of), min(columns_of), max(columns_of)
        is_certain &= len(places) == (last_row - first_row + 1) * (last - first + 1)
        box = (xs[first], ys[first_row], xs[last + 1], ys[last_row + 1])
        cells.append(GridCell(first_row, first, last_row - first_row + 1, last - first + 1, box))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(cells, len(ys) - 1, len(xs) - 1, (xs[0], ys[0], xs[-1], ys[-1]), is_certain)


def _positions(lines: Image, em: float, axis: int) -> list[int]:
    """Where the lines lie: the middles of their pieces, those of one line taken together."""
    count, _, stats, centroids = cv2.connectedComponentsWithStats(lines)
    side = cv2.CC_STAT_WIDTH if axis else cv2.CC_STAT_HEIGHT
    pieces = sorted((float(centroids[number, axis]), int(stats[number, side])) for number in range(1, count))
    positions: list[int] = []
    line: list[tuple[float, int]] = []
    for piece in pieces:
        if line and piece[0] - line[-1][0] > _SAME_LINE * em:
            positions.append(_middle(line))
            line = []
        line.append(piece)
    if line:
        positions.append(_middle(line))
    return positions


def _middle(line: Sequence[tuple[float, int]]) -> int:
    return round(sum(at * length for at, length in line) / sum(length for _, length in line))


def _with_open_ends(positions: list[int], crossing: Image, em: float, axis: int) -> list[int]:
    """With the ends of the lines that cross, where they reach beyond the outermost: an open side of a table."""
    reached = np.flatnonzero(crossing.max(axis=axis))
    first, last = int(reached[0]), int(reached[-1])
    if positions[0] - first > _LEAST_REACH * em:
        positions = [first, *positions]
    if last - positions[-1] > _LEAST_REACH * em:
        positions = [*positions, last]
    return positions


def _drawn(lines: Image, faint: Image, at: list[int], between: list[int], em: float) -> NDArray[np.float64]:
    """How much of each edge is drawn, 0 to 1: [line, the place between two crossing lines]; lines run along axis 1.

    A line that is broken counts if what is faintly there makes up for it, and what lies above and below does not:
    text that runs through a cell is as dark there.
    """
    band, apart, margin = max(2, round(_SAME_LINE * em)), round(_BESIDE * em), max(1, round(0.1 * em))
    thin = max(1, round(_THIN * em))
    shares = np.zeros((len(at), len(between) - 1))

    def share(page: Image, middle: int, reach: int, start: int, end: int) -> float:
        strip = page[max(0, middle - reach) : max(0, middle + reach + 1), start:end]
        return float(strip.any(axis=0).mean()) if strip.size else 0.0

    for number, position in enumerate(at):
        for place, (first, last) in enumerate(pairwise(between)):
            start, end = first + margin, max(first + margin + 1, last - margin)
            drawn = share(lines, position, band, start, end)
            if drawn < _CERTAIN and end - start >= _LEAST_FAINT * em:
                found = max(
                    share(faint, middle, thin, start, end)
                    - max(share(faint, middle + side, thin, start, end) for side in (-apart, apart))
                    for middle in range(position - thin, position + thin + 1, thin)
                )
                drawn = max(drawn if drawn + found >= 1 else 0.0, found if found >= _FAINT_SHARE else 0.0)
            shares[number, place] = drawn
    return shares


def _bounding(positions: list[int], shares: NDArray[np.float64]) -> list[int]:
    """Lines that bound a cell for certain; the outermost stay, since a table may be open there."""
    last = len(positions) - 1
    return [
        position for number, position in enumerate(positions) if number in (0, last) or shares[number].max() >= _CERTAIN
    ]


def _merge(above: NDArray[np.bool_], beside: NDArray[np.bool_]) -> list[list[tuple[int, int]]]:
    """Places of the grid that no line parts, together."""
    row_count, column_count = beside.shape[1], above.shape[1]
    parent = list(range(row_count * column_count))

    def root(place: int) -> int:
        while parent[place] != place:
            place = parent[place]
        return place

    for row in range(row_count):
        for column in range(column_count):
            place = row * column_count + column
            if column and not beside[column, row]:
                parent[root(place)] = root(place - 1)
            if row and not above[row, column]:
                parent[root(place)] = root(place - column_count)
    groups: dict[int, list[tuple[int, int]]] = {}
    for place in range(row_count * column_count):
        groups.setdefault(root(place), []).append(divmod(place, column_count))
    return list(groups.values())


def _moved(grid: Grid, left: int, top: int) -> Grid:
    def moved(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        return box[0] + left, box[1] + top, box[2] + left, box[3] + top

    return grid._replace(cells=[cell._replace(box=moved(cell.box)) for cell in grid.cells], box=moved(grid.box))
