"""The styles of a Word document, as far as they decide what is printed: numbers, hidden text, raised text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from pipeline.readers.word_numbering import W
from pipeline.readers.xml import Element

_OFF: Final = frozenset({"0", "false", "off", "none", "baseline"})
"""Values that say that a mark is not there."""
_HIDDEN: Final = f"{W}vanish"
_STRUCK: Final = (f"{W}strike", f"{W}dstrike")
_COLOUR: Final = f"{W}color"
_WHITE: Final = "FFFFFF"
_RUN_STYLE: Final = f"{W}rStyle"
_MARKS: Final = (_HIDDEN, *_STRUCK, f"{W}vertAlign", f"{W}position", _COLOUR, _RUN_STYLE)
_MAX_ANCESTORS: Final = 20
_LEVELS: Final = frozenset("012345678")


class Marks(NamedTuple):
    """What is said of a text: ``hidden``, ``struck`` out, and ``apart`` from the text beside it (raised, lowered, white
    on white, struck out); None where nothing is said.
    """

    hidden: bool | None = None
    apart: bool | None = None
    struck: bool | None = None

    def over(self, other: Marks) -> Marks:
        """These, and where they say nothing, the others."""
        return Marks(*(theirs if own is None else own for own, theirs in zip(self, other, strict=True)))


NO_MARKS: Final = Marks()


@dataclass(slots=True)
class Style:
    """A paragraph's or run's style; ``list_id`` and ``level`` number its paragraphs."""

    marks: Marks = NO_MARKS
    list_id: str | None = None
    level: int | None = None
    based_on: str | None = None


class Styles:
    """The styles of a document by their identifiers, each with what it inherits."""

    def __init__(self, root: Element | None = None) -> None:
        """Take the styles from the root element of ``styles.xml``; there are none without it."""
        self._styles: dict[str, Style] = {}
        self.default_paragraph = ""
        for element in () if root is None else root.iterchildren(f"{W}style"):
            name = element.get(f"{W}styleId", "")
            style = self._styles[name] = Style()
            if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true", "on"):
                self.default_paragraph = name
            for child in element:
                if child.tag == f"{W}basedOn":
                    style.based_on = child.get(f"{W}val")
                elif child.tag == f"{W}rPr":
                    style.marks = read_marks(child)
                elif child.tag == f"{W}pPr" and (numbering := child.find(f"{W}numPr")) is not None:
                    style.list_id, style.level = read_numbering(numbering)
        self._resolved: dict[str, Style] = {}

    def __getitem__(self, name: str) -> Style:
        """A style with what it inherits; an empty one if there is none of this name."""
        found = self._resolved.get(name)
        if found is None:
            found = self._resolved[name] = self._resolve(name)
        return found

    def _resolve(self, name: str) -> Style:
        chain: list[Style] = []
        following: str | None = name
        while following in self._styles and len(chain) < _MAX_ANCESTORS:
            chain.append(self._styles[following])
            following = chain[-1].based_on
        marks = NO_MARKS
        for style in chain:
            marks = marks.over(style.marks)
        return Style(
            marks,
            next((style.list_id for style in chain if style.list_id is not None), None),
            next((style.level for style in chain if style.level is not None), None),
        )


def read_marks(properties: Element, styles: Styles | None = None) -> Marks:
    """What run properties say, themselves and by the character style that they name."""
    hidden: bool | None = None
    apart: bool | None = None
    struck: bool | None = None
    style = NO_MARKS
    for element in properties.iterchildren(*_MARKS):
        value = element.get(f"{W}val")
        if element.tag == _RUN_STYLE:
            style = styles[value or ""].marks if styles else NO_MARKS
        elif element.tag == _HIDDEN:
            hidden = value not in _OFF
        elif element.tag == _COLOUR:
            apart = bool(apart) or value == _WHITE
        else:
            apart = bool(apart) or value not in _OFF
            if element.tag in _STRUCK:
                struck = bool(struck) or value not in _OFF
    own = Marks(hidden, apart, struck)
    return style if own == NO_MARKS else own.over(style)


def read_numbering(properties: Element) -> tuple[str | None, int | None]:
    """The list (``"0"`` for none) and the level that a ``numPr`` names."""
    list_id = properties.find(f"{W}numId")
    level = properties.find(f"{W}ilvl")
    at = "" if level is None else level.get(f"{W}val", "")
    return None if list_id is None else list_id.get(f"{W}val"), int(at) if at in _LEVELS else None
