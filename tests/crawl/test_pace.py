"""Pace as the servers see it: each host slowly, many hosts at once."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

from pipeline.crawl import crawl
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Internet, Site, recovering
from tests.crawl.sites import draft_of, list_page, report_on

PACE = 0.4
SLACK = 0.05
"""Seconds: what a thread of the server may wait for its turn on a machine at work."""
REPORTS = 6


def fill(site: Site) -> str:
    """A site of which one page fails once and one has moved: all this counts as asking."""
    paths = [f"/{n}.html" for n in range(REPORTS)]
    for n, path in enumerate(paths):
        report_on(site, path, draft_of("上饶市教育局", 2018 + n, n))
    page = site.answer(paths[2])
    site.pages[paths[2]] = recovering(page)
    site.pages["/moved.html"] = page
    site.pages[paths[4]] = Answer.redirect("/moved.html")
    site.pages["/list.html"] = list_page("年报", *((path, "信息公开年度报告") for path in paths))
    return site.url("/list.html")


def gaps(site: Site) -> list[float]:
    """Seconds between requests, robots.txt among them."""
    return [later.at - earlier.at for earlier, later in pairwise(site.all_asked)]


def test_each_host_is_asked_at_its_pace_and_all_at_once(sites: Internet, tmp_path: Path) -> None:
    hosts = {f"s{n}": sites.site() for n in range(4)}
    pace = {"pace": {"seconds": PACE}}
    workspace = crawling(tmp_path, **{name: {"title": name, "start": fill(s), **pace} for name, s in hosts.items()})
    results = crawl(workspace)
    assert {result.outcomes["fetched"] for result in results} == {REPORTS}
    for site in hosts.values():
        assert len(site.all_asked) == REPORTS + 4  # robots.txt, the list, one again, one moved
        assert min(gaps(site)) >= PACE - SLACK
    began, ended = zip(*((site.all_asked[0].at, site.all_asked[-1].at) for site in hosts.values()), strict=True)
    assert max(began) < min(ended)


def test_two_sources_of_one_host_share_its_pace(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    start = fill(site)
    sources = {name: {"title": name, "start": start, "pace": {"seconds": 0.2}} for name in ("one", "two")}
    crawl(crawling(tmp_path, **sources))
    assert len(site.all_asked) > 2 * REPORTS
    assert min(gaps(site)) >= 0.2 - SLACK


def test_a_host_is_asked_as_slowly_as_its_robots_ask(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    start = fill(site)
    site.robots = Answer(b"User-agent: *\nCrawl-delay: 0.5\n")
    crawl(crawling(tmp_path, only={"title": "site", "start": start}))
    assert len(site.asked) == REPORTS + 3
    assert min(gaps(site)[1:]) >= 0.5 - SLACK  # what comes after robots.txt is known


def test_one_connection_at_a_time(sites: Internet, tmp_path: Path) -> None:
    site = sites.site()
    start = fill(site)
    busy, most = [0], [0]

    def slowly(path: str) -> Answer:
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        time.sleep(0.2)
        busy[0] -= 1
        return pages[path]

    pages = {path: page for path, page in site.pages.items() if isinstance(page, Answer)}
    site.pages |= dict.fromkeys(pages, slowly)
    crawl(crawling(tmp_path, only={"title": "site", "start": start}))
    assert most == [1]
