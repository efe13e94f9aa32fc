"""Tables that go on over pages: their parts as one, headers once, rows whole that a page cut in two."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from pipeline.readers.pdf.tables import PageTable, PlacedCell

_SAME_BORDER: Final = 4.0  # points
_SHARED: Final = 0.7  # of the borders of the part that has fewer
_FULL: Final = 1.2
"""Times the size of its characters: what a line may leave free that goes on in the next."""
_FULL_OF_DIGITS: Final = 0.55
_NO_START: Final = "，。、；：！？）》”’〉】％%,.;:!?)"
"""What begins no line: the character before it is taken along."""
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_WITH_UNIT: Final = re.compile(
    r"[0-9０-９.,，．]*[0-9０-９]\s*[\u3400-\u9fff\U00020000-\U0003ffff]{1,2}|万?元|[件项个次条起宗份]"
)
"""A figure with its unit, or the unit alone."""
_NUMBERED: Final = re.compile(
    r"[（(]?[一二三四五六七八九十0-9０-９]+[)）、.．]|第[一二三四五六七八九十]+[条项章]|[\u2460-\u249b\u3220-\u3229\u3280-\u3289]"
)


def goes_on_in(table: PageTable, following: PageTable) -> bool:
    """Whether the first table of the next page has the borders of the last one of this, or of its last row."""
    if any(abs(table.xs[end] - following.xs[end]) > _SAME_BORDER for end in (0, -1)):
        return False
    fewer, more = sorted((table.xs, following.xs), key=len)
    if _share(fewer, more) >= _SHARED:
        return True
    last = {side for cell in table.cells if cell.row_end == table.row_count for side in (cell.left, cell.right)}
    return len(last) > 2 and _share(last, following.xs, 2 * _SAME_BORDER) == 1


def _share(borders: Collection[float], others: Collection[float], within: float = _SAME_BORDER) -> float:
    return sum(any(abs(x - border) <= within for border in others) for x in borders) / len(borders)


def join(table: PageTable, following: PageTable) -> PageTable:
    """A table and the part of it on the next page."""
    place = {x: _nearest(x, table.xs) for x in following.xs}
    below = [cell._replace(left=place[cell.left], right=place[cell.right]) for cell in following.cells]
    below = _from_row(below, _repeated_header(table.cells, below))
    above = table.cells
    row_count = table.row_count
    halves = _halves(above, below, row_count)
    if halves:
        row_count -= 1
    else:
        halves = _cut_headers(above, below, row_count)
    gone = {id(cell) for pair in halves for cell in pair}
    # Where every figure goes on after the cut, these may be two rows as well: then none is made whole.
    is_certain = any(upper.text and not lower.text and not _is_label(upper.text) for upper, lower in halves)
    cells = [
        *(cell for cell in above if id(cell) not in gone),
        *(
            upper._replace(row_end=row_count + lower.row_end, text=_whole(upper, lower, is_certain), room=lower.room)
            for upper, lower in halves
        ),
        *(
            cell._replace(row=cell.row + row_count, row_end=cell.row_end + row_count)
            for cell in below
            if id(cell) not in gone
        ),
    ]
    last = max(cell.row_end for cell in cells)
    return PageTable(sorted(cells), sorted({*table.xs, *place.values()}), last, following.box)


def _nearest(x: float, borders: Collection[float]) -> float:
    """The border that a place is at; itself if there is none."""
    nearest = min(borders, key=lambda border: abs(border - x))
    return nearest if abs(nearest - x) <= _SAME_BORDER else x


def _repeated_header(above: list[PlacedCell], below: list[PlacedCell]) -> int:
    """How many rows at the top of the next page only repeat the table's header."""
    printed, again = _rows(above), _rows(below)
    count = 0
    while count < min(len(printed), len(again)) - 1 and printed[count] == again[count] and _is_header(again[count]):
        count += 1
    while any(cell.row < count < cell.row_end for cell in below):
        count -= 1
    return count


def _rows(cells: list[PlacedCell]) -> list[list[tuple[float, float, str]]]:
    rows: list[list[tuple[float, float, str]]] = [[] for _ in range(max(cell.row for cell in cells) + 1)]
    for cell in cells:
        rows[cell.row].append((cell.left, cell.right, "".join(cell.text.split())))
    return rows


def _is_header(row: list[tuple[float, float, str]]) -> bool:
    texts = [text for _, _, text in row if text]
    return bool(texts) and not any(text.isascii() for text in texts)


def _from_row(cells: list[PlacedCell], first: int) -> list[PlacedCell]:
    """The cells from a row on, which becomes the first."""
    return [cell._replace(row=cell.row - first, row_end=cell.row_end - first) for cell in cells if cell.row >= first]


def _halves(above: list[PlacedCell], below: list[PlacedCell], row_count: int) -> list[tuple[PlacedCell, PlacedCell]]:
    """The cells of the row that the page cut, as pairs of what stands before and after the cut; empty if it cut none.

    It cut one where the cells stand in the same places, the labels go on in the middle of their text or have ended,
    and what follows the cut is not a whole row again.
    """
    upper = {(cell.left, cell.right): cell for cell in above if cell.row_end == row_count}
    lower = {(cell.left, cell.right): cell for cell in below if cell.row == 0}
    if upper.keys() != lower.keys():
        return []
    pairs = [(cell, lower[sides]) for sides, cell in sorted(upper.items())]
    of_row = [(cell, rest) for cell, rest in pairs if rest.row_end == 1]
    labels = [(cell, rest) for cell, rest in of_row if _is_label(cell.text) or _is_label(rest.text)]
    others = [pair for pair in of_row if pair not in labels]
    if not any(cell.text for cell, _ in labels) or not any(rest.text for _, rest in of_row):
        return []
    if not others and not any(cell.text and rest.text for cell, rest in labels):
        return []
    begun = [bool(cell.text) for cell, _ in others]
    going_on = [bool(rest.text) for _, rest in others]
    both = [cell for cell, rest in others if cell.text and rest.text]
    has_cut_figures = bool(both) and all(cell.room < _FULL_OF_DIGITS for cell in both)
    if not all(_may_go_on(cell, rest) for cell, rest in labels):
        # A label that is broken where its line is not full shows nothing; that there are no figures of its own does.
        is_rest = has_cut_figures or (len(others) > 1 and any(begun) and not any(going_on))
        if not is_rest or any(_NUMBERED.match(rest.text) or not cell.text for cell, rest in labels if rest.text):
            return []
    printed = [(cell, rest) for cell, rest in others if cell.text or rest.text]  # a column may be empty throughout
    if printed and all(cell.text and rest.text for cell, rest in printed) and not has_cut_figures:
        return []
    begins_late = any(after and not before for before, after in zip(begun, going_on, strict=True))
    return [] if begins_late and any(begun) else pairs


def _whole(upper: PlacedCell, lower: PlacedCell, is_certain: bool) -> str:
    """The text of a cell that the page cut; a figure is whole if its first line was filled, and the cut certain."""
    first, rest = upper.text.rpartition("\n")[2], lower.text.partition("\n")[0]
    is_figure = first[-1:].isdigit() and rest[:1].isdigit()
    if is_certain and is_figure and upper.room < _FULL_OF_DIGITS:
        return upper.text + lower.text
    return f"{upper.text}\n{lower.text}".strip()


def _cut_headers(
    above: list[PlacedCell], below: list[PlacedCell], row_count: int
) -> list[tuple[PlacedCell, PlacedCell]]:
    """The cells of a header that reach over the cut, beside others that begin after it, as pairs as in `_halves`."""
    upper = {(cell.left, cell.right): cell for cell in above if cell.row_end == row_count}
    lower = {(cell.left, cell.right): cell for cell in below if cell.row == 0}
    if any(cell.text.isascii() and cell.text for cell in [*upper.values(), *lower.values()]):
        return []
    pairs = [(cell, lower[sides]) for sides, cell in upper.items() if sides in lower]
    if upper.keys() == lower.keys() or not all(_may_go_on(cell, rest) for cell, rest in pairs):
        return []
    return pairs if any(cell.text and rest.text for cell, rest in pairs) else []


def _may_go_on(cell: PlacedCell, rest: PlacedCell) -> bool:
    if not rest.text:
        return True
    if not cell.text or _NUMBERED.match(rest.text) or _is_label(cell.text) != _is_label(rest.text):
        return False
    if _is_upright(cell.text) and _is_upright(rest.text):
        return True
    taken_along = rest.text[1:2] != "" and rest.text[1] in _NO_START
    return cell.room < (_FULL + 1 if taken_along else _FULL)


def _is_label(text: str) -> bool:
    return _HAN.search(text) is not None and _WITH_UNIT.fullmatch(text) is None


def _is_upright(text: str) -> bool:
    """Whether a label runs downwards, a character or two a line."""
    return max(map(len, text.split("\n"))) <= 2 < len(text)
