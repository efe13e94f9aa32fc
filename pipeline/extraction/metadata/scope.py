"""What a report says, before its first section and in its last, of whose figures it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.extraction.outline import Outline

_WORDS: Final = ("统计", "口径", "汇总", "综合", "本级", "数据", "编制")
_SENTENCE: Final = re.compile("[^。；;]+")
_LONGEST: Final = 300
"""Characters of a sentence; what is longer is no statement but a text without stops."""


class ScopeSighting(NamedTuple):
    """A sentence that may say whose figures a report holds, and its line."""

    sentence: str
    line: int


def find_scope(outline: Outline) -> Iterator[ScopeSighting]:
    """Find the sentences on figures and on how the report was compiled; what they mean each build decides."""
    lines = outline.lines
    for line in lines.containing(_WORDS, outline.edges):
        for sentence in _SENTENCE.findall(lines.folded[line]):
            if len(sentence) <= _LONGEST and any(word in sentence for word in _WORDS):
                yield ScopeSighting(sentence, line)
