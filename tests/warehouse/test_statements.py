"""Statements against tables: every reading is tried, and only what none of them can explain is a finding."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

import pipeline
from pipeline.warehouse import build, open_published
from pipeline.warehouse.project import DBT_PROJECT
from pipeline.workspace import Workspace
from tests.warehouse.lake import Lake, litigation, requests

BEFORE = requests(received_new=(90, 10, 0, 0, 0, 0, 100), outcomes_total=(87, 10, 0, 0, 0, 0, 97), carried_out=3)
TABLE = requests(
    received_new=(100, 12, 4, 0, 2, 2, 120),
    carried_in=(3, 0, 0, 0, 0, 0, 3),
    granted=(40, 5, 0, 0, 0, 0, 45),
    granted_partly=(10, 0, 0, 0, 0, 0, 10),
    refused_third_party=(8, 2, 0, 0, 0, 0, 10),
    unavailable_not_held=(20, 3, 2, 0, 1, 0, 26),
    not_processed_petition=(12, 1, 0, 0, 0, 1, 14),
    other_remaining=(7, 1, 2, 0, 1, 1, 12),
    outcomes_total=(97, 12, 4, 0, 2, 2, 117),
    carried_out=(6, 0, 0, 0, 0, 0, 6),
)
COURTS = litigation(
    reconsideration=(3, 1, 2, 1, 7), litigation_direct=(1, 0, 0, 1, 2), litigation_after_reconsideration=(2, 0, 0, 0, 2)
)
ERROR, WARNING, YEARS = "statement_mismatch", "statement_unsupported", "statement_years_mismatch"

AGREE: list[tuple[str, object, dict[str, object], str]] = [
    ("received_new", 120, {}, "received_new"),
    ("received_new", 123, {}, "received_and_carried_in"),
    ("received", 123, {}, "received_and_carried_in"),
    ("received", 108, {}, "received_less_withdrawn"),
    ("received_total", 123, {}, "received_and_carried_in"),
    ("received", 100, {"applicant_type": "natural_person"}, "received_new"),
    ("received", 20, {"applicant_type": "organisation"}, "received_new"),
    ("received", 100, {"qualifier": "over"}, "received_new"),
    ("received", 125, {"qualifier": "about"}, "received_new"),
    ("received", 100, {"period": "last_year"}, "received_new"),
    ("received", 120, {"scope": "whole"}, "received_new"),
    ("received_new", 20, {"qualifier": "change"}, "received_new"),
    ("received_new", 20, {"qualifier": "growth", "unit": "%"}, "received_new"),
    ("concluded", "20.62", {"qualifier": "growth", "unit": "%"}, "concluded"),
    ("concluded", "20.6", {"qualifier": "growth", "unit": "%"}, "concluded"),
    ("carried_in", 3, {}, "carried_in"),
    ("carried", 3, {}, "carried_in"),
    ("carried", 6, {}, "carried_out"),
    ("carried_out", 6, {}, "carried_out"),
    ("concluded", 117, {}, "concluded"),
    ("concluded", 105, {}, "concluded_less_other"),
    ("concluded", 91, {}, "concluded_on_substance"),
    ("concluded", 114, {}, "received_less_carried_out"),
    ("replied", 103, {}, "concluded_less_not_processed"),
    ("granted", 55, {}, "granted_or_partly"),
    ("granted", 40, {"applicant_type": "natural_person"}, "granted"),
    ("refused", 10, {}, "refused"),
    ("refused", 36, {}, "refused_or_unavailable"),
    ("other", 12, {}, "other"),
    ("not_processed", 26, {}, "set_aside"),
    ("reconsiderations", 7, {}, "reconsiderations"),
    ("reconsiderations", 6, {}, "reconsiderations_settled"),
    ("reconsiderations_upheld", 5, {}, "reconsiderations_not_corrected"),
    ("suits", 4, {}, "suits"),
    ("suits", 2, {}, "suits_direct"),
    ("suits", 3, {}, "suits_settled"),
    ("disputes", 11, {}, "disputes"),
    ("disputes", 9, {}, "disputes_once"),
    ("suits_corrected", 0, {}, "suits_corrected"),
]
CONTRADICT: list[tuple[str, object, dict[str, object], str, int]] = [
    ("received_new", 121, {}, ERROR, 120),
    ("received_new", 112, {}, ERROR, 120),
    ("received", 0, {"is_zero_by_words": True}, ERROR, 120),
    ("received", 130, {}, WARNING, 120),
    ("received", 115, {}, WARNING, 120),
    ("received", 99, {"applicant_type": "natural_person"}, WARNING, 100),
    ("carried_in", 4, {}, ERROR, 3),
    ("carried_out", 5, {}, ERROR, 6),
    ("concluded", 124, {}, WARNING, 117),
    ("granted", 46, {}, WARNING, 45),
    ("refused", 11, {}, WARNING, 10),
    ("reconsiderations", 8, {}, WARNING, 7),
    ("reconsiderations", 0, {"is_zero_by_words": True}, ERROR, 7),
    ("suits_direct", 5, {}, WARNING, 2),
    ("disputes", 0, {"is_zero_by_words": True}, ERROR, 11),
    ("received_new", 125, {"period": "unknown"}, WARNING, 120),
    ("carried", 4, {}, WARNING, 6),
    ("received", 101, {"period": "last_year"}, YEARS, 100),
    ("received_new", 25, {"qualifier": "change"}, YEARS, 20),
    ("received_new", -20, {"qualifier": "growth", "unit": "%"}, YEARS, 20),
]
UNJUDGED: list[tuple[str, object, dict[str, object]]] = [
    ("received_new", 20, {"period": "part"}),
    ("received_new", 120, {"period": "since"}),
    ("received_new", 125, {"period": "unknown", "sentence": "累计新收125件。"}),
    ("received_new", 80, {"scope": "whole"}),
    ("received_new", 900, {"scope": "other"}),
    ("received", 110, {"excerpt": "受理申请110件"}),
    ("received", 200, {"qualifier": "over"}),
    ("received", 200, {"qualifier": "about"}),
    ("concluded", 110, {}),
    ("replied_on_time", 100, {}),
    ("normative_documents_issued", 3, {}),
    ("penalties", 3, {}),
    ("received_new", "20.9", {"qualifier": "growth", "unit": "%"}),
    ("carried_in", 2, {"period": "last_year"}),
]
KEPT = len(AGREE) + len(CONTRADICT) + len(UNJUDGED)


class Reports:
    """A report of two years for each case, since what else a report says matters."""

    def __init__(self) -> None:
        self.lake = Lake()
        self.documents: dict[str, str] = {}

    def add(self, key: str, *statements: tuple[str, object, dict[str, object]], **tables: Any) -> None:
        agency = f"第{len(self.documents)}县人民政府"
        self.lake.report(agency, 2022, requests=BEFORE, litigation=litigation())
        document = self.lake.report(agency, 2023, **{"requests": TABLE, "litigation": COURTS, **tables})
        self.documents[key] = document
        for measure, value, fields in statements:
            self.lake.statement(document, measure, value, **fields)


def unreadable(table: dict[tuple[str, str], object], *rows: str) -> dict[tuple[str, str], object]:
    return {place: "四" if place[0] in rows else value for place, value in table.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, str]]]:
    workspace, reports = Workspace(tmp_path_factory.mktemp("data")), Reports()
    for kind, cases in (("agree", AGREE), ("contradict", CONTRADICT), ("unjudged", UNJUDGED)):
        for number, case in enumerate(cases):
            reports.add(f"{kind}{number}", case[:3])
    reports.add("unreadable", ("received_new", 99, {}), requests=unreadable(TABLE, "carried_in"))
    reports.add("blank", ("received_new", 99, {}), requests=unreadable(dict.fromkeys(TABLE, "")))
    reports.add("blank parts", ("refused", 7, {}), requests={p: v or "" for p, v in TABLE.items()})
    reports.add("no total", ("received", 120, {}), requests={p: "" if p[1] == "total" else v for p, v in TABLE.items()})
    reports.add("said rightly too", ("received", 120, {}), ("received", 30, {}), ("received", 140, {}))
    reports.add("parts", ("received_new", 50, {"sentence": "甲"}), ("received_new", 70, {"sentence": "甲"}))
    reports.add("its own level", ("received", 120, {"scope": "own"}), ("received_new", 900, {"scope": "whole"}))
    reports.add("the whole", ("received", 120, {"scope": "whole"}), ("received_new", 30, {"scope": "own"}))
    reports.add("nothing")
    reports.add("second set", ("received_new", 20, {"scope": "own"}), ("received_new", 21, {}))
    for (row, column), value in requests(received_new=20).items():
        reports.lake.cell(reports.documents["second set"], "requests", row, column, value, form="2021", table_set=2)
    reports.lake.write(workspace)
    assert build(workspace).built
    with open_published(workspace) as connection:
        yield connection, reports.documents


Built = tuple[duckdb.DuckDBPyConnection, dict[str, str]]


def results(built: Built, key: str) -> list[tuple[Any, ...]]:
    connection, documents = built
    query = (
        "SELECT result, reading, rule_code, table_value FROM marts.statement WHERE document_id = ? ORDER BY position"
    )
    return connection.execute(query, [documents[key]]).fetchall()


def findings(built: Built, key: str) -> list[str]:
    connection, documents = built
    query = "SELECT rule_code FROM marts.finding WHERE document_id = ? AND rule_code LIKE 'statement_%'"
    return [rule for (rule,) in connection.execute(query, [documents[key]]).fetchall()]


@pytest.mark.parametrize("number", range(len(AGREE)), ids=lambda n: "{}-{}".format(*AGREE[n]))
def test_a_reading_agrees(built: Built, number: int) -> None:
    ((result, reading, *_),) = results(built, f"agree{number}")
    assert (result, reading) == ("agrees", AGREE[number][3])
    assert findings(built, f"agree{number}") == []


@pytest.mark.parametrize("number", range(len(CONTRADICT)), ids=lambda n: "{}-{}".format(*CONTRADICT[n]))
def test_no_reading_agrees(built: Built, number: int) -> None:
    ((result, _, rule, table_value),) = results(built, f"contradict{number}")
    assert (result, rule, table_value) == ("contradicts", *CONTRADICT[number][3:])
    assert findings(built, f"contradict{number}") == [rule]


@pytest.mark.parametrize("number", range(len(UNJUDGED)), ids=lambda n: "{}-{}".format(*UNJUDGED[n]))
def test_it_cannot_be_judged(built: Built, number: int) -> None:
    ((result, reading, *_),) = results(built, f"unjudged{number}")
    assert (result, reading) == ("not_assessable", None)
    assert findings(built, f"unjudged{number}") == []


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("unreadable", ["not_assessable"]),
        ("blank", ["not_assessable"]),
        ("blank parts", ["contradicts"]),
        ("no total", ["agrees"]),
        # What is smaller may be a part; what is larger cannot be.
        ("said rightly too", ["agrees", "not_assessable", "contradicts"]),
        ("parts", ["not_assessable", "not_assessable"]),
        ("second set", ["agrees", "not_assessable"]),
        # What agrees shows whose figures the tables hold.
        ("its own level", ["agrees", "not_assessable"]),
        ("the whole", ["agrees", "not_assessable"]),
        ("nothing", []),
    ],
)
def test_what_else_is_printed_matters(built: Built, key: str, expected: list[str]) -> None:
    assert [result for result, *_ in results(built, key)] == expected


def test_a_finding_shows_the_sentence_and_the_cells(built: Built) -> None:
    connection, documents = built
    ((left, right, message, cells),) = connection.execute(
        "SELECT left_value, right_value, message_zh, cells FROM marts.finding "
        "WHERE document_id = ? AND rule_code LIKE 'statement_%'",
        [documents["contradict0"]],
    ).fetchall()
    assert (left, right) == (121, 120)
    assert message == "正文“第0句：received_new为121。”所述为121，表中新收为120，相差1"
    sentence, cell = json.loads(cells)
    assert (sentence["sentence"], sentence["value"]) == ("第0句：received_new为121。", 121)
    assert (cell["row_code"], cell["column_code"], cell["raw_text"]) == ("received_new", "total", "120")


def test_growth_shows_the_cells_of_both_years(built: Built) -> None:
    connection, documents = built
    ((cells,),) = connection.execute(
        "SELECT cells FROM marts.finding WHERE document_id = ? AND rule_code = ?",
        [documents[f"contradict{len(CONTRADICT) - 1}"], YEARS],
    ).fetchall()
    assert sorted(cell["raw_text"] for cell in json.loads(cells)[1:]) == ["100", "120"]


def test_every_measure_that_is_compared_is_one_that_is_read() -> None:
    def column(path: Path, name: str) -> list[str]:
        with path.open(encoding="utf-8") as file:
            return [row[name] for row in csv.DictReader(file)]

    measures = Path(pipeline.__file__).parent / "extraction" / "statements" / "measures.csv"
    compared = column(DBT_PROJECT / "seeds" / "statement_measures.csv", "measure")
    assert compared
    assert set(compared) <= set(column(measures, "code"))
