"""What list pages lead to, as the presets and the defaults read them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from pipeline.crawl.links import Link, ListPage
from pipeline.crawl.manifest import Manifest
from pipeline.crawl.source import Source, read_sources
from pipeline.crawl.spider import ReportSpider
from pipeline.crawl.store import Store
from tests.crawl.conftest import crawling

START = "https://www.example.gov.cn/nb/index.html"


@pytest.fixture
def rules(tmp_path: Path):
    """The rules of a source with a preset, or with the defaults alone."""

    def of(preset: str | None = None, **more: Any) -> dict[str, Any]:
        source = {"title": "site", "start": START, **({"preset": preset} if preset else {}), **more}
        return dict(read_sources(crawling(tmp_path, site=source))["site"].rules)

    return of


@pytest.mark.parametrize(
    ("words", "is_report"),
    [
        ("宜春市水利局2023年政府信息公开工作年度报告", True),
        ("2023年度政府信息公开报告", True),
        ("政府信息公开2009年工作总结", True),
        ("2016年政务公开和政策解读工作年度报告", True),
        ("信息公开年报", True),
        ("2023年年报", True),
        ("关于公布2010年政府信息公开年度报告的通告", True),
        ("关于印发《大冶市2009年政府信息公开工作年度报告》的通知", True),
        ("关于做好2023年政府信息公开工作年度报告编制发布工作的通知", False),
        ("关于报送政府信息公开年度报告的通知", False),
        ("政府信息公开工作年度报告格式", False),
        ("政府信息公开工作年度报告（模板）", False),
        ("一图读懂2023年政府信息公开年报", False),
        ("政府信息公开年报解读", False),
        ("政府信息公开指南", False),
        ("关于召开会议的公告", False),
    ],
)
def test_words_of_reports(rules, words: str, is_report: bool) -> None:
    page = ListPage(START, f'<a href="/a.html">{words}</a>', rules())
    assert [link.text for link in page.reports()] == [words] * is_report


@pytest.mark.parametrize(
    ("words", "leads_on"),
    [
        ("下一页", True),
        ("下页", True),
        ("[下一页]", True),
        (" 下一页 &gt;", True),
        ("下一页&gt;&gt;", True),
        ("»", True),
        ("上一页", False),
        ("下一篇", False),
        ("&gt;&gt;更多", False),
        ("尾页", False),
    ],
)
def test_words_of_the_next_list_page(rules, words: str, leads_on: bool) -> None:
    page = ListPage(START, f'<a href="index_1.html">{words}</a>', rules())
    assert bool(list(page.lists())) == leads_on


def test_a_title_that_was_cut_is_taken_from_its_attribute(rules) -> None:
    markup = '<a href="/a.html" title="甲县教育局2023年政府信息公开工作年度报告">甲县教育局2023年政府信息公开…</a>'
    (link,) = ListPage(START, markup, rules()).reports()
    assert link.text == "甲县教育局2023年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("preset", "script", "count"),
    [
        ("trs", 'createPageHTML(12, 0, "index", "html");', 12),
        ("trs", "createPageHTML( 1,0,'index','htm')", 1),
        ("trs", "function createPageHTML(_nPageCount, _nCurrIndex) {}", None),
        ("pages", "createPageHTML('page_div',189, 1,'index','shtml',2830);", 189),
        ("pages", 'createPageHTML("paging", 25, 1, "index", "html", 500)', 25),
    ],
)
def test_how_many_list_pages_a_script_says_there_are(rules, preset: str, script: str, count: int | None) -> None:
    assert ListPage(START, f"<script>{script}</script>", rules(preset)).count() == count


@pytest.mark.parametrize(
    ("counter", "start", "third"),
    [
        ({"url": "index_{n}.html"}, START, "https://www.example.gov.cn/nb/index_3.html"),
        ({"url": "/list/{n}"}, START, "https://www.example.gov.cn/list/3"),
        ({"parameter": "page"}, "https://e.cn/api?page=1&sid=2", "https://e.cn/api?page=3&sid=2"),
        ({"parameter": "page"}, "https://e.cn/api?title=%C4%EA%B1%A8", "https://e.cn/api?title=%C4%EA%B1%A8&page=3"),
        ({"parameter": "page"}, "https://e.cn/api?mypage=7", "https://e.cn/api?mypage=7&page=3"),
        ({"parameter": "page"}, "https://e.cn/nb", "https://e.cn/nb?page=3"),
    ],
)
def test_addresses_of_numbered_list_pages(rules, counter: dict[str, str], start: str, third: str) -> None:
    page = ListPage(start, "", rules(lists={"counter": {**counter, "first": 2}}))
    assert page.numbered(start, 3) == third


def test_a_link_that_is_never_closed_has_no_words_without_end(rules) -> None:
    markup = f'<a href="/a.html">2023年政府信息公开年报{"各科室：" * 100_000}'
    (link,) = ListPage(START, markup, rules()).reports()
    assert link.text.startswith("2023年政府信息公开年报各科室：")
    assert len(link.text) == 500


def test_words_hold_nothing_that_a_terminal_obeys(rules) -> None:
    text = json.dumps({"articles": [{"url": "/a\x1b]\u2028/content/post_7.html", "title": "信息公开年报\x1b]0;\x07"}]})
    (link,) = ListPage(START, text, rules("gkmlpt")).reports()
    assert link == ("https://www.example.gov.cn/a%1B]%E2%80%A8/content/post_7.html", "信息公开年报 ]0;")


def test_a_page_that_names_any_number_of_list_pages(rules, tmp_path: Path) -> None:
    source = Source("site", rules("trs", limits={"list_pages": 7}))
    spider, request = ReportSpider(source, Manifest(), Store(tmp_path), tmp_path), Request(START)
    (first,) = spider._list(Link(START, ""), None)
    request.meta.update(first.meta)
    page = HtmlResponse(START, request=request, body=b"<script>createPageHTML(999999999999, 0, 'index')</script>")
    asked = [one.url for one in spider.parse_list(page, START, None, False)]
    assert asked == [f"https://www.example.gov.cn/nb/index_{number}.html" for number in range(1, 7)]
    assert [visit.outcome for visit in spider.manifest.last.values()] == ["fetched", "limit"]


def test_records_that_are_never_closed_take_no_time(rules) -> None:
    began = time.process_time()
    links = list(ListPage(START, "<record>" * 100_000, rules("hanweb")).links())
    assert links == []
    assert time.process_time() - began < 5


def test_records_of_a_script_block_and_of_xml(rules) -> None:
    block = (
        '<datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&webid=15"></a>]]></nextgroup>'
        "<recordset><record><![CDATA[<li><a href='/art/2024/1/8/art_9_7.html'>信息公开年报</a></li>]]></record>"
        "</recordset></datastore>"
    )
    for markup in (f'<script type="text/xml">{block}</script>', f'<?xml version="1.0"?>{block}'):
        page = ListPage(START, markup, rules("hanweb"))
        assert [link.url for link in page.reports()] == ["https://www.example.gov.cn/art/2024/1/8/art_9_7.html"]
        (more,) = {link.url for link in page.lists()}
        assert more.startswith("https://www.example.gov.cn/module/web/jpage/dataproxy.jsp?page=1&webid=15")


@pytest.mark.parametrize("text", ["", "null", "[]", "<html>", '{"articles": null}', '{"articles": {"url": "/a"}}', "{"])
def test_json_that_is_not_a_list_of_items_has_no_links(rules, text: str) -> None:
    assert list(ListPage(START, text, rules("gkmlpt")).links()) == []


def test_json_in_the_call_of_a_function(rules) -> None:
    text = 'show({"articles": [{"url": "/gkmlpt/content/9/1/post_7.html", "title": "2023年年报"}, {"url": null}]});'
    (link,) = ListPage(START, text, rules("gkmlpt")).reports()
    assert link == ("https://www.example.gov.cn/gkmlpt/content/9/1/post_7.html", "2023年年报")


@pytest.mark.parametrize(
    "href", ["javascript:void(0)", "mailto:a@b.cn", "http://[::1", "file:///etc/passwd", "data:text/html,a", "//"]
)
def test_what_is_no_address_of_the_web_is_left(rules, href: str) -> None:
    links = list(ListPage(START, f'<a href="{href}">信息公开年报</a>', rules()).reports())
    assert all(link.url.startswith(("http://", "https://")) for link in links)
