"""``gongkai check`` and ``gongkai roster``, as a user calls them."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.warehouse.findings import Finding
from pipeline.workspace import Workspace
from tests.conftest import gongkai

SIGNED = "signed date 2023-01-19, report year 2023, before the end of the year that it reports on"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class TestCheck:
    def test_all_findings_with_what_is_printed(self, published: Workspace) -> None:
        result = gongkai(published, "check")
        assert result.stdout.splitlines()[0].split(",") == list(Finding._fields)
        found = rows(result.stdout)
        severities = [row["severity"] for row in found]
        assert severities == sorted(severities, key=["error", "warning", "note"].index)
        (signed,) = (row for row in found if row["rule_code"] == "date_before_period_end")
        assert signed["message"] == SIGNED
        assert signed["cells"] == "report_year 2023; signed_date 2023-01-19"
        assert signed["agency"] == "江西省宜春市机关事务管理中心"
        (granted,) = (row for row in found if row["cells"].startswith("granted total"))
        assert (granted["rule_code"], granted["cells"]) == ("unreadable_figure", "granted total 0")

    def test_one_document_by_its_path_or_id(self, published: Workspace) -> None:
        file = next((published.raw / "samples").glob("宜春市*"))
        by_path = gongkai(published, "check", file).stdout
        assert {row["raw_path"] for row in rows(by_path)} == {f"samples/{file.name}"}
        (document,) = gongkai(
            published, "sql", "SELECT document_id FROM landing.documents WHERE raw_path LIKE '%宜春%'"
        ).stdout.splitlines()[1:]
        assert gongkai(published, "check", document[:10]).stdout == by_path

    def test_in_chinese_by_severity_and_rule(self, published: Workspace) -> None:
        result = gongkai(published, "check", "--zh", "--severity", "warning", "--rule", "unreadable_figure")
        assert {row["cells"] for row in rows(result.stdout)} >= {"（一）予以公开 总计 0"}
        assert {row["rule_code"] for row in rows(result.stdout)} == {"unreadable_figure"}
        assert rows(gongkai(published, "check", "--severity", "error").stdout) == []

    def test_of_a_place_and_a_year(self, published: Workspace) -> None:
        of_a_city = rows(gongkai(published, "check", "--agency", "洛阳市", "--year", "2022").stdout)
        assert {row["agency"] for row in of_a_city} == {"河南省洛阳市老城区机关事务服务中心"}
        assert of_a_city == rows(gongkai(published, "check", "--agency", "410302").stdout)

    def test_a_terminal_gets_a_table(self, published: Workspace) -> None:
        import pty

        parent, child = pty.openpty()
        process = subprocess.Popen(
            [Path(sys.executable).with_name("gongkai"), "--data", published.root, "check", "--severity", "warning"],
            stdout=child,
            env={**os.environ, "TERM": "dumb"},
        )
        os.close(child)
        shown = b""
        try:
            while data := os.read(parent, 65536):
                shown += data
        except OSError:  # the terminal is gone
            pass
        assert process.wait() == 0
        text = shown.decode()
        assert "year_conflict" in text
        assert "江西省宜春市机关事务管理中心" in text
        assert "granted total 0" in text
        assert re.search(r"\b[0-9a-f]{32}\b", text), "an id can be copied whole"
        assert text.rstrip().endswith("4 findings")

    @pytest.mark.parametrize(
        ("arguments", "status", "why"),
        [
            (["nothing.html"], 1, "No document is 'nothing.html'"),
            (["--rule", "nonsense"], 1, "There is no rule nonsense"),
            (["--agency", "北京市"], 1, "No agency's full name or id holds 北京市"),
            (["--year", "1999"], 1, "No report is of the year 1999. There are: 2022, 2023."),
            (["--agency", "洛阳市", "--year", "2023"], 0, "No open finding is of what was asked for."),
            (["--severity", "nonsense"], 2, "nonsense"),
        ],
    )
    def test_what_is_not_there(self, published: Workspace, arguments: list[str], status: int, why: str) -> None:
        result = gongkai(published, "check", *arguments)
        assert (result.returncode, why in result.stderr) == (status, True)

    def test_nothing_published(self, workspace: Workspace) -> None:
        result = gongkai(workspace, "check")
        assert (result.returncode, "Nothing is published yet" in result.stderr) == (1, True)


class TestRoster:
    def test_it_is_added_to_and_counted(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        first = gongkai(workspace, "roster", "宜春市", "句容市", "--level", "county", "--from", "2021")
        assert (first.returncode, first.stdout) == (0, f"{workspace.roster}: 11 lines added, 0 there already\n")
        again = gongkai(workspace, "roster", "宜春市")
        assert again.stdout == f"{workspace.roster}: 1 line added, 10 there already\n"

    @pytest.mark.parametrize(
        ("arguments", "status", "why"),
        [
            (["鼓楼区"], 1, "320106 江苏省南京市鼓楼区"),
            (["无此县"], 1, "There is no province, prefecture or county 无此县"),
            ([], 2, "PLACE"),
            (["宜春市", "--from", "1999"], 2, "1999"),
        ],
    )
    def test_places_that_are_none_or_several(self, tmp_path: Path, arguments: list[str], status: int, why: str) -> None:
        result = gongkai(Workspace(tmp_path), "roster", *arguments)
        assert (result.returncode, why in result.stderr) == (status, True)
