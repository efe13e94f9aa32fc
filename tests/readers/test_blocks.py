"""Pages that a site sends instead of a document are known as such, and reports never are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.lake import read_file
from pipeline.lake.sidecar import read_sidecar
from tests.warehouse.site import report, web_page

RUISHU = (
    "<!DOCTYPE html><html><head><meta charset='utf-8'><script type='text/javascript'>"
    "$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=27410;$_ts.cd='qrDrcAlqq';</script></head><body></body></html>"
)
JSL = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_')+('c');location.href=location.pathname</script>"
ALIYUN = "<html><script>var arg1='3000176000856006061501533003690027800375';setCookie('acw_sc__v2',x)</script></html>"
SLIDER = "<html><head><title>安全验证</title></head><body><p>请按住滑块，拖动到最右边</p></body></html>"
OFTEN = "<html><body><h1>提示</h1><p>您的访问过于频繁，请稍后再试。</p></body></html>"
DENIED = "<html><head><title>Access Denied</title></head><body>Reference #18.2d</body></html>"
NEWS = f"<html><body><h1>本市召开会议</h1><p>{'会议强调，要坚持安全发展。' * 60}</p></body></html>"


def read(folder: Path, page: bytes, **sidecar: object) -> tuple[str, str | None]:
    file = folder / "page.html"
    file.write_bytes(page)
    if sidecar:
        (folder / "page.html.meta.json").write_text(json.dumps(sidecar))
    reading, problems = read_file(file)
    assert problems == []
    return reading.status, reading.error_code


@pytest.mark.parametrize("page", [RUISHU, JSL, ALIYUN, SLIDER, OFTEN, DENIED])
def test_tests_and_refusals_are_known_by_their_marks(tmp_path: Path, page: str) -> None:
    assert read(tmp_path, page.encode()) == ("quarantined", "blocked")
    assert read(tmp_path, page.encode("gb18030")) == ("quarantined", "blocked")


@pytest.mark.parametrize("status", [403, 412, 429, 503, "403"])
def test_what_came_with_a_refusing_status_is_blocked_whatever_it_shows(tmp_path: Path, status: object) -> None:
    assert read(tmp_path, NEWS.encode(), status=status) == ("quarantined", "blocked")
    assert read(tmp_path, b"", status=status) == ("quarantined", "blocked")


def test_the_status_may_stand_among_the_headers(tmp_path: Path) -> None:
    assert read(tmp_path, NEWS.encode(), headers={":status": "412"}) == ("quarantined", "blocked")
    assert read(tmp_path, NEWS.encode(), headers={"Status": "403 Forbidden"}) == ("quarantined", "blocked")


@pytest.mark.parametrize("status", [200, 404, 500])
def test_other_pages_are_no_reports(tmp_path: Path, status: int) -> None:
    assert read(tmp_path, NEWS.encode(), status=status) == ("not_a_report", "no_report_found")
    guarded = NEWS.replace("<body>", "<body><script>$_ts=window['$_ts'];</script>")
    assert read(tmp_path, guarded.encode(), status=status) == ("not_a_report", "no_report_found")


def test_what_holds_a_report_was_had(tmp_path: Path) -> None:
    page = web_page(report(3, "泗水县司法局"))
    page = page.replace(b"<body>", b"<body><script>$_ts=window['$_ts'];</script>") + b"<!-- Access Denied -->"
    assert read(tmp_path, page, status=403) == ("extracted", None)


def test_a_document_of_another_format_was_had(tmp_path: Path) -> None:
    assert read(tmp_path, b"%PDF-1.7 cut off", status=403)[1] != "blocked"


@pytest.mark.parametrize("status", ["ok", 42, 1000, True, [403]])
def test_a_status_that_is_none_is_told(tmp_path: Path, status: object) -> None:
    path = tmp_path / "meta.json"
    path.write_text(json.dumps({"status": status}))
    source, problems = read_sidecar(path)
    assert source.status is None
    assert len(problems) == 1
