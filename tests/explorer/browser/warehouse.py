"""A data folder of a few hundred reports in every format, with the five samples, read and built by the real command.

Offices of many places report year by year what offices report (`figures`), as HTML, DOCX, text and workbooks. Beside
them stands for each way to follow a figure back a report in which every figure is a number of its own (`MARKED`), so
that a mark on another cell than the right one shows. PDFs are printed by the browser; scans are made of such pages.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Final

from PIL import Image

from pipeline.readers.office import find_program
from pipeline.workspace import Workspace
from tests.conftest import SAMPLES, gongkai
from tests.corpus.annex import AnnexReport
from tests.corpus.docx import write_docx
from tests.corpus.draft import Draft
from tests.corpus.grid import Grid, Slot
from tests.corpus.html import write_html
from tests.corpus.office import convert
from tests.corpus.report import Mark, MarkedReport, Text
from tests.corpus.scan import KINDS, scan, write_tiff
from tests.corpus.sheets import write_xlsx
from tests.corpus.text import write_text_cells, write_text_rows
from tests.explorer.browser.figures import Office
from tests.explorer.browser.hostile import FILE_NAME, TEXT, hostile_page
from tests.warehouse.site import page, put

Print = Callable[[str], bytes]
"""From a page of HTML to a PDF."""

YEARS: Final = (2020, 2021, 2022, 2023, 2024)
PLACES: Final = (
    "北京市海淀区 河北省石家庄市 辽宁省沈阳市 上海市浦东新区 江苏省南京市 江苏省镇江市句容市 浙江省杭州市余杭区 "
    "江西省宜春市 江西省上饶市鄱阳县 山东省济宁市泗水县 河南省洛阳市 河南省信阳市罗山县 湖北省武汉市 "
    "湖北省黄石市大冶市 湖南省长沙市 广东省深圳市 重庆市万州区 四川省成都市武侯区 陕西省西安市 甘肃省兰州市城关区"
).split()
BODIES: Final = ("教育局", "司法局")
ABSENT: Final = 0.06
"""The share of reports that are not there."""

RULED: Final = (
    "<head><style>@page { size: A4; margin: 1.5cm } table { border-collapse: collapse; break-inside: avoid } "
    "td, th { border: 1px solid #000; font-size: 8pt; padding: 2px }</style>"
)

MARKED: Final = {
    "html": "marked/平顶山市水利局.html",
    "site": "marked/安阳市水利局.html",
    "gb18030": "marked/鹤壁市水利局.html",
    "docx": "marked/新乡市水利局.docx",
    "pdf": "marked/焦作市水利局.pdf",
    "scan": "marked/濮阳市水利局.pdf",
    "tiff": "marked/许昌市水利局.tiff",
    "text": "marked/漯河市水利局.txt",
    "rows": "marked/三门峡市水利局.txt",
    "xlsx": "marked/商丘市水利局.xlsx",
    "doc": "marked/周口市水利局.doc",
    "annex": "marked/驻马店市水利局.html",
    "zip": "marked/packed.zip!/南阳市水利局.docx",
    "hostile": f"marked/{FILE_NAME}",
}
"""The reports in which no two figures are alike, by the way in which they are written. Of those printed by the browser
the pages with their text stand in ``printed/NAME.pdf`` beside ``raw/``, to see what is printed at a place of a scan."""

ROSTER: Final = """agency_id,agency_full_name,from_year,to_year,expected,note
,河南省洛阳市司法局,2020,2024,true,
,河南省洛阳市财政局,2020,2024,true,never reported
"""

CHANGED: Final = Slot("requests", 1, "granted", "natural_person")
"""The figure that a corrected version prints otherwise."""


def fill(raw: Path, print_page: Print) -> None:
    """Put all documents into ``raw/``."""
    shutil.copytree(SAMPLES, raw / "samples")
    _offices(raw)
    _marked(raw, print_page)
    _versions(raw)


def build(workspace: Workspace, print_page: Print) -> str:
    """Fill a data folder and build it by the real command; give what that says."""
    fill(workspace.raw, print_page)
    workspace.roster.write_text(ROSTER, encoding="utf-8")
    done = gongkai(workspace, "run")
    assert done.returncode == 0, done.stderr
    return done.stdout


def document_id(workspace: Workspace, name: str) -> str | None:
    """The id of a report of `MARKED`; None if it could not be written on this machine."""
    path, _, member = MARKED[name].partition("!/")
    file = workspace.raw / path
    if not file.exists():
        return None
    if member:
        with zipfile.ZipFile(file) as archive:
            return hashlib.sha256(archive.read(member)).hexdigest()
    return hashlib.sha256(file.read_bytes()).hexdigest()


def marked_draft(agency: str, seed: int, year: int = 2023) -> Draft:
    """A report in which no two figures are alike; for 2016 one with the annex."""
    report = AnnexReport(seed) if year == 2016 else MarkedReport(seed)
    report.agency, report.year, report.signed = agency, year, f"{year + 1}年1月20日"
    return Draft.of(report)


def _offices(raw: Path) -> None:
    rng = random.Random("offices")
    for number, (place, body) in enumerate(product(PLACES, BODIES)):
        office = Office(number, place + body)
        for year in YEARS:
            marker, is_there = office.next_year(), rng.random() >= ABSENT
            if not is_there:
                continue
            report = MarkedReport(number * 100 + year, *(("2019", "2019") if year < 2021 else ()), marker=marker)
            report.agency, report.year, report.signed = place + body, year, f"{year + 1}年1月{rng.randrange(8, 29)}日"
            draft = Draft.of(report)
            _tell(draft, rng)
            draft.markup.page = rng.choice(("plain", "plain", "site", "layout"))
            way = rng.choices(("html", "docx", "cells", "rows", "xlsx"), (80, 8, 5, 5, 2))[0]
            writer, suffix = WRITERS[way]
            put(
                raw,
                f"offices/{place}{body}-{year}.{suffix}",
                writer(draft),
                url=f"https://{number}.example.gov.cn/{year}.{suffix}",
            )
        if number % 9 == 0:
            old = AnnexReport(number)
            old.agency, old.year, old.signed = place + body, 2017, "2018年3月12日"
            put(raw, f"offices/{place}{body}-2017.html", write_html(Draft.of(old)))


WRITERS: Final = {
    "html": (write_html, "html"),
    "docx": (write_docx, "docx"),
    "cells": (write_text_cells, "txt"),
    "rows": (write_text_rows, "txt"),
    "xlsx": (write_xlsx, "xlsx"),
}

DUTY: Final = "{year}年，{agency}认真贯彻落实《中华人民共和国政府信息公开条例》，坚持以公开为常态、不公开为例外。"
DONE: Final = "（二）依申请公开情况。全年收到政府信息公开申请{received}件，办结{concluded}件，其中予以公开{granted}件。"
FAULTS: Final = (
    "一是主动公开的及时性有待增强；二是业务人员力量不足，培训不够。下一步将加强培训，提高公开质量。",
    "存在的主要问题是公开内容不够全面，政策解读形式单一。下一步将丰富解读形式，扩大公开范围。",
    "一是公开的深度不够；二是依申请公开答复不够规范。下一步将规范办理流程，按时答复。",
)


def _tell(draft: Draft, rng: random.Random) -> None:
    """Let the narrative state what the tables print; now and then something else."""

    def printed(row: str) -> int:
        mark = draft.truth[Slot("requests", 1, row, "total")]
        return int(mark.value or 0)

    wrong = rng.choice((0,) * 9 + (2,))
    told = DONE.format(
        received=printed("received_new") + wrong, concluded=printed("outcomes_total"), granted=printed("granted")
    )
    at = [n for n, block in enumerate(draft.blocks) if isinstance(block, Text) and block.kind == "heading"]
    draft.blocks[at[4] + 1 : at[5]] = [Text(rng.choice(FAULTS))]
    draft.blocks[at[0] + 1 : at[1]] = [
        Text(DUTY.format(agency=draft.report.agency, year=draft.report.year)),
        Text(told),
    ]


def _marked(raw: Path, print_page: Print) -> None:
    drafts = {
        name: marked_draft("河南省" + Path(path).stem, seed, 2016 if name == "annex" else 2023)
        for seed, (name, path) in enumerate(MARKED.items(), 9_000)
        if name != "hostile"
    }
    drafts["hostile"] = marked_draft("河南省信阳市水利局", 8_999)
    drafts["site"].markup.page = "site"
    drafts["gb18030"].encoding.codec = drafts["gb18030"].encoding.declared = "gb18030"
    drafts["hostile"].blocks.insert(3, Text(TEXT))
    # Reading a scan takes seconds a page: one table for each kind of file, and no prose.
    for name, code in (("scan", "requests"), ("tiff", "disclosure")):
        draft = drafts[name]
        draft.blocks = [
            block
            for block in draft.blocks
            if (block.code == code if isinstance(block, Grid) else block.kind in ("title", "signature"))
        ]
        draft.truth = {slot: mark for slot, mark in draft.truth.items() if slot.table == code}

    def printed(name: str) -> bytes:
        pdf = print_page(write_html(drafts[name]).decode().replace("<head>", RULED, 1))
        put(raw.parent, f"printed/{name}.pdf", pdf)
        return pdf

    written = {
        **{name: write_html(drafts[name]) for name in ("html", "site", "gb18030", "annex")},
        "docx": write_docx(drafts["docx"]),
        "pdf": printed("pdf"),
        "scan": _pictures(printed("scan")),
        "tiff": write_tiff(scan(printed("tiff"), KINDS["clean, 200 dpi"], 1)),
        "text": write_text_cells(drafts["text"]),
        "rows": write_text_rows(drafts["rows"]),
        "xlsx": write_xlsx(drafts["xlsx"]),
        "hostile": hostile_page(drafts["hostile"]),
    }
    if find_program():
        (written["doc"],) = convert([write_html(drafts["doc"])], "html", "doc", infilter="HTML (StarWriter)")
    for name, data in written.items():
        put(raw, MARKED[name], data)
    path, _, member = MARKED["zip"].partition("!/")
    with zipfile.ZipFile(raw / path, "w") as archive:
        archive.writestr(member, write_docx(drafts["zip"]))


def _pictures(pdf: bytes) -> bytes:
    """A PDF of pictures of the pages, without a character of text."""
    first, *rest = (Image.fromarray(picture[:, :, ::-1]) for picture in scan(pdf, KINDS["clean, 200 dpi"], 1))
    file = BytesIO()
    first.save(file, "PDF", save_all=True, append_images=rest, resolution=200)
    return file.getvalue()


def _versions(raw: Path) -> None:
    """A report that was corrected, and one whose tables stand in a file beside the page."""
    for number in (1, 2):
        draft = marked_draft("河南省开封市水利局", 9_500)
        if number == 2:
            draft.reprint(CHANGED, Mark.number("77"))
        put(
            raw,
            f"versions/{number}.html",
            write_html(draft),
            url="https://www.example.gov.cn/kaifeng/2023.html",
            fetched_at=f"2024-0{number + 1}-01T00:00:00Z",
        )
    agency = "河南省济源市水利局"
    put(
        raw,
        "parts/page.html",
        page(f"{agency}2023年政府信息公开工作年度报告", ("table.docx", "附件")),
        url="https://www.example.gov.cn/jiyuan/page.html",
    )
    put(
        raw,
        "parts/table.docx",
        write_docx(marked_draft(agency, 9_600)),
        url="https://www.example.gov.cn/jiyuan/table.docx",
    )
