"""Who reported: identity across documents, ids that hold, aliases, and what became of agencies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline import agencies
from pipeline.agencies import identity
from pipeline.agencies.identity import Aliases, read_aliases
from pipeline.agencies.resolution import AGENCIES
from pipeline.extraction import extract
from pipeline.readers import read
from pipeline.workspace import JobError
from tests.agencies.frames import Case, one, resolve

SAMPLES = Path(__file__).parents[2] / "data" / "raw" / "samples"


def ids(*cases: Case) -> list[str]:
    return [row["agency_id"] for row in resolve(cases)]


@pytest.mark.parametrize(
    ("sample", "agency_id", "full_name", "function"),
    [
        ("句容市", "321183-机关服务中心", "江苏省镇江市句容市机关服务中心", "机关事务"),
        ("宜春市", "360900-机关事务管理中心", "江西省宜春市机关事务管理中心", "机关事务"),
        ("泗水县", "370831-机关事务服务中心", "山东省济宁市泗水县机关事务服务中心", "机关事务"),
        ("金水区", "410105-政务服务办公室", "河南省郑州市金水区政务服务办公室", "政务服务"),
        ("老城区", "410302-机关事务服务中心", "河南省洛阳市老城区机关事务服务中心", "机关事务"),
    ],
)
def test_the_samples(sample: str, agency_id: str, full_name: str, function: str) -> None:
    (path,) = SAMPLES.glob(f"{sample}*.txt")
    report = extract(read(path.read_bytes()))
    text = "".join(section.body for section in report.sections)
    row = one(report.metadata.agency_name, year=report.metadata.report_year, text=text)
    assert (row["agency_id"], row["agency_full_name"], row["function"]) == (agency_id, full_name, function)
    assert (row["division_code"], row["scope"]) == (agency_id[:6], "own")
    assert row["level"] == ("prefecture" if sample == "宜春市" else "county")


@pytest.mark.parametrize(
    "names",
    [
        ("陈贵镇", "陈贵 镇人民政府", "大冶市陈贵镇", "湖北省黄石市大冶市陈贵镇政府"),
        ("金水区司法局", "郑州市金水区司法局", "河南省郑州市金水区人民政府司法局"),
        ("府谷县教育和体育局", "府谷县教育体育局", "府谷县教体局"),
        ("国家税务总局句容市税务局", "句容市税务局", "江苏省句容市税务局"),
        ("十堰市生态环境局郧阳分局", "十堰市郧阳区生态环境分局", "郧阳区生态环境分局"),
        ("洛阳市高新区管委会", "洛阳高新技术产业开发区管理委员会"),
        ("恩施州教育局", "恩施土家族苗族自治州教育局"),
        ("交通运输部海事局", "交通运输部海事局"),
        ("国家发展改革委", "国家发展和改革委员会"),
    ],
)
def test_one_agency_however_it_is_written(names: tuple[str, ...]) -> None:
    assert len(set(ids(*map(Case, names)))) == 1


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("南京市鼓楼区教育局", "徐州市鼓楼区教育局"),
        ("句容市教育局", "句容市教育体育局"),
        ("句容市人民政府", "句容市人民政府办公室"),
        ("财政部江苏监管局", "中国证券监督管理委员会江苏监管局"),
        ("洛阳市经济技术开发区管委会", "洛阳市经济开发区管委会"),
        ("十堰市生态环境局郧阳分局", "十堰市生态环境局"),
        ("双流县气象局", "双流区气象局"),
    ],
)
def test_two_agencies(name: str, other: str) -> None:
    assert len(set(ids(Case(name), Case(other)))) == 2


def test_names_without_a_place_are_one_agency_only_within_a_host() -> None:
    found = ids(
        Case("水务局", "http://www.unknown-a.gov.cn/1"),
        Case("水务局", "https://unknown-a.gov.cn/2"),
        Case("水务局", "https://unknown-b.gov.cn/3"),
        Case("水务局"),
        Case("水务局"),
        Case("水务局", source_id="one"),
        Case("水务局", source_id="one"),
    )
    assert found[0] == found[1] == "水务局@unknown-a.gov.cn"
    assert found[5] == found[6] == "水务局@one"
    assert len(set(found)) == 5
    assert found[3].startswith("document-")


def test_on_a_site_of_many_places_a_name_alone_is_nobodys() -> None:
    host = "http://reports.example.com/"
    rows = resolve(
        [
            Case("句容市教育局", host),
            Case("泗水县教育局", host),
            Case("水务局", host),
            Case("水务局", host),
            Case("镇人民政府", "http://www.jurong.gov.cn/1"),
            Case("镇人民政府", "http://www.jurong.gov.cn/2"),
        ]
    )
    assert len({row["agency_id"] for row in rows}) == 6
    assert rows[2]["place_finding"] == "place_unknown"


@pytest.mark.parametrize("name", ["区卫生健康局", "永和镇"])
def test_on_a_prefectures_site_what_lies_below_is_nobodys(name: str) -> None:
    first, second = ids(Case(name, "http://gk.ziyang.gov.cn/1"), Case(name, "http://gk.ziyang.gov.cn/2"))
    assert first != second


def test_a_place_that_the_gazetteer_lacks_is_still_one() -> None:
    first, second = resolve([Case("甲县水务局"), Case("甲县水务局")])
    assert first["agency_id"] == second["agency_id"] == "甲县水务局"
    assert (first["division_code"], first["province"], first["level"]) == (None, None, "county")
    assert first["place_finding"] is None


def test_a_document_without_a_name_stands_alone() -> None:
    row = one(None, "https://www.jurong.gov.cn/1")
    assert row["agency_id"] == "document-000000000000"
    assert (row["agency_name"], row["place_finding"], row["scope"]) == (None, None, "own")


def test_no_reports_give_no_rows() -> None:
    assert resolve([]) == []


def test_evidence_and_sections_may_be_missing() -> None:
    reports = pl.DataFrame({"document_id": ["a"], "agency_name": ["泗水县机关事务服务中心"]})
    observations = pl.DataFrame({"document_id": ["a"], "url": [None]}, {"document_id": pl.String(), "url": pl.String()})
    rows = agencies.resolve(reports, observations)
    assert rows.schema == AGENCIES
    assert rows["division_code"].to_list() == ["370831"]


def test_the_order_of_observations_does_not_matter() -> None:
    reports = pl.DataFrame({"document_id": ["a"], "agency_name": ["水务局"]})
    urls = pl.DataFrame({"document_id": ["a", "a"], "url": ["https://b.example.com/1", "https://a.example.com/1"]})
    assert agencies.resolve(reports, urls).equals(agencies.resolve(reports, urls.reverse()))


def test_the_columns_of_the_divisions() -> None:
    row = one("陈贵镇")
    assert (row["province"], row["prefecture"], row["county"], row["township"]) == (
        "湖北省",
        "黄石市",
        "大冶市",
        "陈贵镇",
    )
    assert row["division_code"] == "420281110"
    row = one("东莞市虎门镇")
    assert (row["prefecture"], row["county"], row["township"]) == ("东莞市", None, "虎门镇")
    row = one("重庆市荣昌区招商投资促进局")
    assert (row["province"], row["prefecture"], row["county"]) == ("重庆市", None, "荣昌区")
    row = one("交通运输部海事局")
    assert (row["division_code"], row["province"], row["level"]) == (None, None, "national")


def test_a_branch_belongs_to_the_bureau_above() -> None:
    row, bureau = resolve([Case("十堰市生态环境局郧阳分局"), Case("十堰市生态环境局")])
    assert row["agency_name"] == "十堰市生态环境局郧阳分局"
    assert row["agency_full_name"] == "湖北省十堰市生态环境局郧阳分局"
    assert (row["division_code"], row["level"], row["county"]) == ("420304", "county", "郧阳区")
    assert row["parent_agency_id"] == bureau["agency_id"]


def test_the_corps_stands_beside_the_region() -> None:
    row = one("新疆生产建设兵团第八师石河子市教育局")
    assert row["agency_id"] == "兵团-第八师石河子市教育局"
    assert (row["province"], row["level"], row["function"]) == ("新疆维吾尔自治区", "prefecture", "教育")
    assert row["agency_id"] != one("石河子市教育局")["agency_id"]


def test_divisions_that_ended_have_successors() -> None:
    before, after = resolve([Case("双流县教育局", year=2014), Case("双流区教育局", year=2022)])
    assert before["agency_id"] == "510122-教育局"
    assert before["valid_to"] == date(2015, 12, 31)
    assert before["successor_agency_id"] == after["agency_id"] == "510116-教育局"
    assert (after["valid_from"], after["valid_to"], after["successor_agency_id"]) == (date(2015, 1, 1), None, None)


def test_a_division_that_was_renamed_keeps_its_agencies() -> None:
    old, new = resolve([Case("襄樊市统计局", year=2009), Case("襄阳市统计局", year=2022)])
    assert old["agency_id"] == new["agency_id"]
    assert old["agency_name"] == "襄樊市统计局"


def test_bodies_that_were_reformed_have_successors_that_exist() -> None:
    old, new = resolve([Case("泗水县国土资源局", year=2017), Case("泗水县自然资源和规划局", year=2022)])
    assert (old["valid_to"], old["successor_agency_id"]) == (date(2019, 3, 31), new["agency_id"])
    assert one("泗水县国土资源局", year=2017)["successor_agency_id"] is None


def written(folder: Path, *lines: str) -> Path:
    """A file of aliases as a data folder has it."""
    path = folder / "aliases.csv"
    path.write_text("\n".join(["kind,alias,means,reason", *lines, ""]), "utf-8")
    return path


@pytest.mark.parametrize("at", ["", "@b.example.com"])
def test_users_correct_names(tmp_path: Path, at: str) -> None:
    aliases = read_aliases(written(tmp_path, f"name,县 北办{at},泗水县司法局,"))
    cases = [Case("县北办", "http://b.example.com/"), Case("县北办", "http://c.example.com/")]
    here, elsewhere = resolve(cases, aliases)
    assert here["agency_id"] == "370831-司法局"
    assert (elsewhere["agency_id"] == here["agency_id"]) is (at == "")


def test_an_id_once_published_stays_as_an_alias(tmp_path: Path) -> None:
    aliases = read_aliases(written(tmp_path, "id,370831-司法局,370831-甲局,", "id,370831-甲局,370831-乙局,"))
    (row,) = resolve([Case("泗水县司法局")], aliases)
    assert row["agency_id"] == "370831-乙局"
    assert {"370831-司法局": "370831-乙局", "370831-甲局": "370831-乙局"}.items() <= aliases.ids.items()


def test_a_document_that_stands_alone_can_be_told_whose_it_is(tmp_path: Path) -> None:
    (row,) = resolve([Case(None)])
    aliases = read_aliases(written(tmp_path, f"id,{row['agency_id']},370831-司法局,"))
    assert [row["agency_id"] for row in resolve([Case(None)], aliases)] == ["370831-司法局"]


def test_successors_and_parents_are_named_by_the_ids_in_use(tmp_path: Path) -> None:
    cases = [
        Case("泗水县国土资源局", year=2017),
        Case("泗水县自然资源和规划局", year=2022),
        Case("十堰市生态环境局郧阳分局"),
    ]
    before, after, branch = resolve(cases)
    aliases = read_aliases(
        written(tmp_path, f"id,{after['agency_id']},370831-甲局,", f"id,{branch['parent_agency_id']},420300-乙局,")
    )
    before, after, branch = resolve(cases, aliases)
    assert before["successor_agency_id"] == after["agency_id"] == "370831-甲局"
    assert branch["parent_agency_id"] == "420300-乙局"


def test_the_data_folder_counts_before_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    project = written(tmp_path / "project", "id,a,b,", "name,县北办,泗水县水利局,", "id,c,d,")
    monkeypatch.setattr(identity, "ALIASES", project)
    aliases = read_aliases(written(tmp_path, "id,a,e,", "name,县北办,泗水县司法局,"))
    assert aliases == ({"县北办": "泗水县司法局"}, {"a": "e", "c": "d"})
    assert read_aliases(tmp_path / "none.csv").ids == {"a": "b", "c": "d"}


def test_spreadsheets_write_aliases_with_a_mark_at_the_beginning(tmp_path: Path) -> None:
    path = written(tmp_path, "id,a,b,")
    path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert read_aliases(path).ids["a"] == "b"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["id,a,b,", "id,b,a,"], "leads back"),
        (["id,a,b,", "nickname,a,b,"], "aliases.csv, line 3: kind has to be name or id and is nickname"),
        (["name,,b,"], "line 2: kind"),
        (["name,a"], "line 2: kind"),
    ],
)
def test_aliases_that_cannot_be_meant_are_told(tmp_path: Path, lines: list[str], why: str) -> None:
    with pytest.raises(JobError, match=why):
        read_aliases(written(tmp_path, *lines))


def test_spreadsheets_write_aliases_in_gbk(tmp_path: Path) -> None:
    path = tmp_path / "aliases.csv"
    path.write_bytes("kind,alias,means,reason\r\nname,县北办,泗水县司法局,\r\n".encode("gbk"))
    assert read_aliases(path).names["县北办"] == "泗水县司法局"


def test_a_scope_stated_outside_the_sections_counts() -> None:
    """In the preface or the last section, which extraction sights sentence by sentence."""
    stated = (("scope", "本报告中的统计数据为区政府本级", "sentence"),)
    assert one("河南省郑州市金水区人民政府")["scope"] == "whole"
    assert one("河南省郑州市金水区人民政府", evidence=stated)["scope"] == "own"
    assert "统计数据为区政府本级" in one("河南省郑州市金水区人民政府", evidence=stated)["scope_evidence"]


def test_subordination_names_ids_in_use() -> None:
    aliases = Aliases({}, {"410105-司法局": "410105-司法和信访局"})
    (row,) = resolve([Case("河南省郑州市金水区司法局")], aliases)
    assert row["subordination"] == ["410000", "410100", "410105", "410105-司法和信访局"]
    assert row["standing"] == "department"


def test_whoever_is_not_known_stands_nowhere() -> None:
    assert one(None)["subordination"] == one("鼓楼区司法局")["subordination"] == []
