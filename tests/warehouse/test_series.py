"""Twelve years over three forms, against values and breaks counted by hand from the figures that were drafted."""

from __future__ import annotations

import csv
import random
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.lake import refresh
from pipeline.warehouse import DBT_PROJECT, build, open_published
from pipeline.workspace import Workspace
from tests.conftest import ROOT
from tests.corpus.draft import Draft
from tests.corpus.grid import Slot
from tests.corpus.html import write_html
from tests.corpus.report import BLANK, Mark, MarkedReport, Text
from tests.warehouse.lake import VENUES, disclosure_places, form_rows

Figures = dict[str, int | None]
"""What a report prints, by `row` or `row.column`; None cannot be read. What is not printed is not there."""

Told = tuple[Decimal | None, str | None, Decimal | None]
"""Value, gap and known part of a series."""

YEARS = range(2014, 2026)
RESULTS = ("upheld", "corrected", "other", "pending")
REFUSALS = (
    "refused_state_secret", "refused_prohibited_by_law", "refused_security_stability", "refused_third_party",
    "refused_internal_affairs", "refused_deliberative", "refused_enforcement_file", "refused_administrative_inquiry",
)  # fmt: skip
UNAVAILABLE = ("unavailable_not_held", "unavailable_needs_creation", "unavailable_unclear")
NOT_PROCESSED = (
    "not_processed_petition", "not_processed_duplicate", "not_processed_publication", "not_processed_excessive",
    "not_processed_reconfirmation",
)  # fmt: skip
OTHERS = ("other_not_corrected", "other_fee_unpaid", "other_remaining")
SUITS = ("litigation_direct", "litigation_after_reconsideration")
ANSWERS = (
    "answered_already_public", "answered_granted", "answered_granted_partly", "answered_refused",
    "answered_not_this_agency", "answered_does_not_exist", "answered_asked_to_amend", "answered_other_route",
)  # fmt: skip
GROUNDS = (
    "refused_state_secret", "refused_trade_secret", "refused_privacy", "refused_security_stability",
    "refused_not_government_information", "refused_other_law",
)  # fmt: skip

RENAMED = {
    "issued_normative_documents": "normative_documents_issued",
    "applications_received": "received_new",
    "applications_concluded": "concluded",
    "applications_answered": "answered",
    "answered_granted_partly": "granted_partly",
    "answered_refused": "refused",
    "refused_other_law": "refused_prohibited_by_law",
    "answered_asked_to_amend": "asked_to_amend",
    "answered_other_route": "other_route",
}
"""Indicators of the annex that are a series by another name."""
MERGED = {
    "granted": ("answered_granted", "answered_already_public"),
    "disclosed": ("answered_granted", "answered_already_public", "answered_granted_partly"),
    "refused_third_party": ("refused_trade_secret", "refused_privacy"),
    "unavailable_not_held": ("answered_not_this_agency", "answered_does_not_exist"),
}
"""Series of which the annex prints parts only."""

GRANTS = ("granted", "disclosed", "granted_partly")
DISPUTES = tuple(
    f"{whole}{result}" for whole in ("reconsiderations", "suits") for result in ("", "_upheld", "_corrected", "_other")
)
CLOSE = {
    *GRANTS, "received_new", "concluded", "refused_state_secret", "refused_third_party", "refused_security_stability",
    "unavailable_not_held", *DISPUTES,
}  # fmt: skip
"""Series of the annex that go on in 2019, with care."""
BROKEN = {"refused", "refused_prohibited_by_law", "reconsiderations_other", "suits_other"}
"""Series of the annex that go on in 2019 as something else."""
ISSUED = {"normative_documents_issued", "regulations_issued"}
"""Made in the form of 2019, issued in the others."""


def annex_rows() -> list[dict[str, str]]:
    with (files("pipeline.forms") / "statistics_2014.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass
class Report:
    """One year of an agency: the form that it uses and the figures that it prints."""

    form: str
    figures: Figures = field(default_factory=dict)
    is_whole: bool = False

    def outcomes(self) -> list[str]:
        """The outcomes of its form."""
        others = ("received_new", "carried_in", "outcomes_total", "carried_out")
        return [row for row in form_rows(self.form) if row not in others]

    def sums(self) -> dict[str, list[str]]:
        """The sums of its form, each with its parts."""
        if self.form == "2014":
            return {"answered_refused": list(GROUNDS), "applications_answered": list(ANSWERS)}
        return {
            "outcomes_total": self.outcomes(),
            **{f"{venue}.total": [f"{venue}.{result}" for result in RESULTS] for venue in VENUES},
        }

    def add_up(self) -> None:
        """Print each sum as what its parts add up to."""
        for whole, parts in self.sums().items():
            self.figures[whole] = sum(self.figures[part] or 0 for part in parts)


def draft(rng: random.Random, form: str) -> Report:
    """A report without a fault: its sums hold, and every figure is printed."""
    report = Report(form)
    if form == "2014":
        report.figures = {row["row_code"]: rng.randrange(1, 900) for row in annex_rows()}
    else:
        report.figures = {row: rng.randrange(1, 90) for row in form_rows(form)}
        report.figures |= {f"{venue}.{result}": rng.randrange(1, 40) for venue in VENUES for result in RESULTS}
        report.figures |= {f"{row}.{column}": rng.randrange(1, 500) for row, column in disclosure_places(form)}
    report.add_up()
    return report


def spoil(rng: random.Random, report: Report) -> Report:
    """Some noughts, of which some are left blank; then figures that are missing, and some that cannot be read."""
    figures = report.figures
    for name in rng.sample(sorted(figures), k=len(figures) // 4):
        figures[name] = 0
    report.add_up()
    blank = [name for name, value in figures.items() if value == 0 and rng.random() < 0.5]
    missing = rng.sample(sorted(figures), k=rng.choice((0, 0, 1, 3)))
    for name in {*blank, *missing}:
        del figures[name]
    for name in rng.sample(sorted(figures), k=rng.choice((0, 1, 3))):
        figures[name] = None
    return report


def made_of(form: str) -> dict[str, tuple[str, ...]]:
    """The figures that each series is the sum of, sums that are printed apart."""
    if form == "2014":
        whole = {RENAMED.get(row["row_code"], row["row_code"]): (row["row_code"],) for row in annex_rows()}
        for parts in MERGED.values():
            for part in parts:
                whole.pop(part, None)
        return {**whole, "granted_partly": ("answered_granted_partly",), **MERGED}
    alone = ("received_new", "carried_in", "carried_out", "granted", "granted_partly")
    series: dict[str, tuple[str, ...]] = {row: (row,) for row in (*alone, *REFUSALS, *UNAVAILABLE, *NOT_PROCESSED)}
    series |= {
        "disclosed": ("granted", "granted_partly"),
        "refused": REFUSALS,
        "unavailable": UNAVAILABLE,
        "not_processed": NOT_PROCESSED,
        "other": OTHERS if form == "2021" else ("other_undivided",),
    }
    if form == "2021":
        series |= {row: (row,) for row in OTHERS}
    for result in RESULTS:
        series[f"reconsiderations_{result}"] = (f"reconsideration.{result}",)
        series[f"suits_direct_{result}"] = (f"litigation_direct.{result}",)
        series[f"suits_after_reconsideration_{result}"] = (f"litigation_after_reconsideration.{result}",)
        series[f"suits_{result}"] = tuple(f"{venue}.{result}" for venue in SUITS)
    for item, name in (("regulation", "regulations"), ("normative_document", "normative_documents")):
        if form == "2021":
            series |= {f"{name}_{column}": (f"{item}.{column}",) for column in ("issued", "repealed", "in_force")}
        else:
            series |= {f"{name}_{column}": (f"{item}.{column}",) for column in ("published_new", "published_total")}
            series[f"{name}_issued"] = (f"{item}.made_new",)
    for item, column in disclosure_places(form):
        if column in ("decisions", "items_previous_year", "items_change", "projects", "amount"):
            series[f"{item}_{column}"] = (f"{item}.{column}",)
    if form == "2021":
        series["fees"] = ("fees.amount_10k_yuan",)
    return series


def expected(report: Report) -> dict[str, Told]:
    """What a report says of each series, from its figures alone."""
    figures = dict(report.figures)
    closed: set[str] = set()
    for whole, parts in report.sums().items():
        known = [value for part in parts if (value := figures.get(part)) is not None]
        in_doubt = any(part in figures and figures[part] is None for part in parts)
        if figures.get(whole) is not None and sum(known) == figures[whole]:
            closed |= set(parts) if report.form != "2014" or not in_doubt else set()
        if whole not in figures and report.form != "2014" and (known or in_doubt):
            figures[whole] = None if in_doubt else sum(known)
    told = {
        series: _told(figures, parts, closed)
        for series, parts in made_of(report.form).items()
        if any(part in figures for part in parts)
    }
    if report.form != "2014":
        sums = {"concluded": ("outcomes_total",), "reconsiderations": ("reconsideration.total",)}
        sums |= {"suits_direct": (f"{SUITS[0]}.total",), "suits_after_reconsideration": (f"{SUITS[1]}.total",)}
        sums["suits"] = tuple(f"{venue}.total" for venue in SUITS)
        told |= {
            series: _told(figures, parts, set())
            for series, parts in sums.items()
            if any(part in figures for part in parts)
        }
    return told


def _told(figures: Figures, parts: tuple[str, ...], closed: set[str]) -> Told:
    printed = [figures[part] for part in parts if part in figures]
    known = [Decimal(value) / (10000 if "fees_charged" in parts else 1) for value in printed if value is not None]
    total = sum(known, Decimal(0)) if known else None
    if len(known) < len(printed) or parts == ("procurement.amount",):
        # The amount of the form of 2019 has no unit of its own, and the reports print none.
        return None, "unreadable", None if parts == ("procurement.amount",) else total
    if any(part not in figures and part not in closed for part in parts):
        return None, "blank", total
    return total, None, None


def step(series: str, before: tuple[int, Report], this: tuple[int, Report]) -> str:
    """How a value of a series can be compared with the one before it."""
    (year_before, report_before), (year, report) = before, this
    disputes = series.startswith(("reconsiderations", "suits"))
    if (disputes and year_before < 2024 <= year) or report_before.is_whole != report.is_whole:
        return "broken"
    # The table of disputes is the same in both later forms.
    forms = {"2019" if disputes and used == "2021" else used for used in (report_before.form, report.form)}
    if len(forms) == 1:
        return "same"
    if series in ISSUED:
        return "broken" if "2019" in forms else "close"
    if "2014" not in forms:
        return "same"
    return "broken" if series in BROKEN else "close" if series in CLOSE else "impossible"


def lines(reports: dict[int, Report]) -> dict[tuple[int, str], tuple[Any, ...]]:
    """Each year and series of an agency: value, gap, known part, step, stretch and the years since."""
    rows: dict[tuple[int, str], tuple[Any, ...]] = {}
    told = {year: expected(report) for year, report in sorted(reports.items())}
    for series in {series for said in told.values() for series in said}:
        before: tuple[int, Report] | None = None
        stretch, since, close_since = 1, 0, 0
        for year, said in told.items():
            if series not in said:
                continue
            value, gap, known = said[series]
            if value is None:
                rows[year, series] = (None, gap, known, None, None, None, None, None)
                continue
            this = (year, reports[year])
            taken = step(series, before, this) if before else None
            broken = taken in ("close", "broken")
            stretch += broken
            since = year if broken or before is None else since
            close_since = year if taken == "broken" or before is None else close_since
            rows[year, series] = (value, None, None, broken, taken, stretch, since, close_since)
            before = this
    return rows


class Printed(MarkedReport):
    """A report whose tables print these figures; what is not among them is blank, what cannot be read a word."""

    def __init__(self, agency: str, year: int, report: Report) -> None:
        super().__init__(year, report.form, report.form, marker=lambda _, slots: {s: self._mark(s) for s in slots})
        self.agency, self.year, self.signed = agency, year, f"{year + 1}年1月20日"
        self.figures = report.figures

    def _mark(self, slot: Slot) -> Mark:
        name = slot.row if slot.table == "requests" else f"{slot.row}.{slot.column}"
        if name not in self.figures:
            return BLANK
        if slot.table == "requests" and slot.column not in ("natural_person", "total"):
            return Mark.number("0")
        value = self.figures[name]
        return Mark("若干", "unreadable") if value is None else Mark.number(str(value))


SECTIONS = (
    "主动公开情况",
    "回应解读情况",
    "依申请公开情况",
    "",
    "",
    "",
    "",
    "机构建设和保障经费情况",
    "会议和培训情况",
)
WAYS = {
    "channel_gazette": "（二）通过不同渠道和方式公开政府信息的情况",
    "press_conferences": "（二）通过不同渠道和方式回应解读的情况",
}


def annex_page(agency: str, year: int, report: Report, text: str) -> bytes:
    """A report with the annex, in its official layout; some rows that print nothing are left out."""
    lines = [("统计指标", "单位", "统计数")]
    for row in annex_rows():
        name, label = row["row_code"], row["label"]
        section, _, rest = label.partition("、")
        if rest.startswith("（"):
            lines.append((f"{section}、{SECTIONS['一二三四五六七八九'.index(section)]}", "", ""))
            label = rest
        if name in WAYS:
            lines.append((WAYS[name], "", ""))
            label = label.removeprefix("（二）")
        value = report.figures.get(name)
        shown = "若干" if name in report.figures and value is None else "" if value is None else str(value)
        if shown or year % 2 or name not in LEFT_OUT:
            lines.append((label, "元" if name == "fees_charged" else row["unit"], shown))
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    title = f"{agency}{year}年政府信息公开工作年度报告"
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>'
        f"<p>本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。</p><p>一、概述</p><p>{text}</p>"
        f"<p>政府信息公开情况统计表</p><table>{table}</table><p>{agency}</p><p>{year + 1}年3月20日</p></body></html>"
    ).encode()


LEFT_OUT = (
    "channel_gazette",
    "online_interviews",
    "received_by_fax",
    "refused_privacy",
    "answered_does_not_exist",
    "budget",
)
"""Rows whose words are their own, and that no other row is part of."""


def publish(raw: Path, agency: str, year: int, report: Report) -> None:
    """Put a report into the raw folder."""
    text = "本年度报告的统计数据包括所属各部门。" if report.is_whole else "政府信息公开工作有序开展。"
    if report.form == "2014":
        data = annex_page(agency, year, report, text)
    else:
        draft = Draft.of(Printed(agency, year, report))
        first = next(n for n, block in enumerate(draft.blocks) if isinstance(block, Text) and block.kind == "heading")
        draft.blocks.insert(first + 1, Text(text))
        data = write_html(draft)
    (raw / f"{agency}-{year}.html").write_bytes(data)


NAMES = (
    "宜春市司法局", "泗水县水利局", "句容市财政局", "大冶市教育局", "广水市民政局", "鄱阳县统计局", "临川区司法局",
    "黄岩区水利局", "镇江市财政局", "济宁市教育局",
)  # fmt: skip


def drafted() -> dict[str, dict[int, Report]]:
    """Agencies over twelve years: the forms in time, late or by leaps; years missing; figures blank or unreadable."""
    rng = random.Random(2014)
    agencies: dict[str, dict[int, Report]] = {}
    for number, name in enumerate(NAMES):
        first, second = rng.choice(((2019, 2021), (2019, 2021), (2020, 2023), (2019, 2019)))
        reports = {}
        for year in YEARS:
            form = "2014" if year < first else "2019" if year < second else "2021"
            report = draft(rng, form)
            reports[year] = report if number < 4 else spoil(rng, report)
        if number % 3 == 1:
            for year in rng.sample(YEARS, k=4):
                del reports[year]
        if number == 3:
            for year in (2016, 2022):
                reports[year].is_whole = True
        agencies[name] = reports
    return agencies


AGENCIES = drafted()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """All of them, from documents to the published file."""
    workspace = Workspace(tmp_path_factory.mktemp("series"))
    workspace.raw.mkdir()
    for agency, reports in AGENCIES.items():
        for year, report in reports.items():
            publish(workspace.raw, agency, year, report)
    refresh(workspace)
    build(workspace)
    with open_published(workspace) as connection:
        yield connection


@pytest.mark.parametrize("agency", AGENCIES)
def test_every_value_and_every_break_is_the_one_counted_by_hand(
    connection: duckdb.DuckDBPyConnection, agency: str
) -> None:
    found = connection.sql(
        "SELECT report_year, series, value, gap, known_part, is_break, step, stretch, comparable_since, close_since "
        f"FROM marts.series_year JOIN marts.dim_agency USING (agency_id) WHERE agency_name = '{agency}'"
    ).fetchall()
    rows = {(year, series): tuple(row) for year, series, *row in found}
    counted = lines(AGENCIES[agency])
    assert {key: (rows.get(key), row) for key, row in counted.items() if rows.get(key) != row} == {}
    assert rows.keys() == counted.keys()


def test_the_agencies_have_every_kind_of_break_and_gap() -> None:
    rows = [row for reports in AGENCIES.values() for row in lines(reports).values()]
    assert {(gap, known is None) for value, gap, known, *_ in rows if value is None} == {
        ("unreadable", True),
        ("unreadable", False),
        ("blank", False),
    }
    assert {taken for *_, taken, _, _, _ in rows} == {None, "same", "close", "broken"}
    # A blank that the sums show to be none is one.
    assert any(
        told["refused"][0] is not None and any(ground not in report.figures for ground in REFUSALS)
        for reports in AGENCIES.values()
        for report in reports.values()
        if report.form != "2014" and "refused" in (told := expected(report))
    )


def one(connection: duckdb.DuckDBPyConnection, columns: str, where: str, agency: str) -> list[Any]:
    """Rows of one agency, by series and year."""
    return connection.sql(
        f"SELECT {columns} FROM marts.series_year JOIN marts.dim_agency USING (agency_id) "
        f"WHERE agency_name LIKE '{agency}%' AND {where} ORDER BY series, report_year"
    ).fetchall()


def test_forms_grades_units_and_reports_stand_beside_the_values(connection: duckdb.DuckDBPyConnection) -> None:
    assert list(AGENCIES[NAMES[0]]) == list(YEARS)
    where = "series IN ('refused', 'normative_documents_issued', 'fees_charged') AND value IS NOT NULL"
    rows = one(connection, "DISTINCT series, form, grade, unit, is_stock", where, NAMES[0])
    assert sorted(rows) == [
        ("fees_charged", "2014", "only", "万元", False),
        ("normative_documents_issued", "2014", "close", "件", False),
        ("normative_documents_issued", "2019", "broken", "件", False),
        ("normative_documents_issued", "2021", "same", "件", False),
        ("refused", "2014", "broken", "件", False),
        ("refused", "2019", "same", "件", False),
        ("refused", "2021", "same", "件", False),
    ]
    stocks = connection.sql("SELECT DISTINCT series FROM marts.series_year WHERE is_stock ORDER BY 1").fetchall()
    assert {series for (series,) in stocks} == {
        "carried_in", "carried_out", "reconsiderations_pending", "suits_pending", "suits_direct_pending",
        "suits_after_reconsideration_pending", "offices", "reading_points", "staff", "staff_full_time",
        "staff_part_time", "normative_documents_in_force", "regulations_in_force", "regulations_published_total",
        "normative_documents_published_total", *(
            f"{item}_items_previous_year"
            for item in ("licensing", "penalty", "coercion", "fees", "other_public_service")
        ),
    }  # fmt: skip
    documents = connection.sql(
        "SELECT count(*) FROM marts.series_year JOIN marts.report USING (agency_id, report_year) "
        "WHERE series_year.document_id <> report.document_id "
        "OR series_year.covered_by IS DISTINCT FROM report.covered_by"
    ).fetchall()
    assert documents == [(0,)]


def test_each_break_says_why(connection: duckdb.DuckDBPyConnection) -> None:
    breaks = one(connection, "series, report_year, reason_en, reason_zh", "is_break", NAMES[0])
    reasons = {(series, year): (english, chinese) for series, year, english, chinese in breaks}
    first, law = min(year for series, year in reasons if series == "suits"), 2024
    assert "two grounds are one since 2019" in reasons["refused_third_party", first][0]
    assert "两项理由合为一项" in reasons["refused_third_party", first][1]
    assert "must go to reconsideration before a suit" in reasons["suits", law][0]
    assert "annex" not in reasons["suits", law][0]
    (scope,) = one(connection, "reason_en", "series = 'received_new' AND report_year = 2022", NAMES[3])
    assert "Of another scope" in scope[0]
    assert one(connection, "series", "(reason_en IS NULL) = is_break OR (reason_zh IS NULL) = is_break", "") == []


def _rows(path: Any) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_place_of_every_form_is_in_a_series(connection: duckdb.DuckDBPyConnection) -> None:
    used = {part for row in _rows(DBT_PROJECT / "seeds" / "series.csv") for part in row["parts"].split()}
    crosswalk = {(row["table_code"], row["code"]): row for row in _rows(DBT_PROJECT / "seeds" / "form_crosswalk.csv")}

    def codes(table: str, code: str) -> set[str]:
        harmonised = crosswalk.get((table, code))
        return {code, harmonised["harmonised_code"]} if harmonised else {code}

    for form in ("2019", "2021"):
        for row in form_rows(form):
            assert {f"requests.{code}" for code in codes("requests", row)} & used, row
        for row, column in disclosure_places(form):
            assert {f"disclosure.{row}.{code}" for code in codes("disclosure", column)} & used, (row, column)
    assert {f"litigation.{venue}.{result}" for venue in VENUES for result in (*RESULTS, "total")} <= used
    annex = {row["row_code"] for row in annex_rows()}
    assert {code for table, code in crosswalk if table == "statistics"} == annex
    assert connection.sql("SELECT count(*) FROM marts.series").fetchall() == [
        (len(connection.sql("SELECT DISTINCT series FROM marts.series_year").fetchall()),)
    ]


def test_the_page_says_what_the_seeds_say() -> None:
    text = (ROOT / "docs" / "series.md").read_text(encoding="utf-8")
    page = runpy.run_path(str(ROOT / "scripts" / "series.py"))["page"]
    assert page(text) == text, "python scripts/series.py"
    assert text.count("\n| `") == len(_rows(DBT_PROJECT / "seeds" / "series.csv"))


def test_the_queries_of_the_page_run(connection: duckdb.DuckDBPyConnection) -> None:
    text = (ROOT / "docs" / "series.md").read_text(encoding="utf-8")
    line, plot, province = re.findall(r"^```sql\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for query in (line, plot):
        assert connection.sql(query).fetchall() == []
    # Two agencies of the province; of one the value for 2019 is not known.
    known, gap = (
        {year: expected(report)["disclosed"][0] for year, report in AGENCIES[name].items() if year >= 2019}
        for name in ("句容市财政局", "镇江市财政局")
    )
    assert None in gap.values()
    assert connection.sql(province).fetchall() == [(year, value, 1) for year, value in known.items()]
