"""What styles hide, strike out or set apart in tables is no part of the figure beside it."""

from __future__ import annotations

import pytest

from pipeline.extraction.tables.values import read_value
from pipeline.readers import Table, read
from pipeline.readers.html import read_printed


def cells(body: str, style: str = "") -> list[str]:
    """The texts of the first table of a page."""
    page = f"<html><head><style>{style}</style></head><body>{body}</body></html>"
    return [cell.text for cell in read(page.encode()).tables[0].cells]


def row(*contents: str) -> str:
    """A table whose first row names its columns; what is looked at stands in the second."""
    return (
        f"<table><tr><td>规章</td><td>许可</td></tr><tr>{''.join(f'<td>{one}</td>' for one in contents)}</tr></table>"
    )


@pytest.mark.parametrize(
    "content",
    [
        "128<span style='vertical-align:super'>1</span>",
        "128<span style='vertical-align: sub'>1</span>",
        "128<span style='vertical-align:5px'>1</span>",
        "<span style='font-size:0'><b style='font-size:14px'>128</b></span>",
        "<span style='visibility:hidden'><b style='visibility:visible'>128</b></span>",
        "128<span style='font-size:6pt;position:relative;top:-5.0pt;mso-text-raise:5.0pt'>1</span>",
        "<span style='display:block'>31</span><span style='display: block'>28</span>",
        "<span style='display:inline-block'>31</span><i>28</i>",
        "<span style='float:left'>31</span><span style='float:right'>28</span>",
        "<span style='color:#FFFFFF'>9</span>128",
        "<span style='text-decoration: line-through'>52</span>56",
        "<s>52</s>56",
        "<s>52</s>",
        "<del><b>52</b></del>",
        "128<small>1</small>",
        "128<font size='1'>1</font>",
        "12<input value='34'>",
        "<img src='4.gif'>6",
        "6\u202e54",
    ],
)
def test_a_figure_with_something_else_in_its_cell_is_no_figure(content: str) -> None:
    text = cells(row(content, "7"))[2]
    assert read_value(text).status == "text", text


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<span style='visibility:hidden'>52</span>", ""),
        ("<span style='font-size:0'>52</span>", ""),
        ("<span style='font-size:0px'>52</span>", ""),
        ("<span style='opacity: 0'>52</span>7", "7"),
        ("<span style='display:none'>52</span>7", "7"),
        ("<span style='font-size:0.8em'>52</span>", "52"),
        ("<span style='display:none;display:inline'>52</span>", "52"),
        ("7<noscript>52</noscript>", "7"),
        ("7<datalist><option>52</option></datalist>", "7"),
        ("<input value='52'>", "52"),
        ("<input type='hidden' value='52'>7", "7"),
        ("<img src='spacer.gif' width='1' height='1'>6", "6"),
        ("<img src='clock.gif'>2023-01-15", "2023-01-15"),
        ("<input value='请输入关键字'>7", "7"),
        ("<span style='background-color:#fff'>1</span>2", "12"),
        ("<span style='color:#000;vertical-align:middle'>1</span>2", "12"),
    ],
)
def test_what_is_shown_is_read(content: str, shown: str) -> None:
    assert cells(row(content, "8"))[2:] == [shown, "8"]


def test_a_cell_that_is_not_to_be_seen_keeps_its_place() -> None:
    first = "<tr><td>规章</td><td style='visibility:hidden'>5</td><td>7</td></tr>"
    assert cells(f"<table>{first}<tr><td>许可</td><td>8</td></tr></table>") == ["规章", "", "7", "许可", "8"]


def test_a_cell_of_no_size_around_the_tables_of_the_page() -> None:
    assert cells(f"<TABLE><TR><TD style='font-size:0'>{row('<b>5</b>', '6')}</TD></TR></TABLE>")[2:] == ["5", "6"]


def test_style_sheets_are_followed() -> None:
    style = """
        /* .shown { display: none } */
        @media print { .shown { display: none } }
        .gone { display: none } .gone.back { display: inline }
        span.note, .other { vertical-align: super }
        td .old { text-decoration: line-through }
        .made::before { content: "1" }
        a:hover { display: none }
    """
    contents = [
        "<b class='shown'>1</b>",
        "<b class='gone'>1</b>2",
        "<b class='gone back'>1</b>2",
        "1<span class='note'>2</span>",
        "<b class='old'>1</b>",
        "<b class='made'>1</b>",
        "<a>1</a>",
    ]
    found = cells(row(*contents), style)[2:]
    assert found == ["1", "2", "12", "1\n2", "1\u0336", "1\ufffc", "1"]


def test_a_sheet_that_is_none_does_no_harm() -> None:
    assert cells(row("1", "2"), "td:nth-child(( { display:none } }} .x { float: left")[2:] == ["1", "2"]


@pytest.mark.parametrize("style", ["", ".old { display: none }"])
def test_tables_that_are_not_shown_come_behind_those_that_are(style: str) -> None:
    old = row("5" * 9, "说明" * 120)
    hidden = "<div class='old'>" if style else "<div style='display:none'>"
    body = f"{hidden}<h3>2022年</h3>{old}</div><h3>2023年</h3>{row('7', '8')}"
    page = f"<html><style>{style}</style><body>{body}</body></html>"
    tables = [block for block in read(page.encode()).blocks if isinstance(block, Table)]
    assert [table.cells[2].text for table in tables] == ["7", "5" * 9]
    assert read_printed(page.encode(), page).cells == [[4, 5, 6, 7], None]


def test_a_sheet_that_hides_all_cells_hides_none() -> None:
    assert cells(row("1", "2"), "td, tr { display: none } TD { visibility: hidden }")[2:] == ["1", "2"]


def test_hidden_within_hidden() -> None:
    old = f"<tr><td>规章</td><td>{'6' * 300}</td></tr><tr hidden><td><s>9</s></td></tr>"
    hidden = f"<table style='display:none'><tbody style='display:none'>{old}</tbody></table>"
    page = f"<html><body><div style='display:none'>{hidden}</div>{row('7', '8')}</body></html>"
    tables = [block for block in read(page.encode()).blocks if isinstance(block, Table)]
    assert [[cell.text for cell in table.cells][-1] for table in tables] == ["8", "6" * 300]
