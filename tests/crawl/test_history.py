"""How crawls went is kept, so that a source that fails night after night is seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.crawl import crawl, failing_sources
from pipeline.crawl.history import record
from pipeline.workspace import Workspace
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Internet
from tests.crawl.sites import list_page

ZONE = "Asia/Shanghai"
FIRST = datetime(2026, 1, 30, 18, 0, tzinfo=UTC)
"""02:00 of the 31st in Shanghai."""


def source(root: Path, **rules: object) -> Workspace:
    return crawling(root, county={"title": "甲县", "start": "https://www.example.gov.cn/nb/", **rules})


def nights(workspace: Workspace, outcomes: str, hours: float = 24) -> None:
    """A crawl for each letter, ``hours`` apart: ``.`` went well, ``x`` failed."""
    for number, outcome in enumerate(outcomes):
        reason = f"reason {number}" if outcome == "x" else None
        at = FIRST + timedelta(hours=number * hours)
        record(workspace, "county", failed=outcome == "x", reason=reason, at=at)


@pytest.mark.parametrize(
    ("outcomes", "failing"),
    [("", 0), ("xx", 0), ("xxx", 3), (".xxx", 3), ("xxx.", 0), ("xx.xx", 0), ("xx.xxxx", 4)],
)
def test_nights_in_a_row(tmp_path: Path, outcomes: str, failing: int) -> None:
    workspace = source(tmp_path)
    nights(workspace, outcomes)
    assert [one.nights for one in failing_sources(workspace, 3, ZONE)] == ([failing] if failing else [])


def test_what_is_told_of_a_source(tmp_path: Path) -> None:
    workspace = source(tmp_path)
    nights(workspace, ".xxx")
    (one,) = failing_sources(workspace, 3, ZONE)
    assert (one.source, one.nights, f"{one.since}", one.reason) == ("county", 3, "2026-02-01", "reason 3")


def test_tries_of_one_night_are_one(tmp_path: Path) -> None:
    workspace = source(tmp_path)
    nights(workspace, "xxxxx", hours=1)
    assert failing_sources(workspace, 2, ZONE) == []
    assert [one.nights for one in failing_sources(workspace, 1, ZONE)] == [1]


def test_a_night_made_good_has_not_failed(tmp_path: Path) -> None:
    workspace = source(tmp_path)
    nights(workspace, "xx.", hours=1)
    assert failing_sources(workspace, 1, ZONE) == []


def test_a_source_that_is_disabled_or_gone_fails_no_more(tmp_path: Path) -> None:
    workspace = source(tmp_path, enabled=False)
    nights(workspace, "xxx")
    assert failing_sources(workspace, 3, ZONE) == []
    (workspace.sources / "county.yml").unlink()
    assert failing_sources(workspace, 3, ZONE) == []


def test_a_line_that_a_kill_cut_off_is_passed_over(tmp_path: Path) -> None:
    workspace = source(tmp_path)
    nights(workspace, "xxx")
    path = workspace.crawls / "county" / "nights.ndjson"
    path.write_text(path.read_text() + '{"at": "2026-02-0\n[]\n')
    assert [one.nights for one in failing_sources(workspace, 3, ZONE)] == [3]


def test_of_many_nights_the_last_are_read(tmp_path: Path) -> None:
    workspace = source(tmp_path)
    nights(workspace, "x" * 3000)
    (one,) = failing_sources(workspace, 3, ZONE)
    assert 365 < one.nights < 3000, "the beginning of a long file is not read"


def test_real_crawls_are_written_down(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    site.pages["/good.html"] = list_page("年报")
    good, bad = ({"title": "site", "start": site.url(f"/{name}.html")} for name in ("good", "bad"))
    workspace = crawling(tmp_path, good=good, bad=bad)
    site.pages["/bad.html"] = Answer(b"no", 404)
    (workspace.sources / "unusable.yml").write_text("start: [")
    before = datetime.now(UTC) - timedelta(seconds=1)
    crawl(workspace)
    failing = {one.source: one for one in failing_sources(workspace, 1, ZONE)}
    assert set(failing) == {"bad", "unusable"}
    assert "/bad.html" in failing["bad"].reason
    assert "404" in failing["bad"].reason
    assert before.astimezone(ZoneInfo(ZONE)).date() <= failing["bad"].since
    kept = {path: path.read_bytes() for path in workspace.crawls.glob("*/nights.ndjson")}
    crawl(workspace, dry_run=True)
    assert {path: path.read_bytes() for path in workspace.crawls.glob("*/nights.ndjson")} == kept, "a dry run is none"
    site.pages["/bad.html"] = list_page("年报")
    crawl(workspace, ["bad"])
    assert {one.source for one in failing_sources(workspace, 1, ZONE)} == {"unusable"}
