"""The roster: made of the divisions, edited by users, resolved as reports are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.agencies.divisions import LEVELS
from pipeline.agencies.identity import Aliases, read_aliases
from pipeline.agencies.roster import add_to_roster, find_place, governments, read_roster, resolve_roster
from pipeline.workspace import JobError
from tests.agencies.frames import one

HEADER = "agency_id,agency_full_name,from_year,to_year,expected,note"
ABOVE_TOWNSHIPS = LEVELS[:3]


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "roster.csv"
    path.write_text("\n".join([header, *lines, ""]), "utf-8")
    return path


def resolved(path: Path, aliases: Aliases | None = None) -> list[tuple[str, str]]:
    rows = resolve_roster(read_roster(path), aliases or read_aliases(), file=path)
    return list(rows.select("agency_id", "agency_full_name").iter_rows())


def test_every_government_of_the_country_meets_its_report() -> None:
    """A report under its full name gets its id, but for a code that two counties had one after the other."""
    lines = list(governments(None, ABOVE_TOWNSHIPS, 2019))
    assert len(lines) > 3000
    named = [line._replace(number=number, agency_id=None) for number, line in enumerate(lines, 2)]
    found = resolve_roster(named, read_aliases(), file=Path("roster.csv"))["agency_id"]
    aliases = read_aliases().ids
    expected = [aliases.get(line.agency_id or "", line.agency_id) for line in lines]
    assert [(one, other) for one, other in zip(expected, found, strict=True) if one != other] == [
        ("340211-人民政府", "340212-人民政府")
    ]


@pytest.mark.parametrize("text", ["句容市", "句容", "321183", "江苏省镇江市句容市"])
def test_a_place_is_found_however_it_is_said(text: str) -> None:
    place = find_place(text)
    assert place is not None
    assert place.code == "321183"


def test_the_whole_country() -> None:
    assert find_place("全国") is None


@pytest.mark.parametrize(
    ("text", "why"), [("鼓楼区", "is several: 320106 江苏省南京市鼓楼区"), ("无此县", "There is no")]
)
def test_a_place_that_is_none_or_several(text: str, why: str) -> None:
    with pytest.raises(JobError, match=why):
        find_place(text)


def test_governments_by_level() -> None:
    place = find_place("句容市")
    assert [line.agency_full_name for line in governments(place, ABOVE_TOWNSHIPS, 2019)] == [
        "江苏省镇江市句容市人民政府"
    ]
    towns = [line.agency_full_name for line in governments(place, ["township"], 2019)]
    assert "江苏省镇江市句容市下蜀镇人民政府" in towns
    assert all(name and name.endswith(("人民政府", "办事处")) for name in towns)
    (league,) = (line for line in governments(find_place("152500"), ["prefecture"], 2019))
    assert league.agency_id == "152500-行政公署"


def test_divisions_report_for_the_years_that_they_stood() -> None:
    """双流县 became 双流区 at the end of 2015."""
    years = {line.agency_id: (line.from_year, line.to_year) for line in governments(find_place("成都市"), LEVELS, 2010)}
    assert years["510122-人民政府"] == (2010, 2014)
    assert years["510116-人民政府"] == (2015, None)
    assert "510122-人民政府" not in {line.agency_id for line in governments(find_place("成都市"), LEVELS, 2019)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_users_wrote_stays_byte_for_byte(tmp_path: Path, encoding: str, ending: str) -> None:
    path = tmp_path / "roster.csv"
    lines = ["note,expected,agency_full_name,from_year,谁", "不报,FALSE,江西省宜春市袁州区人民政府,2020,张三"]
    before = ending.join(lines).encode(encoding)
    path.write_bytes(before)
    wanted = list(governments(find_place("宜春市"), ABOVE_TOWNSHIPS, 2019))
    assert add_to_roster(path, wanted, read_aliases()) == len(wanted) - 1
    assert path.read_bytes().startswith(before)
    first, *others = read_roster(path)
    assert (first.agency_full_name, first.expected, first.from_year) == ("江西省宜春市袁州区人民政府", False, 2020)
    assert {line.agency_full_name for line in others} == {line.agency_full_name for line in wanted[:1] + wanted[2:]}
    after = path.read_bytes()
    assert add_to_roster(path, wanted, read_aliases()) == 0
    assert path.read_bytes() == after


def test_a_new_roster_opens_right_in_spreadsheets(tmp_path: Path) -> None:
    path = tmp_path / "data" / "roster.csv"
    assert add_to_roster(path, governments(find_place("句容市"), ABOVE_TOWNSHIPS, 2019), read_aliases()) == 1
    assert path.read_bytes().decode("utf-8-sig").splitlines() == [
        HEADER,
        "321183-人民政府,江苏省镇江市句容市人民政府,2019,,true,",
    ]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_line_and_a_report_meet_on_one_id(tmp_path: Path) -> None:
    report = one("金水区教体局", "http://www.jinshui.gov.cn/")
    path = written(
        tmp_path,
        ",河南省郑州市金水区教育和体育局,2019,,true,",
        f"{report['agency_id']},,2019,,true,",
        "cn-交通运输部海事局,,2019,,true,",
    )
    full = "河南省郑州市金水区教育体育局"
    assert report["agency_full_name"] == full
    assert resolved(path) == [
        (report["agency_id"], "河南省郑州市金水区教育和体育局"),
        (report["agency_id"], full),
        ("cn-交通运输部海事局", "交通运输部海事局"),
    ]


def test_old_ids_on_the_roster_mean_those_in_use(tmp_path: Path) -> None:
    path = written(tmp_path, "370831-旧局,,2019,,true,")
    assert resolved(path, Aliases({}, {"370831-旧局": "370831-司法局"}))[0][0] == "370831-司法局"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",,2019,,true,", "line 3: agency_id or agency_full_name"),
        ("a,,,,true,", "line 3: from_year has to be filled in"),
        ("a,,2019年,,true,", "line 3: from_year 2019年 is no year"),
        ("a,,1999,,true,", "line 3: from_year 1999 is no year"),
        ("a,,2019,2018,true,", "line 3: to_year 2018 lies before"),
        ("a,,2019,,,", "line 3: expected has to be true or false and is blank"),
        ("a,,2019,,yes,", "line 3: expected has to be true or false and is yes"),
        (",水务局,2019,,true,", "line 3: where 水务局 is cannot be told"),
    ],
)
def test_lines_that_cannot_be_meant_are_told(tmp_path: Path, line: str, why: str) -> None:
    path = written(tmp_path, "321183-人民政府,,2019,,TRUE,", line)
    with pytest.raises(JobError, match=why):
        resolved(path)


def test_there_need_be_no_roster(tmp_path: Path) -> None:
    assert resolved(tmp_path / "roster.csv") == []
