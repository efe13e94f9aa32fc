"""The pass that counts the words of the narrative."""

from __future__ import annotations

from typing import Any, Final

from pipeline.lake.passes.narrative import Narrative, Pass
from pipeline.lake.schemas import KEYWORDS as SCHEMA


def _version() -> int:
    from pipeline.extraction.keywords import KEYWORDS_VERSION

    return KEYWORDS_VERSION


def keyword_rows(narrative: Narrative) -> list[tuple[Any, ...]]:
    """The words of a document as rows of ``landing.keywords``."""
    from pipeline.extraction.keywords import count_keywords

    return [(narrative.document_id, *found) for found in count_keywords(narrative.sections, narrative.agency_name)]


KEYWORDS: Final = Pass("keywords", SCHEMA, _version, keyword_rows)
