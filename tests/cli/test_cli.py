"""The real command, as a person meets it."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.warehouse import DBT_PROJECT
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES, gongkai
from tests.warehouse.site import page, put, report, word

GONGKAI = Path(sys.executable).with_name("gongkai")

MARTS = (
    "dim_agency",
    "agency_alias",
    "report",
    "fct_applications",
    "fct_outcomes",
    "fct_litigation",
    "fct_disclosure",
    "fct_statistics",
    "agency_year",
    "function_year",
    "carry_over",
    "narrative_fact",
    "similarity",
    "similarity_passage",
    "finding",
    "coverage",
    "assessment",
)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def stamp(folder: Path) -> dict[str, tuple[int, int]]:
    """What tells whether any file was written anew."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def documents(workspace: Workspace) -> int:
    """How many documents are published; asked of another process, as DuckDB opens a path once in each."""
    return int(rows(gongkai(workspace, "sql", "SELECT count(*) FROM landing.documents").stdout)[1][0])


class TestRun:
    def test_says_what_it_did_and_where_to_look(self, published: Workspace) -> None:
        said = (published.root / "run.txt").read_text()
        assert "5 found: 5 read, 0 unchanged; 0 removed" in said
        assert "5 reports" in said
        assert "Findings" in said
        assert str(published.published) in said
        assert str(published.exports) in said

    def test_what_it_tells_to_try_works_as_pasted(self, published: Workspace) -> None:
        said = (published.root / "run.txt").read_text()
        tried = said.split("Try next:\n")[1].splitlines()
        assert [command.split()[0] for command in tried] == [str(GONGKAI), str(GONGKAI)]
        query, status = (shell(command) for command in tried)
        assert len(rows(query.stdout)) == 6
        assert "5 extracted" in status.stdout

    def test_twice_in_the_default_folder(self, published: Workspace, tmp_path: Path) -> None:
        """A relative data folder is the caller's, for dbt too; what it tells to try names the command as called."""
        project = stamp(DBT_PROJECT)
        workspace = Workspace(shutil.copytree(published.root, tmp_path / "data"))
        result = shell("bin/gongkai run", folder=_with_command(workspace.root.parent))
        assert result.returncode == 0, result.stderr
        assert "no build needed" in result.stdout
        assert stamp(DBT_PROJECT) == project
        assert gongkai(workspace, "export", "--headers", "zh", "report").returncode == 0
        (samples := workspace.raw / "samples").joinpath("empty.html").touch()
        next(samples.glob("*2022*")).unlink()
        third = shell("bin/gongkai run", folder=workspace.root.parent)
        assert "Published   data/warehouse/gongkai.duckdb" in third.stdout, third.stderr
        assert stamp(DBT_PROJECT) == project
        query, status = third.stdout.split("Try next:\n")[1].splitlines()
        assert (query.split()[:2], status) == (["bin/gongkai", "sql"], "  bin/gongkai status")
        assert len(rows(shell(query, folder=workspace.root.parent).stdout)) == 5
        header, *reports = rows((workspace.exports / "report.csv").read_text(encoding="utf-8-sig"))
        assert (header[1], len(reports)) == ("报告年度", 4), "an export keeps its language"
        assert "agency_id" in (workspace.exports / "finding.csv").read_text(encoding="utf-8-sig")

    def test_publishes_the_file_and_every_export(self, published: Workspace) -> None:
        with duckdb.connect(published.published, read_only=True) as connection:
            assert connection.sql("SELECT count(*) FROM landing.documents WHERE status = 'extracted'").fetchall() == [
                (5,)
            ]
            assert connection.sql("SELECT count(*) FROM marts.report").fetchall() == [(5,)]
        for mart in MARTS:
            assert (published.exports / f"{mart}.csv").read_bytes().startswith(b"\xef\xbb\xbf")

    def test_from_first_to_last(self, workspace: Workspace) -> None:
        """The life of one data folder: what is new, unchanged, unreadable, changed and gone."""
        (workspace.raw / "empty.html").touch()
        (workspace.raw / "random.pdf").write_bytes(bytes(range(256)) * 64)
        (workspace.raw / "notice.html").write_text("<html><body><p>今年国庆节放假七天。</p></body></html>")
        (workspace.raw / "notice.html.meta.json").write_text("{not json")
        first = gongkai(workspace, "run")
        assert first.returncode == 0, first.stderr
        assert "8 found: 8 read" in first.stdout
        assert "5 reports" in first.stdout
        assert "1 not a report, 2 quarantined" in first.stdout
        assert "empty.html: quarantined (empty)" in first.stdout
        assert "random.pdf: quarantined (" in first.stdout
        assert "notice.html: not_a_report (no_report_found)" in first.stdout
        assert "notice.html.meta.json: is not JSON" in first.stdout

        before = stamp(workspace.warehouse), stamp(workspace.exports)
        reader = duckdb.connect(workspace.published, read_only=True)
        second = gongkai(workspace, "run")
        assert second.returncode == 0, second.stderr
        assert "8 found: 0 read, 8 unchanged" in second.stdout
        assert "no build needed" in second.stdout
        assert (stamp(workspace.warehouse), stamp(workspace.exports)) == before

        (workspace.exports / "finding.csv").unlink()
        assert gongkai(workspace, "run").returncode == 0
        assert set(stamp(workspace.exports)) == set(before[1])

        changed, gone = sorted((workspace.raw / "samples").iterdir())[:2]
        changed.chmod(0o644)
        changed.write_text(changed.read_text() + "\n附注\n")
        gone.unlink()
        third = gongkai(workspace, "run")
        assert "7 found: 1 read, 6 unchanged; 2 removed" in third.stdout
        assert documents(workspace) == 7

        # A file open since before the second run still answers, with what it held.
        assert reader.sql("SELECT count(*) FROM landing.documents").fetchall() == [(8,)]

    def test_a_page_and_its_file(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        put(workspace.raw, "page.html", page("甲县水利局2022年政府信息公开工作年度报告", ("a.doc", "年报全文")))
        first = gongkai(workspace, "run")
        assert first.returncode == 0, first.stderr
        assert "page.html: not_a_report (tables_elsewhere)" in first.stdout
        assert "“年报全文” (a.doc) is not here" in first.stdout
        put(workspace.raw, "a.doc", word(report(1, "甲县水利局")))
        second = gongkai(workspace, "run")
        assert "2 found: 1 read, 1 unchanged" in second.stdout, second.stderr
        assert "No report came of" not in second.stdout
        assert "1 agency, 1 report, 1 of several documents" in second.stdout
        assert "1 report, 1 of several documents" in gongkai(workspace, "status").stdout

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        workspace.raw.mkdir()
        result = gongkai(workspace, "run")
        assert result.returncode == 0, result.stderr
        assert "put report files into" in result.stdout
        assert set(stamp(workspace.exports)) >= {f"{mart}.csv" for mart in MARTS}
        assert rows(gongkai(workspace, "sql", "SELECT count(*) FROM marts.report").stdout)[1] == ["0"]

    def test_a_missing_folder(self, tmp_path: Path) -> None:
        result = gongkai(Workspace(tmp_path / "nothing"), "run")
        assert result.returncode == 1
        assert "There is no folder" in result.stderr
        assert f"{GONGKAI} --data DIR" in result.stderr
        assert not (tmp_path / "nothing").exists()

    @pytest.mark.parametrize(
        "command",
        [
            *("status", "builds", "alert", "serve", "sources", "sources list", "sources check"),
            "roster 宜春市",
        ],
    )
    def test_no_other_command_takes_a_missing_folder_for_an_empty_one(self, tmp_path: Path, command: str) -> None:
        result = gongkai(Workspace(tmp_path / "nothing"), *command.split())
        assert result.returncode == 1
        assert f"There is no folder {tmp_path / 'nothing'}" in result.stderr
        assert f"{GONGKAI} --data DIR" in result.stderr
        assert not (tmp_path / "nothing").exists()

    @pytest.mark.parametrize("command", ["status", "builds", "alert", "sources"])
    def test_an_empty_folder_will_do_to_look_at(self, tmp_path: Path, command: str) -> None:
        result = gongkai(Workspace(tmp_path), command)
        assert (result.returncode, "There is no folder" in result.stderr) == (0, False)

    def test_a_build_of_no_name(self, published: Workspace) -> None:
        for command in ("diff", "rollback"):
            result = gongkai(published, command, "")
            assert (result.returncode, "Which build? Give its id" in result.stderr) == (1, True)

    def test_a_second_one_is_refused(self, workspace: Workspace) -> None:
        with workspace.exclusive():
            result = gongkai(workspace, "run")
        assert result.returncode == 1
        assert f"is being written by process {os.getpid()}" in result.stderr
        assert not workspace.published.exists()

    def test_a_file_where_a_folder_belongs(self, workspace: Workspace) -> None:
        workspace.warehouse.mkdir()
        workspace.lake.write_text("a file where a folder belongs")
        result = gongkai(workspace, "run")
        assert result.returncode == 1
        assert result.stderr == f"Error: {workspace.lake} is a file where a folder belongs. Move it away.\n"


class TestExtract:
    def test_one_document(self, workspace: Workspace) -> None:
        file = next((workspace.raw / "samples").glob("句容*"))
        file.with_name(f"{file.name}.meta.json").write_text('{"url": "http://www.example.gov.cn/"}')
        result = gongkai(workspace, "extract", file)
        assert result.returncode == 0, result.stderr
        document = json.loads(result.stdout)
        assert document["status"] == "extracted"
        assert document["metadata"]["report_year"] == 2023
        assert {sighting["field"] for sighting in document["evidence"] if sighting["chosen"]} >= {"report_year"}
        assert {cell["table_code"] for cell in document["cells"]} == {"disclosure", "requests", "litigation"}
        assert all(
            (cell["value"] is not None) == (cell["status"] == "number") and cell["document_id"]
            for cell in document["cells"]
        )
        assert [section["section"] for section in document["sections"]] == [1, 2, 3, 4, 5, 6]
        assert not workspace.warehouse.exists(), "nothing is stored"

    def test_it_sees_the_contract_columns_as_published(self, published: Workspace) -> None:
        file = min((published.raw / "samples").iterdir())
        cells = json.loads(gongkai(published, "extract", file).stdout)["cells"]
        with duckdb.connect(published.published, read_only=True) as connection:
            relation = connection.sql("SELECT * FROM landing.cells")
            assert set(relation.columns) == set(cells[0])
            assert relation.filter(f"document_id = '{cells[0]['document_id']}'").count("*").fetchall() == [
                (len(cells),)
            ]

    def test_several_and_one_of_them_unreadable(self, workspace: Workspace) -> None:
        (workspace.raw / "empty.html").touch()
        file = min((workspace.raw / "samples").iterdir())
        result = gongkai(workspace, "extract", file, workspace.raw / "empty.html")
        assert result.returncode == 1
        assert "empty.html: quarantined (empty)" in result.stderr
        good, bad = json.loads(result.stdout)
        assert (good["status"], bad["status"], bad["error_code"]) == ("extracted", "quarantined", "empty")

    def test_no_such_file(self, workspace: Workspace) -> None:
        assert gongkai(workspace, "extract", "nothing.html").returncode == 2

    def test_a_page_without_tables_tells_what_it_shows_and_offers(self, workspace: Workspace) -> None:
        file = workspace.raw / "page.html"
        file.write_bytes(page("甲县水利局2022年政府信息公开工作年度报告", ("a.doc", "年报全文")))
        result = gongkai(workspace, "extract", file)
        assert result.returncode == 1
        document = json.loads(result.stdout)
        assert (document["status"], document["cells"]) == ("not_a_report", [])
        assert (document["metadata"]["agency_name"], document["metadata"]["report_year"]) == ("甲县水利局", 2022)
        assert document["links"] == [{"href": "a.doc", "text": "年报全文", "kind": "attachment"}]


class TestSql:
    def test_gives_csv_to_a_pipe(self, published: Workspace) -> None:
        result = gongkai(published, "sql", "SELECT report_year, NULL AS nothing FROM marts.report ORDER BY 1")
        assert rows(result.stdout) == [["report_year", "nothing"], ["2022", ""], *[["2023", ""]] * 4]

    def test_decimals_have_no_zeros_that_nobody_printed(self, published: Workspace) -> None:
        query = "SELECT 12.340000, 0.000000, -100.0, 10::DECIMAL(5, 0), 100000000000000000000.100000, 'v1.00'"
        assert rows(gongkai(published, "sql", query).stdout)[1] == [
            "12.34", "0", "-100", "10", "100000000000000000000.1", "v1.00"
        ]  # fmt: skip

    def test_tables_need_no_schema(self, published: Workspace) -> None:
        query = "SELECT (SELECT count(*) FROM agency_year), (SELECT count(*) FROM cells)"
        assert rows(gongkai(published, "sql", query).stdout)[1] == ["5", "984"]

    def test_reads_the_query_from_a_pipe(self, published: Workspace) -> None:
        assert rows(gongkai(published, "sql", stdin="SELECT 1 AS one").stdout) == [["one"], ["1"]]

    def test_no_query(self, published: Workspace) -> None:
        result = gongkai(published, "sql", stdin=" \n")
        assert (result.returncode, "There is no query" in result.stderr) == (2, True)

    @pytest.mark.parametrize(
        ("query", "why"),
        [
            ("SELEC 1", "syntax error"),
            ("SELECT * FROM nothing", "does not exist"),
            ("SELECT * FROM marts.agency_years", "Tables of a like name: marts.agency_year"),
            ("SELECT province FROM marts.agency_year", "'province' is a column of marts.dim_agency (agency_id)"),
            (
                "SELECT report.refused FROM report",
                "'refused' is a column of marts.agency_year (agency_id, report_year)",
            ),
            ("SELECT refusals FROM agency_year", "No table has a column 'refusals'. Columns of a like name: refus"),
            ("DELETE FROM marts.report", "read-only"),
            ("CREATE TABLE marts.mine AS SELECT 1", "read-only"),
            ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
            ("COPY (SELECT 1) TO '/tmp/gongkai-sql.csv'", "disabled"),
            ("ATTACH '/tmp/gongkai-sql.duckdb'", "disabled"),
            ("INSTALL httpfs", "disabled"),
            ("SET enable_external_access = true", "locked"),
        ],
    )
    def test_neither_writes_nor_reaches_outside(self, published: Workspace, query: str, why: str) -> None:
        result = gongkai(published, "sql", query)
        assert result.returncode == 1
        assert why in result.stderr
        assert "Traceback" not in result.stderr

    def test_nothing_published(self, workspace: Workspace) -> None:
        result = gongkai(workspace, "sql", "SELECT 1")
        assert result.returncode == 1
        assert "Nothing is published yet" in result.stderr
        assert result.stderr.endswith(f"Make it: {GONGKAI} --data {workspace.root} run\n")

    def test_a_terminal_gets_a_prompt_and_tables(self, published: Workspace) -> None:
        import pty

        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [Path(sys.executable).with_name("gongkai"), "--data", published.root, "sql"],
            stdin=follower,
            stdout=follower,
            stderr=follower,
        )
        os.close(follower)
        said = _until(leader, "gongkai> ")
        os.write(leader, b"SELECT report_year, count(*)::DECIMAL(9, 3) AS reports\n")
        said += _until(leader, "... ")
        os.write(leader, b"FROM marts.report GROUP BY 1 ORDER BY 1;\n")
        said += _until(leader, "gongkai> ")
        assert "2 rows" in said
        os.write(leader, b"SELECT * FROM agency_year LIMIT 1;\n")
        assert re.search(r"concluded +0\b.*refusal_rate", _until(leader, "gongkai> "), re.DOTALL)
        os.write(leader, b"SELEC 1;\n")
        said += _until(leader, "gongkai> ")
        assert "Parser Error" in said
        os.write(leader, b"\x04")
        assert process.wait(10) == 0
        os.close(leader)
        assert "Ctrl-D leaves" in said
        assert "2022" in said
        assert "4 " in said
        assert "4.000" not in said


class TestStatus:
    def test_published(self, published: Workspace) -> None:
        result = gongkai(published, "status")
        assert result.returncode == 0, result.stderr
        for said in ("5 extracted", "(build 20", "Coverage", "Findings", "5 agencies, 5 reports"):
            assert said in result.stdout
        assert re.search(r", built \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC ", result.stdout)

    def test_findings_stand_in_columns(self, published: Workspace) -> None:
        for options, title in (
            ([], "Dated before the end of the year that it reports on"),
            (["--zh"], "日期早于报告年度结束"),
        ):
            said = gongkai(published, "status", *options).stdout
            lines = said[said.index("Findings") :].splitlines()[1:]
            assert any(line.endswith(f"date_before_period_end  {title}") for line in lines)
            columns = [re.match(r" +[\d,]+  (\w+ +)(\w+ +)", line) for line in lines]
            assert len({match and match.end() for match in columns}) == 1

    def test_nothing_published(self, workspace: Workspace) -> None:
        result = gongkai(workspace, "status")
        assert result.returncode == 0
        assert "Nothing is published" in result.stdout


class TestExport:
    def test_parquet_with_chinese_headers(self, published: Workspace, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        workspace.warehouse.mkdir()
        shutil.copy(published.published, workspace.published)
        result = gongkai(workspace, "export", "report", "finding", "--format", "parquet", "--headers", "zh")
        assert result.returncode == 0, result.stderr
        assert sorted(path.name for path in workspace.exports.iterdir()) == [
            "datapackage.json",
            "finding.parquet",
            "report.parquet",
        ]
        assert result.stdout.split() == [str(workspace.exports / f"{mart}.parquet") for mart in ("report", "finding")]
        columns = duckdb.read_parquet(str(workspace.exports / "report.parquet")).columns
        assert all(not column.isascii() for column in columns)

    def test_help_names_the_marts(self, workspace: Workspace) -> None:
        said = gongkai(workspace, "export", "--help").stdout
        assert all(mart in said for mart in MARTS)

    def test_no_such_mart(self, published: Workspace) -> None:
        result = gongkai(published, "export", "nothing")
        assert result.returncode == 2
        assert "fct_outcomes" in result.stderr


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [["nothing"], ["run", "more"], ["extract"], ["export", "--format", "ods"], ["crawl", "nothing"]],
    )
    def test_errors_exit_with_2(self, workspace: Workspace, arguments: list[str]) -> None:
        result = gongkai(workspace, *arguments)
        assert result.returncode == 2
        assert f"Usage: {GONGKAI}" in result.stderr

    @pytest.mark.parametrize(
        ("error", "advice", "no_advice"),
        [
            (PermissionError(errno.EACCES, "Permission denied", "/data"), "Mend this", "defect"),
            (OSError(errno.ENOSPC, "No space left on device"), "Mend this", "defect"),
            (OSError(errno.EROFS, "Read-only file system"), "Mend this", "defect"),
            (IsADirectoryError(errno.EISDIR, "Is a directory", "model.sql"), "defect of Gongkai", "Mend this"),
            (FileNotFoundError(errno.ENOENT, "No such file", "x"), "defect of Gongkai", "Mend this"),
            (KeyError("row_code"), "defect of Gongkai", "Mend this"),
        ],
    )
    def test_advice_is_for_what_a_person_can_mend(self, error: Exception, advice: str, no_advice: str) -> None:
        @click.group(cls=type(main))
        def group() -> None: ...

        @group.command()
        def fail() -> None:
            raise error

        result = CliRunner().invoke(group, ["fail"])
        assert result.exit_code == 1
        assert advice in result.stderr
        assert no_advice not in result.stderr
        assert ("Traceback" in result.stderr) == ("defect" in result.stderr)

    def test_crawl_says_how_files_get_in(self, workspace: Workspace) -> None:
        result = gongkai(workspace, "crawl")
        assert result.returncode == 0
        assert "There is no source yet" in result.stdout
        assert "meta.json" in result.stdout

    def test_the_data_folder_from_the_environment(self, published: Workspace) -> None:
        assert "5 extracted" in shell(f"{GONGKAI} status", env={"GONGKAI_DATA": str(published.root)}).stdout

    def test_hints_name_the_command_as_the_shell_finds_it(self, tmp_path: Path) -> None:
        path = f"{GONGKAI.parent}{os.pathsep}{os.environ['PATH']}"
        for folder in ("data", "my data"):
            (tmp_path / folder).mkdir()
        for command, env, hint in (
            ("gongkai --data 'my data' status", {"PATH": path}, "gongkai --data 'my data' run"),
            ("gongkai status", {"PATH": path, "GONGKAI_DATA": "data"}, "gongkai --data data run"),
            (f"{GONGKAI} status", {"PATH": "/usr/bin:/bin"}, f"{GONGKAI} run"),
        ):
            assert shell(command, folder=tmp_path, env=env).stdout.endswith(f"Make it: {hint}\n")

    def test_help_answers_at_once(self, workspace: Workspace) -> None:
        times = []
        for _ in range(3):
            start = time.perf_counter()
            assert "extract" in gongkai(workspace, "--help").stdout
            times.append(time.perf_counter() - start)
        assert min(times) < 0.5

    def test_help_imports_nothing_heavy(self) -> None:
        code = "import sys, pipeline.cli; print(*sorted({name.split('.')[0] for name in sys.modules}))"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        assert "click" in loaded
        assert not {"polars", "duckdb", "dagster", "dbt", "jieba", "selectolax", "rich"} & set(loaded)


def shell(
    command: str, folder: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run what a person types or pastes into a shell."""
    return subprocess.run(
        command, shell=True, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
    )


def _with_command(folder: Path) -> Path:
    """The folder, with the command in its ``bin``."""
    (folder / "bin").mkdir(exist_ok=True)
    if not (folder / "bin" / "gongkai").exists():
        (folder / "bin" / "gongkai").symlink_to(GONGKAI)
    return folder


def _until(terminal: int, text: str) -> str:
    said = ""
    deadline = time.monotonic() + 20
    while text not in said:
        assert time.monotonic() < deadline, said
        said += os.read(terminal, 4096).decode(errors="replace")
    return said


def test_the_samples_are_read_only() -> None:
    """Input is immutable: the tests work on copies."""
    assert len(list(SAMPLES.glob("*.txt"))) == 5
