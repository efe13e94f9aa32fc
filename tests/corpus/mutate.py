"""Damage to documents of the corpus, and what their truth is then.

`damage` spoils bytes, tags and cells at random: nothing may crash. `shuffle_rows` only takes out or doubles
whole rows and blank cells: whatever is then still a number must be the truth of its place.
"""

from __future__ import annotations

import re
from random import Random

from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.report import Mark
from tests.corpus.variations import Format

TOKENS: dict[Format, str] = {
    "html": r"<[^>]*>|[^<]+",
    "cells": r"[^\n]*\n",
    "rows": r"[^\t\n]*[\t\n]",
}
ROWS: dict[Format, str] = {
    "html": r"(?s)<tr.*?</tr>",
    "cells": r"(?:\t[^\n]*\n(?:[^\t\n][^\n]*\n)*)+\n",
    "rows": r"(?m)^[^\n]*\t[^\n]*\n",
}
BLANK_CELLS: dict[Format, str] = {
    "html": r"<td></td>",
    "cells": r"(?m)^\t\n",
    "rows": r"\t(?=[\t\n])",
}
NEW_BLANKS: dict[Format, tuple[str, str]] = {  # where a cell ends, and a blank cell to put there
    "html": ("</td>", "</td><td></td>"),
    "cells": ("\n\t", "\n\t\n\t"),
    "rows": ("\t", "\t\t"),
}


def damage(data: bytes, format: Format, rng: Random) -> bytes:
    """Delete, double, exchange or alter a few stretches of bytes or of tags and cells."""
    if rng.random() < 0.5:
        pieces = [data[i : i + 1] for i in range(len(data))]
    else:
        text = data.decode("latin-1")  # one character a byte
        pieces = [piece.encode("latin-1") for piece in re.findall(TOKENS[format], text)]
    for _ in range(rng.randrange(1, 12)):
        if not pieces:
            break
        at, length, to = (
            rng.randrange(len(pieces)),
            rng.choice((1, 1, 2, 5, 40, 400)),
            rng.randrange(len(pieces)),
        )
        match rng.randrange(5):
            case 0:
                del pieces[at : at + length]
            case 1:
                pieces[at:at] = pieces[at : at + length]
            case 2:
                pieces[to:to] = pieces[at : at + length]
            case 3:
                pieces[at], pieces[to] = pieces[to], pieces[at]
            case 4:
                pieces[at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
    return b"".join(pieces)


def shuffle_rows(text: str, format: Format, rng: Random) -> str:
    """Take out or double a few rows or blank cells.

    Blank cells are only taken out of a text, or only put into it: a row that lost one and got another is as wide
    as it was, and nothing tells that what is between them has moved.
    """
    taken = rng.random() < 0.5
    for _ in range(rng.randrange(1, 4)):
        blanks = rng.random() < 0.5
        found = list(re.finditer((BLANK_CELLS if blanks else ROWS)[format], text))
        if blanks and not taken:
            end, blank = NEW_BLANKS[format]
            rows = list(re.finditer(ROWS[format], text))
            row = rng.choice(rows) if rows else None
            places = [m.start() for m in re.finditer(end, row[0])] if row else []
            if row and places:
                at = row.start() + rng.choice(places)
                text = text[:at] + blank + text[at + len(end) :]
        elif found:
            match = rng.choice(found)
            again = "" if blanks or rng.random() < 0.5 else match[0] * 2
            text = text[: match.start()] + again + text[match.end() :]
    return text


def truth_of(draft: Draft, text: str) -> dict[Slot, Mark]:
    """The part of a draft's truth that a damaged text still prints."""
    printed = set(re.findall(r"\d+", text))
    return {slot: mark for slot, mark in draft.truth.items() if mark.raw in printed or not mark.raw}
