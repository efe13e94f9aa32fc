"""Two texts as one, word by word: what both have, what only the left has, what only the right has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from pipeline.extraction.keywords.vocabulary import cut_words

Kind = Literal["same", "deleted", "inserted"]

MOST_WORDS: Final = 4000
"""Of a stretch without a common sentence that is longer on either side, words are not held against each other: it would
take seconds, and nobody reads the marks of two texts that have nothing in common."""
_SENTENCE: Final = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+\Z")
_SAYS: Final = re.compile(r"\w")


class Piece(NamedTuple):
    """A stretch of text. ``same`` and ``deleted`` make up the left text, ``same`` and ``inserted`` the right one."""

    kind: Kind
    text: str


def difference(left: str, right: str) -> list[Piece]:
    """Hold two texts against each other, sentence by sentence, and where sentences differ word by word (jieba).

    Neighbouring pieces are of different kinds; where a text was replaced, what was deleted stands before what was
    inserted. Signs and white space that two changes have between them belong to the changes, so that a sentence worded
    anew is not cut up.
    """
    pieces: list[Piece] = []
    ours, theirs = _SENTENCE.findall(left), _SENTENCE.findall(right)
    for same, before, after in _stretches(ours, theirs):
        if same:
            pieces.append(Piece("same", "".join(before)))
        else:
            pieces += _by_words("".join(before), "".join(after))
    return _joined(pieces)


def share_kept(pieces: Sequence[Piece]) -> float | None:
    """Which part of the left text stands in the right one too, in characters without signs; None where nothing is."""
    same = sum(len(_SAYS.findall(text)) for kind, text in pieces if kind == "same")
    gone = sum(len(_SAYS.findall(text)) for kind, text in pieces if kind == "deleted")
    return same / (same + gone) if same + gone else None


def _by_words(left: str, right: str) -> Iterator[Piece]:
    ours, theirs = cut_words(left, within=False), cut_words(right, within=False)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        stretches: list[tuple[bool, Sequence[str], Sequence[str]]] = [(False, ours, theirs)]
    else:
        stretches = list(_stretches(ours, theirs))
    for place, (same, before, after) in enumerate(stretches):
        is_inside = 0 < place < len(stretches) - 1
        if same and is_inside and not _SAYS.search("".join(before)):
            same = False  # noqa: PLW2901 - a comma between two changes says nothing
        if same:
            yield Piece("same", "".join(before))
        else:
            yield Piece("deleted", "".join(before))
            yield Piece("inserted", "".join(after))


def _stretches(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield kind == "equal", left[a:b], right[c:d]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind as one piece; between two that both have, one deletion and one insertion at most."""
    joined: list[Piece] = []
    changed: dict[Kind, str] = {"deleted": "", "inserted": ""}

    def close() -> None:
        joined.extend(Piece(kind, text) for kind, text in changed.items() if text)
        changed["deleted"] = changed["inserted"] = ""

    for kind, text in pieces:
        if kind != "same":
            changed[kind] += text
        elif text:
            close()
            if joined and joined[-1].kind == "same":
                joined[-1] = Piece("same", joined[-1].text + text)
            else:
                joined.append(Piece("same", text))
    close()
    return joined
