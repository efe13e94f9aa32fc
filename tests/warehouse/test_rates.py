"""Rates, changes, ranks and the groups by function, against values counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipeline.lake import refresh
from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES
from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.plausible import plausible_numbers
from tests.corpus.report import Mark, MarkedReport, own_numbers
from tests.warehouse.conftest import one_total, types
from tests.warehouse.lake import RESULTS, TYPES, VENUES, Lake, litigation, requests
from tests.warehouse.site import put, web_page

Years = Callable[..., dict[str, Any]]

RATES = (
    "disclosure_rate", "refusal_rate", "unavailability_rate", "not_processed_rate", "natural_person_share",
    "carried_out_share", "reconsideration_corrected_rate", "suit_corrected_rate", "disputes_per_100_concluded",
)  # fmt: skip
NO_RATES = dict.fromkeys(RATES)

HENAN = ("金水区", "二七区", "中原区", "惠济区", "上街区", "管城回族区")
JIANGSU = ("玄武区", "秦淮区", "建邺区", "雨花台区")


def outcomes(**rows: int) -> dict[tuple[str, str], object]:
    """A requests table of natural persons alone whose sums hold; ``carried_out`` among ``rows`` or 0."""
    total = sum(value for row, value in rows.items() if row not in ("carried_in", "carried_out"))
    received = total + rows.get("carried_out", 0) - rows.get("carried_in", 0)
    filled = {row: types(value, 0, value) for row, value in rows.items()}
    return requests(received_new=types(received, 0, received), outcomes_total=types(total, 0, total), **filled)


def fill(lake: Lake) -> None:
    """A district's bureau over the years; its peers in two provinces; what leaves a rate unknown."""
    bureau = "郑州市金水区司法局"
    lake.report(bureau, 2020, requests=outcomes(granted=9))
    lake.report(
        bureau,
        2022,
        requests=outcomes(granted=100, refused_third_party=20, carried_out=8),
        litigation=litigation(reconsideration=(10, 5, 0, 5, 20)),
    )
    lake.report(
        bureau,
        2023,
        requests=requests(
            received_new=(120, 30, 0, 0, 10, 0, 160),
            carried_in=(15, 5, 0, 0, 0, 0, 20),
            granted=(50, 10, 0, 0, 0, 0, 60),
            granted_partly=(10, 5, 0, 0, 0, 0, 15),
            refused_third_party=(9, 0, 0, 0, 0, 0, 9),
            refused_deliberative=(6, 0, 0, 0, 0, 0, 6),
            unavailable_not_held=(30, 10, 0, 0, 0, 0, 40),
            unavailable_unclear=(5, 0, 0, 0, 0, 0, 5),
            not_processed_duplicate=(10, 0, 0, 0, 0, 0, 10),
            other_remaining=(0, 0, 0, 0, 5, 0, 5),
            outcomes_total=(120, 25, 0, 0, 5, 0, 150),
            carried_out=(15, 10, 0, 0, 5, 0, 30),
        ),
        litigation=litigation(
            reconsideration=(20, 8, 4, 8, 40),
            litigation_direct=(3, 1, 0, 1, 5),
            litigation_after_reconsideration=(2, 0, 1, 3, 6),
        ),
        disclosure={
            ("normative_document", "issued"): 3,
            ("normative_document", "in_force"): 12,
            ("licensing", "decisions"): 1203,
            ("penalty", "decisions"): 7,
        },
        publish_date=date(2024, 1, 31),
        url="https://example.org/2023",
    )
    # Refusal rates 0.1 (above), 0.5, 0.2, 0.2, none (nothing concluded), and a misprint.
    for district, (refused, granted) in zip(HENAN[1:4], ((5, 5), (2, 8), (10, 40)), strict=True):
        lake.report(f"郑州市{district}司法局", 2023, requests=outcomes(refused_third_party=refused, granted=granted))
    lake.report(f"郑州市{HENAN[4]}司法局", 2023, requests=outcomes(), publish_date=date(2023, 12, 31))
    lake.report(
        f"郑州市{HENAN[5]}司法局",
        2023,
        requests=requests(received_new=one_total(2), outcomes_total=one_total(10), refused_third_party=one_total(20)),
    )
    for district in JIANGSU:
        lake.report(f"南京市{district}司法局", 2023, requests=outcomes(granted=40, refused_third_party=10))

    # What its government says of all agencies is no year before of what it says of itself.
    government = "郑州市金水区人民政府"
    before = lake.report(government, 2022, requests=outcomes(granted=4))
    for section in lake.tables["sections"]:
        if section["document_id"] == before:
            section["body"] = "本报告仅统计本机关。区本级收到申请4件。"
    lake.report(government, 2023, requests=outcomes(granted=400))

    lake.report(
        "郑州市二七区水利局",
        2023,
        requests={
            place: "" if place[0] == "granted_partly" else value
            for place, value in outcomes(granted=5, refused_third_party=5).items()
        },
        litigation=litigation(reconsideration=(3, 1, 0, "", 4), litigation_direct=(2, 1, 0, "", 5)),
    )
    # What is none is left blank; in the second report one of the blanks cannot be told from what is unreadable.
    blanks: dict[tuple[str, str], object] = dict.fromkeys(requests(), "") | {
        (row, column): 10 for row in ("received_new", "granted", "outcomes_total") for column in ("company", "total")
    }
    cases = dict.fromkeys(litigation(), "") | {("reconsideration", "upheld"): 3, ("reconsideration", "total"): 3}
    lake.report("郑州市惠济区水利局", 2023, requests=blanks, litigation=cases)
    lake.report(
        "郑州市上街区水利局",
        2023,
        requests=blanks
        | {
            ("refused_third_party", "total"): "O",
            ("received_new", "natural_person"): "O",
            ("carried_in", "total"): "O",
        },
        litigation=cases | {("reconsideration", "corrected"): "O"},
    )
    lake.report(
        "郑州市中原区水利局",
        2023,
        requests={
            place: "" if place[0] == "granted_partly" else 12 if place[0] == "outcomes_total" else value
            for place, value in outcomes(granted=5, refused_third_party=5).items()
        },
        litigation={
            place: "" if place[0] == "litigation_direct" else value
            for place, value in litigation(
                reconsideration=(3, 1, 0, "四", 4), litigation_after_reconsideration=(2, 1, 0, 1, 4)
            ).items()
        },
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("rates"))
    lake = Lake()
    fill(lake)
    lake.write(workspace)
    build(workspace)
    return workspace


@pytest.fixture(scope="module")
def year(published: Workspace) -> Iterator[Years]:
    """Give the row of an agency (by its full name) and year, or of any other mart by its columns."""
    with open_published(published) as connection:

        def ask(agency: str, report_year: int = 2023) -> dict[str, Any]:
            relation = connection.sql(
                "FROM marts.agency_year JOIN marts.dim_agency USING (agency_id) "
                f"WHERE agency_full_name LIKE '%{agency}' AND report_year = {report_year}"
            )
            (row,) = relation.fetchall()
            return dict(zip(relation.columns, row, strict=True))

        yield ask


@pytest.fixture(scope="module")
def groups(published: Workspace) -> dict[tuple[str, str, str, str | None, int], dict[str, Any]]:
    """The rows of function_year by function, level, scope, province and year."""
    with open_published(published) as connection:
        relation = connection.sql("FROM marts.function_year")
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    return {(row["function"], row["level"], row["scope"], row["province"], row["report_year"]): row for row in rows}


def of(row: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


class TestRates:
    def test_each_is_its_numerator_over_its_denominator(self, year: Years) -> None:
        row = year("金水区司法局")
        assert of(row, *RATES) == pytest.approx(
            (75 / 150, 15 / 150, 45 / 150, 10 / 150, 120 / 160, 30 / 180, 8 / 32, 1 / 7, 100 * 45 / 150)
        )
        before = year("金水区司法局", 2022)
        assert of(before, *RATES) == pytest.approx(
            (100 / 120, 20 / 120, 0, 0, 1, 8 / 128, 5 / 15, None, 100 * 20 / 120)
        )

    def test_totals_are_each_row_and_venue(self, year: Years) -> None:
        row = year("金水区司法局")
        assert of(row, "refused_third_party", "refused_deliberative", "refused_state_secret") == (9, 6, 0)
        assert of(row, "unavailable_not_held", "other_remaining", "other", "other_undivided") == (40, 5, 5, None)
        assert of(row, "disclosed", "on_hand", "received_from_natural_persons", "unattributed") == (75, 180, 120, 0)
        venues = ("reconsiderations", "suits_direct", "suits_after_reconsideration", "suits")
        assert of(row, *venues) == (40, 5, 6, 11)
        assert of(row, *(f"{venue}_concluded" for venue in venues)) == (32, 4, 3, 7)
        assert of(row, *(f"{venue}_pending" for venue in venues)) == (8, 1, 3, 4)
        assert row["disputes"] == 45
        assert of(row, "normative_documents_issued", "normative_documents_in_force") == (3, 12)
        assert of(row, "licensing_decisions", "penalty_decisions", "fees", "procurement_amount") == (
            1203,
            7,
            None,
            None,
        )

    def test_few_cases_are_flagged(self, year: Years) -> None:
        row = year("金水区司法局")
        flags = [f"{family}_is_small" for family in ("received", "on_hand", "concluded", "reconsiderations", "suits")]
        assert of(row, *flags) == (False, False, False, False, True)
        assert of(year("二七区司法局"), *flags) == (True, True, True, None, None)

    def test_a_denominator_of_zero_gives_no_rate(self, year: Years) -> None:
        row = year("上街区司法局")
        assert row["concluded"] == 0
        assert {rate: row[rate] for rate in RATES} == NO_RATES
        assert row["concluded_is_small"] is True

    def test_a_blank_is_none_only_where_the_rest_makes_up_the_total(self, year: Years) -> None:
        row = year("二七区水利局")
        assert row["granted_partly"] is None
        assert of(row, "disclosed", "disclosure_rate") == (5, 0.5)
        # 3 + 1 of 4 reconsiderations have a result, 3 of 5 direct suits: two may be pending.
        assert of(row, "reconsiderations_concluded", "reconsideration_corrected_rate") == (4, 0.25)
        assert of(row, "suits_direct", "suits_direct_concluded", "suits_concluded") == (5, None, None)
        assert of(row, "suit_corrected_rate", "disputes") == (None, 9)

    def test_what_may_be_missing_gives_no_rate(self, year: Years) -> None:
        row = year("中原区水利局")
        assert of(row, "concluded", "unattributed", "disclosed", "disclosure_rate") == (12, 2, None, None)
        assert of(row, "refusal_rate") == pytest.approx((5 / 12,))
        # Pending cannot be read; direct suits are blank, so that the suits are those after reconsideration.
        assert of(row, "reconsiderations", "reconsiderations_concluded", "reconsideration_corrected_rate") == (
            4, None, None,
        )  # fmt: skip
        assert of(row, "suits_direct", "disputes", "disputes_per_100_concluded") == (None, None, None)
        assert of(row, "suits", "suits_concluded", "suit_corrected_rate") == (4, 3, pytest.approx(1 / 3))

    def test_what_is_left_blank_is_none_where_the_sums_leave_nothing_for_it(self, year: Years) -> None:
        row = year("惠济区水利局")
        printed = ("refused", "carried_in", "carried_out", "reconsiderations_corrected", "reconsiderations_pending")
        assert of(row, *printed) == (None,) * 5
        assert of(row, *RATES) == (1, 0, 0, 0, 0, 0, 0, None, None)
        assert of(row, "on_hand", "reconsiderations_concluded", "suits", "disputes") == (10, 3, None, None)

    def test_what_cannot_be_read_is_not_none(self, year: Years) -> None:
        assert of(year("上街区水利局"), *RATES) == (1, None, 0, 0, None, None, None, None, None)


class TestTimes:
    def test_days_from_the_end_of_the_year(self, year: Years) -> None:
        row = year("金水区司法局")
        assert of(row, "publish_date", "days_to_publication", "url") == (
            date(2024, 1, 31), 31, "https://example.org/2023",
        )  # fmt: skip
        assert row["raw_path"] == "郑州市金水区司法局-2023.html"
        assert of(year("上街区司法局"), "publish_date", "days_to_publication") == (date(2023, 12, 31), None)
        assert year("二七区司法局")["days_to_publication"] is None

    def test_changes_on_the_year_before(self, year: Years) -> None:
        row = year("金水区司法局")
        assert row["year_before"] == "comparable"
        changes = ("received_new", "concluded", "carried_out", "refused", "reconsiderations", "suits", "disputes")
        assert of(row, *(f"{name}_change" for name in changes)) == (32, 30, 22, -5, 20, 11, 25)
        assert of(row, *(f"{name}_growth" for name in changes)) == pytest.approx(
            (32 / 128, 30 / 120, 22 / 8, -5 / 20, 20 / 20, None, 25 / 20)
        )

    @pytest.mark.parametrize(
        ("agency", "report_year", "why"),
        [("金水区司法局", 2022, "no_report"), ("金水区人民政府", 2023, "other_scope")],
    )
    def test_none_over_a_gap_or_from_another_scope(self, year: Years, agency: str, report_year: int, why: str) -> None:
        row = year(agency, report_year)
        assert of(row, "year_before", "received_new_change", "received_new_growth") == (why, None, None)


class TestRanks:
    def test_peers_are_of_one_function_level_and_province(self, year: Years) -> None:
        assert [year(f"{district}司法局")["peers"] for district in (*HENAN, *JIANGSU)] == [6] * 6 + [4] * 4
        assert year("金水区人民政府")["peers"] == 1

    def test_ties_share_a_rank(self, year: Years) -> None:
        rows = [year(f"{district}司法局") for district in HENAN]
        columns = ("received_new_rank", "received_new_percentile", "received_new_peers")
        assert [row["received_new"] for row in rows] == [160, 10, 10, 50, 0, 2]
        assert [of(row, *columns) for row in rows] == [
            (1, 1.0, 6), (3, 0.4, 6), (3, 0.4, 6), (2, 0.8, 6), (6, 0.0, 6), (5, 0.2, 6),
        ]  # fmt: skip

    def test_fewer_than_five_are_not_ranked(self, year: Years) -> None:
        rows = [year(f"{district}司法局") for district in HENAN]
        # Nothing concluded gives no rate; a share of 2 is a misprint: four of the six peers are left.
        assert [row["refusal_rate"] for row in rows] == pytest.approx([0.1, 0.5, 0.2, 0.2, None, 2.0])
        assert {of(row, "refusal_rate_peers", "refusal_rate_rank", "refusal_rate_percentile") for row in rows} == {
            (4, None, None)
        }
        for district in JIANGSU:
            row = year(f"{district}司法局")
            assert of(row, "received_new_peers", "received_new_rank", "received_new_percentile") == (4, None, None)


class TestFunctions:
    def test_provinces_and_the_country(self, groups: dict[Any, dict[str, Any]]) -> None:
        rows = {key[3]: row for key, row in groups.items() if key[0] == "司法行政" and key[4] == 2023}
        assert {province: of(row, "agencies", "is_small", "received_new") for province, row in rows.items()} == {
            None: (10, False, 432), "河南省": (6, False, 232), "江苏省": (4, True, 200),
        }  # fmt: skip

    def test_quartiles_and_rates_of_the_group(self, groups: dict[Any, dict[str, Any]]) -> None:
        henan = groups["司法行政", "county", "own", "河南省", 2023]
        # 0, 2, 10, 10, 50, 160
        assert of(henan, "received_new_q1", "received_new_median", "received_new_q3") == (4, 10, 40)
        assert of(henan, "refusal_rate_agencies", "refusal_rate_median") == (4, None)
        country = groups["司法行政", "county", "own", None, 2023]
        # 0.1, 0.2 six times, 0.5; all cases put together are 92 of 430, the misprint's 20 of 10 among them.
        assert of(country, "refusal_rate_agencies", "refusal_rate_q1", "refusal_rate_q3") == (8, 0.2, 0.2)
        assert country["refusal_rate"] == pytest.approx((15 + 5 + 2 + 10 + 20 + 40) / (150 + 10 + 10 + 50 + 10 + 200))

    def test_a_small_group_has_sums_and_no_quartiles(self, groups: dict[Any, dict[str, Any]]) -> None:
        row = groups["司法行政", "county", "own", "江苏省", 2023]
        assert of(row, "refused", "refused_agencies", "received_new_median", "refusal_rate") == (40, 4, None, 0.2)

    def test_an_unknown_total_is_not_counted(self, groups: dict[Any, dict[str, Any]]) -> None:
        row = groups["水利", "county", "own", "河南省", 2023]
        assert of(row, "agencies", "concluded", "disclosed", "disclosed_agencies") == (4, 42, 25, 3)
        assert row["disclosure_rate"] == pytest.approx(25 / 30)

    def test_scopes_stay_apart(self, groups: dict[Any, dict[str, Any]]) -> None:
        of_government = {key[2:]: row["received_new"] for key, row in groups.items() if row["received_new"] in (4, 400)}
        assert of_government == {
            ("own", None, 2022): 4, ("own", "河南省", 2022): 4,
            ("whole", None, 2023): 400, ("whole", "河南省", 2023): 400,
        }  # fmt: skip


def rates_of(truth: dict[Slot, Mark]) -> tuple[float | None, ...]:
    """The rates of a report of which every figure can be read, in the order of ``RATES``."""

    def at(table: str, row: str, column: str) -> Decimal | None:
        mark = truth.get(Slot(table, 1, row, column))
        return mark.value if mark else None

    def total(table: str, row: str, parts: tuple[str, ...]) -> Decimal | None:
        printed = at(table, row, "total")
        return printed if printed is not None else added(at(table, row, part) for part in parts)

    def proven(value: Decimal | None, total: Decimal | None, parts: Decimal | None) -> Decimal | None:
        """A blank is none where the parts make up the whole."""
        return Decimal() if value is None and total is not None and total == parts else value

    rows = {slot.row for slot in truth if slot.table == "requests"} - {"outcomes_total"}
    flows = {row: total("requests", row, TYPES) for row in rows}
    outcomes = {row: value for row, value in flows.items() if row not in ("received_new", "carried_in", "carried_out")}
    concluded = total("requests", "outcomes_total", TYPES)
    of_outcomes = added(outcomes.values())

    def group(*names: str) -> Decimal | None:
        parts = [value for row, value in outcomes.items() if row.startswith(names)]
        return proven(added(parts), concluded, of_outcomes)

    granted = [proven(flows[row], concluded, of_outcomes) for row in ("granted", "granted_partly")]
    received = flows["received_new"]
    intake, left = added([received, flows["carried_in"]]), added([concluded, flows["carried_out"]])
    carried_in = proven(flows["carried_in"], intake, left)
    venues = {venue: total("litigation", venue, RESULTS[:4]) for venue in VENUES}

    def result(venue: str, name: str) -> Decimal | None:
        parts = added(at("litigation", venue, result) for result in RESULTS[:4])
        return proven(at("litigation", venue, name), venues[venue], parts)

    def settled(*names: str) -> Decimal | None:
        pending = [result(venue, "pending") for venue in names]
        return None if None in pending or not names else added(venues[v] for v in names) - added(pending)  # type: ignore[operator]

    suits = [venue for venue in VENUES[1:] if venues[venue] is not None]
    disputes = [venues["reconsideration"], venues["litigation_direct"]]
    return (
        ratio(whole(granted), concluded),
        *(ratio(group(name), concluded) for name in ("refused", "unavailable", "not_processed")),
        ratio(
            proven(
                at("requests", "received_new", "natural_person"),
                received,
                added(at("requests", "received_new", kind) for kind in TYPES),
            ),
            received,
        ),
        ratio(proven(flows["carried_out"], intake, left), whole([received, carried_in])),
        ratio(result("reconsideration", "corrected"), settled("reconsideration")),
        ratio(whole([result(venue, "corrected") for venue in suits]), settled(*suits)),
        ratio(whole([value and 100 * value for value in disputes]), concluded),
    )


def whole(values: list[Decimal | None]) -> Decimal | None:
    """The sum of all; None if one is missing."""
    return None if None in values else added(values)


def added(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is printed; None if nothing is."""
    printed = [value for value in values if value is not None]
    return sum(printed, Decimal()) if printed else None


def ratio(numerator: Decimal | int | None, denominator: Decimal | None) -> float | None:
    return None if numerator is None or not denominator else float(numerator) / float(denominator)


PAGES = {
    "郑州市金水区司法局": MarkedReport(11, marker=own_numbers),
    "郑州市二七区司法局": MarkedReport(12, "2019", "2019", plausible_numbers),
    "郑州市中原区司法局": MarkedReport(13, "2021", "2021", plausible_numbers),
    "郑州市惠济区司法局": MarkedReport(20, "2021", "2021", plausible_numbers),
}


@pytest.fixture(scope="module")
def drafts() -> dict[str, Draft]:
    for agency, report in PAGES.items():
        report.agency, report.year, report.signed = agency, 2022, "2023年1月20日"
    return {agency: Draft.of(report) for agency, report in PAGES.items()}


@pytest.fixture(scope="module")
def rated(drafts: dict[str, Draft], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    workspace = Workspace(tmp_path_factory.mktemp("pages"))
    for agency, draft in drafts.items():
        put(workspace.raw, f"{agency}.html", web_page(draft))
    for sample in SAMPLES.glob("*.txt"):
        put(workspace.raw, sample.name, sample.read_bytes())
    refresh(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        relation = connection.sql("FROM marts.agency_year JOIN marts.dim_agency USING (agency_id)")
        rows = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
    return {row["agency_full_name"].removeprefix("河南省"): row for row in rows}


class TestPages:
    """From pages to rates, against a plain account of what is printed."""

    @pytest.mark.parametrize("agency", PAGES)
    def test_rates_of_what_is_printed(
        self, agency: str, drafts: dict[str, Draft], rated: dict[str, dict[str, Any]]
    ) -> None:
        assert of(rated[agency], *RATES) == pytest.approx(rates_of(drafts[agency].truth))

    def test_samples_without_a_single_application_have_no_rates(self, rated: dict[str, dict[str, Any]]) -> None:
        samples = [row for agency, row in rated.items() if agency not in PAGES]
        assert len(samples) == 5
        for row in samples:
            assert of(row, "received_new", "concluded", "reconsiderations", "suits") == (0, 0, 0, 0)
            assert {rate: row[rate] for rate in RATES} == NO_RATES
