"""From the sections of a report to the words that it uses, and how often."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from pipeline.extraction.keywords.vocabulary import cut_keywords
from pipeline.forms.text import fold, simplify

KEYWORDS_VERSION: Final = 2
"""Raise it when words are counted otherwise: those of all documents are then counted again."""

READ: Final = (1, 5, 6)
"""The sections of running text."""

TERMS: Final = 100
"""Terms of a document that are kept, the most frequent ones: it bounds the lake, and rarer ones are no keywords."""

_LONGEST: Final = 200_000
"""Characters of a section that are read; a longer one is no narrative."""
_TITLE: Final = re.compile("《[^》]{0,80}》")
_SPACE: Final = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_HAN: Final = re.compile("[\u4e00-\u9fff]{2,}")


def count_keywords(
    sections: Iterable[tuple[int, str, str]], agency_name: str | None = None
) -> list[tuple[int, str, int]]:
    """Count nouns and verbs; titles of laws, places, the agency's own name, dates and figures are left out.

    Args:
        sections: number, heading and body of each section, as `pipeline.extraction.Section` gives them.
        agency_name: who reports, as the report prints it.

    Returns:
        Section, term and count, of the `TERMS` most frequent terms of all sections together; among equally frequent
        ones those that sort first.
    """
    counts: dict[int, Counter[str]] = {}
    for section, _, body in sections:
        if section in READ:
            text = simplify(fold(_TITLE.sub("。", body[:_LONGEST])))
            if agency_name:
                text = text.replace(simplify(fold(agency_name)), "。")
            words = (word for stretch in _HAN.findall(_SPACE.sub("", text)) for word in cut_keywords(stretch))
            counts.setdefault(section, Counter()).update(words)
    total: Counter[str] = Counter()
    for counted in counts.values():
        total.update(counted)
    kept = sorted(total, key=lambda term: (-total[term], term))[:TERMS]
    return [
        (section, term, counts[section][term]) for section in sorted(counts) for term in kept if term in counts[section]
    ]
