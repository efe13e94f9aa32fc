"""What the engine makes of answers: addresses, counters, retries, defects of our own, a parent that is gone."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from pipeline.crawl import Crawled, crawl
from pipeline.crawl.guard import NotPublicError, check_address
from pipeline.crawl.manifest import Manifest, Visit
from pipeline.crawl.store import Store
from pipeline.workspace import JobError, Workspace
from tests.conftest import gongkai
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Internet

LONG = "正文" * 300


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "::ffff:169.254.169.254", "2001:db8::1"),
    ],
)
def test_only_public_addresses_are_asked(address: str) -> None:
    with pytest.raises(NotPublicError):
        check_address(address)
    is_loopback = address in {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
    with contextlib.nullcontext() if is_loopback else pytest.raises(NotPublicError):
        check_address(address, allow_loopback=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "219.148.1.1", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses_are(address: str) -> None:
    assert check_address(address) == address


def index(*paths: str, extra: str = "") -> Answer:
    links = "".join(f'<a href="{path}">某市某局2023年政府信息公开工作年度报告</a>' for path in paths)
    return Answer.page(f"<html><head></head><body>{links}{extra}{LONG}</body></html>")


def report(text: str) -> Answer:
    return Answer.page(f"<html><head></head><body><h1>{text}</h1>{LONG}</body></html>")


def only(workspace: Workspace) -> Crawled:
    (crawled,) = crawl(workspace)
    return crawled


def by_path(crawled: Crawled) -> dict[str, Visit]:
    return {"/" + visit.url.split("/", 3)[3]: visit for visit in crawled.visits}


class TestCounters:
    def source(self, start: str, *, says: bool) -> dict[str, object]:
        counter = {"url": "index_{n}.html", "first": 1, **({"count": r"pages\((\d+)"} if says else {})}
        return {"title": "t", "start": start, "lists": {"counter": counter, "next": None}}

    def test_it_ends_where_the_first_page_says(self, sites: Internet, tmp_path: Path) -> None:
        site = sites.site()
        site.pages["/index.html"] = index("/r0.html", extra="<script>pages(3)</script>")
        for n in range(1, 6):
            site.pages[f"/index_{n}.html"] = index(f"/r{n}.html")
        site.pages |= {f"/r{n}.html": report(str(n)) for n in range(6)}
        only(crawling(tmp_path, t=self.source(site.url("/index.html"), says=True)))
        assert {asked.path for asked in site.asked} == {
            *("/index.html", "/index_1.html", "/index_2.html"),
            *("/r0.html", "/r1.html", "/r2.html"),
        }

    def test_a_page_of_other_news_does_not_end_it(self, sites: Internet, tmp_path: Path) -> None:
        site = sites.site()
        site.pages["/index.html"] = index("/r0.html")
        site.pages["/index_1.html"] = Answer.page(f'<html><head></head><a href="/news.html">要闻</a>{LONG}</html>')
        site.pages["/index_2.html"] = index("/r1.html")
        site.pages["/index_3.html"] = site.pages["/index_4.html"] = index("/r1.html")  # the last, again and again
        site.pages |= {f"/r{n}.html": report(str(n)) for n in range(2)}
        crawled = only(crawling(tmp_path, t=self.source(site.url("/index.html"), says=False)))
        assert crawled.outcomes == {"fetched": 2}
        assert {asked.path for asked in site.asked if "index" in asked.path} == {
            *("/index.html", "/index_1.html", "/index_2.html", "/index_3.html")
        }


class TestPatience:
    def test_a_server_that_asks_us_to_wait_is_waited_for(self, sites: Internet, tmp_path: Path) -> None:
        site, tries = sites.site(), count()
        good, busy = report("r"), Answer(b"busy", 503, {"Retry-After": "1"})
        site.pages["/index.html"] = index("/r.html")
        site.pages["/r.html"] = lambda path: busy if next(tries) == 0 else good
        assert only(crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})).outcomes == {"fetched": 1}
        first, second = [asked.at for asked in site.asked if asked.path == "/r.html"]
        assert second - first >= 1

    def test_but_not_for_hours(self, sites: Internet, tmp_path: Path) -> None:
        site = sites.site()
        site.pages["/index.html"] = index("/r.html", "/429.html")
        site.pages["/r.html"] = Answer(b"later", 503, {"Retry-After": "7200"})
        site.pages["/429.html"] = Answer(b"later", 429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})
        visits = by_path(only(crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})))
        assert (visits["/r.html"].outcome, visits["/429.html"].outcome) == ("failed", "blocked")
        assert len(site.asked) == 3


def test_redirects_to_one_page_are_each_an_answer(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    site.pages["/index.html"] = index("/a.html", "/b.html", "/c.html")
    site.pages |= {"/a.html": Answer.redirect("/c.html"), "/b.html": Answer.redirect("/c.html"), "/c.html": report("c")}
    workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})
    assert only(workspace).outcomes == {"fetched": 3}
    sidecars = [json.loads(path.read_bytes()) for path in workspace.crawled.rglob("*.meta.json")]
    assert sorted((one["url"][-6:], one.get("final_url", "")[-6:]) for one in sidecars) == [
        ("a.html", "c.html"),
        ("b.html", "c.html"),
        ("c.html", ""),
    ]
    before = len(site.asked)
    assert only(workspace).outcomes == {"unchanged": 3}
    assert {asked.status for asked in site.asked[before:]} == {304, 302}


def test_a_defect_of_ours_is_told_and_tried_again(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    site.pages["/index.html"] = index("/a.html", "/b.html")
    site.pages |= {"/a.html": report("a"), "/b.html": report("b")}
    workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})
    in_the_way = Store(workspace.crawled / "t")._address(site.url("/a.html"))
    in_the_way.parent.mkdir(parents=True)
    in_the_way.touch()  # a file where the folder of that address belongs
    crawled = only(workspace)
    visits = by_path(crawled)
    assert (visits["/a.html"].outcome, visits["/b.html"].outcome) == ("failed", "fetched")
    assert "a defect" in (visits["/a.html"].reason or "")
    in_the_way.unlink()
    assert only(workspace).outcomes == {"fetched": 1, "unchanged": 1}


def test_what_was_kept_is_asked_for_anew_once_it_is_gone(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    site.pages["/index.html"], site.pages["/a.html"] = index("/a.html"), report("a")
    workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})
    only(workspace)
    (path,) = workspace.crawled.rglob("*.html")
    path.unlink()
    assert only(workspace).outcomes == {"fetched": 1}
    assert path.exists()


def test_no_crawl_outlives_the_command(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    site.pages["/index.html"] = index(*(f"/r{n}.html" for n in range(200)))
    site.pages |= {f"/r{n}.html": report(str(n)) for n in range(200)}
    workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html"), "pace": {"seconds": 0.1}})
    program = [Path(sys.executable).with_name("gongkai"), "--data", workspace.root, "crawl"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while len(site.asked) < 5 and time.monotonic() < deadline:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    time.sleep(2)
    asked = len(site.asked)
    time.sleep(1)
    assert 5 <= len(site.asked) == asked < 200


def test_two_processes_do_not_crawl_one_source(sites: Internet, tmp_path: Path) -> None:
    from filelock import FileLock

    site = sites.site()
    site.pages["/index.html"] = index("/a.html")
    workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})
    folder = workspace.crawls / "t"
    folder.mkdir(parents=True)
    with FileLock(folder / ".lock"):
        assert only(workspace).error == "Another process crawls this source."
    assert site.all_asked == []


def test_a_manifest_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "1.jsonl")
    manifest.add(Visit("http://a.gov.cn/1", "report", "fetched"))
    with (tmp_path / "1.jsonl").open("a") as file:
        file.write('{"url": "http://a.gov.cn/2", "kin')
    resumed = Manifest.resume(tmp_path, "2")
    assert resumed.path == tmp_path / "1.jsonl"
    assert list(resumed.last) == ["http://a.gov.cn/1"]
    resumed.add(Visit("http://a.gov.cn/2", "report", "gone"))
    resumed.end()
    new = Manifest.resume(tmp_path, "2")
    assert new.path == tmp_path / "2.jsonl"
    assert list(Manifest(tmp_path / "1.jsonl").last) == ["http://a.gov.cn/1", "http://a.gov.cn/2"]


class TestCommand:
    def test_a_dry_run_lists_what_is_new_and_writes_nothing(self, sites: Internet, tmp_path: Path) -> None:
        site = sites.site()
        site.pages["/index.html"], site.pages["/a.html"] = index("/a.html"), report("a")
        workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})
        dry = gongkai(workspace, "crawl", "--dry-run")
        assert dry.returncode == 0
        assert f"  new       {site.url('/a.html')} (某市某局2023年政府信息公开工作年度报告)" in dry.stdout
        assert not workspace.raw.exists()
        assert not workspace.warehouse.exists()
        only(workspace)
        assert f"  known     {site.url('/a.html')}" in gongkai(workspace, "crawl", "t", "--dry-run").stdout

    def test_it_fails_only_if_no_site_gives_anything(self, sites: Internet, tmp_path: Path) -> None:
        site, dead = sites.site(), sites.site()
        site.pages["/index.html"] = index()
        starts = {"t": site.url("/index.html"), "dead": dead.url("/index.html")}
        workspace = crawling(tmp_path, **{name: {"title": name, "start": start} for name, start in starts.items()})
        both = gongkai(workspace, "crawl")
        assert both.returncode == 0
        assert f"  gone      {dead.url('/index.html')} (a list page): HTTP 404" in both.stdout
        alone = gongkai(workspace, "crawl", "dead")
        assert alone.returncode == 1
        assert "No site gave anything" in alone.stderr

    def test_whoever_crawls_has_to_say_so(self, sites: Internet, tmp_path: Path) -> None:
        site = sites.site()
        workspace = crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})
        workspace.crawl_settings.unlink()
        result = gongkai(workspace, "crawl")
        assert result.returncode == 1
        assert f"{workspace.crawl_settings}:\n  contact:" in result.stderr
        assert site.all_asked == []
        workspace.crawl_settings.write_text("contact: mailto:a@example.org\nspeed: 9\n")
        with pytest.raises(JobError, match="speed"):
            crawl(workspace)
        assert site.all_asked == []

    def test_sources_are_listed_and_checked(self, sites: Internet, tmp_path: Path) -> None:
        site, empty = sites.site(), sites.site()
        site.pages["/index.html"] = index("/a.html", "/b.html")
        empty.pages["/index.html"] = index()
        workspace = crawling(
            tmp_path,
            good={"title": "好", "start": site.url("/index.html")},
            empty={"title": "空", "start": empty.url("/index.html"), "enabled": False},
        )
        (workspace.sources / "wrong.yml").write_text("title: 错\nstart: ftp://a.gov.cn/\npreset: nothing\n", "utf-8")
        listed = gongkai(workspace, "sources").stdout.splitlines()
        assert [line.split("\t")[:2] for line in listed if "\t" in line] == [
            ["empty", "disabled"],
            ["good", "enabled"],
            ["wrong", "unusable"],
        ]
        good = gongkai(workspace, "sources", "check", workspace.sources / "good.yml")
        assert good.returncode == 0
        assert good.stdout.startswith("good: 2 new; 1 list page read\n")
        assert {asked.path for asked in site.asked} == {"/index.html"}
        assert not workspace.raw.exists()
        assert not workspace.warehouse.exists()
        bad = gongkai(workspace, "sources", "check")
        assert bad.returncode == 1
        assert "empty: no report found; 1 list page read" in bad.stdout
        assert "there is no 'nothing'" in bad.stdout
        assert gongkai(workspace, "sources", "check", "none").returncode == 1


def test_a_page_that_changes_back_is_the_latest_again(tmp_path: Path) -> None:
    store, url = Store(tmp_path), "http://a.gov.cn/t.html"
    kept = [
        store.keep(url, body, {"url": url, "fetched_at": f"2026-01-0{day}T00:00:00+00:00"})
        for day, body in enumerate((b"A", b"A", b"B", b"A", b"A", b"B"), 1)
    ]
    assert [is_new for _, is_new in kept] == [True, False, True, True, False, True]
    files = list(tmp_path.rglob("*.html"))
    assert sorted(path.read_bytes() for path in files) == [b"A", b"A", b"B", b"B"]
    assert all(path.with_name(f"{path.name}.meta.json").exists() for path in files)


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (202, "<script>$_ts=window['$_ts'];</script>", "blocked"),  # as 瑞数 does, besides 412
        (521, "<script>document.cookie='__jsl_clearance_s=1'</script>", "blocked"),
        (521, "", "blocked"),
        (404, "<h1>您访问的页面不存在</h1><p>网站防火墙</p>", "gone"),
        (400, "<h1>Bad request</h1>", "failed"),
        (204, "", "failed"),
        (304, "", "failed"),
        (302, "", "failed"),
    ],
)
def test_statuses(sites: Internet, tmp_path: Path, status: int, body: str, outcome: str) -> None:
    site = sites.site()
    site.pages["/index.html"] = index("/TLS.html")
    site.pages["/TLS.html"] = Answer(body.encode(), status, {"Content-Type": "text/html"}, validators=())
    visits = by_path(only(crawling(tmp_path, t={"title": "t", "start": site.url("/index.html")})))
    assert visits["/TLS.html"].outcome == outcome, visits


def test_a_handshake_that_fails_is_a_bar_and_no_answer_is_not(sites: Internet, tmp_path: Path) -> None:
    site, silent = sites.site(), sites.site()
    tls, hung = f"https://{site.host}/a.html", silent.url("/TLS-SSL.html")
    silent.pages["/TLS-SSL.html"] = Answer(b"late", delay=3)
    site.pages["/index.html"] = index(tls, hung)
    source = {"title": "t", "start": site.url("/index.html"), "hosts": [silent.host], "limits": {"seconds": 1}}
    crawled = only(crawling(tmp_path, t=source))
    assert {visit.url: visit.outcome for visit in crawled.visits if visit.kind == "report"} == {
        tls: "blocked",
        hung: "failed",
    }
