"""The parsed dbt project that is kept: never that of another state of its files."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest

from pipeline.warehouse import DBT_PROJECT, parsed
from pipeline.warehouse.parsed import parsed_project


class Parser:
    """Counts how often it is asked to parse."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Manifest:
        self.times += 1
        return Manifest()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, without what was kept of it."""
    copy = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    monkeypatch.setattr(parsed, "DBT_PROJECT", copy)
    return copy


@pytest.mark.parametrize(
    "path", ["models/marts/report.sql", "models/marts/report.yml", "macros/rate.sql", "seeds/rules.csv", "profiles.yml"]
)
def test_an_edited_file_is_parsed(project: Path, path: str) -> None:
    parse = Parser()
    parsed_project(parse)
    parsed_project(parse)
    assert parse.times == 1
    with (project / path).open("a", encoding="utf-8") as file:
        file.write("\n")
    parsed_project(parse)
    assert parse.times == 2
    assert len(list((project / "target").glob("parsed-*"))) == 1


def test_a_file_that_moved_is_parsed(project: Path) -> None:
    parse = Parser()
    parsed_project(parse)
    (project / "macros" / "rate.sql").rename(project / "macros" / "ratio.sql")
    parsed_project(parse)
    assert parse.times == 2


@pytest.mark.parametrize("package", ["dbt-core", "dbt-adapters", "dbt-duckdb"])
def test_another_dbt_parses_anew(project: Path, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    parse = Parser()
    parsed_project(parse)
    monkeypatch.setattr(parsed, "version", lambda name: "0" if name == package else version(name))
    parsed_project(parse)
    assert parse.times == 2


def test_what_cannot_be_read_is_made_anew(project: Path) -> None:
    parse = Parser()
    parsed_project(parse)
    (kept,) = (project / "target").glob("parsed-*")
    kept.write_bytes(b"cut off")
    parsed_project(parse)
    parsed_project(parse)
    assert parse.times == 2
