"""What the published file says of itself."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.warehouse import DBT_PROJECT, contract, open_published
from pipeline.warehouse.dictionary import Dictionary, describe
from pipeline.workspace import Workspace

PAGE = Path(__file__).parents[2] / "docs" / "dictionary.md"


@pytest.fixture(scope="module")
def dictionary(small: Workspace) -> Dictionary:
    """The dictionary of the small lake's file."""
    with open_published(small) as connection:
        return Dictionary.read(connection)


def test_a_comment_taken_apart() -> None:
    said = describe(
        "公开率。不含未结 | Disclosure rate. Without pending ones. | unit: 1 | formula: a / b: c | numerator: a"
    )
    assert (said.label_zh, said.text_zh) == ("公开率", "不含未结")
    assert (said.label_en, said.text_en) == ("Disclosure rate", "Without pending ones.")
    assert said.facts == {"unit": "1", "formula": "a / b: c", "numerator": "a"}
    assert describe("").facts == {}


def test_the_page_is_current(dictionary: Dictionary) -> None:
    assert PAGE.read_text(encoding="utf-8").splitlines() == list(dictionary.to_markdown()), "run: make docs"


def test_every_figure_of_the_marts_has_a_unit(dictionary: Dictionary) -> None:
    bare = [
        f"{table.name}.{column.name}"
        for table in dictionary.tables
        for column in table.columns
        if table.schema == "marts"
        and column.type.startswith(("DECIMAL", "DOUBLE"))
        and "unit" not in column.description.facts
    ]
    assert bare == []


def test_every_rate_names_its_denominator(dictionary: Dictionary) -> None:
    rates = [
        (table, column)
        for table in dictionary.tables
        for column in table.columns
        if table.schema == "marts" and column.name.endswith(("_rate", "_share", "_growth"))
    ]
    assert len(rates) > 5
    for table, column in rates:
        assert {"numerator", "denominator"} <= set(column.description.facts), f"{table.name}.{column.name}"


def test_rates_of_groups_name_what_the_model_divides() -> None:
    folder = DBT_PROJECT / "models" / "marts"
    (model,) = yaml.safe_load((folder / "function_year.yml").read_text(encoding="utf-8"))["models"]
    said = {
        column["name"]: (meta["numerator"], meta["denominator"])
        for column in model["columns"]
        if "numerator" in (meta := column.get("config", {}).get("meta", {}))
    }
    divided = re.findall(r'\("(\w+)", (\d+), "(\w+)", "(\w+)"\)', (folder / "function_year.sql").read_text("utf-8"))
    assert said == {
        rate: (f"{factor} * agency_year.{above}".removeprefix("1 * "), f"agency_year.{below}")
        for rate, factor, above, below in divided
    }


def test_codes_of_the_terms_are_codes_of_the_warehouse(dictionary: Dictionary) -> None:
    known = {column.name for table in dictionary.tables for column in table.columns}
    known |= {table.name for table in dictionary.tables}
    for form in ("requests_rows", "litigation_columns", "disclosure_cells"):
        with (files("pipeline.forms") / f"{form}.csv").open(encoding="utf-8") as file:
            known |= {value for row in csv.DictReader(file) for name, value in row.items() if name.endswith("_code")}
    known |= {"disclosure", "requests", "litigation", "requests_balance"}
    assert {term.code for term in dictionary.terms if term.code} <= known
    assert len({term.zh for term in dictionary.terms}) == len(dictionary.terms) >= 40


def test_every_mart_is_exported_as_the_exposure_says() -> None:
    (exposure,) = yaml.safe_load((DBT_PROJECT / "models" / "exposures.yml").read_text(encoding="utf-8"))["exposures"]
    assert sorted(exposure["depends_on"]) == sorted(f"ref('{mart}')" for mart in contract.marts())


def test_a_table_in_the_terminal(small: Workspace, dictionary: Dictionary) -> None:
    printed = CliRunner().invoke(main, ["--data", str(small.root), "dictionary", "coverage", "landing.cells"])
    assert printed.exit_code == 0
    assert "## `marts.coverage`" in printed.output
    assert "| `raw_text` | VARCHAR |" in printed.output
    assert "marts.report" not in printed.output
    unknown = CliRunner().invoke(main, ["--data", str(small.root), "dictionary", "cell"])
    assert unknown.exit_code == 2
    assert "no table or column 'cell'. Of a like name: cells" in " ".join(unknown.output.split())


def test_a_column_in_the_terminal(small: Workspace) -> None:
    printed = CliRunner().invoke(main, ["--data", str(small.root), "dictionary", "refusal_rate"]).output
    assert [line for line in printed.splitlines() if line.startswith("## ")] == [
        "## `marts.agency_year`",
        "## `marts.function_year`",
    ]
    assert printed.count("| `refusal_rate` | DOUBLE |") == 2
    assert "`disclosure_rate`" not in printed


def test_the_facts_stand_in_the_file(small: Workspace, dictionary: Dictionary) -> None:
    with open_published(small) as connection:
        found = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'agency_year' AND column_name = 'disclosure_rate'"
        ).fetchall()
    assert "denominator: concluded" in found[0][0]
