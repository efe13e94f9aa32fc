"""Every query of the cookbook gives the answer that is printed under it."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from pipeline.console.cookbook import questions
from pipeline.lake import refresh
from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.conftest import ROOT, SAMPLES
from tests.warehouse.site import put

PAGE = (ROOT / "docs" / "cookbook.md").read_text("utf-8")
ANSWERS = re.findall(r"^```\n\n((?:\|[^\n]*\n)+)", PAGE, re.MULTILINE)


def shown(relation: duckdb.DuckDBPyRelation) -> list[list[str]]:
    """A result as the page prints it: names of the columns, then rows; null is an empty cell."""
    return [relation.columns, *([_shown(value) for value in row] for row in relation.fetchall())]


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    workspace = Workspace(tmp_path_factory.mktemp("samples"))
    for path in SAMPLES.glob("*.txt"):
        put(workspace.raw, f"samples/{path.name}", path.read_bytes())
    refresh(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        yield connection


def test_every_question_has_its_query_and_answer() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "cookbook.py"))["page"]
    assert page(PAGE) == PAGE, "python scripts/cookbook.py"
    assert len(ANSWERS) == PAGE.count("\n### ") == PAGE.count("```sql") == len(questions())
    queries = ROOT / "pipeline" / "console" / "cookbook" / "queries"
    assert {path.stem for path in queries.iterdir()} == {question.name for question in questions()}


@pytest.mark.parametrize(
    ("query", "answer"),
    [(question.sql, answer) for question, answer in zip(questions(), ANSWERS, strict=True)],
    ids=[question.name for question in questions()],
)
def test_answer(samples: duckdb.DuckDBPyConnection, query: str, answer: str) -> None:
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in answer.splitlines()]
    assert shown(samples.sql(query)) == [header, *rows]
