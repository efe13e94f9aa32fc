"""Lines of text inside cells, found by their ink and read by the recognition model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.readers.scan.grid import GridCell, Ruling
from pipeline.readers.scan.ink import Ink
from pipeline.readers.scan.recognition import RINGS, Image, Reading, recognise

UNREADABLE: Final = "\ufffd"
"""The text of a cell in which something is written that cannot be read; never that of an empty one."""

# Lengths in ems.
_SPECK: Final = 0.16  # what is smaller both ways is dirt
_LINE_HEIGHT: Final = 1.3  # pieces of ink that fit in this height are one line
_AROUND: Final = 0.6
_THIN: Final = 0.2
_LEAST_DIGIT: Final = 0.4
_MARGIN: Final = 0.18
_PADDING: Final = 1.1  # of a cell, left and right together
_LEAST_CONFIDENCE: Final = 0.1
_LONG: Final = 0.9  # share of a cell's side
_HIDDEN: Final = 0.05  # share of a cell
_OF_DOUBTFUL: Final = 0.5  # faint, or under a seal
_BARS: Final = "lI|｜丨"
_DIGITS: Final = str.maketrans(RINGS + _BARS, "0" * len(RINGS) + "1" * len(_BARS))
"""Signs that look like a digit and are one where they stand among digits, or alone."""
_OF_A_BAR: Final = 0.5  # it may be the rest of a ruling line, or a solidus
_UPRIGHT: Final = 0.15

_Box = tuple[int, int, int, int]


class Written(NamedTuple):
    """What a cell says, and the least probability of its characters; None for an empty cell."""

    text: str
    confidence: float | None


def read_cells(ink: Ink, ruling: Ruling, cells: Sequence[GridCell], em: float) -> list[Written]:
    """The texts of ruled cells. One that looks empty is looked at again for what is written faintly."""
    lines_of_grid = _lines_of_grid(ruling, cells, em)
    grey = np.where(lines_of_grid, np.uint8(255), ink.grey)
    lines = [_lines(pieces, em) for pieces in _by_cell(_pieces(ink.mask, lines_of_grid, em), cells, em)]
    faint: set[int] = set()
    for number, pieces in enumerate(_by_cell(_pieces(ink.faint, lines_of_grid, em), cells, em)):
        if not lines[number] and any(piece[3] - piece[1] > _LEAST_DIGIT * em for piece in pieces):
            faint.add(number)
            lines[number] = _lines(pieces, em)
    places = [(number, line) for number, own in enumerate(lines) for line in own]
    crops = [_crop(grey, line, cells[number].box, em) for number, line in places]
    readings = [_as_figure(reading, crop) for reading, crop in zip(recognise(crops), crops, strict=True)]
    of_cell: list[list[tuple[_Box, Reading]]] = [[] for _ in cells]
    for (number, line), reading in zip(places, readings, strict=True):
        of_cell[number].append((line, reading))
    doubtful = [number in faint or _is_hidden(ink, cell) for number, cell in enumerate(cells)]
    return [_written(*one, em) for one in zip(cells, of_cell, doubtful, strict=True)]


def _lines_of_grid(ruling: Ruling, cells: Sequence[GridCell], em: float) -> NDArray[np.bool_]:
    """Where ruling lines run along cells; elsewhere such a line is a row of strokes."""
    edges = np.zeros_like(ruling.across)
    for cell in cells:
        cv2.rectangle(edges, cell.box[:2], cell.box[2:], 255, max(3, round(_AROUND * em)))
    lines = cv2.dilate(cv2.bitwise_or(ruling.across, ruling.down), np.ones((3, 3), np.uint8))
    along: NDArray[np.bool_] = cv2.bitwise_and(lines, edges) > 0
    return along


def _is_hidden(ink: Ink, cell: GridCell) -> bool:
    left, top, right, bottom = cell.box
    return bool(ink.hidden[top:bottom, left:right].mean() > _HIDDEN * 255) if right > left and bottom > top else False


def _pieces(mask: Image, lines: NDArray[np.bool_], em: float) -> list[_Box]:
    """The boxes of connected ink that is no ruling line and no dirt."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.where(lines, np.uint8(0), mask))
    return [
        (int(left), int(top), int(left + width), int(top + height))
        for left, top, width, height, _ in stats[1:]
        if max(width, height) > _SPECK * em
    ]


def _by_cell(boxes: Sequence[_Box], cells: Sequence[GridCell], em: float) -> list[list[_Box]]:
    """Each piece of ink to the cell that its middle lies in."""
    of_cell: list[list[_Box]] = [[] for _ in cells]
    if not boxes:
        return of_cell
    middles = np.array([((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in boxes])
    for number, cell in enumerate(cells):
        left, top, right, bottom = cell.box
        inside = (middles[:, 0] > left) & (middles[:, 0] < right) & (middles[:, 1] > top) & (middles[:, 1] < bottom)
        of_cell[number] = [
            box for box, is_inside in zip(boxes, inside, strict=True) if is_inside and not _is_rest(box, cell.box, em)
        ]
    return of_cell


def _is_rest(piece: _Box, cell: _Box, em: float) -> bool:
    """Whether a piece is what remained of ruling lines: as long as the cell and thin, or larger than the cell."""
    width, height = piece[2] - piece[0], piece[3] - piece[1]
    cell_width, cell_height = cell[2] - cell[0], cell[3] - cell[1]
    along = width > _LONG * cell_width and height < _THIN * em
    down = height > _LONG * cell_height and width < _THIN * em
    return along or down or height > cell_height + em / 2


def _lines(pieces: Sequence[_Box], em: float) -> list[_Box]:
    """The pieces of a cell as lines, from top to bottom."""
    rows: list[list[_Box]] = []
    top = bottom = 0
    for piece in sorted(pieces, key=lambda piece: piece[1]):
        overlap = bottom - piece[1]
        joined = max(bottom, piece[3]) - top
        if rows and (joined <= _LINE_HEIGHT * em or overlap > 0.5 * (piece[3] - piece[1])):
            rows[-1].append(piece)
            bottom = max(bottom, piece[3])
        else:
            rows.append([piece])
            top, bottom = piece[1], piece[3]
    return [
        (
            min(piece[0] for piece in row),
            min(piece[1] for piece in row),
            max(piece[2] for piece in row),
            max(piece[3] for piece in row),
        )
        for row in rows
    ]


def _crop(grey: Image, line: _Box, cell: _Box, em: float) -> Image:
    """A line with white around it."""
    margin = round(_MARGIN * em)
    left, top = max(0, min(cell[0], line[0]), line[0] - margin), max(0, line[1] - margin)
    right, bottom = min(max(cell[2], line[2]), line[2] + margin), line[3] + margin
    crop = grey[top:bottom, left:right]
    missing = max(0, round(0.9 * em) - crop.shape[0])  # a dash is as low as nothing else
    return cv2.copyMakeBorder(
        crop, missing // 2, missing - missing // 2, margin, margin, cv2.BORDER_CONSTANT, value=255
    )


def _as_figure(reading: Reading, crop: Image) -> Reading:
    """A reading of digits and of what looks like them, as digits; of bars and of a stroke that leans, not surely."""
    digits = reading.text.translate(_DIGITS)
    if not (digits.isascii() and digits.isdigit()):
        return reading
    is_bar = any(sign in _BARS for sign in reading.text) or (digits == "1" and _lean(crop) > _UPRIGHT)
    most = _OF_A_BAR if is_bar else 1.0
    return Reading(digits, tuple(min(confidence, most) for confidence in reading.confidences))


def _lean(crop: Image) -> float:
    """How far ink leans, to either side, by its height: the solidus of an empty place is often read as a 1."""
    moments = cv2.moments(255 - crop)
    return abs(moments["mu11"] / moments["mu02"]) if moments["mu02"] else 0.0


def _written(cell: GridCell, lines: Sequence[tuple[_Box, Reading]], is_doubtful: bool, em: float) -> Written:
    if not lines:
        return Written(UNREADABLE, 0.0) if is_doubtful else Written("", None)
    texts = [reading.text.strip() for _, reading in lines]
    confidence = min(reading.confidence for _, reading in lines)
    if not any(texts):
        return Written(UNREADABLE, 0.0)
    if is_doubtful:
        confidence = min(_OF_DOUBTFUL, confidence)
    if not all(texts):
        confidence = min(_LEAST_CONFIDENCE, confidence)
    if _is_wrapped_figure(cell, lines, em):
        return Written("".join(texts), confidence)
    return Written("\n".join(text or UNREADABLE for text in texts), confidence)


def _is_wrapped_figure(cell: GridCell, lines: Sequence[tuple[_Box, Reading]], em: float) -> bool:
    """Two lines of digits, the first of which leaves no room for one more: a figure that a narrow column broke."""
    if len(lines) != 2 or not all(reading.text.isascii() and reading.text.isdigit() for _, reading in lines):
        return False
    (first, reading), (second, rest) = lines
    width = first[2] - first[0]
    digit = width / len(reading.text)
    free = cell.box[2] - cell.box[0] - width
    return len(rest.text) <= len(reading.text) and free < digit + _PADDING * em and second[2] - second[0] <= width
