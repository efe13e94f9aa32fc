"""What a publication must not lose, and what is no loss: the published file of the small lake, edited with SQL."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.warehouse import baseline
from pipeline.warehouse.errors import NotComparableError, PublishedInUse
from pipeline.warehouse.gate import Baseline, Loss, faults, find_losses, find_shrunk
from pipeline.workspace import Workspace
from tests.warehouse.conftest import agency_id

Edit = Callable[[Sequence[str]], Path]

AGENCY, YEAR = "甲市司法局", 2023
"""The agency whose report of this year something happens to; it has one of 2022 as well."""

OF_REPORT = "agency_id = '$agency' AND report_year = 2023"
OTHER = "(SELECT agency_id FROM marts.dim_agency WHERE agency_name = '己县林业局')"


def no_more(*marts: str) -> tuple[str, ...]:
    return tuple(f"DELETE FROM marts.{mart} WHERE {OF_REPORT}" for mart in marts)


FACTS = ("report", "agency_year", "fct_applications", "fct_outcomes", "fct_litigation", "fct_disclosure")
DERIVED = ("outcome_trend", "litigation_trend", "disclosure_trend", "assessment", "finding", "carry_over", "statement")
NO_ROW = no_more(*FACTS, *DERIVED)
NOT_READ = (
    "UPDATE landing.documents SET status = 'quarantined' WHERE document_id = '$document'",
    "DELETE FROM landing.report_parts WHERE part_document_id = '$document'",
    *(f"DELETE FROM landing.{table} WHERE document_id = '$document'" for table in ("reports", "agencies", "cells")),
    *NO_ROW,
)
UNREADABLE = (
    "UPDATE landing.cells SET status = 'unreadable', value = NULL "
    "WHERE document_id = '$document' AND row_code = 'granted' AND status = 'number'"
)
READ_ANEW = "UPDATE landing.documents SET extraction_version = 99 WHERE document_id = '$document'"


def copied(table: str, to: str) -> str:
    """A row of a document, as one of another."""
    return (
        f"INSERT INTO landing.{table} SELECT * REPLACE ('{to}' AS document_id) FROM landing.{table} "
        "WHERE document_id = '$document'"
    )


SUPERSEDED = (
    *(copied(table, "newer") for table in ("documents", "reports", "agencies", "cells")),
    "INSERT INTO landing.report_parts VALUES ('newer', 'newer', 'page', 0)",
    f"UPDATE marts.report SET document_id = 'newer' WHERE {OF_REPORT}",
)
A_PAGE_CAME = (
    *(copied(table, "page") for table in ("documents", "reports", "agencies")),
    "DELETE FROM landing.reports WHERE document_id = '$document'",
    "DELETE FROM landing.agencies WHERE document_id = '$document'",
    "UPDATE landing.report_parts SET report_document_id = 'page', role = 'attachment', position = 1 "
    "WHERE part_document_id = '$document'",
    "INSERT INTO landing.report_parts VALUES ('page', 'page', 'page', 0)",
    f"UPDATE marts.report SET document_id = 'page' WHERE {OF_REPORT}",
)
ONE_AGENCY = (f"UPDATE landing.agencies SET agency_id = {OTHER} WHERE document_id = '$document'", *NO_ROW)


A_NEWER_PAGE = (
    copied("documents", "newer"),
    "UPDATE landing.documents SET document_id = 'newer' WHERE document_id = 'page'",
    "UPDATE landing.reports SET document_id = 'newer' WHERE document_id = 'page'",
    "UPDATE landing.agencies SET document_id = 'newer' WHERE document_id = 'page'",
    "UPDATE landing.report_parts SET report_document_id = 'newer' WHERE part_document_id = '$document'",
    "UPDATE landing.report_parts SET report_document_id = 'newer', part_document_id = 'newer' "
    "WHERE part_document_id = 'page'",
    f"UPDATE marts.report SET document_id = 'newer' WHERE {OF_REPORT}",
)
"""What follows `A_PAGE_CAME` where the page changes its bytes and offers the same file."""


@pytest.fixture(scope="module")
def report(small: Workspace) -> tuple[str, str]:
    """The report that something happens to: its agency and document."""
    with duckdb.connect(small.published, read_only=True) as connection:
        agency = agency_id(connection, AGENCY)
        ((document,),) = connection.execute(
            "SELECT document_id FROM marts.report WHERE agency_id = ? AND report_year = ?", [agency, YEAR]
        ).fetchall()
    return agency, document


@pytest.fixture
def edit(small: Workspace, report: tuple[str, str], tmp_path: Path) -> Edit:
    """Copies of what is published, edited."""

    def make(statements: Sequence[str]) -> Path:
        target = tmp_path / f"edited{len(list(tmp_path.iterdir()))}.duckdb"
        shutil.copyfile(small.published, target)
        with duckdb.connect(target) as connection:
            for statement in statements:
                connection.execute(statement.replace("$agency", report[0]).replace("$document", report[1]))
        return target

    return make


def found(file: Path, against: Baseline) -> dict[str, list[str]]:
    """What each check found, of those that found something."""
    with duckdb.connect(file, read_only=True) as connection:
        return {check: told for check, told in faults(connection, against).items() if told}


def losses(file: Path, against: Baseline) -> list[Loss]:
    with duckdb.connect(file, read_only=True) as connection:
        return find_losses(connection, against)


def test_nothing_is_lost_where_nothing_changed(small: Workspace) -> None:
    against = baseline(small)
    assert against.same_edits
    assert found(small.published, against) == {}


@pytest.mark.parametrize(
    ("what", "is_lost"),
    [
        ((UNREADABLE,), False),
        ((UNREADABLE, READ_ANEW), False),
        (NOT_READ, True),
        ((*NOT_READ, READ_ANEW), True),
        # The lake lost what it had of a document that is still in raw/.
        ((*NOT_READ, "DELETE FROM landing.documents WHERE document_id = '$document'"), True),
        # Its year is not found any more, or found wrong, where another report of that year is.
        (("UPDATE landing.reports SET report_year = NULL WHERE document_id = '$document'", *NO_ROW), True),
        (("UPDATE landing.reports SET report_year = 2022 WHERE document_id = '$document'", *NO_ROW), True),
        # Its agency is taken for another one, though nobody said so.
        (ONE_AGENCY, True),
    ],
)
def test_losses(small: Workspace, edit: Edit, report: tuple[str, str], what: Sequence[str], is_lost: bool) -> None:
    (lost,) = losses(edit(what), baseline(small))
    assert lost[:5] == (report[1], f"{AGENCY}-{YEAR}.html", report[0], YEAR, is_lost)
    assert (lost.now < lost.before) == (what[0] == UNREADABLE or what[:2] == NOT_READ[:2])
    (told,) = found(edit(what), baseline(small))["nothing_lost"]
    assert told.startswith("1 documents that are still in raw/ gave more to the published build: ")
    assert f"{AGENCY}-{YEAR}.html (" in told
    assert (f"the report of {report[0]} {YEAR} is lost" in told) == is_lost


@pytest.mark.parametrize("what", [SUPERSEDED, A_PAGE_CAME])
def test_what_is_no_loss(small: Workspace, edit: Edit, what: Sequence[str]) -> None:
    assert found(edit(what), baseline(small)) == {}


def test_a_newer_page_with_the_same_file(small: Workspace, edit: Edit, tmp_path: Path) -> None:
    """The page before is here still, and no report any more: its file is part of the newer page's report."""
    snapshot = pl.read_parquet(small.snapshot)
    pages = [
        snapshot.head(1).with_columns(document_id=pl.lit(name), raw_path=pl.lit(f"{name}.html"))
        for name in ("page", "newer")
    ]
    pl.concat([snapshot, *pages]).write_parquet(tmp_path / "snapshot.parquet")
    against = replace(baseline(small), published=edit(A_PAGE_CAME), snapshot=tmp_path / "snapshot.parquet")
    newer = edit((*A_PAGE_CAME, *A_NEWER_PAGE))
    assert found(newer, against) == {}
    # What the file says counts as ever.
    assert found(edit((*A_PAGE_CAME, *A_NEWER_PAGE, UNREADABLE)), against).keys() == {"nothing_lost"}


def test_a_page_of_files_that_now_stand_for_themselves(small: Workspace, edit: Edit, tmp_path: Path) -> None:
    """The page is here still, so that it is not what was removed that explains it."""
    snapshot = pl.read_parquet(small.snapshot)
    page = snapshot.head(1).with_columns(document_id=pl.lit("page"), raw_path=pl.lit("page.html"))
    pl.concat([snapshot, page]).write_parquet(tmp_path / "snapshot.parquet")
    against = replace(baseline(small), published=edit(A_PAGE_CAME), snapshot=tmp_path / "snapshot.parquet")
    assert found(edit(()), against) == {}


def test_two_agencies_that_users_say_are_one(small: Workspace, edit: Edit) -> None:
    assert found(edit(ONE_AGENCY), replace(baseline(small), same_edits=False)) == {}


def test_what_removed_documents_gave_is_no_loss(
    small: Workspace, edit: Edit, report: tuple[str, str], tmp_path: Path
) -> None:
    gone = (*NOT_READ, "DELETE FROM landing.documents WHERE document_id = '$document'")
    snapshot = pl.read_parquet(small.snapshot)
    snapshot.filter(pl.col("document_id") != report[1]).write_parquet(tmp_path / "snapshot.parquet")
    against = replace(baseline(small), snapshot=tmp_path / "snapshot.parquet")
    assert found(edit(gone), against) == {}
    # It excuses nothing of agencies whose documents are all here.
    file = edit((*gone, "DELETE FROM marts.outcome_trend WHERE report_year = 2020"))
    assert [fault.split()[0] for fault in found(file, against)["marts"]] == ["marts.outcome_trend"]


@pytest.mark.parametrize("mart", ["finding", "function_year", "form_crosswalk", "coverage", "assessment"])
def test_a_mart_that_shrinks(small: Workspace, edit: Edit, mart: str) -> None:
    """By more than it may, of unchanged inputs; no more, no less."""
    with duckdb.connect(small.published, read_only=True) as connection:
        ((rows,),) = connection.sql(f"SELECT count(*) FROM marts.{mart}").fetchall()
    file = edit([f"DELETE FROM marts.{mart} WHERE rowid = (SELECT min(rowid) FROM marts.{mart})"])
    against = replace(baseline(small), shrinkage=0.5 / rows)
    with duckdb.connect(file, read_only=True) as connection:
        assert find_shrunk(connection, against) == [(mart, rows, rows - 1)]
        assert find_shrunk(connection, replace(against, shrinkage=1.5 / rows)) == []
    (told,) = found(file, against)["marts"]
    assert f"marts.{mart} has {rows - 1:,} rows where {rows:,} were published" in told


def test_marts_that_follow_from_what_users_edit(small: Workspace, edit: Edit) -> None:
    """A line that goes from the roster takes rows of coverage along; it takes no facts along."""
    against = replace(baseline(small), same_edits=False)
    assert found(edit(["DELETE FROM marts.coverage WHERE status = 'absent'"]), against) == {}
    file = edit(["DELETE FROM marts.disclosure_trend WHERE report_year = 2020"])
    assert [fault.split()[0] for fault in found(file, against)["marts"]] == ["marts.disclosure_trend"]


def test_what_sites_withdrew(small: Workspace, edit: Edit, report: tuple[str, str]) -> None:
    """A report that a site listed and did not give, and lists no more: documents and edited files are the same."""
    withheld = (
        "INSERT INTO landing.unfetched (url, outcome, agency_id, report_year) "
        "VALUES ('https://example.org/x', 'blocked', '999999-司法局', 2023)",
        "INSERT INTO marts.dim_agency SELECT * REPLACE ('999999-司法局' AS agency_id) FROM marts.dim_agency "
        "WHERE agency_id = '$agency'",
        "INSERT INTO marts.coverage SELECT * REPLACE ('999999-司法局' AS agency_id, 'blocked' AS status) "
        "FROM marts.coverage WHERE agency_id = '$agency' AND report_year = 2023",
    )
    against = replace(baseline(small), published=edit(withheld), shrinkage=0)
    assert found(small.published, against) == {}
    # Where sites say what they said, these rows are lost.
    fewer = edit((*withheld, "DELETE FROM marts.coverage WHERE agency_id = '999999-司法局'"))
    assert [fault.split()[0] for fault in found(fewer, against)["marts"]] == ["marts.coverage"]
    # An agency that reported is one whatever sites say.
    file = edit(["DELETE FROM marts.dim_agency WHERE agency_id = '$agency'"])
    assert "marts.dim_agency" in {fault.split()[0] for fault in found(file, against)["marts"]}


@pytest.mark.parametrize("mart", ["similarity", "agency_alias"])
def test_marts_on_an_agency_that_follow_from_others(small: Workspace, edit: Edit, mart: str) -> None:
    rows = [
        "INSERT INTO marts.agency_alias SELECT 'x', agency_id FROM marts.dim_agency",
        "CREATE OR REPLACE TABLE marts.similarity AS SELECT agency_id FROM marts.dim_agency",
    ]
    against = replace(baseline(small), published=edit(rows), shrinkage=0)
    file = edit([*rows, f"DELETE FROM marts.{mart}"])
    assert [fault.split()[0] for fault in found(file, against)["marts"]] == [f"marts.{mart}"]
    assert found(file, replace(against, same_edits=False)) == {}


def test_another_version_reads_the_narrative(small: Workspace, edit: Edit) -> None:
    """It may find much less, but not all may go; of other marts it excuses nothing."""
    assert baseline(small).shrinkage_of_text is None
    against = replace(baseline(small), shrinkage_of_text=0.5)
    with duckdb.connect(small.published, read_only=True) as connection:
        ((rows,),) = connection.sql("SELECT count(*) FROM marts.topic_year").fetchall()
    some = f"DELETE FROM marts.topic_year WHERE rowid < {rows // 3}"
    assert rows // 3 > 0
    assert found(edit([some]), against) == {}
    assert found(edit([some]), baseline(small)).keys() == {"marts"}
    (told,) = found(edit(["DELETE FROM marts.topic_year"]), against)["marts"]
    assert "it may lose 0.5 of its rows (settings.yml, gate: shrinkage_of_text)" in told
    assert found(edit(["DELETE FROM marts.disclosure_trend"]), against).keys() == {"marts"}


def test_a_version_before_that_lacks_marts(small: Workspace, edit: Edit) -> None:
    """An upgrade brings marts; what both have is compared."""
    older = edit(["DROP TABLE marts.series_year", "DROP TABLE marts.topic_codes"])
    against = replace(baseline(small), published=older)
    assert found(small.published, against) == {}
    file = edit(["DELETE FROM marts.disclosure_trend"])
    assert [fault.split()[0] for fault in found(file, against)["marts"]] == ["marts.disclosure_trend"]


def test_what_cannot_be_compared_is_told(small: Workspace, edit: Edit) -> None:
    """Damage that shows in the midst of the comparison, and another process that writes into what is published."""
    bad = edit(())
    data = bad.read_bytes()
    told = []
    for start in range(3 * 4096 + 1000, len(data), 262144):  # a flipped bit in each block in turn
        bad.write_bytes(data[:start] + bytes([data[start] ^ 4]) + data[start + 1 :])
        try:
            losses(small.published, replace(baseline(small), published=bad))
        except NotComparableError as error:
            told.append(str(error))
    assert told
    assert all(f"{bad} is damaged" in one for one in told)
    held = edit(())
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(held)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        with pytest.raises(PublishedInUse, match=rf"open for writing.*{writer.pid}"):
            found(small.published, replace(baseline(small), published=held))


def test_a_published_file_that_says_nothing_blocks_nothing(small: Workspace, edit: Edit, tmp_path: Path) -> None:
    other = tmp_path / "other"
    against = replace(baseline(small), published=other)
    assert found(edit(NOT_READ), against) == {}
    other.write_bytes(b"not a database")
    assert found(edit(NOT_READ), against) == {}
    other.unlink()
    with duckdb.connect(other) as connection:
        connection.execute("CREATE TABLE t (i INTEGER)")
    assert found(edit(NOT_READ), against) == {}
