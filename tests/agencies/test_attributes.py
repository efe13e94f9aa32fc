"""What an agency does, and whose figures its report holds."""

from __future__ import annotations

import pytest

from pipeline.agencies.attributes import function_of, functions, scope_of
from pipeline.agencies.names import read_name


def test_functions_are_few_and_each_is_one() -> None:
    names = functions()
    assert len(names) <= 50
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("句容市机关服务中心", "机关事务"),
        ("阿城区机关后勤服务中心", "机关事务"),
        ("金水区政务服务办公室", "政务服务"),
        ("泗水县行政审批服务局", "政务服务"),
        ("武义县教育局", "教育"),
        ("大理州教育体育局", "教育"),
        ("六盘水市公安局", "公安"),
        ("温州市公安局鹿城区分局", "公安"),
        ("国家税务总局句容市税务局", "税务"),
        ("滁州市气象局", "气象"),
        ("深圳海事局", "海事"),
        ("中华人民共和国南京海关", "海关"),
        ("国家统计局句容调查队", "统计"),
        ("中国人民银行句容市支行", "金融"),
        ("财政部江苏监管局", "财政"),
        ("两英镇政府", "乡镇街道"),
        ("街道办事处", "乡镇街道"),
        ("全州县", "综合"),
        ("喀什地区行政公署", "综合"),
        ("濠江区人民政府办公室", "党政办公"),
        ("洛阳市高新区管委会", "园区管理"),
        ("洛阳市高新区财政局", "财政"),
        ("十堰市生态环境局郧阳分局", "生态环境"),
        ("宜春市住房公积金管理中心", "住房公积金"),
        ("宜春市住房和城乡建设局", "住房城乡建设"),
        ("宜春市城市管理局", "城市管理"),
        ("宜春市人力资源和社会保障局", "人力资源社会保障"),
        ("宜春市民政局", "民政"),
        ("宜春市民族宗教事务局", "民族宗教"),
        ("宜春市国有资产监督管理委员会", "国有资产"),
        ("宜春市卫生健康委员会", "卫生健康"),
        ("宜春市医疗保障局", "医疗保障"),
        ("宜春市市场监督管理局", "市场监管"),
        ("宜春市自然资源局", "自然资源"),
        ("宜春市林业局", "林业草原"),
        ("宜春市文化广电旅游局", "文化旅游"),
        ("宜春市发展和改革委员会", "发展改革"),
        ("宜春市工业和信息化局", "工业信息化"),
        ("宜春市科学技术局", "科技"),
        ("宜春市商务局", "商务"),
        ("宜春市退役军人事务局", "退役军人"),
        ("宜春市应急管理局", "应急管理"),
        ("宜春市消防救援支队", "消防"),
        ("宜春市信访局", "信访"),
        ("宜春市残联", "群团"),
        ("句容市人民医院", "卫生健康"),
        ("江西农业大学", "教育"),
        ("句容市自来水公司", "公用企事业"),
        ("省供销社", "供销合作"),
    ],
)
def test_functions(name: str, function: str) -> None:
    assert function in functions()
    assert function_of(read_name(name)) == function


@pytest.mark.parametrize(
    ("name", "level", "text", "scope"),
    [
        ("泗水县人民政府", "county", "", "whole"),
        ("泗水县人民政府", "county", "2022年，全县主动公开政府信息2万条。", "whole"),
        (
            "泗水县人民政府",
            "county",
            "本报告仅反映本级情况。2022年，县本级主动公开政府信息300条，本机关收到申请2件。",
            "own",
        ),
        ("泗水县教育局", "county", "2022年，我局主动公开政府信息100条。", "own"),
        ("泗水县教育局", "county", "按照全县政务公开工作部署，我局收到申请2件。", "own"),
        ("泗水县人民政府办公室", "county", "", "own"),
        (
            "泗水县人民政府办公室",
            "county",
            "本报告汇总全县各级行政机关数据。2022年，全县共收到申请40件，包括各部门和乡镇街道。",
            "whole",
        ),
        ("陈贵镇人民政府", "township", "", "own"),
        ("洛阳市高新区管委会", "county", "", "whole"),
        ("交通运输部海事局", "national", "", "own"),
    ],
)
def test_scope(name: str, level: str, text: str, scope: str) -> None:
    found, evidence = scope_of(read_name(name), level, [text])
    assert found == scope
    assert (evidence == "rule") is (text == "" or evidence == "rule")
