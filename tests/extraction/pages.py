"""Small pages and files made by hand, as readers give them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction.metadata import read_metadata
from pipeline.extraction.outline import read_outline
from pipeline.extraction.report import Figure, Metadata, Source
from pipeline.extraction.sections import read_sections
from pipeline.extraction.tables import read_figures
from pipeline.readers import read
from pipeline.readers.document import Cell, Document, Paragraph, Table

HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
FIGURES = Table([Cell(0, 0, "规章"), Cell(0, 1, "0")], 1, 2, aligned=True)
MENU = (
    "首页",
    "政务公开",
    "政府信息公开指南",
    "政府信息公开年报",
    "当前位置：首页 > 政务公开 > 政府信息公开年报",
)
FOOTER = ("【打印】【关闭】", "上一篇：无", "主办单位：临洮县人民政府办公室", "网站标识码：6211240001")


def blocks(*parts: str | Table) -> list[Paragraph | Table]:
    return [part if isinstance(part, Table) else Paragraph(part) for part in parts]


def body(first: str = "我单位认真贯彻落实条例，公开政府信息12条。") -> list[Paragraph | Table]:
    one, two, three, four, five, six = HEADINGS
    last = ("存在的问题是解读不多，将改进工作。", six, "没有其他需要报告的事项。")
    return blocks(one, first, two, FIGURES, three, FIGURES, four, FIGURES, five, *last)


def page(
    *above: str | Table,
    below: Sequence[str] = (),
    first: str = "我单位认真贯彻落实条例，公开政府信息12条。",
    title: str | None = None,
    meta: dict[str, str] | None = None,
) -> Document:
    """A page of a site: menu, what stands above the report, the report, what stands below it, footer."""
    parts = [*blocks(*MENU, *above), *body(first), *blocks(*below, *FOOTER)]
    return Document(parts, "text/html", title, meta or {})


def text_file(*above: str, below: Sequence[str] = ()) -> Document:
    """A file without menus, as a text export of a Word file."""
    return Document([*blocks(*above), *body(), *blocks(*below)], "text/plain")


def metadata_of(document: Document, source: Source | None = None) -> Metadata:
    outline = read_outline(document)
    return read_metadata(document, source or Source(), read_sections(outline), outline)


def figures(rows: list[list[str]]) -> list[Figure]:
    """Read a grid without spans, filled up to its widest row."""
    width = max(map(len, rows))
    cells = ["".join(f"<td>{text}</td>" for text in row + [""] * (width - len(row))) for row in rows]
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return read_figures(read(f"<html><body><table>{body}</table></body></html>".encode()))
