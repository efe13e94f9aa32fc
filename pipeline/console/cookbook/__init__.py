"""Questions that people ask of the warehouse, each with its query: for the console and for docs/cookbook.md.

A line of ``questions.csv`` is a question in both languages and, where a chart says something, which kind and of which
columns; ``queries/NAME.sql`` is its query. `python scripts/cookbook.py` puts questions and queries into the page.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_FOLDER: Final = Path(__file__).parent


class Question(NamedTuple):
    """A question with its query; ``chart``, ``x`` and ``y`` are empty where no chart says anything."""

    name: str
    group_zh: str
    group_en: str
    question_zh: str
    question_en: str
    chart: str
    x: str
    y: str
    sql: str

    def group(self, language: str) -> str:
        """The group that it stands in, in ``zh`` or ``en``."""
        return self.group_zh if language == "zh" else self.group_en

    def question(self, language: str) -> str:
        """The question, in ``zh`` or ``en``."""
        return self.question_zh if language == "zh" else self.question_en


@cache
def questions() -> tuple[Question, ...]:
    """All questions, in the order of the page."""
    with (_FOLDER / "questions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(Question(**row, sql=(_FOLDER / "queries" / f"{row['name']}.sql").read_text("utf-8")) for row in rows)
