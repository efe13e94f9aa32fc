"""The marts, against values counted by hand on a small lake."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.warehouse.conftest import MARKED_DISCLOSURE, MARKED_LITIGATION, MARKED_REQUESTS, Documents, Query
from tests.warehouse.lake import RESULTS, TYPES, VENUES, form_rows

MEASURES = {
    "received_new": "received_new",
    "carried_in": "carried_in",
    "concluded": "outcomes_total",
    "carried_out": "carried_out",
}
OUTCOMES_2019 = [row for row in form_rows("2019") if row not in MEASURES.values()]


class TestReport:
    def test_one_document_an_agency_and_year(self, query: Query, documents: Documents) -> None:
        rows = query(
            f"SELECT report_year, document_id <> '{documents.partial}', url, disclosure_form, requests_form, "
            "scope, covered_by FROM marts.report WHERE $of ORDER BY 1",
            "甲市司法局",
        )
        assert rows == [
            (2022, True, "https://example.org/2022", "2021", "2021", "own", None),
            (2023, True, "https://example.org/2023", "2021", "2021", "own", None),
        ]

    def test_the_form_is_that_of_each_table(self, query: Query) -> None:
        ((forms),) = query("SELECT disclosure_form, requests_form FROM marts.report WHERE $of", "乙县水务局")
        assert forms == ("2021", "2019")

    @pytest.mark.parametrize(
        ("agency", "year", "quality"),
        [
            ("甲市司法局", 2022, "B"),  # another version prints other figures
            ("己县林业局", 2023, "A"),
            ("甲市司法局", 2023, "C"),  # carries in what nobody carried out
            ("乙县水务局", 2023, "C"),  # no sum holds
            ("丙区教育局", 2022, "A"),  # only totals: nothing contradicts
            ("丙区教育局", 2023, "D"),  # an empty table
            ("戊市水利局", 2023, "D"),  # a missing table
        ],
    )
    def test_quality(self, query: Query, agency: str, year: int, quality: str) -> None:
        assert query(f"SELECT quality FROM marts.report WHERE $of AND report_year = {year}", agency) == [(quality,)]

    def test_a_report_without_a_year_is_in_landing_only(self, query: Query, documents: Documents) -> None:
        where = f"WHERE document_id = '{documents.yearless}'"
        assert query(f"SELECT count(*) FROM marts.report {where}") == [(0,)]
        assert query(f"SELECT count(*) FROM landing.cells {where}") != [(0,)]
        assert query(
            f"SELECT rule_code, report_year, superseded FROM marts.finding {where} AND severity = 'warning'"
            " AND rule_code = 'missing_report_year'"
        ) == [("missing_report_year", None, False)]


class TestApplications:
    def test_ordinary(self, query: Query) -> None:
        rows = query(
            "SELECT applicant_type, received_new, carried_in, concluded, carried_out "
            "FROM marts.fct_applications WHERE $of AND report_year = 2022 ORDER BY received_new DESC, 1",
            "甲市司法局",
        )
        assert rows == [
            ("natural_person", 10, 0, 9, 1),
            ("company", 4, 0, 3, 1),
            *[(kind, 0, 0, 0, 0) for kind in sorted(TYPES[2:])],
        ]

    def test_only_totals_are_unattributed(self, query: Query) -> None:
        rows = query(
            "SELECT applicant_type, received_new, carried_in, concluded, carried_out "
            "FROM marts.fct_applications WHERE $of AND report_year = 2022",
            "丙区教育局",
        )
        # What stays 0 are the rows that the report filled in; carried_out is blank throughout.
        assert [row for row in rows if row[0] == "unattributed"] == [("unattributed", 5, 0, 5, None)]
        assert all(row[1:] == (None, None, 0, None) for row in rows if row[0] != "unattributed")

    def test_parts_are_the_total_where_that_is_blank(self, query: Query) -> None:
        rows = query(
            "SELECT applicant_type, received_new, carried_in, concluded, carried_out "
            "FROM marts.fct_applications WHERE $of AND report_year = 2023 ORDER BY 1",
            "丙区教育局",
        )
        assert rows == [("company", 5, None, 5, None), ("natural_person", 4, None, 4, None)]

    def test_unreadable_figures_add_nothing(self, query: Query) -> None:
        rows = query(
            "SELECT applicant_type, received_new, carried_in, concluded FROM marts.fct_applications "
            "WHERE $of AND applicant_type IN ('natural_person', 'company', 'unattributed') ORDER BY 1",
            "丁县公安局",
        )
        # received_new: 9 less 3; carried_in: 5 less 1; （七）总计 of all is unreadable.
        assert rows == [("company", None, None, 2), ("natural_person", 3, 1, 3), ("unattributed", 6, 4, None)]

    def test_marked_figures(self, query: Query) -> None:
        for measure, row in MEASURES.items():
            facts = dict(
                query(
                    f"SELECT applicant_type, {measure} FROM marts.fct_applications WHERE $of",
                    "乙县水务局",
                )
            )
            parts = {kind: MARKED_REQUESTS[row, kind] for kind in TYPES}
            total = MARKED_REQUESTS[row, "total"]
            assert facts == {**parts, "unattributed": total - sum(parts.values())}


class TestOutcomes:
    def test_marked_figures_in_both_directions(self, query: Query) -> None:
        """No sum holds: every printed figure stays, and every printed total is met all the same."""
        rows = query(
            "SELECT outcome_code, applicant_type, applications FROM marts.fct_outcomes WHERE $of",
            "乙县水务局",
        )
        facts = {(outcome, kind): int(value) for outcome, kind, value in rows}
        assert len(facts) == len(rows) == (len(OUTCOMES_2019) + 1) * (len(TYPES) + 1)
        for outcome in OUTCOMES_2019:
            for kind in TYPES:
                assert facts[outcome, kind] == MARKED_REQUESTS[outcome, kind]
            assert sum(facts[outcome, kind] for kind in (*TYPES, "unattributed")) == MARKED_REQUESTS[outcome, "total"]
        for kind in TYPES:
            assert (
                sum(facts[outcome, kind] for outcome in (*OUTCOMES_2019, "unattributed"))
                == MARKED_REQUESTS["outcomes_total", kind]
            )
        assert sum(facts.values()) == MARKED_REQUESTS["outcomes_total", "total"]

    def test_groups_are_those_of_the_form(self, query: Query) -> None:
        assert query(
            "SELECT outcome_group, count(DISTINCT outcome_code) FROM marts.fct_outcomes "
            "WHERE outcome_code <> 'other_undivided' GROUP BY 1 ORDER BY 1"
        ) == [
            ("granted", 2),
            ("not_processed", 5),
            ("other", 3),
            ("refused", 8),
            ("unattributed", 1),
            ("unavailable", 3),
        ]

    def test_blank_is_not_zero(self, query: Query) -> None:
        assert query(
            "SELECT count(*) FROM marts.fct_outcomes WHERE $of AND report_year = 2022 "
            "AND outcome_code = 'refused_deliberative'",
            "丙区教育局",
        ) == [(0,)]


class TestLitigation:
    def test_marked_figures(self, query: Query) -> None:
        rows = query("SELECT venue, result, cases FROM marts.fct_litigation WHERE $of", "乙县水务局")
        facts = {(venue, result): int(cases) for venue, result, cases in rows}
        assert len(facts) == len(rows) == len(VENUES) * len(RESULTS)
        for venue in VENUES:
            parts = {result: MARKED_LITIGATION[venue, result] for result in RESULTS if result != "total"}
            assert {result: facts[venue, result] for result in parts} == parts
            assert sum(facts[venue, result] for result in (*parts, "unattributed")) == MARKED_LITIGATION[venue, "total"]

    def test_a_total_alone_is_unattributed_and_parts_alone_are_the_total(self, query: Query) -> None:
        rows = query(
            "SELECT report_year, result, cases FROM marts.fct_litigation "
            "WHERE $of AND venue = 'reconsideration' ORDER BY 1, 2",
            "丙区教育局",
        )
        assert rows == [
            (2022, "unattributed", 3),
            (2023, "corrected", 1),
            (2023, "other", 0),
            (2023, "pending", 0),
            (2023, "upheld", 2),
        ]


class TestDisclosure:
    def test_marked_figures(self, query: Query) -> None:
        rows = query("SELECT item, measure, value FROM marts.fct_disclosure WHERE $of", "乙县水务局")
        assert {(item, measure): value for item, measure, value in rows} == MARKED_DISCLOSURE

    def test_units(self, query: Query) -> None:
        assert query(
            "SELECT value, unit FROM marts.fct_disclosure "
            "WHERE $of AND report_year = 2022 AND item IN ('fees', 'licensing') ORDER BY item",
            "甲市司法局",
        ) == [(Decimal("15.279"), "万元"), (12, "件")]
        # The amount of procurement has no unit in its label: none printed, none known.
        assert query(
            "SELECT measure, value, unit FROM marts.fct_disclosure WHERE $of ORDER BY 1",
            "戊市水利局",
        ) == [("amount", 4, None), ("items_change", -3, "项"), ("projects", 2, "项")]

    def test_money_by_its_printed_unit(self, query: Query) -> None:
        amounts = query(
            "SELECT value, unit FROM marts.fct_disclosure WHERE $of AND measure = 'amount' ORDER BY report_year",
            "辛市财政局",
        )
        assert amounts == [
            (Decimal("0.0015"), "万元"),
            *[(15, "万元")] * 2,
            *[(150_000, "万元")] * 2,
            *[(15, None)] * 2,  # 美元, and none: as printed
        ]
        assert query(
            "SELECT report_year, message_zh FROM marts.finding WHERE $of AND rule_code = 'unexpected_unit'",
            "辛市财政局",
        ) == [(2024, "政府集中采购 · 采购总金额：单位印作美元，与该项目不符：数值15照录，单位留空")]

    def test_counts_whatever_word_stands_behind_them(self, query: Query) -> None:
        counts = query(
            "SELECT DISTINCT value, unit FROM marts.fct_disclosure WHERE $of AND measure = 'decisions'", "辛市财政局"
        )
        assert counts == [(4, "件")]

    def test_figures_that_disagree_are_no_fact(self, query: Query) -> None:
        items = query(
            "SELECT item, measure FROM marts.fct_disclosure WHERE $of AND measure = 'issued'",
            "丁县公安局",
        )
        assert items == []


class TestAgencyYear:
    def test_totals_rates_and_changes(self, query: Query) -> None:
        columns = (
            "received_new, carried_in, concluded, carried_out, granted, granted_partly, refused, "
            "unattributed, reconsiderations, suits, disclosure_rate, refusal_rate, natural_person_share, "
            "carried_out_share, reconsideration_corrected_rate, suit_corrected_rate, "
            "received_new_change, received_new_growth"
        )
        before, after = query(
            f"SELECT {columns} FROM marts.agency_year WHERE $of ORDER BY report_year",
            "甲市司法局",
        )
        assert before[:10] == (14, 0, 12, 2, 10, 0, 2, 0, 4, 1)
        # One of four reconsiderations is pending, one of the other three was corrected.
        assert before[10:16] == pytest.approx((10 / 12, 2 / 12, 10 / 14, 2 / 14, 1 / 3, 0))
        assert before[16:] == (None, None)
        assert after[:10] == (26, 3, 23, 6, 23, 0, 0, 0, 0, 0)
        assert after[10:14] == pytest.approx((1, 0, 20 / 26, 6 / 29))
        assert after[14:16] == (None, None)
        assert after[16:] == (12, pytest.approx(12 / 14))

    def test_no_change_over_a_gap(self, query: Query) -> None:
        assert query(
            "SELECT received_new, received_new_change FROM marts.agency_year WHERE $of ORDER BY report_year",
            "己县林业局",
        ) == [(0, None), (0, None)]


def test_carry_over(query: Query, documents: Documents) -> None:
    rows = query(
        "SELECT report_year, applicant_type, carried_out_before, carried_in, difference, "
        f"document_id_before <> '{documents.partial}' FROM marts.carry_over "
        "WHERE $of AND (carried_in > 0 OR carried_out_before > 0) ORDER BY 2",
        "甲市司法局",
    )
    assert rows == [
        (2023, "company", 1, 2, 1, True),
        (2023, "natural_person", 1, 1, 0, True),
        (2023, "total", 2, 3, 1, True),
    ]


def test_coverage(query: Query) -> None:
    rows = query("SELECT report_year, status FROM marts.coverage WHERE $of ORDER BY 1", "己县林业局")
    # Read in February 2026, when 2024 was the last year for which all reports were due.
    expected = {2020: "extracted", 2021: "absent", 2022: "absent", 2023: "extracted", 2024: "absent"}
    assert dict(rows) == expected


def test_an_agency_is_one_row(query: Query) -> None:
    names = [name for (name,) in query("SELECT agency_name FROM marts.dim_agency ORDER BY 1")]
    assert sorted(set(names)) == names
    assert len(names) == 8
