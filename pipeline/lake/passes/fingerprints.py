"""The pass that takes the fingerprints of sentences, by which copied ones are found."""

from __future__ import annotations

from typing import Any, Final

from pipeline.lake.passes.narrative import Narrative, Pass
from pipeline.lake.schemas import FINGERPRINTS as SCHEMA


def _version() -> int:
    from pipeline.extraction.copying import COPYING_VERSION

    return COPYING_VERSION


def fingerprint_rows(narrative: Narrative) -> list[tuple[Any, ...]]:
    """The fingerprints of a document as rows of ``landing.fingerprints``."""
    from pipeline.extraction.copying import fingerprint

    found = fingerprint(narrative.sections, narrative.agency_name)
    return [(narrative.document_id, *sentence) for sentence in found]


FINGERPRINTS: Final = Pass("fingerprints", SCHEMA, _version, fingerprint_rows)
