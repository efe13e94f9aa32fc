"""The six sections: headings by their wording, bodies without tables, sign-off and the page's own text."""

from __future__ import annotations

import pytest

from pipeline.extraction.outline import read_outline
from pipeline.extraction.report import Section
from pipeline.extraction.sections import read_sections
from pipeline.readers.document import Cell, Document, Table
from pipeline.readers.read import read
from tests.conftest import SAMPLES
from tests.extraction.pages import FIGURES, HEADINGS, blocks, page

ONE, TWO, THREE, FOUR, FIVE, SIX = HEADINGS
REPORT = (ONE, "甲。", TWO, FIGURES, THREE, FIGURES, FOUR, FIGURES, FIVE, "乙。", SIX, "丙。")
BODIES = ["甲。", "", "", "", "乙。", "丙。"]


def sections_of(*parts: str | Table) -> list[Section]:
    return read_sections(read_outline(Document(blocks(*parts), "text/html")))


def report_with(*headings: str) -> list[Section]:
    """The sections of a report with these headings."""
    one, two, three, four, five, six = headings
    return sections_of(one, "甲。", two, FIGURES, three, FIGURES, four, FIGURES, five, "乙。", six, "丙。")


@pytest.mark.parametrize(
    "headings",
    [
        HEADINGS,
        [heading.removeprefix(f"{number}、") for number, heading in zip("一二三四五六", HEADINGS, strict=True)],
        [f"（{heading.replace('、', '）', 1)}" for heading in HEADINGS],
        [f"{number}.{heading[2:]}" for number, heading in enumerate(HEADINGS, 1)],
        [f"第{heading[0]}部分 {heading[2:]}" for heading in HEADINGS],
        [f"{heading[0]} 、 {' '.join(heading[2:])}" for heading in HEADINGS],
        [f"{heading}：" for heading in HEADINGS],
        [
            ONE,
            "一、主动公开政府信息情况",
            "三是收到和处理政府信息公开申请情况",
            FOUR,
            "四、存在的主要问题及改进情况",
            SIX,
        ],
        [ONE, TWO, "（三）收到和处理政府信息公开申请情况", FOUR, FIVE, SIX],
        [
            "一、工作概述",
            "二、政府信息主动公开情况",
            "三、政府信息依申请公开情况",
            "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
            "五、政府信息公开工作存在的主要问题及改进措施",
            "六、其他需要说明的事项",
        ],
        [
            "一、概述",
            "二、主动公开政府信息",
            "三、收到和处理政府信息公开申请",
            "四、政府信息公开行政复议、行政诉讼",
            "五、存在问题及下一步打算",
            "六、需要报告的其他事项",
        ],
        [
            "一、2021年政府信息公开工作总体情况",
            "二、主動公開政府信息情況",
            "三、收到和處理政府信息公開申請情況",
            "四、政府信息公開行政復議、行政訴訟情況",
            "五、存在的主要問題及改進情況",
            "六、其他需要報告的事項",
        ],
    ],
    ids=lambda headings: headings[2],
)
def test_headings(headings: list[str]) -> None:
    sections = report_with(*headings)
    assert [section.section for section in sections] == [1, 2, 3, 4, 5, 6]
    assert [section.heading for section in sections] == list(headings)
    assert [section.body for section in sections] == BODIES


def test_a_heading_may_share_its_line_with_the_text() -> None:
    sections = report_with(
        f"{ONE} 2022年我局推进公开。", TWO, f"{THREE}：见下表", FOUR, f"{FIVE}2023年，将改进。", f"{SIX} 无。"
    )
    assert [section.heading for section in sections] == [ONE, TWO, f"{THREE}：", FOUR, FIVE, SIX]
    assert [section.body for section in sections] == [
        "2022年我局推进公开。\n甲。",
        "",
        "见下表",
        "",
        "2023年，将改进。\n乙。",
        "无。\n丙。",
    ]


@pytest.mark.parametrize(
    "before",
    [
        ("目录", *HEADINGS),
        ("目录", *(f"{heading}……{number}" for number, heading in enumerate(HEADINGS, 2))),
        ("总体情况", "主动公开", "依申请公开"),
        (
            "本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和"
            "行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项等六部分组成。",
        ),
    ],
)
def test_contents_and_prefaces_are_no_headings(before: tuple[str, ...]) -> None:
    assert [section.body for section in sections_of(*before, *REPORT)] == BODIES


def test_a_table_of_contents_alone_has_no_sections() -> None:
    assert sections_of("目录", *HEADINGS) == []


def test_a_menu_has_no_sections() -> None:
    assert sections_of("首页", "概况", "总体情况", "其他事项", "工作动态") == []


def test_a_heading_typed_twice_is_in_no_body() -> None:
    sections = sections_of(ONE, "甲。", TWO, TWO, FIGURES, THREE, FOUR, FIGURES, FIVE, FIVE, "乙。", SIX, "丙。")
    assert [section.body for section in sections] == BODIES


def test_sub_headings_stay_in_their_section() -> None:
    sections = sections_of(
        ONE,
        "（一）主动公开政府信息情况",
        "公开12条。",
        "2.依申请公开情况。没有收到申请。",
        "一是主动公开情况良好。",
        *REPORT[2:9],
        "（一）存在的主要问题及改进措施",
        "一是存在问题及改进情况不足。",
        SIX,
        "1.收取信息处理费的情况",
        "2.需要报告的其他事项",
        "无",
    )
    assert [section.section for section in sections] == [1, 2, 3, 4, 5, 6]
    assert sections[0].body.count("\n") == 3
    assert sections[4].body == "（一）存在的主要问题及改进措施\n一是存在问题及改进情况不足。"
    assert sections[5].body == "1.收取信息处理费的情况\n2.需要报告的其他事项\n无"


def test_missing_sections_are_left_out() -> None:
    sections = sections_of(ONE, "甲。", THREE, FIGURES, FIVE, "乙。")
    assert [(section.section, section.body) for section in sections] == [(1, "甲。"), (3, ""), (5, "乙。")]


def test_headings_that_are_none_of_the_six_end_a_section() -> None:
    sections = sections_of(
        "一、概述",
        "甲。",
        "二、主动公开政府信息情况",
        "乙。",
        "三、依申请公开政府信息情况",
        "丙。",
        "四、政府信息公开的收费及减免情况",
        "没有收费。",
        "五、因政府信息公开申请行政复议、提起行政诉讼情况",
        "丁。",
        "六、存在的主要问题及改进措施",
        "戊。",
        "七、附表",
        "己。",
    )
    bodies = [(section.section, section.body) for section in sections]
    assert bodies == [(1, "甲。"), (2, "乙。"), (3, "丙。"), (4, "丁。"), (5, "戊。")]


@pytest.mark.parametrize(
    "below",
    [
        ("上一篇：无", "友情链接"),
        ("临洮县水利局", "2022年1月19日", "【打印】【关闭】"),
        ("2022年1月19日",),
        ("附件：统计表.docx", "扫一扫在手机打开当前页"),
        ("相关链接：", "临洮县民政局2020年政府信息公开工作年度报告"),
        ("版权所有：临洮县人民政府办公室", "网站标识码：6211240001"),
    ],
)
def test_the_last_section_ends_with_the_report(below: tuple[str, ...]) -> None:
    assert sections_of(*REPORT, *below)[-1] == Section(6, SIX, "丙。")


def test_a_last_sentence_without_a_stop_is_not_taken_for_a_signature() -> None:
    sections = sections_of(*REPORT[:-1], "没有其他需要报告的事项", "2022年1月19日")
    assert sections[-1].body == "没有其他需要报告的事项"


def test_numbers_on_lines_of_their_own_are_in_no_body() -> None:
    parts = [part for n, part in zip("一二三四五六", HEADINGS, strict=True) for part in (f"{n}、", part[2:], "甲。")]
    assert [section.body for section in sections_of(*parts)] == ["甲。"] * 6


def test_a_report_run_into_one_paragraph() -> None:
    text = " ".join(f"{heading} {'公开工作有序推进。' * 20}" for heading in HEADINGS)
    sections = sections_of(f"根据条例编制。 {text}")
    assert [section.heading for section in sections] == list(HEADINGS)
    assert {section.body for section in sections} == {"公开工作有序推进。" * 20}


def test_a_report_typed_into_one_table() -> None:
    rows = [ONE, "甲。", TWO, "第二十条第（一）项", "规章|0", FIVE, "乙。", SIX, "无"]
    cells = [
        Cell(row, column, text, column_span=1 if "|" in line else 2)
        for row, line in enumerate(rows)
        for column, text in enumerate(line.split("|"))
    ]
    sections = sections_of(Table(cells, len(rows), 2, aligned=True))
    bodies = [(section.section, section.body) for section in sections]
    assert bodies == [(1, "甲。"), (2, ""), (5, "乙。"), (6, "无")]


def test_a_page_gives_all_six() -> None:
    document = page("临洮县水利局2021年政府信息公开工作年度报告", below=("临洮县水利局", "2022年1月9日"))
    sections = read_sections(read_outline(document))
    assert [section.section for section in sections] == [1, 2, 3, 4, 5, 6]
    assert sections[-1].body == "没有其他需要报告的事项。"


SAMPLE_ENDS = {
    "句容市机关服务中心-2023": (
        ("2023年，句容市机关服务中心认真贯彻", "确保工作质效。"),
        ("2023年，句容市机关服务中心政府信息", "中心网站的常态化管理。"),
        ("无其他需要报告的事项。", "无其他需要报告的事项。"),
    ),
    "宜春市机关事务管理中心-2023": (
        ("2022年宜春市机关事务管理中心坚持", "2023年，我中心未收到申请公开信息。"),
        ("2023年，在全面推进政务公开工作中", "办事效率、管理和服务水平。"),
        ("2023年度，我中心无收取信息处理费情况。", "2023年度，我中心无收取信息处理费情况。"),
    ),
    "泗水县机关事务服务中心-2023": (
        ("2023年，泗水县机关事务服务中心", "进一步提高了政务公开水平。"),
        ("随着中心信息公开工作有序开展", "逐步走上制度化、规范化。"),
        ("（一）依据《政府信息公开信息处理费管理办法》", "方便群众了解新政策和文件。"),
    ),
    "金水区政务服务办公室-2023": (
        ("1. 主动公开情况；", "需要进行责任追究的情况。"),
        ("2023年，我单位政务公开工作取得了显著成效", "公告通知知晓度。"),
        ("1.收取信息处理费的情况", "2.需要报告的其他事项\n无"),
    ),
    "老城区机关事务服务中心-2022": (
        ("2022年中心坚持以习近平新时代", "政府信息公开工作水平。"),
        ("存在的问题：2022年在稳步深入推进", "针对性、服务性和有效性。"),
        ("无", "无"),
    ),
}


@pytest.mark.parametrize("name", SAMPLE_ENDS)
def test_samples(name: str) -> None:
    sections = read_sections(read_outline(read((SAMPLES / f"{name}.txt").read_bytes())))
    fourth = FOUR.removesuffix("情况") if name.startswith("句容") else FOUR
    assert [section.heading for section in sections] == [ONE, TWO, THREE, fourth, FIVE, SIX]
    assert [section.body for section in sections[1:4]] == ["", "", ""]
    texts = [sections[0], sections[4], sections[5]]
    for section, (begin, end) in zip(texts, SAMPLE_ENDS[name], strict=True):
        assert section.body.startswith(begin)
        assert section.body.endswith(end)
