"""Put the questions and queries of `pipeline/console/cookbook` into docs/cookbook.md: ``python scripts/cookbook.py``.

What is said of each question and the answers below the queries are written on the page itself; a test compares the
answers with what the queries give.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.console.cookbook import Question, questions

PAGE = Path(__file__).parents[1] / "docs" / "cookbook.md"


def page(said: str) -> str:
    """Give the page as it should be, with what ``said``, the page as it is, says of each question.

    Raises:
        ValueError: it has more or fewer questions; add a section for each, with an empty block of SQL.
    """
    head, *sections = re.split(r"^### .*\n", said, flags=re.MULTILINE)
    return head + "".join(
        _section(number, question, section)
        for number, (question, section) in enumerate(zip(questions(), sections, strict=True), 1)
    )


def _section(number: int, question: Question, section: str) -> str:
    before, _, after = re.split(r"^```sql\n(.*?)^```\n", section, maxsplit=1, flags=re.MULTILINE | re.DOTALL)
    return f"### {number}. {question.question_en}\n{before}```sql\n{question.sql}```\n{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
