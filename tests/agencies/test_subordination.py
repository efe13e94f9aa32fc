"""Under whom an agency stands."""

from __future__ import annotations

import pytest

from pipeline.agencies import rules
from pipeline.agencies.evidence import county_of, decide
from pipeline.agencies.identity import agency_id
from pipeline.agencies.names import read_name
from pipeline.agencies.subordination import STANDINGS, Subordination, subordination


def of(printed: str, year: int = 2022) -> Subordination:
    name = read_name(printed)
    chosen = decide(name, [], year).chosen
    place = county_of(chosen, year) if chosen else None
    return subordination(name, place, year, agency_id(name, place) or printed)


@pytest.mark.parametrize(
    ("name", "standing", "nodes"),
    [
        ("河南省人民政府", "government", "410000"),
        ("河南省郑州市金水区人民政府", "government", "410000 410100 410105"),
        ("河南省郑州市金水区司法局", "department", "410000 410100 410105 410105-司法局"),
        ("郑州市人民政府办公厅", "office", "410000 410100 410100-人民政府办公厅"),
        ("喀什地区行政公署", "government", "650000 653100"),
        ("大冶市陈贵镇人民政府", "government", "420000 420200 420281 420281-陈贵镇"),
        ("大冶市陈贵镇财政所", "department", "420000 420200 420281 420281-陈贵镇 420281-陈贵镇财政所"),
        # No prefecture between; a city without counties; a municipality.
        ("济源市人民政府", "government", "410000 419001"),
        ("仙桃市教育局", "department", "420000 429004 429004-教育局"),
        ("东莞市虎门镇人民政府", "government", "440000 441900 441900-虎门镇"),
        ("北京市东城区东华门街道办事处", "government", "110000 110101 110101-东华门街道"),
        # A zone goes by its code where it has one: its townships are coded under that.
        ("雄安新区管理委员会", "government", "130000 130000-雄安新区"),
        ("洛阳高新技术产业开发区管委会", "government", "410000 410300 410371"),
        ("洛阳市高新区财政局", "department", "410000 410300 410371 410300-高新技术产业开发区财政局"),
        # A branch is its bureau's, wherever it serves.
        ("十堰市生态环境局郧阳分局", "branch", "420000 420300 420300-生态环境局 420304-生态环境分局"),
        # The 兵团 is under no region.
        ("新疆生产建设兵团", "government", "兵团"),
        ("第八师石河子市", "government", "兵团 兵团-第八师"),
        ("第八师一二一团", "government", "兵团 兵团-第八师 兵团-第八师一二一团"),
        ("石河子市教育局", "department", "兵团 兵团-第八师 659001 659001-教育局"),
        # Vertical bodies: under their line alone.
        ("国家税务总局句容市税务局", "vertical", "税务-320000 税务-321100 税务-321183"),
        ("句容市税务局", "vertical", "税务-320000 税务-321100 税务-321183"),
        ("财政部江苏监管局", "vertical", "财政部-320000"),
        ("江苏省地震局", "vertical", "地震-320000"),
        ("句容市气象局", "vertical", "气象-320000 气象-321100 气象-321183"),
        ("中国人民银行句容市支行", "vertical", "人民银行-320000 人民银行-321100 人民银行-321183"),
        ("中国民用航空江苏安全监督管理局", "vertical", "民航-320000"),
        ("国家税务总局南京市税务局第三税务分局", "vertical", "税务-320000 税务-320100"),
        # What sounds like one and is the government's own.
        ("句容市地方税务局", "department", "320000 321100 321183 321183-地方税务局"),
        ("句容市地震局", "department", "320000 321100 321183 321183-地震局"),
        ("句容市统计局", "department", "320000 321100 321183 321183-统计局"),
        ("泰州市地方海事局", "department", "320000 321200 321200-地方海事局"),
        ("江苏省地方金融监督管理局", "department", "320000 320000-地方金融监督管理局"),
        ("湖南省铁路建设办公室", "department", "430000 430000-铁路建设办公室"),
        ("山海关区教育局", "department", "130000 130300 130303 130303-教育局"),
        # Under no government at all.
        ("句容市人民医院", "public_institution", "321183-人民医院"),
        ("江西师范大学", "public_institution", "360000-师范大学"),
        ("交通运输部海事局", "national", "cn-交通运输部海事局"),
        # Whose place is not known.
        ("鼓楼区司法局", "department", ""),
        ("镇人民政府", "government", ""),
    ],
)
def test_subordination(name: str, standing: str, nodes: str) -> None:
    assert standing in STANDINGS
    assert of(name) == (standing, tuple(nodes.split()))


def test_every_body_that_stands_apart_has_a_reason() -> None:
    for row in rules.rows("apart.csv"):
        assert row["standing"] in STANDINGS
        assert bool(row["line"]) is (row["standing"] == "vertical")
        assert row["reason"]
        assert set(row) == {"standing", "line", "pattern", "levels", "reason"}


@pytest.mark.parametrize("year", [2014, 2015, 2016])
def test_a_recoded_division_is_one(year: int) -> None:
    """双流县 (510122) became 双流区 (510116) in 2015: whichever name a report bears, both are the same place."""
    code = "510122" if year < 2015 else "510116"
    assert of("双流县教育局", year).nodes[:-1] == ("510000", "510100", code)
    if year >= 2015:
        assert of("成都市双流区人民政府", year).nodes == ("510000", "510100", code)


def test_a_merged_division_is_not_its_heir() -> None:
    """崇文区 went into 东城区, which had been there before, in 2010."""
    assert of("北京市崇文区人民政府", 2010).nodes == ("110000", "110103")
