"""The pass that reads the figures which sentences state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from pipeline.lake.passes.narrative import Narrative, Pass
from pipeline.lake.reading import fits
from pipeline.lake.schemas import STATEMENTS as SCHEMA


def _version() -> int:
    from pipeline.extraction.statements import STATEMENTS_VERSION

    return STATEMENTS_VERSION


def statement_rows(narrative: Narrative) -> list[tuple[Any, ...]]:
    """The statements of a document as rows of ``landing.statements``; those whose figure no column holds are left out.

    Where the document shows no year, a year that a sentence names is of an unknown period.
    """
    from pipeline.extraction.statements import read_statements

    found = read_statements(narrative.sections, narrative.report_year, narrative.agency_name)
    # Counted here: with the document it is the key of a row.
    kept = [statement for statement in found if fits(statement.value)]
    columns = list(SCHEMA)[1:]
    return [
        (narrative.document_id, *(getattr(replace(statement, position=number), name) for name in columns))
        for number, statement in enumerate(kept)
    ]


STATEMENTS: Final = Pass("statements", SCHEMA, _version, statement_rows)
