"""What changes between two crawls: files lost here, robots, addresses; what a source learns is not forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.crawl import crawl
from pipeline.crawl.cache import examine
from pipeline.warehouse.visits import read_visits
from pipeline.workspace import Workspace
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Internet, Site
from tests.crawl.sites import draft_of, list_page, report_on

ADDRESSES = [f"/{n}.html" for n in range(4)]


@pytest.fixture
def site(sites: Internet) -> Site:
    site = sites.site()
    for n, address in enumerate(ADDRESSES):
        report_on(site, address, draft_of("上饶市教育局", 2020 + n, n))
    site.pages["/list.html"] = list_page("年报", *((address, "信息公开年度报告") for address in ADDRESSES))
    return site


@pytest.fixture
def workspace(site: Site, tmp_path: Path) -> Workspace:
    """A data folder after a first crawl of the site."""
    workspace = crawling(tmp_path, only={"title": "site", "start": site.url("/list.html")})
    (result,) = crawl(workspace)
    assert result.outcomes == {"fetched": 4}
    return workspace


def files(workspace: Workspace) -> list[Path]:
    return sorted(path for path in workspace.crawled.rglob("*.html") if not path.name.startswith("."))


def facts_of(path: Path) -> dict[str, str]:
    """What the sidecar of a file says."""
    return json.loads(path.with_name(f"{path.name}.meta.json").read_text())


def test_a_file_that_is_gone_here_is_fetched_again(site: Site, workspace: Workspace) -> None:
    lost = files(workspace)[0]
    kept = lost.read_bytes()
    lost.unlink()
    (result,) = crawl(workspace)
    assert result.outcomes == {"fetched": 1, "unchanged": 3}
    assert lost.read_bytes() == kept


def test_a_report_that_is_gone_there_stays_here(site: Site, workspace: Workspace) -> None:
    del site.pages[ADDRESSES[1]]
    site.pages[ADDRESSES[2]] = Answer(b"no", 403)
    site.pages[ADDRESSES[3]] = Answer(b"no", 500)
    before = files(workspace)
    (result,) = crawl(workspace)
    assert result.outcomes == {"unchanged": 1, "gone": 1, "blocked": 1, "failed": 1}
    assert files(workspace) == before


def test_what_failed_is_asked_for_at_the_next_crawl(site: Site, workspace: Workspace) -> None:
    page = site.pages[ADDRESSES[0]]
    site.pages[ADDRESSES[0]] = Answer(b"no", 500)
    crawl(workspace)
    site.pages[ADDRESSES[0]] = page
    (result,) = crawl(workspace)
    assert result.outcomes == {"unchanged": 4}


def test_a_version_that_comes_back_is_the_latest(site: Site, workspace: Workspace) -> None:
    first = site.answer(ADDRESSES[0])
    report_on(site, ADDRESSES[0], draft_of("上饶市教育局", 2020, 99))
    (changed,) = crawl(workspace)
    site.pages[ADDRESSES[0]] = first
    (back,) = crawl(workspace)
    assert changed.outcomes == {"fetched": 1, "unchanged": 3}
    assert back.outcomes == {"fetched": 1, "unchanged": 3}
    versions = [path for path in files(workspace) if facts_of(path)["url"] == site.url(ADDRESSES[0])]
    assert max(versions, key=lambda path: facts_of(path)["fetched_at"]).read_bytes() == first.body
    assert len(versions) == 3
    (again,) = crawl(workspace)
    assert again.outcomes == {"unchanged": 4}


def test_robots_that_forbid_by_now_are_obeyed(site: Site, workspace: Workspace) -> None:
    site.robots = Answer(f"User-agent: *\nDisallow: {ADDRESSES[0]}\n".encode())
    at = len(site.asked)
    (result,) = crawl(workspace)
    assert result.outcomes == {"unchanged": 3, "robots": 1}
    assert ADDRESSES[0] not in {asked.path for asked in site.asked[at:]}


def test_a_list_that_is_a_challenge_by_now_is_no_empty_list(site: Site, workspace: Workspace) -> None:
    site.pages["/list.html"] = Answer.page(
        "<html><head><title></title></head><body><script>document.cookie='__jsl_clearance=1';"
        "location.href=location.pathname</script></body></html>"
    )
    (result,) = crawl(workspace)
    assert [(visit.kind, visit.outcome) for visit in result.visits] == [("list", "blocked")]
    assert [visit.outcome for visit in result.problems] == ["blocked"]


def test_a_dry_run_asks_for_lists_only_and_writes_nothing(site: Site, workspace: Workspace) -> None:
    report_on(site, "/new.html", draft_of("上饶市教育局", 2024, 7))
    links = [(address, "信息公开年度报告") for address in [*ADDRESSES, "/new.html"]]
    site.pages["/list.html"] = list_page("年报", *links)
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()}
    at = len(site.asked)
    (result,) = crawl(workspace, dry_run=True)
    assert result.outcomes == {"known": 4, "new": 1}
    assert [asked.path for asked in site.asked[at:]] == ["/list.html"]
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*") if path.is_file()} == before


def test_a_server_that_does_not_speak_tls_is_blocked_not_empty(site: Site, tmp_path: Path) -> None:
    start = site.url("/list.html").replace("http://", "https://")
    (result,) = crawl(crawling(tmp_path, only={"title": "site", "start": start}))
    assert [(visit.kind, visit.outcome) for visit in result.visits] == [("list", "blocked")]
    assert result.visits[0].reason


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_damaged_memory_is_made_anew(site: Site, workspace: Workspace, share: float) -> None:
    """Everything is asked for once more, nothing is stored twice; then it remembers again."""
    before = files(workspace)
    memory = workspace.crawls / "only" / "cache.sqlite"
    data = bytearray(memory.read_bytes())
    at = int(len(data) * share)
    data[at : at + 5000] = b"\xff" * 5000
    memory.write_bytes(data)
    assert examine(memory)
    (result,) = crawl(workspace)
    assert (result.error, result.outcomes) == (None, {"unchanged": 4})
    assert files(workspace) == before
    assert examine(memory) is None
    at = len(site.asked)
    crawl(workspace)
    assert {asked.status for asked in site.asked[at:] if asked.path in ADDRESSES} == {304}


def test_a_damaged_manifest_and_sidecar_stop_no_crawl(site: Site, workspace: Workspace) -> None:
    (manifest,) = (workspace.crawls / "only").glob("*.jsonl")
    lines = manifest.read_bytes().splitlines()
    manifest.write_bytes(b"\n".join([b'{"url": "a", "colour": 1}', b'{"url": \xff', *lines[1:-1]]))  # and no end
    files(workspace)[0].with_name(f"{files(workspace)[0].name}.meta.json").write_bytes(b"{")
    site.pages[ADDRESSES[0]] = site.answer(ADDRESSES[1])
    (result,) = crawl(workspace)
    assert result.error is None
    said = read_visits(workspace).select("url", "outcome", "reason").rows()
    assert {outcome for _, outcome, _ in said} <= {"fetched", "unchanged"}, said


def test_the_last_crawl_counts_though_the_clock_was_set_back(site: Site, workspace: Workspace) -> None:
    (manifest,) = (workspace.crawls / "only").glob("*.jsonl")
    manifest.write_text(manifest.read_text().replace('"at": "20', '"at": "21'))
    manifest.rename(manifest.with_name(f"21{manifest.name[2:]}"))
    for night in range(2):
        site.pages[ADDRESSES[2]] = Answer(b"no", 403 if night else 500)
        crawl(workspace)
        said = dict(read_visits(workspace).select("url", "outcome").iter_rows())
        assert said[site.url(ADDRESSES[2])] == ("blocked" if night else "failed")
    assert len(list((workspace.crawls / "only").glob("*.jsonl"))) == 3
