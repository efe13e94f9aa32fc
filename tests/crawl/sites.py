"""Kinds of government site: how each lists its reports, where they stand, how their files hang on them.

Every function fills a site with the reports of a place and gives them with the source that is to find them all. The
markup is that of the families of site software; the reports are the marked corpus's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import count
from typing import Any, TypeVar
from urllib.parse import urljoin

from tests.corpus.docx import write_docx
from tests.corpus.draft import Draft, Encoding
from tests.corpus.grid import Grid, Slot
from tests.corpus.html import write_html
from tests.corpus.pdf import PdfPage, write_pdf
from tests.corpus.report import BODIES, MarkedReport
from tests.corpus.text import write_text_cells
from tests.crawl.server import Answer, Internet, Site, recovering
from tests.warehouse.site import page, web_page

YEARS = range(2019, 2024)
TOTAL = Slot("requests", 1, "received_new", "total")


@dataclass(slots=True)
class Published:
    """A report on a site: its page's path, and those of its files."""

    draft: Draft
    path: str
    files: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.draft.report.title

    @property
    def received(self) -> int:
        """The total of new applications, as printed."""
        return int(self.draft.truth[TOTAL].value or 0)


@dataclass(slots=True)
class Town:
    """A site with its reports, and the source for it."""

    site: Site
    source: dict[str, Any]
    reports: list[Published]

    @property
    def name(self) -> str:
        return self.source["title"]

    @property
    def paths(self) -> set[str]:
        """All that is to be fetched: pages and files."""
        return {path for report in self.reports for path in (report.path, *report.files)}


Drafts = list[tuple[int, Draft]]
"""Reports, each with a number of its own."""
Kind = Callable[[Site, str, Drafts], Town]
Item = TypeVar("Item")


def trs(site: Site, place: str, drafts: Drafts) -> Town:
    """TRS WCM: tYYYYMMDD_N.html in folders of months, index_N.html, a script that knows how many; GB 18030."""
    for _, draft in drafts:
        draft.encoding = Encoding("gb18030", "gb2312")
    reports = [
        _with_files(site, draft, n, f"/xxgknb/{draft.report.year + 1}01/t{draft.report.year + 1}0118_{n}.html")
        for n, draft in drafts
    ]
    lists = list(_batched(reports, 9))
    for number, some in enumerate(lists):
        entries = _entries((f".{report.path.removeprefix('/xxgknb')}", report.title) for report in some)
        script = f'<script>createPageHTML({len(lists)}, {number}, "index", "html");</script>'
        path = "/xxgknb/" if number == 0 else f"/xxgknb/index_{number}.html"
        site.pages[path] = Answer.page(_frame(place, entries + script), "gb2312")
    return Town(site, {"title": place, "preset": "trs", "start": site.url("/xxgknb/")}, reports)


def hanweb(site: Site, place: str, drafts: Drafts) -> Town:
    """Hanweb: records in a script block of col/colN/index.html, further groups of them from dataproxy.jsp as XML."""
    reports = []
    for n, draft in drafts:
        path = f"/art/{draft.report.year + 1}/1/{1 + n % 28}/art_1229_{n}.html"
        reports.append(_with_files(site, draft, n, path, "/module/download/downfile.jsp?filename={}&classid=0"))

    def proxy(number: int) -> str:
        return (
            f"/module/web/jpage/dataproxy.jsp?page={number}&appid=1&webid=15&path=/&columnid=1229&unitid=55"
            "&webname=%E5%B8%82%E6%94%BF%E5%BA%9C&permissiontype=0"
        )

    groups = list(_batched(reports, 15))
    for number, some in enumerate(groups):
        records = "".join(
            f"<record><![CDATA[<li><a href='{r.path}' title='{r.title}'>{r.title[:12]}...</a><span>2024-01-18</span>"
            "</li>]]></record>"
            for r in some
        )
        more = f'<a href="{proxy(number)}"></a>' if number + 1 < len(groups) else ""
        block = f"<datastore><nextgroup><![CDATA[{more}]]></nextgroup><recordset>{records}</recordset></datastore>"
        if number == 0:
            body = f'<div id="55"><script type="text/xml">{block}</script></div>'
            site.pages["/col/col1229/index.html"] = Answer.page(_frame(place, body))
        else:
            xml = f'<?xml version="1.0" encoding="UTF-8"?>{block}'.encode()
            site.pages[proxy(number - 1)] = Answer(xml, headers={"Content-Type": "text/xml;charset=UTF-8"})
    start = site.url("/col/col1229/index.html")
    return Town(site, {"title": place, "preset": "hanweb", "start": start}, reports)


def post(site: Site, place: str, drafts: Drafts) -> Town:
    """content/post_N.html; index_N.html from 2 on, one of them with other news alone; what is slow, or fails once."""
    reports = [
        _with_files(site, draft, n, f"/zwgk/nb/content/post_{n}.html", "/attachment/0/{}") for n, draft in drafts
    ]
    lists = [list(some) for some in _batched(reports, 10)]
    lists.insert(2, [])
    for number, some in enumerate(lists, 1):
        entries = _entries((site.url(report.path), report.title) for report in some)
        entries += _entries([(site.url(f"/zwgk/nb/content/post_{9_000_000 + number}.html"), "关于召开会议的公告")])
        path = "/zwgk/nb/index.html" if number == 1 else f"/zwgk/nb/index_{number}.html"
        site.pages[path] = Answer.page(_frame(place, entries), delay=0.3 if number == 2 else 0)
    for report, failures in ((reports[3], 1), (reports[4], 2)):
        answer = site.pages[report.path]
        assert isinstance(answer, Answer)
        site.pages[report.path] = recovering(answer, failures)
    return Town(site, {"title": place, "preset": "post", "start": site.url("/zwgk/nb/index.html")}, reports)


def vsb(site: Site, place: str, drafts: Drafts) -> Town:
    """WebPlus: info/N/N.htm, list pages whose numbers go down, files from download.jsp; an address that has moved."""
    download = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid={}"
    reports = [_with_files(site, draft, n, f"/info/1057/{n}.htm", download, named=False) for n, draft in drafts]
    moved = reports[5]
    site.pages[f"/info/1058/{moved.path[11:]}"] = site.pages[moved.path]
    site.pages[moved.path] = Answer.redirect(f"/info/1058/{moved.path[11:]}", 301)
    lists = list(_batched(reports, 12))
    for number, some in enumerate(lists):
        folder = "" if number == 0 else "../"
        entries = _entries((f"{folder}../info/1057/{report.path[11:]}", report.title) for report in some)
        following = len(lists) - 1 - number
        pager = f'<span class="p_t">共{len(reports)}条</span>'
        if following:
            here = "ndbg/" if number == 0 else ""
            pager += f'<a href="{here}{following}.htm" class="Next">下页</a><a href="{here}1.htm" class="Next">尾页</a>'
        path = "/zwgk/ndbg.htm" if number == 0 else f"/zwgk/ndbg/{following + 1}.htm"
        site.pages[path] = Answer.page(_frame(place, entries + pager))
    return Town(site, {"title": place, "preset": "vsb", "start": site.url("/zwgk/ndbg.htm")}, reports)


def openness(site: Site, place: str, drafts: Drafts) -> Town:
    """OpennessAnnualReport/year/show/N/YEAR.html: a table of agencies and years, links that say the year alone."""
    reports = []
    for _, draft in drafts:
        agency = BODIES.index(draft.report.agency.removeprefix(place)) + 1
        report = Published(draft, f"/OpennessAnnualReport/year/show/{agency}/{draft.report.year}.html")
        tabs = ((f"{year}.html", f"{year}年") for year in YEARS)
        site.pages[report.path] = Answer(web_page(draft, *tabs), validators=())
        reports.append(report)
    entries = _entries((report.path, f"{report.draft.report.year}年") for report in reports)
    site.pages["/OpennessAnnualReport/index.html"] = Answer.page(_frame(place, entries), validators=())
    start = site.url("/OpennessAnnualReport/index.html")
    return Town(site, {"title": place, "preset": "openness", "start": start}, reports)


def by_year(site: Site, place: str, drafts: Drafts) -> Town:
    """xxgkAnnualReport.jsp?fbtime=YEAR: a page a year, with a link for each agency that says its name alone."""
    reports = []
    for n, draft in drafts:
        path = f"/xxgk/xxgkAnnualReport.jsp?fbtime={draft.report.year}&id={n}"
        site.pages[path] = Answer(web_page(draft), headers={"Content-Type": "text/html"}, validators=("Last-Modified",))
        reports.append(Published(draft, path))
    for year in YEARS:
        some = [report for report in reports if report.draft.report.year == year]
        entries = _entries((report.path.removeprefix("/xxgk/"), report.draft.report.agency) for report in some)
        years = _entries((f"xxgkAnnualReport.jsp?fbtime={other}", f"{other}年") for other in YEARS)
        site.pages[f"/xxgk/xxgkAnnualReport.jsp?fbtime={year}"] = Answer.page(
            _frame(place, years + entries), validators=("Last-Modified",)
        )
    source = {
        "title": place,
        "preset": "annual_report_jsp",
        "start": site.url("/xxgk/xxgkAnnualReport.jsp?fbtime={year}"),
        "years": {"first": YEARS[0], "last": YEARS[-1]},
    }
    return Town(site, source, reports)


def gkmlpt(site: Site, place: str, drafts: Drafts) -> Town:
    """gkmlpt/annualreport: its list is JSON, a hundred a page in life, here fifteen."""
    reports = [
        _with_files(site, draft, n, f"/gkmlpt/content/9/{n // 1000}/post_{n}.html", "/attachment/0/{}")
        for n, draft in drafts
    ]
    site.pages["/gkmlpt/annualreport"] = Answer.page(_frame(place, "<div id=app></div><script>SID: '175'</script>"))
    groups = [*_batched(reports, 15), ()]
    for number, some in enumerate(groups, 1):
        articles = [
            {"id": n, "title": report.title, "url": site.url(report.path), "date": 1_705_500_000, "classify": 2629}
            for n, report in enumerate(some)
        ]
        told = json.dumps({"total": len(reports), "articles": articles}, ensure_ascii=False).encode()
        site.pages[f"/gkmlpt/api/all/2629?page={number}&sid=175"] = Answer(
            told, headers={"Content-Type": "application/json"}
        )
    start = site.url("/gkmlpt/api/all/2629?page=1&sid=175")
    return Town(site, {"title": place, "preset": "gkmlpt", "start": start}, reports)


def plain(site: Site, place: str, drafts: Drafts) -> Town:
    """A site that nobody knows, with `?page=2`, links that lead to a report twice, and a calendar without end."""
    reports = []
    for n, draft in drafts:
        report = _with_files(site, draft, n, f"/view.php?id={n}", "/uploads/{}")
        reports.append(report)
    lists = list(_batched(reports, 8))
    for number, some in enumerate(lists, 1):
        entries = _entries((report.path, report.title) for report in some)
        entries += _entries((f"{report.path}#top", "more") for report in some)
        pager = f'<a href="?page={number + 1}">下一页 &gt;</a>' if number < len(lists) else "下一页"
        calendar = '<a href="/calendar?month=1">»</a>'
        site.pages["/nb.php" if number == 1 else f"/nb.php?page={number}"] = Answer.page(
            _frame(place, entries + pager + calendar)
        )
    for month in range(1, 2000):
        site.pages[f"/calendar?month={month}"] = Answer.page(
            f'<html><head></head><body>{month}<a href="/calendar?month={month + 1}">»</a></body></html>'
        )
    source = {"title": place, "start": site.url("/nb.php"), "limits": {"list_pages": 30}}
    return Town(site, source, reports)


KINDS: dict[str, Kind] = {
    "trs": trs,
    "hanweb": hanweb,
    "post": post,
    "vsb": vsb,
    "openness": openness,
    "by_year": by_year,
    "gkmlpt": gkmlpt,
    "plain": plain,
}
PLACES = ("宜春市", "泗水县", "句容市", "大冶市", "广水市", "鄱阳县", "临川区", "黄岩区")


def towns(sites: Internet, bodies: int) -> dict[str, Town]:
    """A site of each kind, each with five years of reports of some agencies of a place."""
    built = {}
    numbers = count(1_000_000)
    for (name, kind), place in zip(KINDS.items(), PLACES, strict=True):
        agencies = [place + body for body in BODIES[:bodies]]
        drafts = [(n := next(numbers), draft_of(agency, year, n)) for year in reversed(YEARS) for agency in agencies]
        built[name] = kind(sites.site(), place, drafts)
    return built


def report_on(site: Site, path: str, draft: Draft) -> Published:
    """A report whose page has it all."""
    site.pages[path] = Answer(web_page(draft), headers={"Content-Type": "text/html"})
    return Published(draft, path)


def draft_of(agency: str, year: int, seed: int = 0) -> Draft:
    """A marked report of an agency and year, in the forms of its year."""
    form = "2021" if year >= 2021 else "2019"
    marked = MarkedReport(seed, form, form)
    marked.agency, marked.year, marked.signed = agency, year, f"{year + 1}年1月18日"
    return Draft.of(marked)


def list_page(title: str, *links: tuple[str, str]) -> Answer:
    """A list of links: address and text."""
    return Answer.page(_frame(title, _entries(links)))


def draw_pdf(draft: Draft) -> bytes:
    """The tables of a report as ruled PDF pages, one a table, the title on each."""
    return write_pdf([_drawn(draft, grid) for grid in draft.grids()])


def _with_files(
    site: Site, draft: Draft, n: int, path: str, address: str = "./附件 {}", *, named: bool = True
) -> Published:
    """Put a report on a site: all on its page, in a file that the page offers, or both.

    ``address`` is that of a file by its name, as the page links to it; ``named``: whether that tells its format.
    """
    report = report_on(site, path, draft)
    kinds = {0: ("docx", write_docx), 1: ("pdf", draw_pdf), 2: ("doc", write_text_cells)}
    if n % 8 not in kinds:
        return report
    suffix, write = kinds[n % 8]
    shown = address.format(f"{n}.{suffix}" if named else str(n))
    offer = (shown, f"附件：{draft.report.title}.{suffix}")
    markup = _offering(draft, *offer) if suffix == "doc" else page(draft.report.title, offer)
    site.pages[path] = Answer(markup, headers={"Content-Type": "text/html"})
    file = site.path(urljoin(path, shown))
    site.pages[file] = Answer(write(draft), headers={"Content-Type": "application/octet-stream"})
    report.files.append(file)
    return report


def _offering(draft: Draft, address: str, words: str) -> bytes:
    """The whole report as a page, in its own encoding, that offers a file."""
    return write_html(draft).replace(b"</body>", draft.encode(f'<p><a href="{address}">{words}</a></p></body>'))


def _entries(links: Iterable[tuple[str, str]]) -> str:
    return "".join(f'<li><a href="{escape(url)}">{escape(text)}</a><span>2024-01-18</span></li>' for url, text in links)


def _frame(place: str, body: str) -> str:
    """What stands around a list: menus, and a notice on how reports are to be written, which is none."""
    return (
        f"<html><head><title>{place}政府信息公开年报</title></head><body><a href='/'>首页</a><a href='/nb/'>年报</a>"
        f"<a href='/tz/2024.html'>关于做好政府信息公开工作年度报告编制发布工作的通知</a><ul>{body}</ul>"
        "<div class=footer>版权所有</div></body></html>"
    )


def _drawn(draft: Draft, grid: Grid) -> PdfPage:
    column, line = 90.0, 11.0
    placed = list(grid.placed())
    wrapped = {id(p.box): _wrapped(p.box.text, int((column * p.column_span - 8) // 9)) for p in placed}
    heights = [
        max(1, *(len(wrapped[id(p.box)]) for p in placed if p.row == row and p.row_span == 1)) * line + 8
        if any(p.row == row and p.row_span == 1 for p in placed)
        else 3 * line
        for row in range(len(grid.rows))
    ]
    width, height = grid.width * column + 80, sum(heights) + 140
    sheet = PdfPage(width, height)
    sheet.text(40, height - 50, draft.report.title, 14)
    caption = {"disclosure": "二、主动公开政府信息情况", "requests": "三、收到和处理政府信息公开申请情况"}
    sheet.text(40, height - 75, caption.get(grid.code, "四、政府信息公开行政复议、行政诉讼情况"), 11)
    tops = [height - 90 - sum(heights[:row]) for row in range(len(heights) + 1)]
    for p in placed:
        x0, x1 = 40 + p.column * column, 40 + (p.column + p.column_span) * column
        y0, y1 = tops[p.row], tops[p.row + p.row_span]
        for ends in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            sheet.line(*ends)
        for number, words in enumerate(wrapped[id(p.box)]):
            sheet.text(x0 + 4, y0 - line * (number + 1), words, 9)
    return sheet


def _batched(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))


def _wrapped(text: str, width: int) -> list[str]:
    return [part for line in text.split("\n") for part in _batched(line, max(width, 1))]
