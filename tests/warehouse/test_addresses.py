"""Addresses and paths: what is one and what is not, however it is written."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipeline.warehouse.addresses import Addresses, Place, relative_paths, url_key


@pytest.mark.parametrize(
    "url",
    [
        "https://x.gov.cn/a/年报.doc",
        "http://X.gov.cn:80/a/%E5%B9%B4%E6%8A%A5.doc",
        "https://x.gov.cn:443/a/b/../%e5%b9%b4%e6%8a%a5.doc#page=2",
        " http://x.gov.cn/a//./年报.doc%20 \n",
        "http://x.gov.cn\\a\\年报.doc",
        "http://x.gov.cn./a/年\n报.doc",
    ],
)
def test_one_address_written_in_many_ways(url: str) -> None:
    assert url_key(url) == ("x.gov.cn", None, "/a/年报.doc".encode(), b"")


@pytest.mark.parametrize(
    "url",
    [
        "http://x.gov.cn/a/年报.doc?id=1",
        "http://x.gov.cn:8080/a/年报.doc",
        "http://y.gov.cn/a/年报.doc",
        "http://x.gov.cn/A/年报.doc",
        "http://x.gov.cn/a/年报.doc/",
    ],
)
def test_other_addresses(url: str) -> None:
    assert url_key(url) not in (None, url_key("http://x.gov.cn/a/年报.doc"))


@pytest.mark.parametrize(
    "url", [None, "", "年报.doc", "javascript:open()", "mailto:a@x.cn", "http://[x", "http://x:y/", "ftp://x/"]
)
def test_no_addresses(url: str | None) -> None:
    assert url_key(url) is None


@pytest.mark.parametrize(
    ("page", "href", "paths"),
    [
        ("a/page.html", "./page_files/x.doc", ["a/page_files/x.doc"]),
        ("a/page.html", "..\\b\\x.doc", ["b/x.doc"]),
        ("page.html", "%E5%B9%B4%E6%8A%A5.doc", ["年报.doc"]),
        ("page.html", "%C4%EA%B1%A8.doc", ["年报.doc"]),
        ("page.html", "x.doc?v=2#top", ["x.doc?v=2", "x.doc"]),
        ("a/b.zip!/c/page.html", "../x.doc", ["a/b.zip!/x.doc"]),
        # Neither out of the archive nor out of raw/.
        ("a/b.zip!/page.html", "../x.doc", []),
        ("page.html", "../x.doc", []),
        ("a/page.html", "%2e%2e/%2e%2e/etc/passwd", []),
        ("a/page.html", "/x.doc", []),
        ("a/page.html", "//x.gov.cn/x.doc", []),
        ("a/page.html", "http://x.gov.cn/x.doc", []),
        ("a/page.html", "C:\\x.doc", []),
        ("a/page.html", "#top", []),
        ("a/page.html", "", []),
    ],
)
def test_paths_that_a_link_may_mean(page: str, href: str, paths: list[str]) -> None:
    assert list(dict.fromkeys(relative_paths(page, href)))[: len(paths) or None] == paths


def test_the_latest_of_several_documents_at_one_address() -> None:
    page = Place("page", "page.html", "http://x.gov.cn/page.html", None, None)
    files = [
        Place("undated", "9.doc", "http://x.gov.cn/a.doc", None, None),
        Place("late", "1.doc", "http://x.gov.cn/a.doc", None, datetime(2024, 2, 1)),
        Place("early", "2.doc", "https://x.gov.cn/a.doc", None, datetime(2024, 1, 1)),
    ]
    assert Addresses([page, *files]).target([page], "a.doc") == "late"


def test_a_path_leads_to_no_file_whose_address_is_another() -> None:
    page = Place("page", "page.html", None, None, None)
    elsewhere = Place("file", "a.doc", "http://y.gov.cn/a.doc", None, None)
    assert Addresses([page, elsewhere]).target([page], "a.doc") is None
    here = elsewhere._replace(url=None)
    assert Addresses([page, here]).target([page], "a.doc") == "file"
