"""The grammar of agency names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agencies.names import expand, level_of, read_name
from tests.agencies.frames import one

NAMES = """
两英镇政府 两英镇人民政府
江南镇 江南镇人民政府
宁晋县大曹庄镇 大曹庄镇人民政府
龙游县湖镇镇 湖镇镇人民政府
龙游县湖镇镇镇政府 湖镇镇人民政府
广州市荔湾区人民政府南源街道办事处 南源街道办事处
无锡市锡山区人民政府厚桥街道 厚桥街道办事处
东城街街道办事处 东城街街道办事处
高平市东城街街道办 东城街街道办事处
广州市越秀区北京街 北京街道办事处
广州市越秀区北京街办 北京街道办事处
湖南镇 湖南镇人民政府
公园街道 公园街道办事处
古县镇 古县镇人民政府
卢氏县城关镇 城关镇人民政府
淄博市高新区中埠镇 中埠镇人民政府
西咸新区底张街道办事处 底张街道办事处
柳城县古砦仫佬族乡人民政府 古砦仫佬族乡人民政府
阿拉善盟额济纳旗赛汉陶来苏木 赛汉陶来苏木人民政府
东莞市长安镇 长安镇人民政府
海南州人民政府 海南州人民政府
海南省文昌市 文昌市人民政府
吉林省吉林市船营区 船营区人民政府
天津市 天津市人民政府
喀什地区 喀什地区行政公署
锡林郭勒盟行署 锡林郭勒盟行政公署
西藏自治区政府国资委 西藏自治区人民政府国有资产监督管理委员会
武汉市政府办公厅 武汉市人民政府办公厅
濠江区人民政府办公室 濠江区人民政府办公室
宣州区卫健委 宣州区卫生健康委员会
蜀山区教体局 蜀山区教育体育局
府谷县教育和体育局 府谷县教育和体育局
湖北省咸宁市气象部门 咸宁市气象局
四川省成都市双流区气象局 双流区气象局
安徽省市场监管局 安徽省市场监督管理局
朝阳市场监督管理局 朝阳市场监督管理局
朝阳市市场监督管理局 朝阳市市场监督管理局
徐州市民族宗教事务局 徐州市民族宗教事务局
河北省保定市容城县教育局 容城县教育局
佳木斯市郊区公安局 郊区公安局
延安市富县直罗镇 直罗镇人民政府
江苏省镇江句容市教育局 句容市教育局
深圳海事局 深圳海事局
湖南衡山萱洲国家湿地公园管理处 湖南衡山萱洲国家湿地公园管理处
十堰市生态环境局郧阳分局 十堰市生态环境局郧阳分局
滁州市凤阳县生态环境分局 凤阳县生态环境分局
国家税务总局句容市税务局 国家税务总局句容市税务局
交通运输部海事局 交通运输部海事局
中國地震局 中国地震局
江苏省苏州市吴中區教育局 吴中区教育局
西藏自治區人民政府 西藏自治区人民政府
洛阳市高新区管委会 洛阳市高新区管理委员会
洛阳高新技术产业开发区 洛阳高新技术产业开发区管理委员会
重庆市大足区海棠新城开发区管委会 大足区海棠新城开发区管理委员会
新疆生产建设兵团第八师石河子市教育局 第八师石河子市教育局
句容市市场监督管理局（知识产权局） 句容市市场监督管理局
县政府办 县人民政府办公室
省供销社 省供销合作社联合社
水务局 水务局
乡村振兴局 乡村振兴局
市场监管局 市场监督管理局
公安局 公安局
台湾事务办公室 台湾事务办公室
中共宜春市委宣传部 宜春市委宣传部
原句容市扶贫办 句容市扶贫开发办公室
甲市司法局 甲市司法局
"""


@pytest.mark.parametrize(("printed", "name"), [line.split() for line in NAMES.strip().splitlines()])
def test_names_in_normal_form(printed: str, name: str) -> None:
    assert read_name(printed).title(None) == name


@pytest.mark.parametrize(("printed", "name"), [line.split() for line in NAMES.strip().splitlines()])
def test_a_normal_form_is_its_own(printed: str, name: str) -> None:
    assert read_name(name).title(None) == name


@pytest.mark.parametrize(
    ("printed", "places"),
    [
        ("四川省成都市双流区气象局", ["四川省", "成都市", "双流区"]),
        ("湖南衡山萱洲国家湿地公园管理处", ["湖南", "衡山"]),
        ("广州市荔湾区人民政府南源街道办事处", ["广州市", "荔湾区"]),
        ("海南州共和县", ["海南州", "共和县"]),
        ("湖南镇", []),
        ("公安局", []),
        ("和平医院", []),
        ("市中区教育局", ["市中区"]),
    ],
)
def test_places(printed: str, places: list[str]) -> None:
    assert [place.text for place in read_name(printed).places] == places


@pytest.mark.parametrize(
    ("printed", "codes"),
    [
        ("南京市鼓楼区教育局", {"320106"}),
        ("鼓楼区教育局", {"320106", "320302", "350102", "410204"}),
        ("吉林吉林市", {"220200"}),
        ("上海市公安局长宁分局", {"310105"}),
        ("咸宁市生态环境局嘉鱼县分局", {"421221"}),
        ("北京市规划和自然资源委员会朝阳分局", {"110105"}),
    ],
)
def test_what_a_name_alone_can_mean(printed: str, codes: set[str]) -> None:
    assert {division.code for division in read_name(printed).own} == codes


@pytest.mark.parametrize(
    ("printed", "level"),
    [
        ("交通运输部海事局", "national"),
        ("国家发展改革委", "national"),
        ("江苏省气象局", "province"),
        ("国家统计局江苏调查总队", "province"),
        ("中国证券监督管理委员会江苏监管局", "province"),
        ("新疆生产建设兵团", "province"),
        ("教育厅", "province"),
        ("武汉市政府办公厅", "prefecture"),
        ("第六师五家渠市", "prefecture"),
        ("洛阳高新技术产业开发区管委会", "county"),
        ("北京经济技术开发区管理委员会", "county"),
        ("县教育局", "county"),
        ("国家税务总局句容市税务局", "county"),
        ("温州市公安局鹿城区分局", "county"),
        ("两英镇政府", "township"),
        ("街道办事处", "township"),
        ("水务局", None),
        ("市民政局", None),
        ("北京大学", None),
    ],
)
def test_levels(printed: str, level: str | None) -> None:
    name = read_name(printed)
    own = name.own
    assert level_of(name, own[0] if len({one.level for one in own}) == 1 else None) == level


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("卫健委", "卫生健康委员会"),
        ("政务服务办", "政务服务办公室"),
        ("农业农村委", "农业农村委员会"),
        ("县委", "县委"),
        ("纪委", "纪委"),
        ("管委会", "管理委员会"),
        ("司法局", "司法局"),
    ],
)
def test_short_forms(short: str, full: str) -> None:
    assert expand(short) == full


PIECES = st.sampled_from(
    "国家税务总局 中国 江苏省 江苏 镇江市 句容市 句容 鼓楼区 海南州 湖南镇 人民政府 政府 办公室 街道办事处 街道 镇 乡 "
    "县 市 区 局 分局 高新区 开发区 管委会 教育局 市场监管局 委 办 第八师 兵团 团 公安 (本级) 某 一 A 1 - （ 縣".split()
)


@given(st.lists(PIECES, min_size=1, max_size=7).map("".join))
def test_whatever_is_printed_is_read(printed: str) -> None:
    name = read_name(printed)
    assert name.title(None) or name.text == ""
    assert one(printed)["agency_id"]


@given(st.text(max_size=12))
def test_any_text_is_read(printed: str) -> None:
    assert one(printed)["agency_id"]
