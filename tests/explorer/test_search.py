"""Search: agencies as people write them, words of the narratives."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import duckdb
import pytest

from pipeline.explorer.asked import read_question
from pipeline.explorer.words import TextIndex, cut_question, renew_index
from pipeline.workspace import Workspace
from tests.explorer.site import Site, running

FULL = {
    "410105-政务服务办公室": "河南省郑州市金水区政务服务办公室",
    "410302-机关事务服务中心": "河南省洛阳市老城区机关事务服务中心",
    "360900-机关事务管理中心": "江西省宜春市机关事务管理中心",
    "321183-机关服务中心": "江苏省镇江市句容市机关服务中心",
    "370831-机关事务服务中心": "山东省济宁市泗水县机关事务服务中心",
}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("金水区政务服务办公室", {"410105-政务服务办公室"}),
        ("郑州金水 政务服务", {"410105-政务服务办公室"}),
        ("郑州", {"410105-政务服务办公室"}),
        ("河南", {"410105-政务服务办公室", "410302-机关事务服务中心"}),
        ("河南 机关事务", {"410302-机关事务服务中心"}),
        ("洛阳老城机关事务", {"410302-机关事务服务中心"}),
        ("宜春机关事务", {"360900-机关事务管理中心"}),
        ("句容", {"321183-机关服务中心"}),
        ("410302", {"410302-机关事务服务中心"}),
        (
            "机关事务",
            {"410302-机关事务服务中心", "360900-机关事务管理中心", "321183-机关服务中心", "370831-机关事务服务中心"},
        ),
        ("河南 句容", set()),
        ("教育局", set()),
    ],
)
def test_agencies_by_short_names_and_places(site: Site, question: str, found: set[str]) -> None:
    answer = site.get(f"/search?q={question}")
    named = answer.tree.xpath("//main//table//th[@scope='row']/a/text()")
    assert set(named) == {FULL[one] for one in found}
    if not found:
        assert "请减少词数" in answer.shown


def test_short_forms_of_bodies_and_all_that_a_place_can_mean() -> None:
    (commission,) = read_question("发改委")
    assert (commission["body"], commission["anywhere"]) == ("发展和改革委员会", True)
    (drum_towers,) = read_question("鼓楼")
    assert len(drum_towers["places"]) > 3
    (one,) = read_question("南京鼓楼")
    assert one["places"] == ["320106"]
    assert read_question("") == []
    assert len(read_question("一 " * 50)) == 6


@pytest.fixture(scope="module")
def index(published: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "words.sqlite"
    assert renew_index(published.published, path) == 5
    return path


def documents_with(index: Path, word: str) -> set[str]:
    match = " AND ".join(f'"{one}"' for one in cut_question(word))
    with sqlite3.connect(index) as connection:
        rows = connection.execute(
            "SELECT document_id FROM words JOIN documents ON documents.id = words.rowid WHERE words MATCH ?", [match]
        )
        return {document_id for (document_id,) in rows}


@pytest.mark.parametrize("word", ["政府信息公开", "培训", "宜春市", "优化营商环境", "主动公开", "2023", "泗水县"])
def test_the_index_finds_what_a_scan_finds(index: Path, published: Workspace, word: str) -> None:
    with duckdb.connect(published.published, read_only=True) as warehouse:
        rows = warehouse.execute(
            "SELECT DISTINCT document_id FROM landing.sections WHERE contains(body, ?)", [word]
        ).fetchall()
    assert documents_with(index, word) >= {document_id for (document_id,) in rows}


def test_a_second_time_nothing_is_cut(index: Path, published: Workspace) -> None:
    assert renew_index(published.published, index) == 0


def test_an_index_that_is_damaged_or_was_cut_short_is_made_again(published: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    path.write_bytes(b"no database at all" * 100)
    assert renew_index(published.published, path) == 5
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM state")
    assert renew_index(published.published, path) == 0
    assert documents_with(path, "政府信息公开")


def test_words_of_narratives_lead_to_their_reports(published: Workspace) -> None:
    with running(published) as site:
        site.get("/search?q=培训")
        assert TextIndex(published).path.parent == published.explorer
        # The child that the server began; it goes on by itself.
        for _ in range(120):
            answer = site.get("/search?q=培训 宜春")
            if "正在建立" not in answer.shown:
                break
            time.sleep(0.5)
    hits = answer.tree.xpath("//ol[@class='hits']/li")
    assert len(hits) == 1
    assert "宜春市机关事务管理中心" in hits[0].text_content()
    assert set(hits[0].xpath(".//mark/text()")) <= {"培训", "宜春"}
    assert hits[0].xpath(".//mark")
    assert hits[0].xpath(".//a/@href")[0].startswith("/report/")
