"""The lake follows raw/: reads what is new, keeps what is known, and forgets what is gone."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.extraction import Figure, Report, Section
from pipeline.extraction.report import Evidence
from pipeline.lake import RefreshResult, batches, reading, refresh, refreshing
from pipeline.lake.batches import Batch, read_batch
from pipeline.lake.limits import MAX_BYTES
from pipeline.lake.schemas import BATCH_TABLES, CELLS, EVIDENCE, MANIFEST, SECTIONS, SNAPSHOT
from pipeline.readers import Origin
from pipeline.readers import formats as formats_module
from pipeline.readers.formats import FORMATS, Format
from pipeline.workspace import Workspace
from tests.conftest import needs_libreoffice


class AtOnce(Executor):
    """The least that an executor can be: it reads in place, in no other process."""

    def submit(self, fn, /, job):
        future = Future()
        try:
            future.set_result(read_batch(job) if isinstance(job, Batch) else fn(job))
        except Exception as error:
            future.set_exception(error)
        return future


def run(workspace: Workspace) -> RefreshResult:
    return refresh(workspace, executor=AtOnce(), workers=1)


def table(workspace: Workspace, name: str) -> pl.DataFrame:
    """The rows of the lake that count: those of the manifest's batches, of documents in the snapshot."""
    manifest = pl.read_parquet(workspace.manifest)
    rows = pl.read_parquet(workspace.batches / "*" / f"{name}.parquet", include_file_paths="batch_id")
    rows = rows.with_columns(pl.col("batch_id").str.extract("batch_id=([0-9a-f]+)"))
    snapshot = pl.read_parquet(workspace.snapshot)
    return (
        rows.join(manifest, on=["document_id", "batch_id"], how="semi")
        .join(snapshot, on="document_id", how="semi")
        .drop("batch_id")
    )


def of(workspace: Workspace, raw_path: str) -> str:
    """The document at a path."""
    snapshot = pl.read_parquet(workspace.snapshot)
    return snapshot.filter(pl.col("raw_path") == raw_path)["document_id"].item()


def put(workspace: Workspace, name: str, text: str) -> Path:
    path = workspace.raw / name
    path.write_text(text)
    return path


@pytest.fixture
def sample(workspace: Workspace) -> Path:
    return next((workspace.raw / "samples").glob("句容*"))


def test_the_samples(workspace: Workspace) -> None:
    result = run(workspace)
    assert (result.found, result.read, result.unchanged, result.removed) == (5, 5, 0, 0)
    assert (result.extracted, result.not_a_report, result.quarantined, result.warnings) == (5, 0, 0, [])
    assert result.cells == table(workspace, "cells").height > 0
    assert table(workspace, "documents")["status"].to_list() == ["extracted"] * 5
    assert table(workspace, "reports").height == 5
    for name, schema in BATCH_TABLES.items():
        assert table(workspace, name).schema == pl.Schema(schema)
    assert pl.read_parquet_schema(workspace.manifest) == pl.Schema(MANIFEST)
    assert pl.read_parquet_schema(workspace.snapshot) == pl.Schema(SNAPSHOT)


def test_each_value_comes_with_its_evidence(workspace: Workspace) -> None:
    run(workspace)
    reports, evidence = table(workspace, "reports"), table(workspace, "evidence")
    for report in reports.iter_rows(named=True):
        chosen = evidence.filter(pl.col("chosen"), field="report_year", document_id=report["document_id"]).rows(
            named=True
        )
        assert chosen
        for sighting in chosen:
            assert str(report["report_year"]) == sighting["value"]
            for part in ("rule", "location", "excerpt"):
                assert sighting[part] in report["report_year_evidence"]


def test_a_second_run_reads_nothing(workspace: Workspace) -> None:
    run(workspace)
    before = {path: path.read_bytes() for path in workspace.lake.rglob("*.parquet")}
    result = run(workspace)
    assert (result.found, result.read, result.unchanged, result.removed) == (5, 0, 5, 0)
    assert {path: path.read_bytes() for path in workspace.lake.rglob("*.parquet")} == before


def test_a_changed_file_is_the_only_one_read(workspace: Workspace, sample: Path) -> None:
    run(workspace)
    old = of(workspace, f"samples/{sample.name}")
    sample.chmod(0o644)
    sample.write_text(sample.read_text() + "\n附注\n")
    result = run(workspace)
    assert (result.found, result.read, result.unchanged, result.removed) == (5, 1, 4, 1)
    assert old not in table(workspace, "documents")["document_id"]
    assert of(workspace, f"samples/{sample.name}") in table(workspace, "documents")["document_id"]


def test_a_removed_file_leaves_and_returns_unread(workspace: Workspace, sample: Path, tmp_path: Path) -> None:
    run(workspace)
    cells = table(workspace, "cells").height
    sample.rename(tmp_path / "away")
    result = run(workspace)
    assert (result.found, result.read, result.unchanged, result.removed) == (4, 0, 4, 1)
    assert table(workspace, "documents").height == 4
    assert table(workspace, "cells").height < cells
    (tmp_path / "away").rename(sample)
    result = run(workspace)
    assert (result.found, result.read, result.unchanged, result.removed) == (5, 0, 5, 0)
    assert table(workspace, "cells").height == cells


def test_identical_files_are_one_document(workspace: Workspace, sample: Path) -> None:
    shutil.copy(sample, workspace.raw / "copy.txt")
    result = run(workspace)
    assert (result.found, result.read) == (5, 5)
    snapshot = pl.read_parquet(workspace.snapshot)
    assert snapshot.height == 6
    assert snapshot["document_id"].n_unique() == 5
    (workspace.raw / "copy.txt").unlink()
    result = run(workspace)
    assert (result.found, result.read, result.removed) == (5, 0, 0)
    assert pl.read_parquet(workspace.snapshot).height == 5


def test_a_changed_sidecar_rereads_its_document(workspace: Workspace, sample: Path) -> None:
    run(workspace)
    batches = set(workspace.batches.iterdir())
    sidecar = sample.with_name(f"{sample.name}.meta.json")
    sidecar.write_text(json.dumps({"url": "http://www.example.gov.cn/a", "headers": {"Date": "1"}}))
    result = run(workspace)
    assert (result.read, result.unchanged) == (1, 4)
    assert table(workspace, "documents").height == 5
    assert pl.read_parquet(workspace.snapshot)["url"].drop_nulls().to_list() == ["http://www.example.gov.cn/a"]
    assert len(set(workspace.batches.iterdir()) - batches) == 1
    # A header that says nothing of the bytes is no reason to read again.
    sidecar.write_text(json.dumps({"url": "http://www.example.gov.cn/a", "headers": {"Date": "2"}}))
    assert run(workspace).read == 0


def test_of_two_places_the_one_with_a_sidecar_is_the_source(workspace: Workspace, sample: Path) -> None:
    shutil.copy(sample, workspace.raw / "zz.txt")
    put(workspace, "zz.txt.meta.json", '{"url": "http://www.example.gov.cn/z"}')
    run(workspace)
    manifest = pl.read_parquet(workspace.manifest)
    assert manifest.filter(pl.col("source_fingerprint") != "")["document_id"].to_list() == [of(workspace, "zz.txt")]


@pytest.mark.parametrize("version", ["DETECTION_VERSION", "EXTRACTION_VERSION"])
def test_another_version_reads_all_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    run(workspace)
    before = set(workspace.batches.iterdir())
    for module in (batches, refreshing):
        monkeypatch.setattr(module, version, 99)
    assert run(workspace).read == 5
    assert pl.read_parquet(workspace.manifest)[version.lower()].to_list() == [99] * 5
    assert not before & set(workspace.batches.iterdir()), "superseded batches are removed"
    assert run(workspace).read == 0


def test_another_version_of_a_reader_reads_the_documents_of_its_format_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(workspace, "page.html", "<html><body><p>关于放假的通知</p></body></html>")
    (workspace.raw / "archive.rar").write_bytes(b"Rar!\x1a\x07\x01\x00" + bytes(100))
    run(workspace)
    formats = dict(pl.read_parquet(workspace.manifest).select("document_id", "format").iter_rows())
    assert formats[of(workspace, "page.html")] == "html"
    assert formats[of(workspace, "archive.rar")] == "rar"

    raised = {**FORMATS, "html": FORMATS["html"]._replace(version=99)}
    for module in (formats_module, refreshing):
        monkeypatch.setattr(module, "FORMATS", raised)
    assert run(workspace).read == 1
    assert table(workspace, "documents").filter(reader_version=99)["document_id"].to_list() == [
        of(workspace, "page.html")
    ]
    # A first reader of a format is newer than none.
    for module in (formats_module, refreshing):
        monkeypatch.setattr(module, "FORMATS", {**raised, "rar": Format("application/vnd.rar", 1)})
    assert run(workspace).read == 1
    assert run(workspace).read == 0


def test_what_cannot_be_read_is_kept_apart_with_its_reason(workspace: Workspace) -> None:
    (workspace.raw / "empty.html").touch()
    (workspace.raw / "random.pdf").write_bytes(bytes(range(256)) * 16)
    put(workspace, "notice.txt", "关于放假的通知\n今年国庆节放假七天。\n")
    result = run(workspace)
    assert (result.extracted, result.not_a_report, result.quarantined) == (5, 1, 2)
    documents = {row["document_id"]: row for row in table(workspace, "documents").iter_rows(named=True)}
    empty = documents[of(workspace, "empty.html")]
    assert (empty["status"], empty["error_code"], empty["size_bytes"]) == ("quarantined", "empty", 0)
    assert documents[of(workspace, "random.pdf")]["status"] == "quarantined"
    notice = documents[of(workspace, "notice.txt")]
    assert (notice["status"], notice["error_code"]) == ("not_a_report", "no_report_found")
    assert all(row["error_message"] for row in documents.values() if row["status"] != "extracted")
    assert table(workspace, "reports").height == 5
    assert run(workspace).read == 0


def test_a_file_too_large_is_not_held_in_memory(workspace: Workspace) -> None:
    with (workspace.raw / "large.html").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    run(workspace)
    documents = table(workspace, "documents").filter(document_id=of(workspace, "large.html"))
    assert documents.select("status", "error_code", "size_bytes").row(0) == (
        "quarantined",
        "too_large",
        MAX_BYTES + 1,
    )


def test_an_exception_quarantines_one_document(
    workspace: Workspace, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(document, source):
        if any("句容市" in paragraph.text for paragraph in document.paragraphs):
            raise KeyError("no such row")
        return extract(document, source)

    extract = reading.extract

    monkeypatch.setattr(reading, "extract", faulty)
    result = run(workspace)
    assert (result.extracted, result.quarantined) == (4, 1)
    row = table(workspace, "documents").row(by_predicate=pl.col("status") == "quarantined", named=True)
    assert (row["document_id"], row["error_code"]) == (of(workspace, f"samples/{sample.name}"), "crashed")
    assert "KeyError: 'no such row' (" in row["error_message"]
    assert "please report" in row["error_message"]

    # What crashes is tried again each time: the same crash changes nothing, a cure counts.
    before = pl.read_parquet(workspace.manifest)
    assert run(workspace).read == 1
    assert pl.read_parquet(workspace.manifest).equals(before)
    monkeypatch.setattr(reading, "extract", extract)
    assert (run(workspace).extracted, run(workspace).read) == (1, 0)
    assert table(workspace, "documents")["status"].to_list() == ["extracted"] * 5


def test_a_crash_is_not_hidden_behind_an_older_reading(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(document, source):
        raise KeyError

    run(workspace)
    for module in (batches, refreshing):
        monkeypatch.setattr(module, "EXTRACTION_VERSION", 99)
    monkeypatch.setattr(reading, "extract", faulty)
    assert run(workspace).quarantined == 5
    assert table(workspace, "documents")["error_code"].to_list() == ["crashed"] * 5
    assert table(workspace, "reports").is_empty()


def figure(**changes) -> Figure:
    return Figure(
        "requests", "2021", 1, "granted", "total", "1", Decimal(1), "件", "number", 0, 1, 2, Origin(3)
    )._replace(**changes)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("12345678901234.123456", "12345678901234.123456"),
        ("-0.000001", "-0.000001"),
        ("0.1000000000", "0.1"),
        ("0.1234567", None),
        ("123456789012345", None),
        ("NaN", None),
    ],
)
def test_a_number_is_stored_exactly_or_unreadable(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, value: str, stored: str | None
) -> None:
    def one(document, source):
        report = extract(document, source)
        return replace(report, figures=[figure(value=Decimal(value), raw_text=value)])

    extract = reading.extract
    monkeypatch.setattr(reading, "extract", one)
    run(workspace)
    cell = table(workspace, "cells").row(0, named=True)
    assert cell["raw_text"] == value
    if stored is None:
        assert (cell["value"], cell["status"]) == (None, "unreadable")
    else:
        assert (cell["value"], cell["status"]) == (Decimal(stored), "number")


def test_a_reading_that_no_table_holds_is_quarantined_alone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(document, source):
        report = extract(document, source)
        if report.metadata.report_year == 2022:
            report.sections.append(Section(1, "\udc80", ""))
        return report

    extract = reading.extract
    monkeypatch.setattr(reading, "extract", one)
    result = run(workspace)
    assert (result.extracted, result.quarantined) == (4, 1)
    assert table(workspace, "reports").height == 4


@needs_libreoffice
def test_what_lacked_a_program_is_read_once_it_is_there(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    put(workspace, "a.rtf", "{\\rtf1 notice\\par}")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        result = run(workspace)
        assert (result.read, result.quarantined) == (6, 1)
        row = table(workspace, "documents").filter(error_code="tool_missing").row(0, named=True)
        assert "make system" in row["error_message"]
        assert run(workspace).read == 0
    result = run(workspace)
    assert (result.read, result.not_a_report) == (1, 1)
    assert run(workspace).read == 0


def test_a_file_that_changes_while_it_is_read_is_not_recorded_under_the_old_hash(
    workspace: Workspace, sample: Path
) -> None:
    other = put(workspace, "gone.txt", "x")

    class Late(AtOnce):
        def submit(self, fn, /, batch):
            sample.chmod(0o644)
            sample.write_text(sample.read_text() + "\n附注\n")
            other.unlink(missing_ok=True)
            return super().submit(fn, batch)

    result = refresh(workspace, executor=Late(), workers=1)
    assert (result.found, result.read) == (4, 4)
    assert any("changed while" in warning for warning in result.warnings)
    assert table(workspace, "documents").height == 4
    result = run(workspace)
    assert (result.found, result.read, result.unchanged) == (5, 1, 4)


def test_a_batch_written_twice_is_the_same(workspace: Workspace, tmp_path: Path) -> None:
    def contents() -> dict[str, pl.DataFrame]:
        return {
            f"{path.parent.name}/{path.name}": pl.read_parquet(path).drop("extracted_at", strict=False)
            for path in sorted(workspace.batches.rglob("*.parquet"))
        }

    run(workspace)
    first = contents()
    shutil.rmtree(workspace.warehouse)
    run(workspace)
    second = contents()
    assert list(first) == list(second)
    assert all(first[name].equals(second[name]) for name in first)


def test_batches_speak_for_themselves(workspace: Workspace) -> None:
    """A run killed before the manifest was written has lost nothing."""
    run(workspace)
    before = pl.read_parquet(workspace.manifest)
    workspace.manifest.unlink()
    workspace.snapshot.unlink()
    assert run(workspace).read == 0
    assert pl.read_parquet(workspace.manifest).equals(before)
    workspace.manifest.write_bytes(b"PAR1 torn")
    workspace.snapshot.write_bytes(b"")
    assert run(workspace).read == 0
    assert pl.read_parquet(workspace.manifest).equals(before)


def test_a_lost_batch_is_read_again(workspace: Workspace) -> None:
    run(workspace)
    shutil.rmtree(workspace.batches)
    assert run(workspace).read == 5


def test_debris_of_a_killed_run_is_removed(workspace: Workspace) -> None:
    run(workspace)
    half = workspace.batches / ".part-1"
    half.mkdir()
    (half / "cells.parquet").write_bytes(b"half")
    (workspace.lake / ".part-2").write_bytes(b"half")
    run(workspace)
    assert not list(workspace.lake.rglob(".part-*"))


def test_threads_read_as_well(workspace: Workspace) -> None:
    with ThreadPoolExecutor(2) as executor:
        assert refresh(workspace, executor=executor, workers=2).extracted == 5


def test_what_names_say_is_for_libreoffice_is_read_together(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes longer to start than to convert."""
    together: list[set[str]] = []

    class Recording(AtOnce):
        def submit(self, fn, /, job):
            if isinstance(job, Batch):
                together.append({os.fsdecode(task.path) for task in job.tasks})
            return super().submit(fn, job)

    monkeypatch.setattr(refreshing, "BATCH_DOCUMENTS", 3)
    for number in range(9):
        put(workspace, f"{number}.{'RTF' if number in (1, 4, 7) else 'txt'}", f"第{number}份")
    refresh(workspace, executor=Recording(), workers=1)
    assert together[0] == {"1.RTF", "4.RTF", "7.RTF"}
    assert sum(map(len, together)) == 14


def test_an_empty_folder(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.raw.mkdir()
    result = refresh(workspace)
    assert (result.found, result.read) == (0, 0)
    assert pl.read_parquet(workspace.snapshot).is_empty()


def test_the_order_of_fields_is_that_of_the_columns() -> None:
    """Figures, sections and evidence become rows as they stand."""
    for kind, schema in ((Section, SECTIONS), (Evidence, EVIDENCE)):
        assert ["document_id", *kind._fields] == list(schema)
    assert ["document_id", *Figure._fields[:-1], "page", "bbox", "confidence"] == list(CELLS)
    assert Report.__dataclass_fields__.keys() == {"metadata", "figures", "sections"}
