"""The list of variations, in the order in which they are applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.corpus.draft import Draft

Format = Literal["html", "cells", "rows"]
FORMATS: tuple[Format, ...] = ("html", "cells", "rows")
Apply = Callable[[Draft], None]

STAGES = ("values", "labels", "tables", "documents", "markup", "textual", "encodings")


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


def variation(topics: str, certain: str = "html cells rows", doubtful: str = "") -> Callable[[Apply], Apply]:
    """Register a function as a variation of its own name."""

    def register(apply: Apply) -> Apply:
        stage = STAGES.index(apply.__module__.rpartition(".")[2])
        VARIATIONS[apply.__name__] = Variation(
            apply.__name__,
            stage,
            frozenset(topics.split()),
            frozenset(f for f in FORMATS if f in certain.split()),
            frozenset(f for f in FORMATS if f in doubtful.split()),
            apply,
        )
        return apply

    return register
