"""Topics, promises and keywords of the small lake: what the marts make of them."""

from __future__ import annotations

from math import log

import pytest

from pipeline.extraction.keywords import count_keywords
from tests.warehouse.conftest import FIRST_PROBLEMS, FIRST_WORDS, OTHER_WORDS, Query

FIRST, OTHER, LONELY = "甲市司法局", "丙区教育局", "己县林业局"
ADMITS, PROMISES, PROMISES_MORE = (
    "一是信息更新不够及时；二是解读形式单一；三是公开渠道单一。",
    "下一步，将及时更新信息，丰富解读形式，加强业务培训。",
    "进一步做好信息更新。",
)


def test_topics_of_the_current_report(query: Query) -> None:
    rows = query(
        "SELECT topic_code, kind, sentences, section, sentence FROM marts.topic_year"
        " WHERE $of AND report_year = 2022 ORDER BY ALL",
        FIRST,
    )
    assert rows == [
        ("channels", "problem", 1, 5, ADMITS),
        ("interpretation_form", "problem", 1, 5, ADMITS),
        ("interpretation_form", "promise", 1, 5, PROMISES),
        ("timeliness", "problem", 1, 5, ADMITS),
        ("timeliness", "promise", 2, 5, PROMISES),
        ("training", "promise", 1, 5, PROMISES),
    ]
    assert FIRST_PROBLEMS.replace("\n", "") == ADMITS + PROMISES + PROMISES_MORE


def test_topics_have_their_labels_and_evidence(query: Query) -> None:
    assert query(
        "SELECT topic, topic_zh, family_code, family, family_zh, excerpt, cue, printed_in = document_id"
        " FROM marts.topic_year WHERE $of AND report_year = 2022 AND topic_code = 'timeliness' AND kind = 'problem'",
        FIRST,
    ) == [
        (
            "Late disclosure",
            "公开不及时",
            "disclosure",
            "Proactive disclosure",
            "主动公开",
            "信息更新不够及时",
            "不够及时",
            True,
        )
    ]


def test_what_was_a_problem_is_solved_and_what_is_one_again(query: Query) -> None:
    rows = query("SELECT topic_code, kind FROM marts.topic_year WHERE $of AND report_year = 2023 ORDER BY ALL", FIRST)
    assert rows == [("channels", "promise"), ("channels", "solved"), ("timeliness", "problem")]


def test_promises_and_the_year_after(query: Query) -> None:
    columns = "report_year, topic_code, result, is_admitted_then, promise, admitted_again, said_solved"
    rows = query(f"SELECT {columns} FROM marts.promise_kept WHERE $of ORDER BY ALL", FIRST)
    again = "但信息更新仍不够及时。"
    assert rows == [
        (2022, "interpretation_form", "not_admitted_again", True, PROMISES, None, None),
        (2022, "timeliness", "admitted_again", True, PROMISES, again, None),
        (2022, "training", "not_admitted_again", False, PROMISES, None, None),
        (2023, "channels", "no_report", False, "今后拓宽公开渠道。", None, None),
    ]


@pytest.mark.parametrize(("agency", "result"), [(OTHER, "not_admitted_again"), (LONELY, "no_report")])
def test_a_gap_of_years_tells_nothing(query: Query, agency: str, result: str) -> None:
    """One reports in the next year, the other only three years later."""
    assert query("SELECT topic_code, result, next_document_id IS NULL FROM marts.promise_kept WHERE $of", agency) == [
        ("training", result, result == "no_report")
    ]


def test_keywords_are_weighed_against_the_other_agencies(query: Query) -> None:
    counted = count_keywords([(1, "", FIRST_WORDS), (5, "", FIRST_PROBLEMS)])
    total = sum(times for _, _, times in counted)
    rows = query(
        "SELECT term, rank, count, tf_idf, agencies_with_term, agencies FROM marts.keyword_year"
        " WHERE $of AND report_year = 2022 AND term IN ('营商环境', '食品安全') ORDER BY rank",
        FIRST,
    )
    business, food = ("营商环境", 2, log(3 / 2), 2), ("食品安全", 1, log(3 / 1), 1)
    assert [(term, count, with_term, agencies) for term, _, count, _, with_term, agencies in rows] == [
        (term, count, with_term, 2)
        for term, count, idf, with_term in sorted((business, food), key=lambda one: -one[1] * one[2])
    ]
    weights = {term: weight for term, _, _, weight, _, _ in rows}
    for term, count, idf, _ in (business, food):
        assert weights[term] == pytest.approx(count / total * idf)


def test_keywords_of_a_report_alone_rank_by_their_count(query: Query) -> None:
    rows = query("SELECT term, rank, tf_idf, agencies FROM marts.keyword_year WHERE $of AND report_year = 2020", LONELY)
    assert rows == [("培训", 1, pytest.approx(log(2)), 1)]


def test_superseded_reports_have_no_keywords_and_no_topics(query: Query) -> None:
    assert query("SELECT count(*) FROM marts.topic_year WHERE topic_code = 'supervision'") == [(0,)]
    assert query(
        "SELECT agencies_with_term FROM marts.keyword_year WHERE term = '养老服务' AND report_year = 2022"
    ) == [(1,)]
    assert "养老服务" in OTHER_WORDS
    assert "养老服务" not in FIRST_WORDS
    assert query("SELECT count(*) FROM landing.topics WHERE topic_code = 'supervision'") == [(1,)]


def test_ranks_have_no_gap_and_an_end(query: Query) -> None:
    assert query(
        "SELECT count(*) FROM (SELECT max(rank) AS last, count(*) AS terms FROM marts.keyword_year"
        " GROUP BY agency_id, report_year) WHERE last <> terms OR last > 20"
    ) == [(0,)]
