"""Web pages saved as one file."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from pipeline.extraction import extract
from pipeline.readers import UnreadableDocument, read
from tests.corpus.compose import Recipe
from tests.corpus.judge import judge_draft

PAGE = "<html><head><title>{0}</title></head><body><p>{0}</p></body></html>"


def saved(*parts: tuple[str, str], encoding: str = "utf-8", subject: str = "") -> bytes:
    """A page with its parts (type, content), as browsers and Word save it."""
    message = MIMEMultipart("related", type="text/html")
    message["Subject"] = subject
    message["Snapshot-Content-Location"] = "http://www.example.gov.cn/a/b.html"
    for number, (kind, content) in enumerate(parts):
        part = MIMEText(content.replace("charset=utf-8", f"charset={encoding}"), kind, encoding)
        part["Content-Location"] = f"http://www.example.gov.cn/a/{number}.html"
        message.attach(part)
    # the header that programs write first is From or MIME-Version, as it happens
    return b"From: <Saved by a browser>\r\n" + message.as_bytes()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_every_figure_of_a_saved_page_is_in_its_place(encoding):
    draft, page = Recipe(11, "html").write()
    document = read(saved(("html", page.decode()), encoding="utf-8" if encoding == "big5" else encoding))
    assert document.media_type == "multipart/related"
    report = extract(document)
    verdict = judge_draft(draft, report.figures)
    assert not verdict.faults(certain=True)
    assert verdict.right == len(draft.truth)
    assert report.metadata.title


def test_the_frames_of_a_workbook_are_its_pages():
    data = saved(
        ("html", "<html><frameset cols=*><frame src=1.html></frameset></html>"),
        ("html", PAGE.format("甲")),
        ("html", PAGE.format("乙")),
    )
    assert [block.text for block in read(data).paragraphs] == ["甲", "乙"]


def test_the_subject_names_a_page_without_a_title():
    data = saved(("html", "<html><body><p>正文</p></body></html>"), subject="某局2023年政府信息公开工作年度报告")
    assert read(data).page_title == "某局2023年政府信息公开工作年度报告"


def test_a_saved_page_that_breaks_off():
    whole = saved(("html", PAGE.format("甲")), ("plain", "乙" * 500))
    with pytest.raises(UnreadableDocument) as raised:
        read(whole[: len(whole) // 2])
    assert raised.value.code == "truncated"


def test_no_page_among_the_parts():
    with pytest.raises(UnreadableDocument) as raised:
        read(saved(("plain", "正文")))
    assert raised.value.code == "undecodable"


def test_many_parts_are_refused():
    message = MIMEMultipart()
    for _ in range(1100):
        message.attach(MIMEText("x"))
    with pytest.raises(UnreadableDocument) as raised:
        read(message.as_bytes())
    assert raised.value.code == "too_large"


def test_parts_within_parts_without_end_are_refused():
    opened = "".join(f"Content-Type: multipart/mixed; boundary={n}\r\n\r\n--{n}\r\n" for n in range(2000))
    with pytest.raises(UnreadableDocument) as raised:
        read(f"MIME-Version: 1.0\r\n{opened}".encode())
    assert raised.value.code == "too_large"


def test_a_mail_is_told_from_a_page_that_speaks_of_mime():
    page = b"<html><body><p>MIME-Version: 1.0</p></body></html>"
    assert read(page).media_type == "text/html"
    alone = EmailMessage()
    alone.set_content("<html><body><p>独页</p></body></html>", subtype="html")
    assert [block.text for block in read(alone.as_bytes()).paragraphs] == ["独页"]
