"""Eight kinds of site, hundreds of reports: what a crawl finds and asks, counted by the servers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.crawl import Crawled, crawl
from pipeline.workspace import Workspace
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Asked, Internet, internet
from tests.crawl.sites import KINDS, Town, draft_of, list_page, report_on, towns
from tests.warehouse.site import web_page

AGENCIES = 6
FORBIDDEN = "/private/t20240118_1.html"


@dataclass
class Rounds:
    """Two crawls of the same sites; between them one page of the site ``hanweb`` changed."""

    sites: Internet
    towns: dict[str, Town]
    workspace: Workspace
    changed: str
    before: bytes  # what was there before it changed
    first: list[Asked]
    second: list[Asked]
    results: tuple[dict[str, Crawled], dict[str, Crawled]]

    def asked(self, kind: str, number: int) -> list[Asked]:
        """What a site was asked in a crawl, robots.txt apart."""
        host = self.towns[kind].site.host
        return [a for a in (self.first, self.second)[number] if a.host == host and a.path != "/robots.txt"]

    def kept(self, kind: str, path: str) -> list[Path]:
        """What was ever fetched from an address, the latest last."""
        found = []
        for sidecar in self.workspace.crawled.glob(f"{kind}/*/*.meta.json"):
            facts = json.loads(sidecar.read_text())
            if self.towns[kind].site.path(facts["url"]) == path:
                found.append((facts["fetched_at"], sidecar.with_name(sidecar.name.removesuffix(".meta.json"))))
        return [file for _, file in sorted(found)]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    with internet() as sites:
        built = towns(sites, AGENCIES)
        forbidding(built["trs"])
        workspace = crawling(tmp_path_factory.mktemp("data"), **{name: town.source for name, town in built.items()})
        first = {one.source: one for one in crawl(workspace)}
        at = len(sites.asked)
        whole = next(report for report in built["hanweb"].reports if not report.files)
        before = built["hanweb"].site.answer(whole.path).body
        built["hanweb"].site.pages[whole.path] = Answer(
            web_page(draft_of(whole.draft.report.agency, whole.draft.report.year, 77)),
            headers={"Content-Type": "text/html"},
        )
        second = {one.source: one for one in crawl(workspace)}
        yield Rounds(sites, built, workspace, whole.path, before, sites.asked[:at], sites.asked[at:], (first, second))


def forbidding(town: Town) -> None:
    """Let the site forbid a folder, in which there is a report that a list of its own leads to."""
    report_on(town.site, FORBIDDEN, draft_of("上饶市教育局", 2023))
    town.site.pages["/other/"] = list_page("年报", (FORBIDDEN, "上饶市教育局2023年政府信息公开工作年度报告"))
    town.site.robots = Answer(b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
    town.source["start"] = [town.source["start"], town.site.url("/other/")]


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_and_file_is_fetched_once(rounds: Rounds, kind: str) -> None:
    answered = Counter(asked.path for asked in rounds.asked(kind, 0) if asked.status == 200)
    followed = {"/info/1058/" + path[11:]: path for path in rounds.towns[kind].paths if kind == "vsb"}
    fetched = Counter({followed.get(path, path): times for path, times in answered.items()})
    assert {path: fetched[path] for path in rounds.towns[kind].paths} == dict.fromkeys(rounds.towns[kind].paths, 1)
    assert max(answered.values()) == 1
    assert rounds.results[0][kind].error is None
    assert rounds.results[0][kind].outcomes["fetched"] == len(rounds.towns[kind].paths)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_sent_is_what_is_kept(rounds: Rounds, kind: str) -> None:
    town = rounds.towns[kind]
    for path in town.paths - {rounds.changed}:
        (file,) = rounds.kept(kind, path)
        target = path
        while (answer := town.site.answer(target)).status == 301:
            target = answer.headers["Location"]
        assert file.read_bytes() == answer.body, path


def test_the_words_of_the_link_go_with_a_report_and_its_page_with_a_file(rounds: Rounds) -> None:
    town = rounds.towns["trs"]
    report = next(report for report in town.reports if report.files)
    (page,), (file,) = rounds.kept("trs", report.path), rounds.kept("trs", report.files[0])
    of_page = json.loads(page.with_name(f"{page.name}.meta.json").read_text())
    of_file = json.loads(file.with_name(f"{file.name}.meta.json").read_text())
    assert of_page["link_text"] == report.title
    assert of_page["list_url"].startswith(town.site.url("/xxgknb/"))
    assert of_file["page_url"] == town.site.url(report.path)
    assert of_file["link_text"].startswith(f"附件：{report.title}")
    assert of_page["source_id"] == of_file["source_id"] == "trs"


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_but_lists_reports_and_files_is_asked(rounds: Rounds, kind: str) -> None:
    lists = {
        "trs": ("/xxgknb/", "/other/"),
        "hanweb": ("/col/", "/module/web/jpage/"),
        "post": ("/zwgk/nb/index",),
        "vsb": ("/zwgk/ndbg", "/info/1058/"),
        "openness": ("/OpennessAnnualReport/index",),
        "by_year": ("/xxgk/xxgkAnnualReport.jsp?fbtime=",),
        "gkmlpt": ("/gkmlpt/api/all/2629?",),
        "plain": ("/nb.php", "/calendar"),
    }
    asked = {asked.path for number in (0, 1) for asked in rounds.asked(kind, number)}
    assert {path for path in asked - rounds.towns[kind].paths if not path.startswith(lists[kind])} == set()


def test_what_robots_forbid_is_never_asked_and_said_to_be_so(rounds: Rounds) -> None:
    for number in (0, 1):  # the second time, robots.txt itself had not changed
        assert FORBIDDEN not in {asked.path for asked in rounds.asked("trs", number)}
        visits = {visit.url: visit for visit in rounds.results[number]["trs"].visits}
        assert visits[rounds.towns["trs"].site.url(FORBIDDEN)].outcome == "robots"
    robots = [a for a in rounds.second if a.host == rounds.towns["trs"].site.host and a.path == "/robots.txt"]
    assert [asked.status for asked in robots] in ([304], [200])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "openness"])
def test_the_second_crawl_transfers_only_what_changed(rounds: Rounds, kind: str) -> None:
    gone = {"/zwgk/nb/index_5.html", "/other/index_1.html"}  # where lists end that do not say how long they are
    moved = {path for path in rounds.towns[kind].paths if rounds.towns[kind].site.answer(path).status == 301}
    for asked in rounds.asked(kind, 1):
        if asked.path == rounds.changed:
            assert asked.status == 200
        elif asked.path not in gone | moved:
            assert (asked.status, asked.sent) == (304, 0), asked.path
            assert {"If-None-Match", "If-Modified-Since"} & asked.headers.keys()
    before = Counter(asked.path for asked in rounds.asked(kind, 0) if asked.status == 200)
    after = Counter(asked.path for asked in rounds.asked(kind, 1) if asked.status in (200, 304))
    assert after == before


def test_a_site_that_gives_no_validators_is_compared_by_its_bytes(rounds: Rounds) -> None:
    result = rounds.results[1]["openness"]
    assert set(result.outcomes) == {"unchanged"}
    for path in rounds.towns["openness"].paths:
        assert len(rounds.kept("openness", path)) == 1


def test_a_page_that_changed_is_a_new_version_beside_the_old(rounds: Rounds) -> None:
    town = rounds.towns["hanweb"]
    old, new = rounds.kept("hanweb", rounds.changed)
    assert old.read_bytes() == rounds.before
    assert new.read_bytes() == town.site.answer(rounds.changed).body
    assert rounds.results[1]["hanweb"].outcomes["fetched"] == 1


def test_a_calendar_without_end_ends_and_is_told(rounds: Rounds) -> None:
    lists = [a.path for a in rounds.asked("plain", 0) if a.path.startswith(("/nb.php", "/calendar"))]
    assert len(lists) == len(set(lists)) == rounds.towns["plain"].source["limits"]["list_pages"]
    assert [v.kind for v in rounds.results[0]["plain"].visits if v.outcome == "limit"] == ["list"]


def test_whoever_asks_says_who_it_is(rounds: Rounds) -> None:
    assert {asked.headers["User-Agent"] for asked in rounds.first} == {
        f"Gongkai/{version()} (collects government information annual reports; contact: mailto:tests@example.org)"
    }
    assert not any("Cookie" in asked.headers for asked in rounds.second)


def version() -> str:
    from pipeline import __version__

    return __version__
