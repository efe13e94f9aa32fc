"""The list of variations, in the order in which they are applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.corpus.draft import Draft

Format = Literal["html", "cells", "rows", "docx", "xlsx"]
TEXT_FORMATS: tuple[Format, ...] = ("html", "cells", "rows")
FORMATS: tuple[Format, ...] = (*TEXT_FORMATS, "docx", "xlsx")
LIKE_HTML: tuple[Format, ...] = ("docx", "xlsx")
"""Formats that hold grids as HTML does: what strays in it strays in them, but for how the page itself is written."""
Apply = Callable[[Draft], None]

STAGES = ("values", "labels", "tables", "documents", "markup", "textual", "word", "workbook", "encodings")
HOW_WRITTEN = ("markup", "textual", "word", "workbook", "encodings")


@dataclass(frozen=True, slots=True)
class Variation:
    """One way to stray. Of each of its topics, a document takes no other."""

    name: str
    stage: int
    topics: frozenset[str]
    certain: frozenset[Format]
    doubtful: frozenset[Format]
    apply: Apply

    @property
    def formats(self) -> frozenset[Format]:
        return self.certain | self.doubtful


VARIATIONS: dict[str, Variation] = {}


def variation(
    topics: str, certain: str = "html cells rows", doubtful: str = "", never: str = ""
) -> Callable[[Apply], Apply]:
    """Register a function as a variation of its own name; ``never``: formats that cannot print it."""

    def register(apply: Apply) -> Apply:
        module = apply.__module__.rpartition(".")[2]

        def formats(names: str) -> frozenset[Format]:
            named = set(names.split())
            if "html" in named and module not in HOW_WRITTEN:
                named.update(LIKE_HTML)
            return frozenset(f for f in FORMATS if f in named and f not in never.split())

        VARIATIONS[apply.__name__] = Variation(
            apply.__name__,
            STAGES.index(module),
            frozenset(topics.split()),
            formats(certain),
            formats(doubtful),
            apply,
        )
        return apply

    return register
