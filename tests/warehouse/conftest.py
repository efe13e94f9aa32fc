"""One warehouse, built by the real dbt from a small lake, for all tests that only look at it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pytest

from pipeline.warehouse import build, open_published
from pipeline.workspace import Workspace
from tests.warehouse.lake import Lake, Printed, disclosure, litigation, requests

Query = Callable[..., list[tuple[Any, ...]]]


def marked(start: int, places: Printed) -> dict[tuple[str, str], object]:
    """The same places, every figure a number of its own: no sum holds."""
    return dict(zip(places, itertools.count(start, 7), strict=False))


MARKED_REQUESTS = marked(1001, requests("2019"))
MARKED_LITIGATION = marked(5003, litigation())
MARKED_DISCLOSURE = marked(7001, disclosure("2021"))


def types(natural: object, company: object, total: object, others: object = 0) -> tuple[object, ...]:
    """A row of the requests table of which only natural persons and companies have cases."""
    return (natural, company, others, others, others, others, total)


def one_total(total: object) -> tuple[object, ...]:
    """A row of the requests table of which only the total is filled in."""
    return types("", "", total, "")


@dataclass
class Documents:
    """The documents of the small lake that tests ask for by name."""

    partial: str = ""
    yearless: str = ""
    impossible: str = ""
    doubtful: str = ""


def fill(lake: Lake) -> Documents:
    """Two ordinary years of one agency; then all that reports get wrong."""
    documents = Documents()
    first = lake.report(
        "甲市司法局",
        2022,
        requests=requests(
            received_new=types(10, 4, 14),
            granted=types(7, 3, 10),
            refused_third_party=types(2, 0, 2),
            outcomes_total=types(9, 3, 12),
            carried_out=types(1, 1, 2),
        ),
        litigation=litigation(reconsideration=(2, 1, 0, 1, 4), litigation_direct=(1, 0, 0, 0, 1)),
        disclosure={place: value for place, value in disclosure(licensing__decisions=12).items() if place[0] != "fees"},
        publish_date=date(2023, 1, 20),
        url="https://example.org/2022",
    )
    lake.cell(first, "disclosure", "fees", "amount_10k_yuan", "152790", unit="元", form="2021")
    lake.observe(first, "0-elsewhere.html")
    documents.partial = lake.report(
        "甲市司法局",
        2022,
        name="partial",
        publish_date=date(2023, 6, 1),
        litigation=litigation(3),
        url="https://example.org/partial",
    )
    second = lake.report(
        "甲市司法局",
        2023,
        requests=requests(
            received_new=types(20, 6, 26),
            carried_in=types(1, 2, 3),
            granted=types(18, 5, 23),
            outcomes_total=types(18, 5, 23),
            carried_out=types(3, 3, 6),
        ),
        litigation=litigation(),
        disclosure=disclosure(),
        url="https://example.org/2023",
    )
    twice = lake.report(
        "乙县水务局",
        2023,
        form="2019",
        disclosure_form="2021",
        requests=MARKED_REQUESTS,
        litigation=MARKED_LITIGATION,
        disclosure=MARKED_DISCLOSURE,
    )
    for (row, column), value in marked(90001, MARKED_REQUESTS).items():
        lake.cell(twice, "requests", row, column, value, form="2019", table_index=3, table_set=2)

    other = lake.report(
        "丙区教育局",
        2022,
        requests=requests(
            **dict.fromkeys(("received_new", "outcomes_total", "granted"), one_total(5)),
            **{row: one_total("") for row in ("carried_out", "refused_deliberative")},
            carried_in=one_total(0),
        ),
        litigation=litigation(reconsideration=("", "", "/", "", 3)),
        disclosure=disclosure(),
    )
    lake.report(
        "丙区教育局",
        2023,
        requests={
            place: "" if value == 0 else value
            for place, value in requests(
                received_new=types(4, 5, ""), granted=types(4, 1, ""), other_remaining=types(0, 4, "")
            ).items()
        },
        litigation=litigation(reconsideration=(2, 1, 0, 0, "")),
        disclosure=disclosure(value=""),
    )
    documents.doubtful = lake.report(
        "丁县公安局",
        2023,
        requests=requests(
            received_new=types(3, "四", 9),
            carried_in=types(1, "O", 5),
            granted=types(3, 2, 5),
            outcomes_total=types(3, 2, "3O5"),
            carried_out=types(-1, 0.5, -0.5),
        ),
        litigation=litigation(),
        disclosure=disclosure(normative_document__issued=1),
    )
    lake.cell(documents.doubtful, "requests", None, None, "17", form="2021", table_index=1, status="unplaced")
    lake.cell(documents.doubtful, "disclosure", "normative_document", "issued", "2", form="2021")
    lake.cell(documents.doubtful, "disclosure", "regulation", "issued", "", form="2021")
    lake.cell(documents.doubtful, "disclosure", "fees", "amount_10k_yuan", "0", form="2021", unit="件")
    lake.cell(documents.doubtful, "disclosure", "coercion", "decisions", "0", form="2021", unit="元")
    documents.impossible = lake.report(
        "戊市水利局",
        2023,
        form="2019",
        requests=requests("2019"),
        disclosure={
            ("procurement", "amount"): 4,
            ("procurement", "projects"): 2,
            ("fees", "items_change"): -3,
        },
        sections=(1, 2, 3, 5, 6),
        signed_date=date(2023, 1, 19),
        publish_date=date(2024, 1, 19),
        evidence=(
            ("report_year", "2023", "title_line"),
            ("report_year", "2022", "narrative"),
            ("report_year", "2021", "url"),
            ("signed_date", "2023-01-19", "sign_off"),
            ("agency_name", "市水利局", "sign_off"),
            ("agency_name", "戊市水务局", "compiled_by"),
            ("agency_name", "戊市人民政府", "publisher"),
        ),
    )
    lonely = lake.report(
        "己县林业局",
        2020,
        requests=requests("2021"),
        disclosure_form="2019",
        disclosure=disclosure("2019"),
        litigation=litigation(),
    )
    lake.report("己县林业局", 2023, requests=requests(), disclosure=disclosure(), litigation=litigation())
    for year, unit in enumerate(("元", "万元", "萬元", "亿元", "億元", "美元", None), 2019):
        document = lake.report("辛市财政局", year, form="2019")
        lake.cell(document, "disclosure", "procurement", "amount", "15", form="2019", unit=unit)
        lake.cell(document, "disclosure", "licensing", "decisions", "4", form="2019", unit={"元": "個"}.get(unit or ""))
    documents.yearless = lake.report("庚县司法局", None, requests=requests(granted=types(1, 1, 2)))
    narrate(lake, first, documents.partial, second, other, lonely)
    lake.document("broken", "quarantined", "truncated")
    lake.document("news", "not_a_report", "no_report_found")
    return documents


FIRST_WORDS = "营商环境。营商环境。食品安全。"
FIRST_PROBLEMS = """一是信息更新不够及时；二是解读形式单一；三是公开渠道单一。
下一步，将及时更新信息，丰富解读形式，加强业务培训。进一步做好信息更新。"""
OTHER_WORDS = "营商环境。养老服务。"


def narrate(lake: Lake, first: str, partial: str, second: str, other: str, lonely: str) -> None:
    """Two years of one agency, one each of two others; ``partial`` is superseded and counts for nothing."""
    lake.narrate(first, 2022, section_1=FIRST_WORDS, section_5=FIRST_PROBLEMS)
    lake.narrate(partial, 2022, section_1="养老服务。", section_5="监督考核不够。")
    lake.narrate(second, 2023, section_5="2022年公开渠道单一的问题已整改。但信息更新仍不够及时。今后拓宽公开渠道。")
    lake.narrate(other, 2022, section_1=OTHER_WORDS, section_5="下一步，加强业务培训。")
    lake.narrate(lonely, 2020, section_5="下一步，加强业务培训。")


@pytest.fixture(scope="session")
def lake_documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Documents]:
    """A data folder whose small lake is built and published, and its documents; only to be read."""
    workspace = Workspace(tmp_path_factory.mktemp("data"))
    lake = Lake()
    documents = fill(lake)
    lake.write(workspace)
    assert build(workspace).built
    return workspace, documents


@pytest.fixture(scope="session")
def small(lake_documents: tuple[Workspace, Documents]) -> Workspace:
    """The data folder of the small lake."""
    return lake_documents[0]


@pytest.fixture(scope="session")
def documents(lake_documents: tuple[Workspace, Documents]) -> Documents:
    """The documents of the small lake."""
    return lake_documents[1]


@pytest.fixture(scope="session")
def query(small: Workspace) -> Iterator[Query]:
    """Ask the published file; ``$of`` in a query says that a row is of the agency named."""
    with open_published(small) as connection:

        def ask(sql: str, agency: str | None = None) -> list[tuple[Any, ...]]:
            if agency:
                sql = sql.replace("$of", f"agency_id = '{agency_id(connection, agency)}'")
            return connection.sql(sql).fetchall()

        yield ask


def agency_id(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """The id of the only agency of this name."""
    ((found,),) = connection.execute("SELECT agency_id FROM marts.dim_agency WHERE agency_name = ?", [name]).fetchall()
    return str(found)
