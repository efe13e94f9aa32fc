"""For each rule the reports that break it, keep it, and cannot be judged by it.

A case is a list of pages of one agency; what is judged is the last of them. All others are its earlier years or other
versions. What every rule needs stands in ``dbt_project/seeds/rules.csv``; one that needs nothing has no third case.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.rules.pages import ORDINARY, Page

ONE = [Page()]
CARRIED_ON = {
    "requests/received_new/company": 3,
    "requests/received_new/total": 12,
    "requests/carried_in/company": 1,
    "requests/carried_in/total": 2,
}
MANY_DECISIONS = {"disclosure/licensing/decisions": 98765}
"""With the ordinary figures enough to tell an agency by."""
GROWN = "{{year}}年，本机关新收政府信息公开申请17件，比上年增加{}件。"
OLD = [Page(2016, annex=True)]
NO_TABLES = [Page(without=("disclosure", "requests", "litigation"))]
TWO_YEARS = [Page(2021), Page(2022)]
NO_HEAD = {"<title>": "<!--", "</title>": "-->"}
NO_NAME = {
    "title": "政府信息公开工作年度报告",
    "preface": "",
    "signature": "",
    "signed": "",
    "prose": {1: "正文。", 6: "无。"},
}


def annex(**figures: object) -> list[Page]:
    """A report for 2016 whose annex prints other figures in some rows."""
    return [Page(2016, {f"statistics/{code}/value": value for code, value in figures.items()}, annex=True)]


def more(granted: int) -> dict[str, object]:
    """An ordinary year with so many applications more, all of natural persons and granted."""
    return {
        place: ORDINARY[place] + granted
        for row in ("received_new", "granted", "outcomes_total")
        for column in ("natural_person", "total")
        if (place := f"requests/{row}/{column}")
    }


@dataclass(frozen=True)
class Case:
    """Pages that break a rule, that keep it, and that it cannot judge; None where no page by itself does."""

    broken: list[Page] | None
    met: list[Page]
    not_assessable: list[Page] | None = None


CASES = {
    "outcomes_sum": Case(
        [Page(figures={"requests/granted/company": 5})],
        ONE,
        [Page(figures={"requests/outcomes_total/*": ""})],
    ),
    "requests_balance": Case(
        [Page(figures={"requests/received_new/company": 5})],
        ONE,
        [Page(figures={"requests/received_new/*": "/"})],
    ),
    "applicant_types_sum": Case(
        [Page(figures={"requests/carried_out/total": 3})],
        ONE,
        [Page(figures={"requests/*/total": ""})],
    ),
    "litigation_results_sum": Case(
        [Page(figures={"litigation/reconsideration/pending": 1})],
        ONE,
        [Page(figures={"litigation/*/total": "—"})],
    ),
    "annex_received_sum": Case(annex(received_by_fax=2), OLD, annex(applications_received="")),
    "annex_concluded_sum": Case(annex(concluded_extended=2), OLD, annex(concluded_extended="约2")),
    "annex_answered_sum": Case(annex(answered_other_route=1), OLD, ONE),
    "annex_refused_sum": Case(annex(refused_privacy=0), OLD, annex(answered_refused="/")),
    "annex_reconsiderations_sum": Case(
        annex(reconsiderations_corrected=1), OLD, annex(reconsiderations_corrected="不详")
    ),
    "annex_suits_sum": Case(annex(suits=2), OLD, annex(suits="")),
    "annex_staff_sum": Case(annex(staff=2), OLD, annex(staff_full_time="", staff_part_time="")),
    "annex_part_exceeds_whole": Case(annex(press_conferences_by_head=3), OLD, ONE),
    "annex_answered_mismatch": Case(annex(applications_answered=6), OLD, annex(applications_answered="")),
    "carry_over_mismatch": Case(
        TWO_YEARS,
        [Page(2021), Page(2022, figures=CARRIED_ON)],
        # The year between is not here.
        [Page(2020), Page(2022)],
    ),
    # What one document prints twice and not alike is unreadable; only several pictures of a page can disagree.
    "disagreeing_figures": Case(None, ONE, NO_TABLES),
    "unreadable_figure": Case([Page(figures={"requests/granted/company": "三"})], ONE, NO_TABLES),
    "unplaced_figure": Case(
        [
            Page(
                replace={
                    "<tr><td>规章": "<tr><td>其他主动公开文件</td><td>71</td><td>72</td><td>73</td></tr><tr><td>规章"
                }
            )
        ],
        ONE,
        NO_TABLES,
    ),
    "not_a_count": Case([Page(figures={"disclosure/licensing/decisions": "1.5"})], ONE, NO_TABLES),
    "unexpected_unit": Case(
        [Page(figures={"disclosure/licensing/decisions": "12元"})],
        [Page(figures={"disclosure/licensing/decisions": "12件"})],
        [Page(2019, forms=("2019", "2019"))],
    ),
    "date_before_period_end": Case([Page(signed="2022年1月20日")], ONE, [Page(signed="")]),
    "date_before_regulation": Case(
        [Page(published="2003-01-20")],
        ONE,
        [Page(**{**NO_NAME, "title": "{agency}政府信息公开工作年度报告"})],
    ),
    "date_in_future": Case(
        [Page(published="2099-01-20")], ONE, [Page(**{**NO_NAME, "title": "{agency}政府信息公开工作年度报告"})]
    ),
    "impossible_date": Case([Page(published="2023-02-30")], ONE, [Page(signed="", preface="")]),
    "year_conflict": Case(
        [Page(prose={1: "2019年，本机关认真贯彻落实条例。"})],
        ONE,
        [Page(**{**NO_NAME, "title": "{agency}{year}年政府信息公开工作年度报告"}, replace=NO_HEAD)],
    ),
    "agency_conflict": Case(
        [Page(signature="江西省上饶市万年县司法局")],
        ONE,
        [Page(signature="", replace=NO_HEAD)],
    ),
    "missing_report_year": Case([Page(**{**NO_NAME, "title": "{agency}政府信息公开工作年度报告"})], ONE),
    "missing_agency": Case([Page(**{**NO_NAME, "title": "2022年政府信息公开工作年度报告"})], ONE),
    "place_undecided": Case([Page(agency="鼓楼区教育局")], ONE),
    "place_unknown": Case([Page(agency="水务局")], ONE),
    "place_contradicted": Case(
        [Page(replace={"<head>": '<head><meta name="SiteIDCode" content="3601000001">'})],
        [
            Page(
                agency="江西省宜春市袁州区水利局",
                replace={"<head>": '<head><meta name="SiteIDCode" content="3609020001">'},
            )
        ],
        ONE,
    ),
    "missing_table": Case([Page(without=("litigation",))], ONE, [Page(2012, annex=True)]),
    "missing_section": Case([Page(prose={5: None})], ONE, OLD),
    "blank_table": Case([Page(figures={"litigation/*/*": ""})], ONE, NO_TABLES),
    "blank_total": Case(
        [Page(figures={"requests/granted/total": ""})],
        ONE,
        [Page(without=("requests", "litigation"))],
    ),
    "second_table_set": Case([Page(twice=True)], ONE, NO_TABLES),
    "form_of_other_year": Case([Page(forms=("2019", "2021"))], ONE, [Page(without=("disclosure", "requests"))]),
    "several_documents": Case(
        [Page(prose={5: "存在的问题是人手不足，将予改进。"}, published="2023-03-01"), Page(published="2023-01-30")],
        ONE,
        [Page(**{**NO_NAME, "title": "{agency}政府信息公开工作年度报告"})],
    ),
    "versions_disagree": Case(
        [Page(published="2023-01-30"), Page(published="2023-03-01", figures={"disclosure/licensing/decisions": 13})],
        [Page(published="2023-01-30"), Page(published="2023-03-01")],
        ONE,
    ),
    "corrected_figures": Case(
        [
            Page(published="2023-01-30"),
            Page(
                title="{agency}{year}年政府信息公开工作年度报告（更正）",
                published="2023-03-01",
                figures={"disclosure/licensing/decisions": 13},
            ),
        ],
        [
            Page(published="2023-01-30"),
            Page(title="{agency}{year}年政府信息公开工作年度报告（更正）", published="2023-03-01"),
        ],
        [Page(published="2023-01-30"), Page(published="2023-03-01")],
    ),
    # A file that several pages offer.
    "attachment_apart": Case(None, ONE),
    "in_force_mismatch": Case(
        [Page(2021), Page(2022, figures={"disclosure/normative_document/issued": 2})],
        [
            Page(2021),
            Page(
                2022,
                figures={
                    "disclosure/normative_document/issued": 3,
                    "disclosure/normative_document/repealed": 1,
                    "disclosure/normative_document/in_force": 8,
                },
            ),
        ],
        # 对外公开总数量 of the form of 2019 is not what is in force.
        [Page(2020, forms=("2019", "2019")), Page(2021)],
    ),
    "regulation_without_power": Case(
        [Page(figures={"disclosure/regulation/in_force": 3})],
        [Page(agency="江西省宜春市人民政府", figures={"disclosure/regulation/in_force": 3})],
        [Page(figures={"disclosure/regulation/*": "/"})],
    ),
    "suit_without_reconsideration": Case(
        [Page(2021, figures={"litigation/*/*": 0}), Page(figures={"litigation/reconsideration/*": 0})],
        [Page(2021), Page(2022, figures={"litigation/reconsideration/*": 0})],
        # The reconsideration may be in the report of the year before, which is not here.
        [Page(figures={"litigation/reconsideration/*": 0})],
    ),
    "implausible_change": Case(
        [Page(2021), Page(2022, figures=more(53))],
        [Page(2021), Page(2022, figures=more(48))],
        [Page(2020), Page(2022)],
    ),
    "amount_unit_mismatch": Case(
        [Page(2021), Page(2022, figures={"disclosure/fees/amount_10k_yuan": 310000})],
        [Page(2021), Page(2022, figures={"disclosure/fees/amount_10k_yuan": "310000元"})],
        [Page(2021, figures={"disclosure/fees/amount_10k_yuan": 0}), Page(2022)],
    ),
    "missing_year": Case([Page(2020), Page(2022)], TWO_YEARS, ONE),
    "blank_figure": Case(
        [Page(figures={"requests/refused_deliberative/legal_service": ""})],
        ONE,
        [Page(figures={"requests/*/*": "", "disclosure/*/*": "", "litigation/*/*": "/"})],
    ),
    "blanks_for_noughts": Case(
        [Page(figures={"litigation/litigation_direct/*": ""})],
        ONE,
        [Page(figures={"requests/*/*": "", "disclosure/*/*": "", "litigation/*/*": "/"})],
    ),
    "late_publication": Case(
        [Page(published="2023-02-01")],
        [Page(published="2023-01-31")],
        [Page(published="")],
    ),
    "empty_section": Case([Page(prose={5: ""})], ONE, [Page(prose={1: None, 5: None})]),
    "silent_on_fees": Case(
        [Page(prose={6: "本年度行政事业性收费为0，没有其他需要报告的事项。"})],
        ONE,
        [Page(2020, forms=("2019", "2019"))],
    ),
    "tables_of_other_year": Case(
        TWO_YEARS,
        [Page(2021), Page(2022, figures=more(1))],
        # The figures of two tables are too few to prove anything.
        [Page(year, figures={"requests/*/*": 0}) for year in (2021, 2022)],
    ),
    "tables_of_other_agency": Case(
        [Page(agency="江西省上饶市万年县林业局", figures=MANY_DECISIONS), Page(figures=MANY_DECISIONS)],
        [
            Page(agency="江西省上饶市万年县教育局", figures=MANY_DECISIONS | {"disclosure/fees/amount_10k_yuan": 31}),
            Page(figures=MANY_DECISIONS | {"disclosure/fees/amount_10k_yuan": 32}),
        ],
        # An ordinary year is proof among the years of one agency, not among all agencies.
        [Page(agency="江西省上饶市万年县民政局"), Page()],
    ),
    "statement_mismatch": Case(
        [Page(prose={1: "{year}年，本机关新收政府信息公开申请17件。"})],
        [Page(prose={1: "{year}年，本机关新收政府信息公开申请13件。"})],
        ONE,
    ),
    # 收到 may hold those carried in: 13 and 14 are both read rightly.
    "statement_unsupported": Case(
        [Page(prose={1: "{year}年，本机关收到政府信息公开申请38件。"})],
        [Page(prose={1: "{year}年，本机关收到政府信息公开申请14件。"})],
        ONE,
    ),
    "statement_years_mismatch": Case(
        [Page(2021), Page(2022, figures=more(4), prose={1: GROWN.format(9)})],
        [Page(2021), Page(2022, figures=more(4), prose={1: GROWN.format(4)})],
        [Page(2020), Page(2022, figures=more(4), prose={1: GROWN.format(9)})],
    ),
}

IN_FORCE = {"disclosure/regulation/in_force": 3}

MORE: list[tuple[str, str, list[Page]]] = [
    # Who can make regulations.
    *(
        ("regulation_without_power", state, [Page(agency=agency, figures=IN_FORCE)])
        for state, agency in (
            ("met", "江西省人民政府办公厅"),
            ("met", "湖北省恩施土家族苗族自治州人民政府"),
            ("met", "广东省东莞市人民政府"),
            ("met", "国家林业和草原局"),
            ("broken", "江西省宜春市水利局"),
            ("broken", "江苏省苏州市昆山市人民政府"),
            ("broken", "北京市海淀区人民政府"),
            ("broken", "西藏自治区阿里地区行政公署"),
            ("not_assessable", "水务局"),
        )
    ),
    # Until when each has to publish.
    *(
        ("late_publication", state, [Page(year, agency=agency, published=published)])
        for state, agency, year, published in (
            ("met", "江西省宜春市万载县人民政府", 2022, "2023-03-31"),
            ("broken", "江西省宜春市宜丰县人民政府", 2022, "2023-04-01"),
            ("met", "江西省宜春市上高县人民政府办公室", 2022, "2023-03-01"),
            ("broken", "江西省宜春市万载县教育局", 2022, "2023-03-01"),
            ("met", "江西省宜春市上高县教育局", 2018, "2019-03-31"),
            ("broken", "江西省宜春市铜鼓县教育局", 2018, "2019-04-01"),
            ("broken", "湖北省黄石市大冶市陈贵镇人民政府", 2018, "2019-04-01"),
            ("not_assessable", "湖北省黄石市大冶市陈贵镇人民政府", 2022, "2023-12-01"),
            ("not_assessable", "江西省宜春市万载县机关事务服务中心", 2022, "2023-12-01"),
            ("not_assessable", "国家税务总局句容市税务局", 2022, "2023-12-01"),
            ("not_assessable", "十堰市生态环境局郧阳分局", 2022, "2023-12-01"),
            ("not_assessable", "洛阳市高新区管委会", 2022, "2023-12-01"),
        )
    ),
    # A government's office for disclosure signs for it; another government's, or for a bureau, is another body.
    *(
        ("agency_conflict", state, [Page(agency=agency, signature=signature)])
        for state, agency, signature in (
            ("met", "江西省宜春市丰城市人民政府", "丰城市政务公开办公室"),
            ("met", "江西省宜春市樟树市人民政府", "樟树市人民政府办公室"),
            ("met", "江西省宜春市高安市人民政府", "高安市政务公开领导小组办公室"),
            ("broken", "江西省宜春市奉新县人民政府", "靖安县政务公开办公室"),
            ("broken", "江西省宜春市奉新县教育局", "靖安县政务公开办公室"),
        )
    ),
    # The first of several documents tells when a report appeared.
    ("late_publication", "met", [Page(published="2023-01-20"), Page(published="2023-05-01", prose={1: "正文。"})]),
    # However it is said that no fee was charged, or that one was.
    *(
        ("silent_on_fees", state, [Page(prose=prose)])
        for state, prose in (
            ("met", {6: "本机关2022年度未收取信 息 处 理 费。"}),
            ("met", {6: "本年度未产生收费情况。"}),
            ("met", {6: "（一）依據《政府信息公開信息處理費管理辦法》收取的費用為0元。"}),
            ("met", {6: "无其他需要报告的事项。", 1: "全年未发生政府信息公开处理费。"}),
            ("broken", {6: "无其他需要报告的事项。"}),
            ("broken", {6: "全年免费提供政府信息，行政事业性收费为0元。"}),
        )
    ),
    # A report that fills in totals only forgot nothing, nor does one that writes dashes, or blanks for noughts.
    (
        "blank_figure",
        "not_assessable",
        [
            Page(
                figures={
                    **dict.fromkeys(("disclosure/*/*", "litigation/*/*"), ""),
                    "requests/*/natural_person": "",
                    "requests/*/company": "",
                    "requests/*/research_institution": "",
                    "requests/*/legal_service": "",
                    "requests/*/public_interest_organisation": "",
                    "requests/*/other_organisation": "",
                }
            )
        ],
    ),
    ("blank_figure", "met", [Page(figures={"requests/refused_deliberative/*": "—"})]),
    (
        "blank_figure",
        "met",
        [Page(figures={"requests/refused_deliberative/*": "", "requests/not_processed_duplicate/*": ""})],
    ),
    # Nothing is what became of nothing; small numbers change as they like.
    ("implausible_change", "met", [Page(2021, figures={"requests/*/*": 0}), Page(2022)]),
    ("implausible_change", "broken", [Page(2021, figures={"requests/*/*": 0}), Page(2022, figures=more(7))]),
    # The other years tell which one is off, and in what direction.
    *(
        (
            "amount_unit_mismatch",
            state,
            [Page(2020 + i, figures={"disclosure/fees/amount_10k_yuan": amount}) for i, amount in enumerate(amounts)],
        )
        for state, amounts in (
            ("met", (30, 310000, 32)),
            ("broken", (30, 29, 320000)),
            ("broken", (300000, 310000, 32)),
            ("met", (30, 3, 700)),
        )
    ),
]
"""Further cases: rule, state, pages."""
