"""The gazetteer: complete, consistent with itself, and right about what everybody can look up."""

import subprocess
import sys
from collections import Counter

import pytest

from pipeline.agencies.divisions import (
    COUNTY,
    LEVELS,
    PREFECTURE,
    PROVINCE,
    TOWNSHIP,
    ambiguous,
    ancestors,
    divisions,
    heirs,
    history,
    is_statistical,
    named,
    path,
    short_names,
    with_area_code,
    with_postcode,
)


def standing(level):
    return [one for one in history() if one.level == level and one.valid_to is None]


# --- the data as a whole ------------------------------------------------------------------------------------------


def test_counts_are_the_ministrys_of_2026():
    assert len(standing(PROVINCE)) == 34
    assert len(standing(PREFECTURE)) == 333
    assert sum(not is_statistical(one.code) for one in standing(COUNTY)) == 2847
    formal = [one for one in standing(TOWNSHIP) if one.name.endswith(("镇", "乡", "街道", "苏木"))]
    assert 38_500 < len(formal) < 39_500  # the ministry's 38,536, and those of counties whose townships it lacks


def test_county_counts_of_past_years_are_those_of_the_statistical_yearbooks():
    """中国统计年鉴, 县级区划数 at the end of the year: without the islands of 三沙, 加格达奇区 and its like."""
    for year, published in {2005: 2862, 2010: 2856, 2015: 2850, 2019: 2846, 2021: 2843, 2022: 2843}.items():
        counties = {
            one.code
            for one in history()
            if one.level == COUNTY
            and not is_statistical(one.code)
            and (one.valid_from or 0) <= year < (one.valid_to or 9999)
            and not one.name.startswith(("西沙群", "南沙群", "中沙群", "加格达奇", "松岭", "新林", "呼中"))
        }
        assert abs(len(counties) - published) <= 2, (year, len(counties), published)


def test_every_parent_and_successor_exists():
    known = divisions()
    for one in history():
        assert (one.parent is None) == (one.level == PROVINCE), one
        assert one.parent is None or one.parent in known, one
        assert all(code in known for code in one.successors), one


def test_parents_are_of_a_higher_level_and_stand_as_long_as_their_children():
    for one in history():
        if one.parent:
            above = divisions()[one.parent]
            assert LEVELS.index(above.level) < LEVELS.index(one.level), one
            assert one.valid_to is not None or above.valid_to is None, (one, above)


def test_codes_are_well_formed_and_no_code_has_two_standing_divisions():
    for one in history():
        assert one.code.isdigit() and len(one.code) == (9 if one.level == TOWNSHIP else 6), one
        assert one.code[:2] == divisions()[one.code].code[:2]
    assert max(Counter(one.code for one in history() if one.valid_to is None).values()) == 1


def test_years_are_in_order_and_successors_come_only_after_an_end():
    for one in history():
        assert one.valid_from is None or one.valid_to is None or one.valid_from <= one.valid_to, one
        assert one.valid_to is not None or not one.successors, one
        assert all(year is None or 1984 <= year <= 2026 for year in (one.valid_from, one.valid_to)), one


def test_names_have_no_remarks_and_no_lost_characters():
    for one in history():
        assert not any(mark in one.name for mark in "（）()?？ \ufffd"), one
        assert not one.name.endswith(("街道办事处", "人民政府")) and "撤销" not in one.name, one


def test_every_county_that_ended_since_2003_leads_to_standing_ones():
    ended = [one for one in history() if one.level in (COUNTY, PREFECTURE) and (one.valid_to or 0) >= 2003]
    assert len(ended) > 400
    for one in ended:
        assert heirs(one), one
        assert all(heir.code[:2] == one.code[:2] for heir in heirs(one)), one


def test_loads_without_work_at_import_and_within_a_third_of_a_second():
    script = (
        "import time; import pipeline.agencies.divisions as d; assert d.history.cache_info().currsize == 0;"
        "start = time.process_time(); d.divisions(); d.named('金水区'); print(time.process_time() - start)"
    )
    taken = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(taken) < 0.6  # 0.25 s on a machine of its own


# --- names --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "whole"),
    {
        "金水区": "河南省郑州市金水区",
        "金水": "河南省郑州市金水区",
        "句容": "江苏省镇江市句容市",
        "内蒙古": "内蒙古自治区",
        "恩施州": "湖北省恩施土家族苗族自治州",
        "海南州": "青海省海南藏族自治州",
        "陈贵": "湖北省黄石市大冶市陈贵镇",
        "西双版纳": "云南省西双版纳傣族自治州",
        "陵水": "海南省陵水黎族自治县",
        "积石山县": "甘肃省临夏回族自治州积石山保安族东乡族撒拉族自治县",
        "察布查尔": "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县",
        "鄂温克旗": "内蒙古自治区呼伦贝尔市鄂温克族自治旗",
        "科左中旗": "内蒙古自治区通辽市科尔沁左翼中旗",
        "浦东": "上海市浦东新区",
        "济源": "河南省济源市",
        "神农架": "湖北省神农架林区",
        "石河子": "新疆维吾尔自治区石河子市",
        "虎门镇": "广东省东莞市虎门镇",
        "东城区": "北京市东城区",
        "两英镇": "广东省汕头市潮南区两英镇",
        "牛华镇": "四川省乐山市五通桥区牛华镇",
    }.items(),
)
def test_finds_a_division_by_its_full_or_short_name(name, whole):
    found = [path(one.code) for one in named(name) if one.valid_to is None]
    assert found[0] == whole


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("陵县", ()),
        ("芒市", ()),
        ("郊区", ()),
        ("井陉矿区", ()),
        ("科尔沁左翼中旗", ()),
        ("东乡族自治县", ("东乡", "东乡县")),
        ("内蒙古自治区", ("内蒙古",)),
        ("新疆维吾尔自治区", ("新疆",)),
        ("龙胜各族自治县", ("龙胜", "龙胜县")),
        ("瀍河回族区", ("瀍河", "瀍河区")),
        ("九门回族乡", ("九门", "九门乡")),
        ("大兴安岭地区", ("大兴安岭",)),
        ("香港特别行政区", ("香港",)),
        ("克孜勒苏柯尔克孜自治州", ("克孜勒苏", "克孜勒苏州")),
        ("二九〇农场", ()),
    ],
)
def test_short_names_follow_the_rules(name, short):
    assert tuple(dict.fromkeys(short_names(name))) == short


def test_a_name_in_full_comes_before_a_short_one_and_what_stands_before_what_ended():
    assert [one.name for one in named("沙县")][:2] == ["沙县", "沙县区"]
    assert (named("大冶")[0].name, named("大冶")[0].valid_to) == ("大冶市", None)
    assert named("没有这个地方") == ()
    assert {one.code for one in named("鼓楼区", 2022)} == {"320106", "320302", "350102", "410204"}


def test_all_that_bear_a_name_are_found():
    assert {one.name for one in named("海南") if one.level != TOWNSHIP} >= {"海南省", "海南藏族自治州", "海南区"}
    assert {path(one.code) for one in named("普陀区")} == {"上海市普陀区", "浙江省舟山市普陀区"}


def test_a_year_leaves_out_what_did_not_stand_then():
    assert [one.code for one in named("崇文区", 2010)] == ["110103"]
    assert named("崇文区", 2011) == ()
    assert named("临平区", 2020) == ()
    assert [one.code for one in named("临平区", 2021)] == ["330113"]


def test_the_divisions_above_are_told_once_and_from_the_province_down():
    assert [one.name for one in ancestors("410105")] == ["河南省", "郑州市"]
    assert ancestors("410000") == ()
    assert path("500101") == "重庆市万州区"
    with pytest.raises(KeyError):
        path("999999")


# --- history ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "ended", "now"),
    [
        ("大冶县", "420221", 1994, "湖北省黄石市大冶市"),
        ("波阳县", "361128", 2003, "江西省上饶市鄱阳县"),
        ("黄岩市", "332603", 1994, "浙江省台州市黄岩区"),
        ("句容县", "321123", 1995, "江苏省镇江市句容市"),
        ("崇文区", "110103", 2010, "北京市东城区"),
        ("宣武区", "110104", 2010, "北京市西城区"),
        ("静海县", "120223", 2015, "天津市静海区"),
        ("塘沽区", "120107", 2009, "天津市滨海新区"),
        ("卢湾区", "310103", 2011, "上海市黄浦区"),
        ("闸北区", "310108", 2015, "上海市静安区"),
        ("南汇区", "310119", 2009, "上海市浦东新区"),
        ("下城区", "330103", 2021, "浙江省杭州市拱墅区"),
        ("江干区", "330104", 2021, "浙江省杭州市上城区"),
        ("余杭市", "330184", 2001, "浙江省杭州市余杭区"),
        ("孟津县", "410322", 2021, "河南省洛阳市孟津区"),
        ("吉利区", "410306", 2021, "河南省洛阳市孟津区"),
        ("偃师市", "410381", 2021, "河南省洛阳市偃师区"),
        ("襄樊市", "420600", 2010, "湖北省襄阳市"),
        ("襄阳区", "420607", 2010, "湖北省襄阳市襄州区"),
        ("万县区", "500101", 1998, "重庆市万州区"),
        ("莱芜市", "371200", 2018, "山东省济南市"),
        ("庐山区", "360402", 2016, "江西省九江市濂溪区"),
        ("沙县", "350427", 2021, "福建省三明市沙县区"),
        ("米林县", "540422", 2023, "西藏自治区林芝市米林市"),
        ("江北区", "500105", 2025, "重庆市两江新区"),
        ("伊春区", "230702", 2019, "黑龙江省伊春市伊美区"),
        ("公主岭市", "220381", 2020, "吉林省长春市公主岭市"),
        ("思茅市", "530800", 2007, "云南省普洱市"),
    ],
)
def test_what_ended_is_known_with_its_year_and_what_it_is_now(name, code, ended, now):
    (one,) = [one for one in named(name) if one.code == code and one.name == name]
    assert one.valid_to == ended
    assert [path(heir.code) for heir in heirs(one)] == [now]


@pytest.mark.parametrize(
    ("code", "name", "since"),
    [
        ("410105", "金水区", None),
        ("370831", "泗水县", 1985),
        ("410302", "老城区", None),
        ("330113", "临平区", 2021),
        ("330114", "钱塘区", 2021),
        ("330110", "余杭区", 2001),
        ("120118", "静海区", 2015),
        ("420600", "襄阳市", 2010),
        ("460400", "儋州市", 2015),
        ("460300", "三沙市", 2012),
        ("460302", "西沙区", 2020),
        ("659009", "昆玉市", 2016),
        ("500157", "两江新区", 2025),
        ("500000", "重庆市", 1997),
        ("460000", "海南省", 1988),
    ],
)
def test_what_stands_is_known_with_its_first_year(code, name, since):
    one = divisions()[code]
    assert (one.name, one.valid_from, one.valid_to) == (name, since, None)


def test_a_split_has_several_heirs():
    (one,) = [one for one in named("巢湖市") if one.code == "341400"]
    assert [heir.name for heir in heirs(one)] == ["合肥市", "芜湖市", "马鞍山市"]


def test_a_township_that_changed_its_kind_leads_to_what_it_became():
    (one,) = [one for one in named("立节乡") if one.code.startswith("623023")]
    assert [heir.name for heir in heirs(one)] == ["立节镇"]


def test_a_code_given_on_to_another_division_does_not_mislead():
    """139001 was 武安市 before it was 定州市."""
    (one,) = [one for one in named("武安县") if one.code == "130422"]
    assert [path(heir.code) for heir in heirs(one)] == ["河北省邯郸市武安市"]


# --- names that several divisions bear ----------------------------------------------------------------------------


def test_ambiguous_county_names_of_the_country():
    several = ambiguous()
    assert {name: len(bearers) for name, bearers in several.items() if len(bearers) > 2} == {
        "城区": 3,
        "市中区": 4,
        "新华区": 3,
        "郊区": 3,
        "铁西区": 3,
        "鼓楼区": 4,
    }
    assert len(several) == 28
    assert "金水区" not in several
    assert all(one.valid_to is None and one.level == COUNTY for bearers in several.values() for one in bearers)


def test_ambiguous_names_of_a_past_year_and_of_townships():
    assert {"桥东区", "铁东区"} <= ambiguous(year=2012).keys()
    assert len(ambiguous(TOWNSHIP)["城关镇"]) > 50


# --- telephone and post -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area_code", "names"),
    [
        ("010", {"北京市"}),
        ("0371", {"郑州市", "开封市"}),
        ("0379", {"洛阳市"}),
        ("0511", {"镇江市"}),
        ("0537", {"济宁市"}),
        ("0795", {"宜春市"}),
        ("0391", {"焦作市", "济源市"}),
        ("0728", {"仙桃市", "潜江市", "天门市"}),
        ("0996", {"巴音郭楞蒙古自治州"}),
        ("023", {"重庆市"}),
        ("0000", set()),
    ],
)
def test_area_codes(area_code, names):
    assert {one.name for one in with_area_code(area_code)} == names


def test_every_prefecture_of_the_mainland_has_an_area_code():
    area_codes = ["010", *(f"{code:03}" for code in range(20, 30)), *(f"{code:04}" for code in range(300, 1000))]
    covered = {one.code for area_code in area_codes for one in with_area_code(area_code)}
    missing = [one.name for one in standing(PREFECTURE) if not {one.code, one.parent} & covered]
    assert missing == []


@pytest.mark.parametrize(
    ("postcode", "names"),
    [
        ("100000", {"北京市"}),
        ("450003", {"郑州市"}),
        ("212400", {"镇江市"}),
        ("336000", {"宜春市"}),
        ("010010", {"呼和浩特市"}),
        ("137400", {"兴安盟", "白城市"}),
        ("273200", {"山东省"}),
        ("000000", set()),
        ("", set()),
    ],
)
def test_postcodes(postcode, names):
    assert {one.name for one in with_postcode(postcode)} == names
