"""From the sections of a report to the figures that its sentences state."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from pipeline.extraction.statements.statement import Statement

STATEMENTS_VERSION: Final = 1
"""Raise it when the narrative is read otherwise: the statements of all documents are then read again."""

_SENTENCE: Final = re.compile("[^。！？\n]+[。！？]?")
_RECEIVED: Final = re.compile(r"共(?:收到|受理)(?:政府信息公开|公开)?申请(\d+)(件)")


def read_statements(
    sections: Iterable[tuple[int, str, str]], report_year: int | None, agency_name: str | None = None
) -> list[Statement]:
    """Read what the narrative states.

    Args:
        sections: number, heading and body of each section, as `pipeline.extraction.Section` gives them.
        report_year: the year that the report's figures cover; None where it is not known.
        agency_name: who reports, as the report prints it.
    """
    statements: list[Statement] = []
    for section, _, body in sections:
        for sentence in _SENTENCE.findall(body):
            for found in _RECEIVED.finditer(sentence):
                value = Decimal(found[1])
                statements.append(
                    Statement(
                        section, len(statements), sentence, found[0], "received", None, "unknown", "unstated",
                        value, found[2], "exact", False,
                    )
                )  # fmt: skip
    return statements
