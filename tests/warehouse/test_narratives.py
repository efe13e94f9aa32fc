"""Real ways of writing, through the whole pipeline: what reconciles is no finding, what does not is exactly one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from pipeline.lake import refresh
from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.narratives import CONTRADICTIONS, ERROR, PAIRS, Pair, page

PLACES = """
    宜春市 大冶市 广水市 句容市 丰城市 樟树市 高安市 瑞金市 德兴市 乐平市 贵溪市 共青城市 麻城市 武穴市 赤壁市 潜江市
    天门市 仙桃市 枣阳市 老河口市 当阳市 枝江市 宜都市 应城市 安陆市 汉川市 石首市 洪湖市 松滋市 钟祥市 京山市 利川市
    恩施市 丹江口市 兴化市 靖江市 泰兴市 扬中市 丹阳市 如皋市 启东市 东台市 仪征市 高邮市 溧阳市 邳州市
""".split()
NONE_STATED = "nothing"


def cases() -> dict[str, tuple[Pair, list[str]]]:
    """Each pair, whole and altered, with the rules that have to find something."""
    found: dict[str, tuple[Pair, list[str]]] = {name: (pair, []) for name, pair in PAIRS.items()}
    for name, old, new, rule in CONTRADICTIONS:
        found[f"{name}: {new}"] = PAIRS[name].but(old, new), [rule]
    none = PAIRS[NONE_STATED]
    tables = {"new": (5, 0), "outcomes": {"granted": (5, 0)}}
    found["none stated, some printed"] = replace(none, this=replace(none.this, **tables)), [ERROR]
    return found


CASES = cases()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    workspace = Workspace(tmp_path_factory.mktemp("data"))
    for place, (pair, _) in zip(PLACES, CASES.values(), strict=False):
        for year, report in ((2022, pair.before), (2023, pair.this)):
            path = workspace.raw / place / f"{year}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page(pair.agency, place, year, report))
    assert refresh(workspace).warnings == []
    assert build(workspace).built
    with open_published(workspace) as connection:
        yield connection


@pytest.mark.parametrize("name", CASES)
def test_what_is_found(published: duckdb.DuckDBPyConnection, name: str) -> None:
    place = PLACES[list(CASES).index(name)]
    rows = published.execute(
        """
        SELECT rule_code, message_zh FROM marts.finding
        WHERE document_id IN (SELECT document_id FROM landing.documents WHERE starts_with(raw_path, ?))
            AND rule_code LIKE 'statement_%'
        """,
        [f"{place}/"],
    ).fetchall()
    assert [rule for rule, _ in rows] == CASES[name][1], [message for _, message in rows]


def test_the_tables_hold_no_fault_of_their_own(published: duckdb.DuckDBPyConnection) -> None:
    rows = published.execute(
        "SELECT rule_code, message FROM marts.finding WHERE severity = 'error' AND rule_code NOT LIKE 'statement_%'"
    ).fetchall()
    assert rows == []
