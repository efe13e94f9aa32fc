"""`gongkai agencies` and `gongkai explain`, as a person meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.workspace import Workspace
from tests.conftest import gongkai
from tests.warehouse.site import only_tables, page, put, report, web_page, word

SAMPLES = {
    "321183-机关服务中心": ("江苏省镇江市句容市机关服务中心", "county 机关事务"),
    "360900-机关事务管理中心": ("江西省宜春市机关事务管理中心", "prefecture 机关事务"),
    "370831-机关事务服务中心": ("山东省济宁市泗水县机关事务服务中心", "county 机关事务"),
    "410105-政务服务办公室": ("河南省郑州市金水区政务服务办公室", "county 政务服务"),
    "410302-机关事务服务中心": ("河南省洛阳市老城区机关事务服务中心", "county 机关事务"),
}


def lines(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


class TestAgencies:
    def test_all(self, published: Workspace) -> None:
        result = gongkai(published, "agencies")
        assert result.returncode == 0, result.stderr
        assert lines(result.stdout) == [[known, *told, "1 report"] for known, told in SAMPLES.items()]

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            (["老城区"], ["410302-机关事务服务中心"]),
            (["机关事务", "prefecture"], ["360900-机关事务管理中心"]),
            (["河南省", "政务服务"], ["410105-政务服务办公室"]),
            (["3708"], ["370831-机关事务服务中心"]),
        ],
    )
    def test_all_words_have_to_be_there(self, published: Workspace, words: list[str], found: list[str]) -> None:
        assert [line[0] for line in lines(gongkai(published, "agencies", *words).stdout)] == found

    def test_none_is_said_to_be_none(self, published: Workspace) -> None:
        result = gongkai(published, "agencies", "北京市", "司法局")
        assert (result.returncode, result.stdout) == (1, "")
        assert "No agency's id, full name, level or function holds 北京市 司法局." in result.stderr

    def test_the_marts_say_the_same(self, published: Workspace) -> None:
        query = "SELECT agency_id, division_code, level, function, agency_full_name FROM marts.dim_agency ORDER BY 1"
        rows = [line.split(",") for line in gongkai(published, "sql", query).stdout.splitlines()[1:]]
        assert rows == [
            [known, known.partition("-")[0], *told.split(), full] for known, (full, told) in SAMPLES.items()
        ]

    def test_old_ids_find_the_agency(self, workspace: Workspace) -> None:
        workspace.aliases.write_text("kind,alias,means,reason\nid,老城区服务中心,410302-机关事务服务中心,\n", "utf-8")
        assert gongkai(workspace, "run").returncode == 0
        (found,) = lines(gongkai(workspace, "agencies", "老城区服务中心").stdout)
        assert found == [
            "410302-机关事务服务中心",
            *SAMPLES["410302-机关事务服务中心"],
            "1 report  also 老城区服务中心",
        ]
        workspace.aliases.write_text("kind,alias,means,reason\nid,a,b,\nid,b,a,\n", "utf-8")
        stopped = gongkai(workspace, "run")
        assert stopped.returncode == 1
        assert stopped.stderr.endswith("leads back to a. Remove one of them.\n")
        assert "defect" not in stopped.stderr

    def test_nothing_published(self, workspace: Workspace) -> None:
        result = gongkai(workspace, "agencies")
        assert (result.returncode, "Nothing is published yet" in result.stderr) == (1, True)


class TestExplain:
    def test_agency_place_year_and_dates(self, published: Workspace) -> None:
        file = next((published.raw / "samples").glob("宜春市*"))
        result = gongkai(published, "explain", file)
        assert result.returncode == 0, result.stderr
        said = result.stdout.splitlines()
        assert said[0].endswith("  samples/宜春市机关事务管理中心-2023.txt")
        assert said[1:3] == [
            "Agency     江西省宜春市机关事务管理中心  (360900-机关事务管理中心)",
            "           prefecture, 机关事务",
        ]
        assert "Place      360900 江西省宜春市" in said
        assert any("；area_code 0795；" in line and line.endswith(" (weighs 148.0)") for line in said)
        assert "Year       2023" in said
        assert "Signed     2023-01-19" in said
        sightings = [line for line in said if line.startswith(("  * ", "    "))]
        assert any(line.startswith("  * signed_date   2023-01-19  [sign_off, ") for line in sightings)
        assert any(line.startswith("    report_year   2022  [narrative, section 1] ") for line in sightings)

    def test_by_the_path_in_raw_or_the_beginning_of_its_id(self, published: Workspace) -> None:
        file = "samples/宜春市机关事务管理中心-2023.txt"
        said = gongkai(published, "explain", file).stdout
        assert gongkai(published, "explain", said.split()[1]).stdout == said
        assert gongkai(published, "explain", published.raw / file).stdout == said

    @pytest.mark.parametrize(
        ("document", "why"), [("nothing.html", "No document is 'nothing.html'"), ("", "5 documents are ''")]
    )
    def test_none_or_several(self, published: Workspace, document: str, why: str) -> None:
        result = gongkai(published, "explain", document)
        assert result.returncode == 1
        assert why in result.stderr

    def test_places_and_parts_and_what_is_no_report(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        head = b'<head><meta name="SiteIDCode" content="3201060001">'
        put(workspace.raw, "told.html", web_page(report(1, "鼓楼区司法局")).replace(b"<head>", head, 1))
        put(workspace.raw, "untold.html", web_page(report(2, "鼓楼区司法局")))
        put(workspace.raw, "page.html", page("泗水县司法局2022年政府信息公开工作年度报告", ("a.doc", "年报全文")))
        put(workspace.raw, "a.doc", word(only_tables(report(3, "泗水县司法局"))))
        put(workspace.raw, "empty.html", b"")
        assert gongkai(workspace, "run").returncode == 0

        told = gongkai(workspace, "explain", "told.html").stdout
        assert "Place      320106 江苏省南京市鼓楼区\n" in told
        assert "；site_code 3201060001 (weighs 160.0)\n" in told
        assert ", 60.0 less\n" in told
        assert "    place         3201060001  [site_code, meta siteidcode]" in told
        assert "Place      place_undecided\n" in gongkai(workspace, "explain", "untold.html").stdout
        part = gongkai(workspace, "explain", "a.doc").stdout
        assert "           part of the report of page.html\n" in part
        assert "(370831-司法局)" in part
        empty = gongkai(workspace, "explain", "empty.html")
        assert empty.returncode == 0
        assert "           quarantined (empty). " in empty.stdout
        assert "Agency" not in empty.stdout
