"""Who reports on which year, and when: titles, agencies, years and dates, among what misleads."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extraction import extract
from pipeline.extraction.report import Metadata, SeenField, Source
from pipeline.readers.document import Cell, Document, Table
from pipeline.readers.read import read
from tests.conftest import SAMPLES
from tests.extraction.pages import FIGURES, blocks, metadata_of, page, text_file

AGENCY, YEAR = "临洮县水利局", 2021
TITLE = f"{AGENCY}{YEAR}年政府信息公开工作年度报告"

WORDS = (
    "临洮县水利局,2021,年,度,政府,信息公开,工作,年度,报告,年报,总结,关于,现公布,《,》,（,）,。,，,：,、,1,0,2,发布日期,"
    "2022-02-30,二〇二二年,13,月,31,日,一、,总体情况,主动公开政府信息情况,至,请与,联系,上一篇,>,办公室,開, ,\u3000,"
    "[bookmark: _GoBack]"
)

with Path(__file__).with_name("titles.csv").open(encoding="utf-8", newline="") as _file:
    REAL_TITLES = list(csv.DictReader(_file))


def seen(metadata: Metadata, field: SeenField, rule: str | None = None) -> list[str]:
    return [
        evidence.value for evidence in metadata.evidence if evidence.field == field and rule in {None, evidence.rule}
    ]


# Titles


@pytest.mark.parametrize("real", REAL_TITLES, ids=lambda real: real["title"])
def test_real_titles(real: dict[str, str]) -> None:
    metadata = metadata_of(page(real["title"], "发布时间：2020-01-18 18:12 来源：县政府 字体：大 中 小"))
    assert metadata.title == real["title"]
    assert metadata.agency_name == real["agency"]
    assert metadata.report_year == int(real["year"])


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("江南镇政府信息公开工作年度报告（2021年）", "江南镇", 2021),
        ("江南镇2021年政府信息公开工作告年度报", "江南镇", 2021),
        ("江南镇２０２１年政府信息公开工作年度报告", "江南镇", 2021),
        ("江南镇二〇二一年政府信息公开工作年度报告", "江南镇", 2021),
        ("江南镇2021政府信息公开年报", "江南镇", 2021),
        ("北京市人民政府信息公开年报2012", "北京市人民政府", 2012),
        ("无为市高沟镇2022年政府信息公开工作年度报告", "无为市高沟镇", 2022),
        ("宜春市委机构编制委员会办公室2022年政府信息公开工作年度报告", "宜春市委机构编制委员会办公室", 2022),
        ("臨洮縣水利局2021年政府信息公開工作年度報告", "臨洮縣水利局", 2021),
        ("临洮县水利局2021年政府信息公开工作情况的报告", AGENCY, 2021),
        ("湖北大学2022年信息公开工作年度报告", "湖北大学", 2022),
    ],
)
def test_other_wordings_of_titles(title: str, agency: str, year: int) -> None:
    metadata = metadata_of(page(title))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (title, agency, year)


@pytest.mark.parametrize(
    "line",
    [
        f"关于公布{TITLE}的公告",
        f"附件：{TITLE}",
        f"索引号：123-456 名称：{TITLE} 主题分类：其他",
        f"【年报】{TITLE}",
        "临洮县水利局 2021 年政府信息公开工作 年度报告",
        f"首页 > 政务公开 > 年报 > {TITLE}",
    ],
)
def test_what_stands_around_a_title_is_left_out(line: str) -> None:
    metadata = metadata_of(page(line))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)


@given(st.sets(st.integers(1, len(TITLE) - 1), min_size=1, max_size=2))
def test_a_file_may_break_its_title_anywhere(places: set[int]) -> None:
    cuts = [0, *sorted(places), len(TITLE)]
    lines = [TITLE[start:end] for start, end in pairwise(cuts)]
    metadata = metadata_of(text_file(*lines))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)


@pytest.mark.parametrize("above", [("附件",), ("首页政务公开",), ("菜单", "正文"), ("甘肃省",), ("附件", "甘肃省")])
@pytest.mark.parametrize("broken", [False, True])
def test_what_stands_above_the_title_of_a_file_is_no_part_of_its_name(above: tuple[str, ...], broken: bool) -> None:
    """But for the place that it is in."""
    metadata = metadata_of(text_file(*above, *([TITLE[:2], TITLE[2:]] if broken else [TITLE])))
    province = "甘肃省" if "甘肃省" in above else ""
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (province + TITLE, province + AGENCY, YEAR)


@pytest.mark.parametrize("place", range(len(AGENCY), len(TITLE)))
def test_a_page_may_break_its_title_behind_the_name(place: int) -> None:
    metadata = metadata_of(page(TITLE[:place], TITLE[place:]))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)


def test_a_name_broken_on_a_page_is_joined_where_the_text_has_it_whole() -> None:
    metadata = metadata_of(page("临洮县", TITLE.removeprefix("临洮县"), first=f"2021年，{AGENCY}坚持公开。"))
    assert metadata.agency_name == AGENCY


def test_year_below_the_title() -> None:
    metadata = metadata_of(page("江南镇政府信息公开工作年度报告", "（2021年度）"))
    assert (metadata.agency_name, metadata.report_year) == ("江南镇", 2021)


def test_links_to_the_reports_of_others_are_passed_over() -> None:
    links = [
        f"临洮县{office}{year}年政府信息公开工作年度报告" for office in ("教育局", "民政局") for year in (2019, 2022)
    ]
    metadata = metadata_of(page(*links, "通知公告", TITLE, "来源：县水利局", below=("相关链接", *links)))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)
    assert seen(metadata, "report_year") == ["2021"]


def test_a_list_of_links_alone_names_nobody() -> None:
    links = [f"临洮县{office}2022年政府信息公开工作年度报告" for office in ("教育局", "民政局", "财政局")]
    metadata = metadata_of(page(*links))
    assert metadata.agency_name is None


OLDER = tuple(f"临洮县教育局{year}年政府信息公开工作年度报告" for year in (2022, 2020, 2019))


@pytest.mark.parametrize("links", [OLDER, [f"{link} 2022-01-30" for link in OLDER]], ids=["bare", "dated"])
@pytest.mark.parametrize(
    ("below", "first"),
    [
        ((), "2021年，我局主动公开政府信息12条。"),
        (("本报告所列数据的统计期限自2021年1月1日起至2021年12月31日止。",), "我局公开12条。"),
        (("发布时间：2022-01-18 来源：县政府 字体：大 中 小",), "我局公开12条。"),
    ],
    ids=["narrative", "period", "published"],
)
def test_a_title_right_below_a_list_of_other_years(links: list[str], below: tuple[str, ...], first: str) -> None:
    metadata = metadata_of(page(*links, TITLE, *below, first=first))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)
    assert seen(metadata, "title", "title_below_list") == [TITLE]


def test_the_last_link_of_a_list_is_no_title_where_the_report_speaks_for_another_year() -> None:
    metadata = metadata_of(page(TITLE, *OLDER, first="2021年，我局主动公开政府信息12条。"))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (None, None, YEAR)


def test_the_period_outweighs_the_years_that_are_left_over() -> None:
    period = "统计期限自2021年1月1日起至2021年12月31日止。"
    metadata = metadata_of(page(TITLE, *OLDER, period, first="2019年，我局主动公开政府信息12条。"))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (None, None, YEAR)


def test_a_title_right_below_the_reports_of_others_needs_its_agency_in_the_text() -> None:
    links = [f"临洮县{office}2021年政府信息公开工作年度报告" for office in ("教育局", "民政局")]
    unnamed, named = (
        metadata_of(page(*links, TITLE, first=f"2021年，{agency}主动公开政府信息12条。")) for agency in ("我局", AGENCY)
    )
    assert seen(unnamed, "agency_name", "title_below_list") == []
    assert (named.title, named.agency_name, named.report_year) == (TITLE, AGENCY, YEAR)


def test_who_signs_outweighs_a_title_below_a_list() -> None:
    signed = ("临洮县民政局", "2022年1月9日")
    metadata = metadata_of(page(*OLDER, TITLE, first="2021年，我局公开12条。", below=signed))
    assert metadata.agency_name == "临洮县民政局"


@pytest.mark.parametrize(
    "printed", ["[2022/01/18]", "【2022-01-18】", "（2022年1月18日）", "[ 2022-01-18 10:22 ]", "2022-01-18"]
)
def test_a_date_without_a_label_below_the_title(printed: str) -> None:
    first = "2021年，我局主动公开政府信息12条。"
    tagged = page(*OLDER, TITLE, printed, title=TITLE)
    for document in (page(TITLE, printed), page(*OLDER, TITLE, printed, first=first), tagged):
        assert metadata_of(document).publish_date == date(2022, 1, 18)


def test_a_date_in_brackets_after_other_words_is_no_date_of_publication() -> None:
    assert metadata_of(page(TITLE, "县政府常务会议通过[2022/01/18]")).publish_date is None


def test_neighbouring_pages_are_passed_over() -> None:
    below = (
        "上一篇：临洮县水利局2020年政府信息公开工作年度报告",
        "下一篇：临洮县民政局2022年政府信息公开工作年度报告",
    )
    metadata = metadata_of(page("2021年政府信息公开工作年度报告", below=(AGENCY, "2022年1月9日", *below)))
    assert (metadata.agency_name, metadata.report_year) == (AGENCY, YEAR)


def test_the_pages_own_title_and_tags() -> None:
    for document in (
        page(title=f"{TITLE}_部门年报_临洮县人民政府"),
        page(meta={"articletitle": TITLE, "contentsource": "临洮县人民政府"}),
    ):
        metadata = metadata_of(document)
        assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)
    metadata = metadata_of(page(), Source(link_text=f"{TITLE}.docx"))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)


def test_a_cited_notice_is_no_title() -> None:
    notice = (
        "根据《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）"
        "和《关于做好2022年政府信息公开工作年度报告有关事项的通知》编制。"
    )
    metadata = metadata_of(page(TITLE, notice))
    assert (metadata.title, metadata.agency_name, metadata.report_year) == (TITLE, AGENCY, YEAR)
    assert seen(metadata, "report_year") == ["2021"]


# Agencies where no title names them


@pytest.mark.parametrize(
    ("sentence", "agency"),
    [
        (
            "根据条例规定，现发布《临洮县新添镇2022年政府信息公开工作年度报告》。本报告由六部分组成。",
            "临洮县新添镇",
        ),
        ("现将江南镇2021年政府信息公开工作年度报告公布如下：", "江南镇"),
        ("根据条例的精神，特向社会公布2020年开平市农业农村局政府信息公开工作年度报告。", "开平市农业农村局"),
        ("按照条例第五十条规定，由昌平区水务局编制2021年度政府信息公开年报并向社会公布。", "昌平区水务局"),
        ("本年度报告由老城区机关事务服务中心编制。", "老城区机关事务服务中心"),
        ("本报告由泗水县机关事务服务中心依据新修订的条例编制。", "泗水县机关事务服务中心"),
        ("如有疑问，请与绥江县会仪镇人民政府党政办公室联系，电话：0870-7621000。", "绥江县会仪镇人民政府"),
        ("如对本报告有疑问，请与开平市农业农村局政策法规科联系（邮编：529300）。", "开平市农业农村局"),
    ],
)
def test_sentences_that_name_the_agency(sentence: str, agency: str) -> None:
    assert metadata_of(page(sentence)).agency_name == agency


def test_the_sign_off_names_the_agency() -> None:
    metadata = metadata_of(page("2021年政府信息公开工作年度报告", below=(AGENCY, "2022年1月19日")))
    assert metadata.agency_name == AGENCY


def test_the_first_sentence_names_the_agency() -> None:
    document = page("2022年政府信息公开工作年度报告", first="2022年，龙游县湖镇镇认真学习贯彻条例。")
    assert metadata_of(document).agency_name == "龙游县湖镇镇"


def test_the_site_is_not_the_agency() -> None:
    document = page(
        "临洮县人民政府",
        "2021年政府信息公开工作年度报告",
        "来源：临洮县人民政府办公室",
        below=(AGENCY, "2022年1月9日"),
    )
    metadata = metadata_of(document)
    assert metadata.agency_name == AGENCY
    assert metadata.title == "2021年政府信息公开工作年度报告"
    assert metadata_of(page(TITLE, "发布机构：临洮县人民政府办公室")).agency_name == AGENCY


def test_the_label_of_a_publisher_alone_does_not_name_the_agency() -> None:
    metadata = metadata_of(page("发布机构：临洮县人民政府办公室", meta={"contentsource": "临洮县人民政府办公室"}))
    assert metadata.agency_name is None
    assert seen(metadata, "agency_name") == ["临洮县人民政府办公室"] * 3


@pytest.mark.parametrize(
    "first", ["2020年底机构改革以来，我局坚持公开。", "2020年末，我局挂牌。", "2020年以前，我局没有网站。"]
)
def test_what_a_year_ended_with_is_not_the_year_that_the_report_is_on(first: str) -> None:
    assert seen(metadata_of(page(TITLE, first=first)), "report_year", "narrative") == []


@pytest.mark.parametrize("words", ["我局", "本机关", "我镇", "全市"])
def test_words_for_oneself_are_no_name(words: str) -> None:
    assert metadata_of(page(f"{words}2021年政府信息公开工作年度报告")).agency_name is None


# Years and periods


def test_a_year_that_differs_is_kept_as_a_sighting() -> None:
    metadata = metadata_of(page(TITLE, first="2020年临洮县水利局坚持公开。"))
    assert metadata.report_year == 2021
    assert seen(metadata, "report_year", "narrative") == ["2020"]


@pytest.mark.parametrize(
    "first",
    [
        "2022年将继续推进政务公开。",
        "较2020年增长20%。",
        "2019年5月15日，新修订的条例施行。",
        "根据国办公开办函〔2020〕30号编制。",
        "2020年至2022年，我局推进公开。",
    ],
)
def test_years_that_are_not_the_reports(first: str) -> None:
    assert seen(metadata_of(page(TITLE, first=first)), "report_year") == ["2021"]


@pytest.mark.parametrize(
    "period",
    [
        "自2021年1月1日起至2021年12月31日止",
        "为2021年1月1日到12月31日",
        "自20211月1日至12月31日",
        "2021年1月1日—2021年12月31日",
        "2021.1.1-2021.12.31",
        "从2021年1月1日开始，到2021年12月31日为止",
        "自2021年1月1日0时起至2021年12月31日24时止",
        "自 2021 年 1 月 1 日起，至 12 月 31 日止",
        "自２０２１年１月１日起至１２月３１日止",
    ],
)
def test_covered_periods(period: str) -> None:
    metadata = metadata_of(page(f"本报告中所列数据的统计期限{period}。"))
    assert (metadata.period_start, metadata.period_end) == (date(2021, 1, 1), date(2021, 12, 31))
    assert metadata.report_year == 2021


def test_a_period_over_two_years_settles_no_year() -> None:
    metadata = metadata_of(page(TITLE, "统计期限自2020年1月1日起至2021年12月31日止。"))
    assert (metadata.period_start, metadata.period_end) == (date(2020, 1, 1), date(2021, 12, 31))
    assert seen(metadata, "report_year", "period_uneven") == ["2020", "2021"]
    assert metadata.report_year == 2021


def test_a_period_of_months_gives_the_year_and_no_days() -> None:
    metadata = metadata_of(page("统计期限为2021年1月至12月。"))
    assert (metadata.report_year, metadata.period_start, metadata.period_end) == (2021, None, None)


# Dates


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2022-01-30",
        "发布日期：[2022/01/30]",
        "[发布日期] 2022.01.30",
        "发布日期: 2022年01月30日 15:52",
        "發佈日期：2022-01-30",
        "时间：2022年1 月30 日",
        "发 布 时 间：2022-1-30 5:52",
        "发布时间：20220130",
        "发布时间：二〇二二年一月三十日",
        "公开日期：2022-01-30",
        "生成日期 2022-01-30",
        "归档时间：2022-01-30",
        "信息时间：2022-01-30",
        "成文日期：2022-01-20 发布日期：2022-01-30 生效日期：2022-02-01",
        "发布机构：临洮县水利局发布日期：2022-01-30文号：无",
        "2022-01-30",
        "2022-01-30 10:20 来源：县水利局 浏览次数：20",
        "来源：县水利局 2022-01-30 10:20",
    ],
)
def test_dates_of_publication(line: str) -> None:
    assert metadata_of(page("今天是2024年5月6日 星期一", TITLE, line)).publish_date == date(2022, 1, 30)


def test_a_short_day_before_the_time_stays_short() -> None:
    assert metadata_of(page(TITLE, "发布时间：2022-1-3 15:52")).publish_date == date(2022, 1, 3)


def test_a_label_and_its_date_in_neighbouring_cells() -> None:
    texts = [["索引号", "123"], ["发布日期", "2022-01-30"], ["名称", TITLE], ["生效日期", "2022-03-01"]]
    cells = [Cell(row, column, text) for row, pair in enumerate(texts) for column, text in enumerate(pair)]
    metadata = metadata_of(page(Table(cells, len(texts), 2, aligned=True)))
    assert (metadata.publish_date, metadata.agency_name) == (date(2022, 1, 30), AGENCY)
    assert [e.location for e in metadata.evidence if e.field == "publish_date"] == ["table 0 row 1 column 0"]


@pytest.mark.parametrize(
    "lines",
    [
        ("今天是2024年5月6日 星期一",),
        ("发布日期：", "生效日期：2022-02-01"),
        ("发布日期：生效日期：2022-02-01",),
        ("废止日期：2022-02-01",),
        ("《中华人民共和国政府信息公开条例》（国务院令第711号）已于2019年4月3日公布，2019年5月15日起施行。",),
    ],
)
def test_dates_that_are_not_of_publication(lines: tuple[str, ...]) -> None:
    assert metadata_of(page(TITLE, *lines)).publish_date is None


def test_the_dates_of_other_links_are_passed_over() -> None:
    links = ("相关链接", "临洮县民政局2020年政府信息公开工作年度报告", "2021-01-08")
    assert metadata_of(page(TITLE, below=links)).publish_date is None


def test_tags_and_addresses_give_the_date_where_the_page_does_not() -> None:
    tagged = page(TITLE, meta={"pubdate": "2022-01-30 10:11"})
    source = Source(url="http://x.gov.cn/202201/t20220129_4482802.html")
    assert metadata_of(tagged, source).publish_date == date(2022, 1, 30)
    assert metadata_of(page(TITLE), source).publish_date == date(2022, 1, 29)
    assert metadata_of(page(TITLE, "发布日期：2022-01-28"), source).publish_date == date(2022, 1, 28)


@pytest.mark.parametrize("real", [r for r in REAL_TITLES if r["url_date"]], ids=lambda r: r["url"])
def test_dates_in_real_addresses(real: dict[str, str]) -> None:
    metadata = metadata_of(page(TITLE), Source(url=real["url"]))
    assert str(metadata.publish_date) == real["url_date"]


@pytest.mark.parametrize("real", REAL_TITLES, ids=lambda real: real["url"])
def test_years_in_real_addresses(real: dict[str, str]) -> None:
    years = seen(metadata_of(page(), Source(url=real["url"])), "report_year", "url")
    assert years in ([], [real["year"]])


@pytest.mark.parametrize(
    "lines",
    [
        (AGENCY, "2022年1月19日"),
        ("2022年1月19日",),
        (f"{AGENCY} 2022年1月19日",),
        (f"（{AGENCY}）", "2022 年 1 月 19 日"),
        (AGENCY, "二○二二年一月十九日"),
        (AGENCY, "2022.1.19"),
        ("附件：统计表", AGENCY, "2022年1月19日"),
        (f"{AGENCY}（盖章）", "2022年1月19日"),
    ],
)
def test_sign_offs(lines: tuple[str, ...]) -> None:
    metadata = metadata_of(page(TITLE, below=(*lines, "发布日期：2022-01-30")))
    assert (metadata.signed_date, metadata.publish_date) == (date(2022, 1, 19), date(2022, 1, 30))


@pytest.mark.parametrize("lines", [("2022-01-19",), ("2022年1月19日 星期三",), ("下一篇：无", "2022年1月19日")])
def test_dates_that_sign_nothing(lines: tuple[str, ...]) -> None:
    assert metadata_of(page(TITLE, below=lines)).signed_date is None


def test_a_date_that_no_calendar_has_stays_as_printed() -> None:
    metadata = metadata_of(page(TITLE, "发布日期：2022-02-30", below=(AGENCY, "2022年2月31日")))
    assert (metadata.publish_date, metadata.signed_date) == (None, None)
    assert seen(metadata, "publish_date", "impossible_date") == ["2022-02-30"]
    assert seen(metadata, "signed_date", "impossible_date") == ["2022年2月31日"]


# Evidence


@given(st.lists(st.lists(st.sampled_from(WORDS.split(",")), max_size=8).map("".join), max_size=12))
def test_no_text_breaks_the_reading(texts: list[str]) -> None:
    for media_type in ("text/html", "text/plain"):
        document = Document(blocks(*(text.strip() for text in texts)), media_type, texts[0] if texts else None)
        metadata = metadata_of(document)
        for evidence in metadata.evidence:
            if evidence.chosen:
                value = getattr(metadata, evidence.field)
                assert str(value) == evidence.value


def test_each_value_has_one_chosen_sighting() -> None:
    metadata = metadata_of(page(TITLE, "发布日期：2022-01-30", below=(AGENCY, "2022年1月19日"), title=TITLE))
    chosen = {evidence.field: evidence for evidence in metadata.evidence if evidence.chosen}
    assert len(chosen) == sum(evidence.chosen for evidence in metadata.evidence)
    assert {field: evidence.value for field, evidence in chosen.items()} == {
        "title": TITLE,
        "agency_name": AGENCY,
        "report_year": "2021",
        "publish_date": "2022-01-30",
        "signed_date": "2022-01-19",
    }
    assert chosen["report_year"].rule == "title_line"
    assert chosen["report_year"].location == "paragraph 5"
    assert chosen["report_year"].excerpt == TITLE


def test_an_empty_document_says_nothing() -> None:
    assert metadata_of(Document([], "text/plain")) == Metadata()


def test_a_document_of_tables_alone_is_read() -> None:
    metadata = metadata_of(Document([FIGURES, FIGURES], "text/html", title := f"{TITLE}-临洮县人民政府"))
    assert metadata.agency_name == AGENCY, title


# The samples


@pytest.mark.parametrize(
    ("name", "year", "signed", "period"),
    [
        ("句容市机关服务中心", 2023, None, False),
        ("宜春市机关事务管理中心", 2023, date(2023, 1, 19), True),
        ("泗水县机关事务服务中心", 2023, date(2024, 1, 23), True),
        ("金水区政务服务办公室", 2023, None, False),
        ("老城区机关事务服务中心", 2022, None, False),
    ],
)
def test_samples(name: str, year: int, signed: date | None, period: bool) -> None:
    metadata = metadata_of(read((SAMPLES / f"{name}-{year}.txt").read_bytes()))
    assert metadata.title in {f"{name}{year}{word}政府信息公开工作年度报告" for word in ("年", "年度")}
    assert (metadata.agency_name, metadata.report_year) == (name, year)
    assert (metadata.publish_date, metadata.signed_date) == (None, signed)
    covered = (date(year, 1, 1), date(year, 12, 31)) if period else (None, None)
    assert (metadata.period_start, metadata.period_end) == covered


def test_the_sample_that_begins_with_another_year_says_so() -> None:
    metadata = metadata_of(read((SAMPLES / "宜春市机关事务管理中心-2023.txt").read_bytes()))
    assert seen(metadata, "report_year", "narrative") == ["2022"]
    assert metadata.report_year == 2023


# Scope


def test_what_a_report_says_of_its_figures_before_its_sections() -> None:
    preface = "本报告由县政府办公室编制。统计数据包括县政府各部门、各镇街。如有疑问，请与县水利局联系。"
    metadata = metadata_of(page(TITLE, preface))
    assert seen(metadata, "scope") == ["本报告由县政府办公室编制", "统计数据包括县政府各部门、各镇街"]


def test_names_with_rare_characters() -> None:
    """柳树𨟠镇: twenty-odd townships have a character beyond the first 65,536."""
    names = [name for name in (line.split(",")[1] for line in gazetteer_lines()) if max(name) > "\uffff"]
    assert len(names) > 20
    for name in names:
        agency = f"甲市乙县{name}人民政府"
        title = f"{agency}2023年政府信息公开工作年度报告"
        sections = "<p>一、总体情况</p><p>无</p><p>六、其他需要报告的事项</p>"
        text = f"<meta charset=utf-8><h1>{title}</h1>{sections}<p>{agency}</p>"
        metadata = extract(read(text.encode())).metadata
        assert (metadata.agency_name, metadata.title) == (agency, title)


def gazetteer_lines() -> list[str]:
    path = Path("pipeline/agencies/gazetteer/townships.csv")
    return path.read_text(encoding="utf-8").splitlines()[1:]
