"""HTML pages become paragraphs and grids."""

from __future__ import annotations

import pytest

from pipeline.readers import Table, UnreadableDocument, read


def page(body: str, charset: str = "utf-8", declared: str | None = None) -> bytes:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared or charset}">'
    return f"<html><head>{meta}<title>题</title></head><body>{body}</body></html>".encode(charset)


def grid(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(cell.row, cell.column, cell.text, cell.row_span, cell.column_span) for cell in table.cells]


def test_spans_are_resolved_into_a_grid() -> None:
    (table,) = read(
        page(
            "<table><tr><td rowspan=2>a</td><td colspan=2>b</td></tr><tr><td>c</td><td>d</td></tr>"
            "<tr><td>e</td><td rowspan=9>f</td><td colspan=0>g</td></tr><tr><td>h</td></tr></table>"
        )
    ).tables
    assert grid(table) == [
        (0, 0, "a", 2, 1),
        (0, 1, "b", 1, 2),
        (1, 1, "c", 1, 1),
        (1, 2, "d", 1, 1),
        (2, 0, "e", 1, 1),
        (2, 1, "f", 2, 1),
        (2, 2, "g", 1, 1),
        (3, 0, "h", 1, 1),
    ]
    assert table.aligned
    assert (table.row_count, table.column_count) == (4, 3)


def test_words_cut_by_tags_are_whole_and_blocks_are_apart() -> None:
    document = read(
        page(
            "<p>政<b>府</b>信<span><font>息</font></span>公<a name=x></a>开</p>边<div>另一段<br>下一行</div>"
            "<table><tr><td>1<span>2</span>3</td><td><p>自</p><p>然人</p></td></tr></table>"
        )
    )
    assert [paragraph.text for paragraph in document.paragraphs] == ["政府信息公开", "边", "另一段", "下一行"]
    assert [cell.text for cell in document.tables[0].cells] == ["123", "自\n然人"]


def test_what_is_not_shown_is_not_read() -> None:
    (table,) = read(
        page(
            "<table><tr style='display:none'><td>9</td><td>9</td></tr>"
            "<tr><td>5<span style='display: none'>1</span></td><td>6<sup>①</sup></td><td hidden>7</td>"
            "<td>8<script>var x = 1;</script></td></tr></table>"
        )
    ).tables
    assert [cell.text for cell in table.cells] == ["5", "6 ①", "8"]


def test_a_layout_table_is_seen_through() -> None:
    document = read(
        page(
            "<table><tr><td>菜单</td><td><p>一、总体情况</p><table><tr><td>规章</td><td>3</td></tr></table>"
            "<p>后文</p></td></tr></table>"
        )
    )
    assert [block.text if not isinstance(block, Table) else grid(block) for block in document.blocks] == [
        "菜单",
        "一、总体情况",
        [(0, 0, "规章", 1, 1), (0, 1, "3", 1, 1)],
        "后文",
    ]


def test_a_box_around_a_figure_is_no_table() -> None:
    (table,) = read(
        page(
            "<table><tr><td>规章</td><td><table><tr><td>17</td></tr></table></td></tr><tr><td>a</td><td>b</td></tr></table>"
        )
    ).tables
    assert [cell.text for cell in table.cells] == ["规章", "17", "a", "b"]


@pytest.mark.parametrize(
    ("charset", "declared"),
    [("gb18030", "gb2312"), ("gb18030", "gbk"), ("gb18030", "utf-8"), ("utf-8", "gbk"), ("utf-8-sig", "utf-8")],
)
def test_encodings(charset: str, declared: str) -> None:
    text = "句容市机关服务中心2023年政府信息公开工作年度报告"
    assert read(page(f"<p>{text}</p>", charset, declared)).paragraphs[0].text == text


def test_big5_with_the_charset_in_the_header_only() -> None:
    data = "<html><body><p>中國地震局政府信息公開工作年度報告</p></body></html>".encode("big5")
    headers = {"Content-Type": "text/html; charset=Big5"}
    assert read(data, headers).paragraphs[0].text == "中國地震局政府信息公開工作年度報告"


def test_named_metadata() -> None:
    document = read(
        b'<html><head><meta name="PubDate" content=" 2024-01-23 "><meta name="SiteName" content=""></head>'
        b"<body>x</body></html>"
    )
    assert document.meta == {"pubdate": "2024-01-23"}


@pytest.mark.parametrize("cut", [60, 90, 120])
def test_a_page_that_breaks_off(cut: int) -> None:
    whole = page("<table><tr><td>1</td><td>2</td></tr></table><p>六、其他</p>")
    with pytest.raises(UnreadableDocument) as caught:
        read(whole[: len(whole) - cut])
    assert caught.value.code == "truncated"


def test_addresses_are_relative_to_the_base_that_a_page_gives():
    page = (
        "<html><head><base href='http://a.gov.cn/x/'></head><body><a href='b/年报.docx'>年报</a><p>文</p></body></html>"
    )
    assert [link.href for link in read(page.encode()).links] == ["http://a.gov.cn/x/b/年报.docx"]


@pytest.mark.parametrize("base", ["http://a.gov.cn/", "http://[网址]/"])
def test_a_link_that_is_no_address_stays_as_printed(base: str) -> None:
    page = f"<html><head><base href='{base}'></head><body><a href='http://[附件]/年报.docx'>年报</a><p>文</p></body></html>"
    assert [link.href for link in read(page.encode()).links] == ["http://[附件]/年报.docx"]
