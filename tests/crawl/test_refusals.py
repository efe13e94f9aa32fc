"""Hostile and broken sites: what is refused or cannot be had is told with its reason, and the crawl goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.crawl import Crawled, crawl
from pipeline.crawl.manifest import Visit
from pipeline.workspace import Workspace
from tests.crawl.conftest import crawling
from tests.crawl.server import Answer, Internet, Site, internet
from tests.crawl.sites import draft_of, list_page, report_on

CHALLENGE = (
    "<html><head><title></title></head><body><script>var a='x';document.cookie='__jsl_clearance='+a+';path=/';"
    "location.href=location.pathname</script></body></html>"
)
FIREWALLS = "网站防火墙拦截攻击三百次，请完成安全验证的用户增加；访问被拦截的请求已全部登记。"
LIMIT = 0.5
"""Megabytes of a response that the source takes."""


@dataclass
class Hostile:
    """A site of traps after its crawl, and another to which some of them lead."""

    site: Site
    other: Site
    workspace: Workspace
    result: Crawled

    def visit(self, path: str) -> Visit:
        (visit,) = [visit for visit in self.result.visits if visit.url == self.site.url(path)]
        return visit

    def asked(self, path: str) -> int:
        """How often the site was asked for a path."""
        return sum(asked.path == path for asked in self.site.asked)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with internet() as sites:
        site, other = sites.site(), sites.site()
        report_on(other, "/secret.html", draft_of("上饶市司法局", 2023))
        pages = traps(site, other)
        site.pages |= pages
        for seed, place in enumerate(("before", "after")):
            report_on(site, f"/{place}.html", draft_of("上饶市教育局", 2022 + seed, seed))
        told = draft_of("上饶市水利局", 2023, 9)
        report_on(site, "/firewalls.html", told)
        page = site.answer("/firewalls.html")
        page.body = page.body.replace(b"</h1>", f"</h1><p>{FIREWALLS}</p>".encode(), 1)
        paths = ["/before.html", *pages, "/firewalls.html", "/after.html"]
        elsewhere = other.url("/secret.html")
        links = [(path, f"{path}信息公开年度报告") for path in paths]
        links += [(elsewhere, "信息公开年度报告"), ("ftp://example.org/信息公开年报.pdf", "信息公开年度报告")]
        links += [(f"http://user:secret@{site.host}/userinfo.html", "信息公开年度报告")]
        site.pages["/list.html"] = list_page("年报", *links)
        source = {
            "title": "traps",
            "start": site.url("/list.html"),
            "limits": {"megabytes": LIMIT, "seconds": 2, "redirects": 4},
        }
        workspace = crawling(tmp_path_factory.mktemp("data"), traps=source)
        (result,) = crawl(workspace)
        yield Hostile(site, other, workspace, result)


def traps(site: Site, other: Site) -> dict[str, Answer]:
    """Addresses that a report could stand at."""
    return {
        "/forbidden.html": Answer(b"no", 403),
        "/precondition.html": Answer(b"no", 412),
        "/slow_down.html": Answer(b"no", 429, {"Retry-After": "0"}),
        "/challenge.html": Answer.page(CHALLENGE),
        "/gone.html": Answer(b"no", 410),
        "/broken.html": Answer(b"no", 500),
        "/empty.html": Answer(b""),
        "/never.html": Answer(b"late", delay=6),
        "/large.html": Answer(bytes(int(LIMIT * 2**20) + 1)),
        "/endless.html": Answer(b"<p>and so on</p>" * 4096, endless=True),
        "/bomb.html": Answer.bomb(64),
        "/to_other.html": Answer.redirect(other.url("/secret.html")),
        "/to_metadata.html": Answer.redirect("http://169.254.169.254/latest/meta-data/"),
        "/to_private.html": Answer.redirect("http://10.0.0.1/", 301),
        "/to_loopback.html": Answer.redirect(f"http://127.0.0.1:{site.port}/before.html", 307),
        "/to_ipv6.html": Answer.redirect(f"http://[::1]:{site.port}/before.html"),
        "/to_integer.html": Answer.redirect(f"http://2130706433:{site.port}/before.html"),
        "/to_file.html": Answer.redirect("file:///etc/passwd"),
        "/loop.html": Answer.redirect("/loop.html"),
        "/ladder0.html": Answer.redirect("/ladder1.html"),
    } | {f"/ladder{n}.html": Answer.redirect(f"/ladder{n + 1}.html") for n in range(1, 9)}


def test_reports_among_the_traps_are_had(hostile: Hostile) -> None:
    for path in ("/before.html", "/after.html", "/firewalls.html"):
        assert hostile.visit(path).outcome == "fetched"
    assert hostile.result.error is None
    kept = [path for path in hostile.workspace.crawled.rglob("*.html") if not path.name.startswith(".")]
    assert len(kept) == 3


@pytest.mark.parametrize(
    ("path", "outcome", "times"),
    [
        ("/forbidden.html", "blocked", 1),
        ("/precondition.html", "blocked", 1),
        ("/slow_down.html", "blocked", 3),
        ("/challenge.html", "blocked", 1),
        ("/gone.html", "gone", 1),
        ("/broken.html", "failed", 3),
        ("/empty.html", "failed", 1),
        ("/never.html", "failed", 3),
        ("/large.html", "refused", 1),
        ("/endless.html", "refused", 1),
        ("/bomb.html", "refused", 1),
        ("/to_other.html", "refused", 1),
        ("/to_metadata.html", "refused", 1),
        ("/to_private.html", "refused", 1),
        ("/to_loopback.html", "refused", 1),
        ("/to_ipv6.html", "refused", 1),
        ("/to_integer.html", "refused", 1),
        ("/to_file.html", "refused", 1),
    ],
)
def test_what_comes_of_a_trap(hostile: Hostile, path: str, outcome: str, times: int) -> None:
    visit = hostile.visit(path)
    assert visit.outcome == outcome, visit
    assert visit.reason or outcome == "gone"
    assert visit.raw_path is None
    assert hostile.asked(path) == times


def test_redirects_without_end_are_left(hostile: Hostile) -> None:
    assert {hostile.visit("/loop.html").outcome, hostile.visit("/ladder0.html").outcome} == {"refused"}
    assert hostile.asked("/loop.html") <= 5
    assert hostile.visit("/ladder0.html").reason


def test_little_is_taken_of_what_is_too_much(hostile: Hostile) -> None:
    sent = {asked.path: asked.sent for asked in hostile.site.asked}
    assert sent["/endless.html"] < 16 * 2**20  # what the sockets hold, beside the limit
    assert not [path for path in hostile.workspace.root.rglob("*") if path.is_file() and path.stat().st_size > 2**19]


def test_other_hosts_are_never_asked(hostile: Hostile) -> None:
    assert hostile.other.all_asked == []
    visits = {visit.url: visit for visit in hostile.result.visits}
    elsewhere = visits[hostile.other.url("/secret.html")]
    assert (elsewhere.outcome, elsewhere.status) == ("refused", None)
    assert elsewhere.reason and hostile.other.host in elsewhere.reason
    assert hostile.asked("/userinfo.html") == 0


def test_loopback_is_asked_only_where_settings_allow_it(sites: Internet, tmp_path: Path) -> None:
    site = sites.site("127.0.0.1")
    site.pages["/list.html"] = list_page("年报", ("/a.html", "信息公开年度报告"))
    names = (f"127.0.0.1:{site.port}", f"localhost:{site.port}", f"2130706433:{site.port}", f"0x7f.1:{site.port}")
    sources = {f"s{n}": {"title": name, "start": f"http://{name}/list.html"} for n, name in enumerate(names)}
    results = crawl(crawling(tmp_path, loopback=False, **sources))
    for result in results:
        (visit,) = result.visits
        assert (visit.kind, visit.outcome) in {("list", "refused"), ("list", "failed")}, visit
    assert [one.visits[0].outcome for one in results][:2] == ["refused", "refused"]
    assert site.all_asked == []


ROBOTS: dict[str, tuple[Answer, bool]] = {
    "none": (Answer(status=404), True),
    "all": (Answer(b"User-agent: *\nDisallow: /\n"), False),
    "us": (Answer(b"User-agent: Gongkai\nDisallow: /\n\nUser-agent: *\nDisallow:\n"), False),
    "all-but-us": (Answer(b"User-agent: *\nDisallow: /\n\nUser-agent: Gongkai\nAllow: /\n"), True),
    "broken": (Answer(b"no", 500), False),
    "marked": (Answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n"), False),
    "page": (Answer(b"<html><body>Not found</body></html>"), True),
}
"""What a site has as its robots.txt, and whether it may be asked then."""


def test_robots(sites: Internet, tmp_path: Path) -> None:
    hosts = {}
    for name, (robots, _) in ROBOTS.items():
        site = hosts[name] = sites.site()
        site.robots = robots
        site.pages["/list.html"] = list_page("年报", ("/a.html", "信息公开年度报告"))
        report_on(site, "/a.html", draft_of("上饶市教育局", 2023))
    sources = {name: {"title": name, "start": site.url("/list.html")} for name, site in hosts.items()}
    results = {result.source: result for result in crawl(crawling(tmp_path, **sources))}
    for name, (_, may) in ROBOTS.items():
        assert [asked.path for asked in hosts[name].asked] == ["/list.html", "/a.html"] * may, name
        assert results[name].outcomes["fetched"] == may
        assert may or results[name].visits[0].outcome in {"robots", "failed"}


def test_files_on_another_host_are_had_where_the_source_names_it(sites: Internet, tmp_path: Path) -> None:
    site, files = sites.site(), sites.site()
    site.pages["/list.html"] = list_page("年报", ("/a.html", "信息公开年度报告"))
    site.pages["/a.html"] = Answer.page(f'<html><head></head><a href="{files.url("/b.docx")}">附件</a></html>')
    files.pages["/b.docx"] = Answer(b"PK")
    source = {"title": "site", "start": site.url("/list.html")}
    (alone,) = crawl(crawling(tmp_path / "alone", only=source))
    assert alone.outcomes == {"fetched": 1, "refused": 1}
    assert files.all_asked == []
    (both,) = crawl(crawling(tmp_path / "both", only={**source, "hosts": [files.host]}))
    assert both.outcomes == {"fetched": 2}


def test_a_source_that_cannot_be_reached_keeps_no_other_from_its_end(sites: Internet, tmp_path: Path) -> None:
    site, dead = sites.site(), sites.site()
    dead.close()
    site.pages["/list.html"] = list_page("年报", ("/a.html", "信息公开年度报告"))
    report_on(site, "/a.html", draft_of("上饶市教育局", 2023))
    workspace = crawling(
        tmp_path,
        alive={"title": "alive", "start": site.url("/list.html")},
        dead={"title": "dead", "start": dead.url("/list.html")},
    )
    alive, gone = crawl(workspace)
    assert alive.outcomes == {"fetched": 1}
    assert [(visit.kind, visit.outcome) for visit in gone.visits] == [("list", "failed")]
    assert "refused" in (gone.visits[0].reason or "").lower()
