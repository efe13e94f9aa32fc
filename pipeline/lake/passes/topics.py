"""The pass that reads what the narrative admits and promises."""

from __future__ import annotations

from typing import Any, Final

from pipeline.lake.passes.narrative import Narrative, Pass
from pipeline.lake.schemas import TOPICS as SCHEMA


def _version() -> int:
    from pipeline.extraction.topics import TOPICS_VERSION

    return TOPICS_VERSION


def topic_rows(narrative: Narrative) -> list[tuple[Any, ...]]:
    """What a document admits and promises, as rows of ``landing.topics``.

    Where the document shows no year, a year that a sentence names tells nothing of past and future.
    """
    from pipeline.extraction.topics import read_topics

    return [
        (
            narrative.document_id, position, found.section, found.number, found.sentence, found.excerpt,
            found.topic_code, found.kind, found.cue,
        )
        for position, found in enumerate(read_topics(narrative.sections, narrative.report_year))
    ]  # fmt: skip


TOPICS: Final = Pass("topics", SCHEMA, _version, topic_rows)
