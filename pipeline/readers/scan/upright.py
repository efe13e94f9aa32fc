"""Pages set on their feet: turned by quarters, spreads cut in two, skew and slant taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np

from pipeline.readers.scan.grid import Ruling, find_grids, find_ruling
from pipeline.readers.scan.ink import Ink, part_ink
from pipeline.readers.scan.recognition import Image, Quad, detect_lines, recognise
from pipeline.readers.scan.view import View, project

EM: Final = 32
"""The height in pixels to which the characters of a page are brought."""

_OVERVIEW: Final = 1200  # pixels of the longer side: enough to see where lines of text stand
_EM_OF_LINE: Final = 0.8  # a detected line is higher than its characters
_MAX_SIDE: Final = 5000
_MAX_SCALE: Final = 5.0
_MAX_SKEW: Final = 12.0
_LINES_JUDGED: Final = 6
_SURE: Final = 0.9
_WIDER: Final = 1.15  # a spread is wider than high
_GUTTER_EMS: Final = 2.0
_WIDE: Final = 0.4


class Upright(NamedTuple):
    """A straightened page: its view, ink and ruling lines, and where its lines of text are (in the view's pixels)."""

    view: View
    ink: Ink
    ruling: Ruling
    lines: list[Quad]


def set_upright(image: Image) -> Iterator[Upright]:
    """The page, or the two of a spread from left to right, straightened; characters are `EM` pixels high."""
    whole = View.of(image)
    overview, lines = _on_its_feet(whole.scaled(_OVERVIEW / max(whole.size)))
    if not lines:
        return
    em = _em(lines)
    for left, right in _halves(overview.image(), lines, em):
        own = [line - (left, 0) for line in lines if left <= line[:, 0].mean() < right]
        if own:
            yield _straighten(overview.cut(left, right), [np.asarray(line, np.float32) for line in own])


def may_hold_table(image: Image) -> bool:
    """Whether lines of a grid are drawn on the image, however it lies; told without recognition."""
    view = View.of(image)
    overview = view.scaled(_OVERVIEW / max(view.size))
    em = _OVERVIEW / 80
    straight = overview.rotated(-_skew(overview.image(), [], em))
    return any(
        grid.row_count > 1 and grid.column_count > 1
        for grid in find_grids(find_ruling(part_ink(straight.image(), em).grey, em), em)
    )


def _on_its_feet(view: View) -> tuple[View, list[Quad]]:
    """The view turned so that its text runs from left to right, and its lines."""
    image = view.image()
    lines = detect_lines(image)
    lengths = [_sides(line) for line in lines]
    tall = sum(height for width, height in lengths if height > 1.5 * width)
    wide = sum(width for width, height in lengths if width > 1.5 * height)
    if tall > wide:
        view = view.turned(1)
        image = view.image()
        lines = detect_lines(image)
    longest = sorted(lines, key=lambda line: -_sides(line)[0])[:_LINES_JUDGED]
    crops = [_crop(image, line) for line in longest]
    upright = _certainty(crops)
    if crops and upright < _SURE and _certainty([cv2.rotate(crop, cv2.ROTATE_180) for crop in crops]) > upright:
        width, height = view.size
        view = view.turned(2)
        lines = [np.array([width - 1, height - 1], np.float32) - np.roll(line, 2, axis=0) for line in lines]
    return view, lines


def _sides(line: Quad) -> tuple[float, float]:
    """Width and height of a line."""
    return float(np.linalg.norm(line[1] - line[0])), float(np.linalg.norm(line[3] - line[0]))


def _crop(image: Image, line: Quad) -> Image:
    width, height = (max(8, round(side)) for side in _sides(line))
    width = min(width, 14 * height)
    along = (line[1] - line[0]) / max(1.0, _sides(line)[0]) * width
    corners = np.array([line[0], line[0] + along, line[3]], np.float32)
    target = np.array([[0, 0], [width, 0], [0, height]], np.float32)
    crop = cv2.warpAffine(
        image, cv2.getAffineTransform(corners, target), (width, height), borderMode=cv2.BORDER_REPLICATE
    )
    return cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)


def _certainty(crops: Sequence[Image]) -> float:
    """How surely these lines are read, 0 to 1."""
    confidences = [confidence for reading in recognise(crops) for confidence in reading.confidences or (0.0,)]
    return sum(confidences) / max(1, len(confidences))


def _em(lines: Sequence[Quad]) -> float:
    """The height of most characters: of lines, the longer the more they count."""
    sides = sorted((height, width) for width, height in map(_sides, lines))
    half = sum(width for _, width in sides) / 2
    passed = 0.0
    for height, width in sides:
        passed += width
        if passed >= half:
            return max(4.0, _EM_OF_LINE * height)
    return 12.0


def _halves(image: Image, lines: Sequence[Quad], em: float) -> list[tuple[int, int]]:
    """Where the pages of an image begin and end: two, if a wide image has an empty gutter between bodies of text."""
    height, width = image.shape[:2]
    if width < _WIDER * height:
        return [(0, width)]
    mask = part_ink(image, em).mask
    fold = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((height // 3, 1), np.uint8))
    mask = cv2.subtract(mask, cv2.dilate(fold, np.ones((1, 5), np.uint8)))
    empty = np.count_nonzero(mask, axis=0) <= em / 4
    for line in lines:
        empty[max(0, int(line[:, 0].min())) : int(line[:, 0].max()) + 1] = False
    best = (0, 0)
    start = None
    for column in range(int(0.38 * width), int(0.62 * width)):
        if not empty[column]:
            start = None
            continue
        start = column if start is None else start
        if column + 1 - start > best[1] - best[0]:
            best = (start, column + 1)
    middle = (best[0] + best[1]) // 2
    left = sum(line[:, 0].mean() < middle for line in lines)
    halves = [(0, middle), (middle, width)]
    if best[1] - best[0] < _GUTTER_EMS * em or min(left, len(lines) - left) < 3:
        return [(0, width)]
    return halves if all(_is_page(mask, lines, start, end) for start, end in halves) else [(0, width)]


def _is_page(mask: Image, lines: Sequence[Quad], start: int, end: int) -> bool:
    """Whether a line of text or a ruled table reaches over the half: the columns of an unruled table do not."""
    wide = _WIDE * (end - start)
    texts = [_sides(line)[0] for line in lines if start <= line[:, 0].mean() < end]
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(mask[:, start:end]))
    return max(texts) > wide or bool((stats[1:, cv2.CC_STAT_WIDTH] > wide).any())


def _straighten(view: View, lines: list[Quad]) -> Upright:
    """The view without skew and slant, at the scale at which it is read."""
    em = _em(lines)
    factor = min(EM / em, _MAX_SCALE * np.linalg.det(view.matrix[:2, :2]) ** -0.5, _MAX_SIDE / max(view.size))
    rough = view.scaled(min(factor, 1.5))
    straight = view.rotated(-_skew(rough.image(), lines, em * min(factor, 1.5))).scaled(factor)
    ink = part_ink(straight.image(), EM)
    ruling = find_ruling(ink.grey, EM)
    slant = _slant(ruling, straight.size)
    if slant is not None:
        straight = straight.warped(slant, straight.size)
        ink = part_ink(straight.image(), EM)
        ruling = find_ruling(ink.grey, EM)
    onto = straight.matrix @ np.linalg.inv(view.matrix)
    return Upright(straight, ink, ruling, [project(line, onto).astype(np.float32) for line in lines])


def _skew(image: Image, lines: Sequence[Quad], em: float) -> float:
    """By how many degrees the page is turned clockwise: by its ruling lines, or by its lines of text."""
    mask = part_ink(image, em).mask
    segments = cv2.HoughLinesP(mask, 1, np.pi / 1800, 120, minLineLength=round(6 * em), maxLineGap=round(0.3 * em))
    angles: list[tuple[float, float]] = []
    for x1, y1, x2, y2 in [] if segments is None else segments.reshape(-1, 4):
        degrees = float(np.degrees(np.arctan2(y2 - y1, x2 - x1)))
        off = (degrees + 45) % 90 - 45  # ruling lines run across or down
        if abs(off) <= _MAX_SKEW:
            angles.append((off, float(np.hypot(x2 - x1, y2 - y1))))
    if sum(length for _, length in angles) < image.shape[1]:
        for line in lines:
            width, height = _sides(line)
            across = line[1] - line[0]
            degrees = float(np.degrees(np.arctan2(across[1], across[0])))
            if width > 4 * height and abs(degrees) <= _MAX_SKEW:
                angles.append((degrees, width))
    return _median(angles)


def _median(weighted: Sequence[tuple[float, float]]) -> float:
    half = sum(weight for _, weight in weighted) / 2
    passed = 0.0
    for value, weight in sorted(weighted):
        passed += weight
        if passed >= half:
            return value
    return 0.0


def _slant(ruling: Ruling, size: tuple[int, int]) -> np.ndarray | None:
    """The projection that makes long ruling lines run straight across and down; None if they do."""
    width, height = size
    across = _slopes(ruling.across, vertical=False)
    down = _slopes(ruling.down, vertical=True)
    if not across:
        return None
    # The slope of a line across changes with its height on the page, that of a line down with its place across.
    tilt, tilt_change = _fit(across, height / 2, height / 3)
    lean, lean_change = _fit(down, width / 2, width / 3) if down else (-tilt, 0.0)
    worst = max(abs(tilt) + abs(tilt_change) * height / 2, abs(lean) + abs(lean_change) * width / 2)
    if not 0.0005 < worst < 0.1:
        return None
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    source = np.array(
        [
            (
                x + (lean + lean_change * (x - width / 2)) * (y - height / 2),
                y + (tilt + tilt_change * (y - height / 2)) * (x - width / 2),
            )
            for x, y in target
        ],
        np.float32,
    )
    return cv2.getPerspectiveTransform(source, target).astype(np.float64)


def _slopes(lines: Image, *, vertical: bool) -> list[tuple[float, float, float]]:
    """Of each long line: where it lies, its slope, and its length."""
    count, labels, stats, centroids = cv2.connectedComponentsWithStats(lines)
    found: list[tuple[float, float, float]] = []
    for number in range(1, count):
        left, top, width, height = (int(value) for value in stats[number, :4])
        length, thickness = (height, width) if vertical else (width, height)
        if length < 8 * EM or thickness > 0.1 * length + EM / 4:
            continue
        ys, xs = np.nonzero(labels[top : top + height, left : left + width] == number)
        along, aside = (ys, xs) if vertical else (xs, ys)
        slope = float(np.polyfit(along, aside, 1)[0])
        found.append((float(centroids[number, 0 if vertical else 1]), slope, float(length)))
    return found


def _fit(slopes: Sequence[tuple[float, float, float]], middle: float, spread: float) -> tuple[float, float]:
    """Slope in the middle of the page, and its change by the pixel where lines lie far enough apart to tell."""
    at, slope, length = (np.array(values) for values in zip(*slopes, strict=True))
    if len(slopes) < 4 or at.max() - at.min() < spread:
        return float(np.average(slope, weights=length)), 0.0
    change, start = np.polyfit(at - middle, slope, 1, w=length)
    return float(start), float(change)
