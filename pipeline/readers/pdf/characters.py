"""The characters that a page prints, each with its place, as pdfium gives them."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable
from ctypes import addressof, c_double, c_uint, c_ushort
from typing import Final, NamedTuple

import pypdfium2.raw as pdfium

from pipeline.readers.document import UnreadableDocument
from pipeline.readers.pdf.calls import address, lean
from pipeline.readers.pdf.geometry import Frame
from pipeline.readers.pdf.layers import Ink, is_in_layer

_MAX_CHARACTERS: Final = 100_000
"""On one page; the fullest pages of reports have 3,000."""
_UNSEEN: Final = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_OBLIQUE: Final = 0.1  # radians off a quarter turn
_WATERMARK_SIZE: Final = 2.0  # times the usual size of the page
_PALE: Final = 150  # of 255: the darkest of red, green and blue of a watermark
_OPAQUE: Final = 255
_LAST_CONTROL: Final = 0x20  # of the codes that pdfium adds where it sees a space or the end of a line
_MIDDLE: Final = 0.35  # of the size above the baseline
UNKNOWN: Final = "\ufffd"
_SPECIAL: Final = "\ufffe"
_HYPHEN: Final = ord("-")  # pdfium gives one at the end of a line as a control code
_SAME_PLACE: Final = 0.15  # of the size: drawn twice to look bold


class Character(NamedTuple):
    """A printed character: its box (to its advance), baseline, size and middle (``x``, ``y``) in points.

    ``text`` is U+FFFD if the file does not say which one it is. ``run`` numbers the text object that draws it;
    ``is_upright`` is False where it lies on its side.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    x: float
    y: float
    run: int
    is_upright: bool


class Printed(NamedTuple):
    """The characters of a page.

    ``unmapped`` counts those of which the file does not say what they are (a font without Unicode), ``unseen`` those
    that are there and not drawn: the layer of text behind a scan.
    """

    characters: list[Character]
    frame: Frame
    unmapped: int
    unseen: int


_Raw = tuple[str, int, float, float, float, float]
"""A character, the number of its run, and its box in the format's coordinates: left, bottom, right, top."""


class _Run(NamedTuple):
    """What holds of all characters of a text object: angle in quarter turns clockwise (None: oblique).

    ``is_layered``: it stands in a layer that may be switched off.
    """

    text: str  # its first character
    size: float
    origin: tuple[float, float]  # of its first character, on the baseline of all
    turns: int | None
    is_seen: bool
    first: int  # the number of its first character
    is_layered: bool
    font: int | None


def read_characters(page: pdfium.FPDF_PAGE, sheet: Frame) -> Printed:
    """Read the characters of a page that are drawn on it upright or on their side, each once.

    ``sheet`` is the page as it is shown; the frame that comes back is turned so that the text stands upright.

    Raises:
        UnreadableDocument: ``too_large``.
    """
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return Printed([], sheet, 0, 0)
    try:
        raw, runs = _read(text_page)
        lengths = Counter([char[1] for char in raw if char[0] != " " and runs[char[1]].is_seen])
        largest = _WATERMARK_SIZE * _usual_size(lengths, runs)
        is_kept = [
            run.turns is not None and not (run.size > largest and _is_pale(text_page, run.first))  # else a watermark
            for run in runs
        ]
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    seen = [char for char in raw if runs[char[1]].is_seen]
    if any(run.is_layered for run in runs):
        ink = Ink(page, sheet)
        seen = [char for char in seen if not runs[char[1]].is_layered or ink.is_at(char[2:])]
    turns = _reading_direction(lengths, runs)
    frame = sheet if turns is None else sheet._replace(turns=-turns % 4)
    for number in _drawn_again(lengths, runs):
        is_kept[number] = False
    placed = _placed([char for char in seen if is_kept[char[1]]], runs, frame, turns)
    unmapped = sum(char.text == UNKNOWN for char in placed)
    return Printed(placed, frame, unmapped, len(raw) - len(seen))


def _placed(raw: Iterable[_Raw], runs: list[_Run], frame: Frame, turns: int | None) -> list[Character]:
    """The characters where they stand on the page as it is read."""
    new = tuple.__new__  # this loop runs for every character of every page
    (page_left, page_top, page_right, page_bottom), place, is_turned = frame.content(), frame.box, frame.turns != 0
    start, _, _, height = frame.bounds
    of_runs = []
    for run in runs:
        is_upright = run.turns == turns
        of_runs.append((run.size, is_upright, frame.point(*run.origin)[is_upright]))
    characters: list[Character] = []
    for text, number, west, south, east, north in raw:
        if is_turned:
            left, top, right, bottom = place(west, south, east, north)
        else:
            left, top, right, bottom = west - start, height - north, east - start, height - south
        x, y = (left + right) / 2, (top + bottom) / 2
        if not (page_left <= x <= page_right and page_top <= y <= page_bottom):
            continue
        size, is_upright, baseline = of_runs[number]
        if is_upright:
            if not top - size < baseline < bottom + size:
                baseline = bottom  # vertical writing: characters of one run stand below one another
            y = baseline - _MIDDLE * size
        values = (text, left, top, right, bottom, baseline, size, x, y, number, is_upright)
        characters.append(new(Character, values))
    return characters


def _read(text_page: pdfium.FPDF_TEXTPAGE) -> tuple[list[_Raw], list[_Run]]:
    count = max(0, pdfium.FPDFText_CountChars(text_page))
    if count > _MAX_CHARACTERS:
        raise UnreadableDocument("too_large", f"A page holds {count} characters, more than any report's.")
    page = address(text_page)
    rect = pdfium.FS_RECTF()
    rect_at = addressof(rect)
    box_of, fails = lean.FPDFText_GetLooseCharBox, lean.FPDFText_HasUnicodeMapError
    object_of, is_generated = lean.FPDFText_GetTextObject, lean.FPDFText_IsGenerated
    is_hyphen = lean.FPDFText_IsHyphen
    describe = _Describer(page).run
    characters: list[_Raw] = []
    runs: list[_Run] = []
    numbers: dict[int | None, int] = {}
    texts: dict[tuple[int | None, int], str] = {}  # of the codes of each font
    for index, unicode in enumerate(_codes(page, count)):
        code = unicode
        if code <= _LAST_CONTROL:
            if is_generated(page, index) == 1:
                continue
            if is_hyphen(page, index) == 1:
                code = _HYPHEN
        text_object = object_of(page, index)
        number = numbers.get(text_object)
        if number is None:
            number = numbers[text_object] = len(runs)
            runs.append(describe(text_object, index, chr(code)))
        font = runs[number].font
        text = texts.get((font, code))
        if text is None:
            is_known = not _is_unmapped(code) and fails(page, index) != 1
            text = texts[font, code] = _plain(chr(code)) if is_known else UNKNOWN
        if text:
            box_of(page, index, rect_at)
            characters.append((text, number, rect.left, rect.bottom, rect.right, rect.top))
    return characters, runs


def _codes(page: int, count: int) -> list[int]:
    """The Unicode code of each character, all at once where the text of the page has as many characters as it.

    A character adds at most one to the text, so each has then added its own; U+FFFE stands there for several kinds.
    """
    buffer = (c_ushort * (2 * count + 1))()
    units = lean.FPDFText_GetText(page, 0, count, buffer) - 1  # less the NUL at the end
    text = bytes(buffer)[: 2 * max(units, 0)].decode("utf-16-le", "surrogatepass")
    code_of = lean.FPDFText_GetUnicode
    if len(text) != count:
        return [code_of(page, index) for index in range(count)]
    return [ord(char) if char != _SPECIAL else code_of(page, index) for index, char in enumerate(text)]


def _is_unmapped(code: int) -> bool:
    """No character: nothing, private use, not a character, or the sign for one that is not known."""
    return (
        code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF or code >= 0xF0000
    )


class _Describer:
    """Tells what holds of all characters of a text object."""

    def __init__(self, page: int) -> None:
        self._page = page
        self._matrix, self._x, self._y = pdfium.FS_MATRIX(), c_double(), c_double()
        self._matrix_at, self._x_at, self._y_at = map(addressof, (self._matrix, self._x, self._y))

    def run(self, text_object: int | None, index: int, text: str) -> _Run:
        """The run of a text object whose first character is at an index."""
        page, matrix = self._page, self._matrix
        lean.FPDFText_GetMatrix(page, index, self._matrix_at)
        lean.FPDFText_GetCharOrigin(page, index, self._x_at, self._y_at)
        size = lean.FPDFText_GetFontSize(page, index)
        turns: int | None = 0
        if matrix.b or matrix.c or matrix.a < 0:
            size *= math.hypot(matrix.c, matrix.d)
            angle = math.atan2(-matrix.b, matrix.a)  # clockwise
            quarters = round(angle / (math.pi / 2))
            turns = quarters % 4 if abs(angle - quarters * math.pi / 2) < _OBLIQUE else None
        else:
            size *= abs(matrix.d)
        is_seen = lean.FPDFTextObj_GetTextRenderMode(text_object) not in _UNSEEN
        font = lean.FPDFTextObj_GetFont(text_object)
        origin = self._x.value, self._y.value
        return _Run(text, size or 1.0, origin, turns, is_seen, index, is_in_layer(text_object), font)


def _is_pale(text_page: pdfium.FPDF_TEXTPAGE, index: int) -> bool:
    red, green, blue, alpha = c_uint(), c_uint(), c_uint(), c_uint()
    if not lean.FPDFText_GetFillColor(text_page, index, *map(addressof, (red, green, blue, alpha))):
        return False
    return alpha.value < _OPAQUE or min(red.value, green.value, blue.value) > _PALE


def _reading_direction(lengths: Counter[int], runs: list[_Run]) -> int | None:
    """The quarter turns of most characters that can show a direction."""
    counts: Counter[int] = Counter()
    for number, length in lengths.items():
        turns = runs[number].turns
        if turns is not None:
            counts[turns] += length
    return max(counts, key=lambda turns: counts[turns]) if counts else None


def _usual_size(lengths: Counter[int], runs: list[_Run]) -> float:
    """The size of the character in the middle, by size."""
    left = lengths.total() / 2
    for number in sorted(lengths, key=lambda number: runs[number].size):
        left -= lengths[number]
        if left <= 0:
            return runs[number].size
    return 1.0


def _drawn_again(lengths: Counter[int], runs: list[_Run]) -> list[int]:
    """The runs that are drawn a second time at nearly the same place, to look bold or shadowed."""
    again: list[int] = []
    seen: dict[tuple[str, int], list[_Run]] = {}
    for number, length in lengths.items():
        run = runs[number]
        others = seen.setdefault((run.text, length), [])
        (x, y), near = run.origin, _SAME_PLACE * run.size
        if any(abs(other.origin[0] - x) < near and abs(other.origin[1] - y) < near for other in others):
            again.append(number)
        else:
            others.append(run)
    return again


def _plain(text: str) -> str:
    """A character as text: a space for any, nothing for what prints nothing.

    Fonts of PDF map 一 to the radical ⼀ and the like: compatibility forms of Han characters and ligatures become the
    characters that they are. Digits and signs keep their width, as printed.
    """
    if text.isspace() or not text.isprintable():
        return " " if text in " \u3000\u00a0\u2002\u2003\u2009" else ""
    code = ord(text)
    if 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or 0xFB00 <= code <= 0xFB06:
        return unicodedata.normalize("NFKC", text)
    return text
