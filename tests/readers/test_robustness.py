"""Whatever the bytes are: a document or a reason why not, in bounded time and memory; never another error."""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.extraction import NotAReport, Source, extract
from pipeline.extraction.tables import read_figures
from pipeline.readers import UnreadableDocument, read
from tests.corpus.compose import Recipe, random_recipes
from tests.corpus.draft import Draft
from tests.corpus.judge import judge
from tests.corpus.mutate import damage, shuffle_rows, truth_of
from tests.corpus.variations import TEXT_FORMATS as FORMATS

MEMORY = 2 << 30
SECONDS = 20.0
"""For input made to hurt; an ordinary page takes milliseconds."""

FUZZ = settings(max_examples=150, derandomize=True)


def outcome(data: bytes) -> str:
    """`report`, or the code of the reason why it is none."""
    try:
        report = extract(read(data), Source())
    except (UnreadableDocument, NotAReport) as reason:
        assert reason.code
        assert reason.message
        return reason.code
    assert report.figures or report.sections
    return "report"


@cache
def page(format: str = "html") -> bytes:
    return Recipe(1, format).write()[1]


@pytest.mark.parametrize("data", [b"", b" ", b"\n\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe", "　\u200b\n".encode()])
def test_nothing(data):
    assert outcome(data) in ("empty", "no_report_found")


@pytest.mark.parametrize(
    "data",
    [
        random.Random(1).randbytes(20_000),
        b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(5_000),
        b"PK\x03\x04" + random.Random(3).randbytes(5_000),
        b"%PDF-1.7\n" + random.Random(4).randbytes(5_000),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(5).randbytes(5_000),
        b"\x00" * 10_000,
        bytes(range(256)) * 20,
    ],
    ids=["random", "png", "zip", "pdf", "ole", "zeros", "all bytes"],
)
def test_binary(data):
    with pytest.raises(UnreadableDocument) as raised:
        read(data)
    assert raised.value.code in ("unsupported_format", "undecodable", "empty", "truncated")


@pytest.mark.parametrize(
    "data",
    [
        "<html><body><h1>关于召开会议的通知</h1><table><tr><td>时间</td><td>9点</td></tr></table>".encode(),
        "<html><head><title>404 Not Found</title></head><body>您访问的页面不存在</body></html>".encode(),
        "<html><body><ul><li><a href=1>2023年政府信息公开工作年度报告</a></li></ul></body></html>".encode(),
        "政府信息公开指南\n\n一、公开范围\n二、公开形式\n".encode(),
        b"hello, world",
        b'{"total": 12, "rows": [1, 2, 3]}',
    ],
    ids=["notice", "404", "list of links", "guide", "ascii", "json"],
)
def test_no_report(data):
    with pytest.raises((NotAReport, UnreadableDocument)):
        extract(read(data), Source())


@pytest.mark.parametrize("format", FORMATS)
def test_truncated_anywhere(format):
    """A page cut off at any place, a character cut in two: what remains is in its place or not there."""
    draft, data = Recipe(1, format).write()
    for end in range(3, len(data), max(1, len(data) // 150)):
        cut = data[:end]
        try:
            figures = read_figures(read(cut))
        except UnreadableDocument:
            continue
        whole = truth_of(draft, cut.decode(errors="replace"))
        last = re.search(r"\d*$", cut.decode(errors="ignore"))  # a number that the cut may have shortened
        wrong = [line for line in judge(whole, figures).wrong if f" '{last[0]}' as" not in line]
        assert not wrong, (end, wrong)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le", "latin-1", "cp1252", "euc-kr"])
@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "utf-16", "latin-1", "x-nonsense", "", "\x00"])
def test_any_declared_encoding(codec, declared):
    text = page().decode().replace("utf-8", declared)
    assert outcome(text.encode(codec, "replace"))


def test_nul_characters():
    for format in FORMATS:
        data = page(format)
        assert outcome(data.replace("行".encode(), "行\0".encode()))
        assert outcome(data + b"\0" * 1000)
        assert outcome(b"\0" + data)


HOSTILE = {
    "divs": "b'<div>' * 10_000 + PAGE + b'</div>' * 10_000",
    "divs_unclosed": "b'<div>' * 200_000 + PAGE",
    "fonts_unclosed": "b'<b><i><font>' * 30_000 + PAGE",
    "tables_nested": "b'<table><tr><td>' * 3_000 + PAGE",
    "cells_unclosed": "b'<table>' + b'<tr><td>1' * 200_000",
    "lists_nested": "b'<ul><li>' * 50_000 + PAGE",
    "colspan": "b'<table><tr><td colspan=100000>1</td></tr></table>' * 50 + PAGE",
    "rowspan": "b'<table><tr><td rowspan=100000>1</td></tr></table>' * 50 + PAGE",
    "both_spans": "b'<table>' + b'<tr><td rowspan=65534 colspan=1000>1</td></tr>' * 300 + b'</table>' + PAGE",
    "spans_of_digits": "PAGE.replace(b'<td', b'<td colspan=99999999999999999999 rowspan=-7')",
    "million_cells": "b'<table>' + (b'<tr>' + b'<td>1</td>' * 1000 + b'</tr>') * 1000 + b'</table>' + PAGE",
    "wide_row": "b'<table><tr>' + b'<td>1</td>' * 300_000 + b'</tr></table>' + PAGE",
    "long_cell": "b'<table><tr><td>' + b'9' * 3_000_000 + b'</td></tr></table>' + PAGE",
    "long_label": "PAGE.replace('行政许可'.encode(), '（'.encode() * 300_000)",
    "spaces": "PAGE.replace(b'<td', b' ' * 20_000 + b'<td')",
    "entities": "PAGE + b'&#x4e00;&amp&nosuch;&#99999999;' * 200_000",
    "attributes": "b'<p ' + b'a=1 ' * 500_000 + b'>' + PAGE",
    "comment_open": "PAGE + b'<!--' * 100_000",
    "reports": "PAGE * 150",
    "tabs": "b'\\t' * 2_000_000 + TEXT",
    "blank_lines": "b'\\n' * 3_000_000 + TEXT",
    "one_line": "'政府信息公开'.encode() * 500_000",
    "tab_lines": "b'\\t1\\n' * 1_000_000 + TEXT",
    "rows_of_text": "b'1\\t2\\t3\\n' * 400_000 + TEXT",
    "labels": "('行政许可\\t1\\n' * 100_000).encode()",
    "headings": "('一、总体情况\\n' * 200_000).encode()",
    "digits": "('2023年1月1日' * 300_000).encode()",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name):
    """In a process of its own, with a limit on its memory."""
    program = (
        "from tests.readers.test_robustness import outcome, page; PAGE = page(); TEXT = page('cells');"
        f"data = {HOSTILE[name]};"
        "print(outcome(data))"
    )
    child = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert child.returncode == 0, child.stderr[-2000:]


@FUZZ
@given(st.binary(max_size=2000))
@example(b"<")
@example(b"\t")
@example(b"<table><tr><td rowspan=0>")
def test_any_bytes(data):
    assert outcome(data)


@FUZZ
@given(st.text(alphabet="<>/\t\n 0１②一（）.、tdrable行政许可总计规章其他=\"'&;#\0\u200b", max_size=400))
def test_any_text(text):
    assert outcome(text.encode())


@FUZZ
@given(st.sampled_from(FORMATS), st.integers(0, 1 << 30))
def test_damaged(format, seed):
    rng = random.Random(seed)
    [recipe] = random_recipes(range(seed, seed + 1), certain=False)
    _, data = recipe.write()
    assert outcome(damage(data, recipe.format, rng))


@settings(FUZZ, max_examples=400)
@given(st.sampled_from(FORMATS), st.sampled_from(["plain", "blanks"]), st.integers(0, 1 << 30))
def test_rows_and_blank_cells_taken_out_or_doubled(format, values, seed):
    rng = random.Random(seed)
    draft, data = _written(format, values, seed % 7)
    text = shuffle_rows(data.decode(), format, rng)
    wrong = judge(truth_of(draft, text), read_figures(read(text.encode()))).wrong
    assert not wrong, "\n".join(wrong)


@cache
def _written(format: str, values: str, seed: int) -> tuple[Draft, bytes]:
    return Recipe(seed, format, () if values == "plain" else (values,)).write()
