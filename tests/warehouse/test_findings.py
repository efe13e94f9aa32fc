"""Findings: what is wrong is found, with its cells, and nothing else is."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.warehouse.conftest import Documents, Query

RULES = "SELECT rule_code FROM marts.finding WHERE $of AND report_year = {year} ORDER BY 1"


@pytest.mark.parametrize(
    ("agency", "year", "expected"),
    [
        ("甲市司法局", 2023, {"carry_over_mismatch": 2}),
        # Totals beside blank parts contradict nothing; the types' own totals are blank beside 0 in outcomes.
        ("丙区教育局", 2022, {"blank_total": 1, "blanks_for_noughts": 2}),
        ("丙区教育局", 2023, {"blank_table": 1, "blank_total": 2, "blanks_for_noughts": 1}),
        ("己县林业局", 2023, {"missing_year": 1}),
        ("己县林业局", 2020, {"form_of_other_year": 1}),
        (
            "乙县水务局",
            2023,
            {
                "applicant_types_sum": 2 * 23,
                "outcomes_sum": 2 * 7,
                "requests_balance": 2 * 7,
                "litigation_results_sum": 3,
                "second_table_set": 1,
                "form_of_other_year": 1,
                "regulation_without_power": 1,
            },
        ),
        (
            "丁县公安局",
            2023,
            {
                "not_a_count": 3,
                "requests_balance": 1,
                # rows of received_new, carried_in, outcomes_total; a blank beside a number
                "unreadable_figure": 4,
                "unplaced_figure": 1,
                "disagreeing_figures": 1,
                "unexpected_unit": 2,
            },
        ),
        (
            "戊市水利局",
            2023,
            {
                "date_before_period_end": 1,
                "year_conflict": 1,
                "agency_conflict": 1,
                "missing_table": 1,
                "missing_section": 1,
                "form_of_other_year": 2,
            },
        ),
    ],
)
def test_rules(query: Query, agency: str, year: int, expected: dict[str, int]) -> None:
    assert Counter(rule for (rule,) in query(RULES.format(year=year), agency)) == expected


def test_a_sum_that_fails_names_both_sides_and_its_cells(query: Query) -> None:
    ((left, right, difference, message, message_zh, cells),) = query(
        "SELECT left_value, right_value, difference, message, message_zh, cells FROM marts.finding "
        "WHERE $of AND rule_code = 'litigation_results_sum' AND message LIKE 'reconsideration:%'",
        "乙县水务局",
    )
    parts = [5003, 5010, 5017, 5024]
    assert (left, right, difference) == (sum(parts), 5031, sum(parts) - 5031)
    assert message == "reconsideration: the four results add up to 20054, the printed total is 5031, difference 15023"
    assert message_zh == "行政复议：四种结果之和为20054，总计为5031，相差15023"
    assert [(cell["column_code"], cell["raw_text"]) for cell in json.loads(cells)] == [
        ("upheld", "5003"),
        ("corrected", "5010"),
        ("other", "5017"),
        ("pending", "5024"),
        ("total", "5031"),
    ]


def test_a_mismatch_of_years_shows_the_cells_of_both_documents(query: Query) -> None:
    ((message, cells),) = query(
        "SELECT message, cells FROM marts.finding "
        "WHERE $of AND rule_code = 'carry_over_mismatch' AND message LIKE 'column company:%'",
        "甲市司法局",
    )
    assert message.endswith("carried in is 2, the report of the year before carried out 1, difference 1")
    places = [(cell["row_code"], cell["raw_text"]) for cell in json.loads(cells)]
    assert sorted(places) == [("carried_in", "2"), ("carried_out", "1")]
    assert len({cell["document_id"] for cell in json.loads(cells)}) == 2


def test_impossible_date_and_conflicting_year(query: Query, documents: Documents) -> None:
    messages = dict(
        query(f"SELECT rule_code, message_zh FROM marts.finding WHERE document_id = '{documents.impossible}'")
    )
    assert messages["date_before_period_end"] == "落款日期为2023-01-19，报告年度为2023，早于报告年度结束"
    assert messages["year_conflict"] == "报告年度取2023年，第一部分正文为2022年"
    # 市水利局 is short for 戊市水利局; the site's owner is no witness.
    assert messages["agency_conflict"] == "机关取戊市水利局，编制说明为戊市水务局"


@pytest.mark.parametrize(
    ("rule", "sighted"),
    [
        ("date_before_period_end", [("report_year", "2023", "title_line"), ("signed_date", "2023-01-19", "sign_off")]),
        # An address is no witness.
        ("year_conflict", [("report_year", "2022", "narrative"), ("report_year", "2023", "title_line")]),
        ("agency_conflict", [("agency_name", "戊市水务局", "compiled_by")]),
    ],
)
def test_what_metadata_contradicts_is_shown_with_its_places(
    query: Query, documents: Documents, rule: str, sighted: list[tuple[str, str, str]]
) -> None:
    ((cells,),) = query(
        f"SELECT cells FROM marts.finding WHERE document_id = '{documents.impossible}' AND rule_code = '{rule}'"
    )
    seen = json.loads(cells)
    assert [(sighting["field"], sighting["value"], sighting["rule"]) for sighting in seen] == sighted
    assert {sighting["location"] for sighting in seen} == {"paragraph 7"}
    assert all(sighting["value"] in sighting["excerpt"] for sighting in seen)


def test_the_form_of_another_year_is_shown_by_what_only_that_form_has(query: Query, documents: Documents) -> None:
    found = query(
        f"SELECT message, cells FROM marts.finding WHERE document_id = '{documents.impossible}' "
        "AND rule_code = 'form_of_other_year' ORDER BY message"
    )
    places = {message.split(":")[0]: json.loads(cells) for message, cells in found}
    assert {cell["row_code"] for cell in places["the table of requests"]} == {"other_undivided"}
    assert len(places["the table of requests"]) == 7
    assert {(cell["row_code"], cell["column_code"]) for cell in places["the table of disclosure"]} == {
        ("procurement", "amount"), ("procurement", "projects"), ("fees", "items_change")
    }  # fmt: skip


def test_a_total_that_cannot_be_read_is_unknown_and_says_so(query: Query) -> None:
    messages = query(
        "SELECT message, message_zh FROM marts.finding WHERE $of AND rule_code = 'unreadable_figure' "
        "AND cells LIKE '%3O5%'",
        "丁县公安局",
    )
    assert [(en.rpartition("; ")[2], zh.partition("；")[2]) for en, zh in messages] == [
        ("a total is unknown, and the sum of its parts does not stand for it", "总计未知，不以分项之和代之")
    ]
    assert query("SELECT concluded, unattributed, granted FROM marts.agency_year WHERE $of", "丁县公安局") == [
        (None, None, 5)
    ]
    others = query(
        "SELECT message FROM marts.finding WHERE rule_code IN ('unreadable_figure', 'disagreeing_figures') "
        "AND cells NOT LIKE '%3O5%'"
    )
    assert others
    assert all(message.endswith("none is used") for (message,) in others)


def test_units_that_do_not_fit_are_named(query: Query) -> None:
    assert query(
        "SELECT message, message_zh FROM marts.finding WHERE $of AND rule_code = 'unexpected_unit' ORDER BY 1",
        "丁县公安局",
    ) == [
        (
            "coercion, decisions: unit 元, which does not fit its item: 0 is kept as printed, its unit is null",
            "行政强制 · 本年处理决定数量：单位印作元，与该项目不符：数值0照录，单位留空",
        ),
        (
            "fees, amount_10k_yuan: unit 件, which does not fit its item: 0 is kept as printed, its unit is null",
            "行政事业性收费 · 本年收费金额（单位：万元）：单位印作件，与该项目不符：数值0照录，单位留空",
        ),
    ]


def test_chinese_messages_are_chinese(query: Query) -> None:
    assert (
        query(
            "SELECT message_zh FROM marts.finding "
            "WHERE regexp_matches(message_zh, '[A-Za-z]{2}') "
            "AND rule_code NOT IN ('several_documents', 'versions_disagree')"  # a document's hash, its path
        )
        == []
    )


def test_a_document_that_is_not_current_says_so(query: Query, documents: Documents) -> None:
    rows = query(
        f"SELECT rule_code, superseded FROM marts.finding WHERE document_id = '{documents.partial}' ORDER BY 1"
    )
    assert rows == [
        ("litigation_results_sum", True),
        ("litigation_results_sum", True),
        ("litigation_results_sum", True),
        ("missing_table", True),
        ("missing_table", True),
        ("several_documents", True),
    ]


def test_messages_are_filled_in(query: Query) -> None:
    assert (
        query(
            "SELECT message, message_zh FROM marts.finding "
            "WHERE message IS NULL OR message_zh IS NULL OR regexp_matches(message || message_zh, '[{}]')"
        )
        == []
    )


def test_ids_are_unique_and_those_of_rule_document_and_subject(query: Query, documents: Documents) -> None:
    assert query(
        "SELECT finding_id = md5('missing_report_year|' || document_id || '|') FROM marts.finding "
        f"WHERE document_id = '{documents.yearless}' AND rule_code = 'missing_report_year'"
    ) == [(True,)]
