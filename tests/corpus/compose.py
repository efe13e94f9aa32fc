"""Documents of the corpus: a report, a format, and the variations to take."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from tests.corpus.docx import write_docx
from tests.corpus.draft import Draft
from tests.corpus.html import write_html
from tests.corpus.report import MarkedReport
from tests.corpus.sheets import write_xlsx
from tests.corpus.text import write_text_cells, write_text_rows
from tests.corpus.variations import TEXT_FORMATS, VARIATIONS, Format, Variation

WRITERS = {
    "html": write_html,
    "cells": write_text_cells,
    "rows": write_text_rows,
    "docx": write_docx,
    "xlsx": write_xlsx,
}
SUFFIXES = {"html": "html", "cells": "txt", "rows": "txt", "docx": "docx", "xlsx": "xlsx"}
FORMS: tuple[tuple[str, str], ...] = tuple(product(("2021", "2019"), ("2021", "2019")))


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that it takes to write a document again."""

    seed: int
    format: Format
    variations: tuple[str, ...] = ()
    forms: tuple[str, str] = ("2021", "2021")

    @property
    def certain(self) -> bool:
        """Whether every figure must be in its place."""
        return all(self.format in VARIATIONS[name].certain for name in self.variations)

    def __str__(self) -> str:
        forms = "/".join(self.forms)
        return f"{self.format}-{self.seed}-{forms}-{'+'.join(self.variations) or 'plain'}"

    def write(self) -> tuple[Draft, bytes]:
        """The draft with its truth, and the document."""
        draft = Draft.of(MarkedReport(self.seed, *self.forms))
        for variation in sorted((VARIATIONS[name] for name in self.variations), key=_order):
            variation.apply(draft)
        return draft, WRITERS[self.format](draft)


def _order(variation: Variation) -> tuple[int, int]:
    return variation.stage, list(VARIATIONS).index(variation.name)


def single_recipes(format: Format, seeds: range) -> Iterator[Recipe]:
    """Every variation of a format alone, for each seed; the forms in turn."""
    for seed, name in product(seeds, VARIATIONS):
        if format in VARIATIONS[name].formats:
            yield Recipe(seed, format, (name,), FORMS[(seed + len(name)) % len(FORMS)])


def random_recipes(seeds: range, certain: bool, formats: Sequence[Format] = TEXT_FORMATS) -> Iterator[Recipe]:
    """Several variations at once, at most one of each topic, drawn by seed."""
    for seed in seeds:
        rng = random.Random(f"combination {seed}")
        format = formats[seed % len(formats)]
        possible = [v for v in VARIATIONS.values() if format in (v.certain if certain else v.formats)]
        names: tuple[str, ...] = ()
        taken: set[str] = set()
        for variation in rng.sample(possible, rng.randrange(2, 9)):
            if not taken & variation.topics:
                taken |= variation.topics
                names += (variation.name,)
        yield Recipe(seed, format, names, rng.choice(FORMS))
